"""Dossiers: all that the registry holds of one agreement, with its proofs, as a bag (BagIt, RFC 8493) in one file."""
