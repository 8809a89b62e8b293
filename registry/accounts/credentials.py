"""How passwords and tokens are made, kept and compared. No other file of the registry knows Argon2.

Passwords are kept as Argon2id (RFC 9106) with the second parameters that the RFC recommends: 64 MiB, three
passes, four lanes. A token has 256 random bits, so that its plain SHA-256 is safe to keep and quick to look up.
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import b64encode

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from registry.accounts.rules import MAX_PASSWORD, normal_password

_TOKEN_BYTES = 32

_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


def _nobodys_hash() -> str:
    """Return a hash that no password has, with the parameters of all others, so that checking it takes as long."""
    parameters = RFC_9106_LOW_MEMORY
    salt, digest = (b64encode(bytes(size)).decode().rstrip("=") for size in (parameters.salt_len, parameters.hash_len))
    costs = f"m={parameters.memory_cost},t={parameters.time_cost},p={parameters.parallelism}"
    return f"$argon2id$v={parameters.version}${costs}${salt}${digest}"


_NOBODY = _nobodys_hash()


def hash_password(password: str) -> str:
    """Return the hash of a password with a salt of its own; parameters and salt stand in it."""
    return _hasher.hash(normal_password(password))


def is_password(password_hash: str | None, password: str) -> bool:
    """Return whether `password` has this hash.

    Without a hash (the login is not known, or no password was chosen yet) the answer is no, and takes as long as
    any other, so that its delay does not tell which logins exist. What is longer than any password can be is
    refused before it costs anything, whoever asks.
    """
    if len(password) > MAX_PASSWORD:
        return False
    try:
        _hasher.verify(password_hash or _NOBODY, normal_password(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Return whether the hash was made with other parameters than those of today and should be made anew."""
    return _hasher.check_needs_rehash(password_hash)


def new_token() -> str:
    """Return a new secret token, fit for an address or a cookie."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def hash_token(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
