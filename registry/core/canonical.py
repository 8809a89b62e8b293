"""One way to write a value as bytes, so that whoever hashes it gets the same hash (RFC 8785, JSON Canonicalization).

Values are objects, lists, texts, numbers, booleans and null. The names in objects are of ASCII: their order by
code points is then that by UTF-16 units, which the RFC asks for. Fractions are written
by the fewest digits that give them back; callers make whole ones integers, as the RFC writes them.
"""

from __future__ import annotations

import hashlib
from typing import Any

import orjson


def canonical(value: Any) -> bytes:
    """Return a value as canonical JSON in UTF-8. Raises `TypeError` for what JSON cannot hold."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def sha256_of(data: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
