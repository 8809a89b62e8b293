"""Entries, heads and proofs as JSON, so that a program of anybody can check them."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.audit.heads import Head
    from registry.audit.models import Entry
    from registry.audit.queries import Proof


def entry_json(entry: Entry) -> dict[str, Any]:
    """Return an entry as JSON; its canonical form (RFC 8785) is what is hashed."""
    return {
        "entry": entry.position,
        "at": entry.at,
        "actor": entry.actor,
        "act": entry.act,
        "object": entry.object,
        "outcome": entry.outcome,
        "detail": orjson.loads(entry.detail),
    }


def head_json(head: Head) -> dict[str, Any]:
    """Return a head as JSON."""
    return {"log": head.log, "size": head.size, "root": _encoded(head.root)}


def proof_json(proof: Proof, checkpoint: str) -> dict[str, Any]:
    """Return an entry with its audit path (RFC 9162, section 2.1.3) to the signed head."""
    return {
        "entry": entry_json(proof.entry),
        "leaf": proof.leaf.decode(),
        "path": [_encoded(item) for item in proof.path],
        "head": head_json(proof.head),
        "checkpoint": checkpoint,
    }


def consistency_json(before: Head, now: Head, path: Sequence[bytes], checkpoint: str) -> dict[str, Any]:
    """Return the proof that one head continues another (RFC 9162, section 2.1.4)."""
    return {
        "before": head_json(before),
        "now": head_json(now),
        "path": [_encoded(item) for item in path],
        "checkpoint": checkpoint,
    }


def _encoded(data: bytes) -> str:
    return b64encode(data).decode()
