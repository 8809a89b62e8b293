"""The audit log: append-only, a Merkle tree as in Certificate Transparency, with signed tree heads."""
