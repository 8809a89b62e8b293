"""Signed tree heads, in the form of checkpoints of transparency logs (C2SP tlog-checkpoint and signed-note).

Three lines (the name of the log, its size, its root in Base64), an empty line and the line of the signature, by Ed25519
(RFC 8032). Tools of Certificate Transparency's successors read and check them. The key lies in a file beside the
database, never in it: who can write to the database alone can sign nothing.
"""

from __future__ import annotations

import hashlib
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from registry.audit.merkle import HASH_SIZE
from registry.core.errors import ConfigurationError, RegistryError
from registry.core.i18n import N_

if TYPE_CHECKING:
    from pathlib import Path

KEY_FILE = "audit-key.pem"

#: Where the last head is kept outside the database, so that a log that was cut off is found out.
WITNESS_FILE = "audit-head.txt"

_ED25519 = b"\x01"
_NAME = "treaty-registry/"
_ID_SIZE = 4


class UnreadableHeadError(RegistryError):
    """A text that is no signed tree head of this registry."""


@dataclass(frozen=True)
class Head:
    """The state of a log: its name, how many entries it has, the root of its tree."""

    log: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """Return what is signed."""
        return f"{self.log}\n{self.size}\n{b64encode(self.root).decode()}\n"


def log_name(log_id: str) -> str:
    """Return the name of the log with this identity."""
    return _NAME + log_id


class LogKey:
    """The key that signs the heads of the log."""

    def __init__(self, path: Path) -> None:
        """Use the key in this file; it is read when it is needed."""
        self.path = path

    def make(self) -> None:
        """Make a new key in a file that only its owner can read. Raises `FileExistsError` when there is one."""
        key = Ed25519PrivateKey.generate()
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            file.flush()
            os.fsync(file.fileno())

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        try:
            key = load_pem_private_key(self.path.read_bytes(), None)
        except FileNotFoundError as error:
            raise ConfigurationError(
                N_(
                    "%(path)s, the key that signs the audit log, is missing. Run “registry init” once, or bring it "
                    "back from the backup or from another node of this registry."
                ),
                path=self.path,
            ) from error
        except (ValueError, TypeError) as error:
            raise ConfigurationError(N_("%(path)s cannot be read: %(reason)s"), path=self.path, reason=error) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise ConfigurationError(
                N_("%(path)s cannot be read: %(reason)s"), path=self.path, reason="not an Ed25519 key"
            )
        return key

    @property
    def public(self) -> Ed25519PublicKey:
        """Return the public half, by which anybody can check what the key has signed."""
        return self._key.public_key()

    def sign(self, head: Head) -> bytes:
        """Return the signature of a head; the same head always has the same signature."""
        return self._key.sign(head.text.encode())

    def is_signed(self, head: Head, signature: bytes) -> bool:
        """Return whether this key made the signature of a head."""
        try:
            self.public.verify(signature, head.text.encode())
        except InvalidSignature:
            return False
        return True

    def sign_text(self, text: bytes) -> bytes:
        """Return the signature of a text that is no head; whoever signs one begins it with a name of its own."""
        return self._key.sign(text)

    def checkpoint(self, head: Head, signature: bytes) -> str:
        """Return a signed head as it is printed, published and kept."""
        signed = b64encode(_key_id(head.log, _raw(self.public)) + signature).decode()
        return f"{head.text}\n\u2014 {head.log} {signed}\n"

    def verifier(self, log: str) -> str:
        """Return the public key of a log as one line (`name+id+key`), which others need to check its heads."""
        raw = _raw(self.public)
        return f"{log}+{_key_id(log, raw).hex()}+{b64encode(_ED25519 + raw).decode()}"


def read_checkpoint(text: str) -> tuple[Head, bytes]:
    """Read a signed head; return it with its signature, which is not checked yet. Raises `UnreadableHeadError`."""
    try:
        said, signed = text.split("\n\n", 1)
        log, size, root = said.split("\n")
        mark, name, encoded = signed.strip().split(" ")
        head = Head(log, int(size), b64decode(root, validate=True))
        signature = b64decode(encoded, validate=True)[_ID_SIZE:]
    except ValueError as error:
        raise UnreadableHeadError(N_("This is no signed tree head of an audit log.")) from error
    if (mark, name) != ("\u2014", log) or len(head.root) != HASH_SIZE or head.size < 0:
        raise UnreadableHeadError(N_("This is no signed tree head of an audit log."))
    return head, signature


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _key_id(log: str, raw: bytes) -> bytes:
    return hashlib.sha256(log.encode() + b"\n" + _ED25519 + raw).digest()[:_ID_SIZE]
