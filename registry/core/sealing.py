"""Keeps what the database must hold but not tell: whoever has it, or a backup of it, alone cannot read that."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from registry.core.errors import RegistryError
from registry.core.i18n import N_


class Sealer:
    """Seals and opens texts with a key drawn from the secret key of the registry, which is not in the database."""

    def __init__(self, secret_key: str, purpose: str) -> None:
        """Draw the key for one purpose (HKDF with SHA-256, RFC 5869, 3.2): what is sealed for another stays shut."""
        hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"registry: {purpose}".encode())
        self._fernet = Fernet(urlsafe_b64encode(hkdf.derive(secret_key.encode())))

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
