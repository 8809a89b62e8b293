"""Keeps the texts of messages unreadable for whoever has the database, or a backup of it, alone."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from registry.core.errors import RegistryError
from registry.core.i18n import N_

#: Keys that are drawn from one secret for other purposes must differ from this one (RFC 5869, 3.2).
_PURPOSE = b"registry: texts of e-mail"


class Sealer:
    """Seals and opens texts with a key drawn from the secret key of the registry, which is not in the database."""

    def __init__(self, secret_key: str) -> None:
        """Draw the key (HKDF with SHA-256, RFC 5869)."""
        drawn = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret_key.encode())
        self._fernet = Fernet(urlsafe_b64encode(drawn))

    def seal(self, text: str) -> str:
        """Return a text encrypted and signed (Fernet: AES-128-CBC with HMAC-SHA-256)."""
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """Return the text again. Raises `RegistryError` when it was sealed by another key or changed since."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise RegistryError(
                N_("The text cannot be opened: it was sealed by another secret key than REGISTRY_SECRET_KEY.")
            ) from error
