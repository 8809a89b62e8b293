"""How codes of a second factor are made and compared: those of an authenticator (RFC 6238), and those for its loss."""

from __future__ import annotations

import hmac
import secrets
from base64 import b32decode, b32encode
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

if TYPE_CHECKING:
    from datetime import datetime

#: What every authenticator knows, whatever else it can do: six digits, a new code each half minute, HMAC-SHA-1.
DIGITS, STEP_SECONDS = 6, 30

#: A code is taken one step early or late, for clocks that differ and people who type slowly (RFC 6238, 5.2).
_WINDOW = 1

#: 160 bits, the length that RFC 4226, 4 recommends.
_SECRET_BYTES = 20

#: 120 bits in six groups of four: more than the 112 from which a plain hash is safe to keep (NIST SP 800-63B, 3.1.2.2).
_RECOVERY_BYTES, _GROUP = 15, 4
RECOVERY_CODES = 8


def new_secret() -> str:
    """Return a new secret in the letters in which people type it into an authenticator (base 32)."""
    return b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def enrolment_uri(secret: str, login: str, issuer: str) -> str:
    """Return the address that a QR code carries into an authenticator."""
    return _totp(secret).get_provisioning_uri(login, issuer)


def step_of(at: datetime) -> int:
    """Return the number of the step of time in which an instant lies."""
    return int(at.timestamp()) // STEP_SECONDS


def code_at(secret: str, step: int) -> str:
    """Return the code of a step of time."""
    return _totp(secret).generate(step * STEP_SECONDS).decode()


def step_of_code(secret: str, code: str, at: datetime, after: int) -> int | None:
    """Return the step of time whose code this is, or None when it is the code of none that counts now.

    Only steps later than `after` count, that of the last code that was taken. All are compared, so that the time that
    this takes says nothing.
    """
    given = "".join(code.split())
    now, found = step_of(at), None
    for step in range(now - _WINDOW, now + _WINDOW + 1):
        same = hmac.compare_digest(code_at(secret, step).encode(), given.encode("utf-8", "replace"))
        if same and step > after:
            found = step
    return found


def new_recovery_codes() -> list[str]:
    """Return new recovery codes as they are shown, in groups of letters and digits."""
    made = []
    for _ in range(RECOVERY_CODES):
        text = b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode()
        made.append("-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP)))
    return made


def normal_recovery_code(text: str) -> str:
    """Return a recovery code as it is compared: without groups, in capitals."""
    return "".join(sign for sign in text.upper() if sign.isalnum())


def _totp(secret: str) -> TOTP:
    return TOTP(b32decode(secret), DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303  HMAC-SHA-1 is what RFC 6238 uses.
