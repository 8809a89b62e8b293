"""What a storage does, whichever it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from registry.core.errors import RegistryError
from registry.core.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

    from registry.documents.storage.spool import Incoming, Spool

#: How many bytes are in memory at a time, whatever the size of a file.
CHUNK = 64 * 1024

#: Below this name lies what was set aside; it is no document and is never listed.
QUARANTINE = "quarantine"


class MissingBytesError(RegistryError):
    """The storage does not have the bytes of a document that the registry says are kept."""


class StorageError(RegistryError):
    """The storage cannot be reached, or refuses."""


@dataclass(frozen=True)
class StoredFile:
    """A file in the storage. Its key is the digest of its bytes, or a name that the registry did not give."""

    key: str
    size: int
    changed_at: datetime


class _Source(Protocol):
    """What can be read and closed: a file, or the body of an answer."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at the end."""

    def close(self) -> None:
        """Let go of it."""


class Chunks:
    """Bytes in chunks, of which never more than one is in memory. Whoever asks for them closes them."""

    def __init__(self, source: _Source, length: int | None = None) -> None:
        """Read from where `source` stands, to its end or `length` bytes."""
        self._source = source
        self._left = length

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        data = b"" if self._left == 0 else self._source.read(CHUNK if self._left is None else min(CHUNK, self._left))
        if not data:
            self.close()
            raise StopIteration
        if self._left is not None:
            self._left -= len(data)
        return data

    def close(self) -> None:
        """Let go of what they are read from."""
        self._left = 0
        self._source.close()


class Storage(Protocol):
    """Keeps bytes under their SHA-256 in hexadecimal digits, called digest here."""

    #: Where files are received before their digest is known.
    spool: Spool

    def keep(self, incoming: Incoming) -> None:
        """Keep what was received, for good: when this returns, a loss of power takes nothing away.

        The same bytes again are kept once. Raises `StorageError`.
        """

    def size(self, digest: str) -> int | None:
        """Return how many bytes are kept under a digest, or None when there are none."""

    def read(self, digest: str, start: int = 0, length: int | None = None) -> Chunks:
        """Return bytes in chunks, from `start` on, all or `length` of them. Raises `MissingBytesError` at once."""

    def local(self, digest: str) -> AbstractContextManager[Path]:
        """Give the path of a file with the bytes, not to be changed, while the block lasts.

        Raises `MissingBytesError`.
        """

    def stored(self) -> Iterator[StoredFile]:
        """Yield every file that is kept, in the order of their keys."""

    def set_aside(self, key: str) -> None:
        """Move a file out of the way, to where a person can look at it and the registry never does."""


def missing(digest: str) -> MissingBytesError:
    """Return the error that says which bytes are not there."""
    return MissingBytesError(
        N_(
            "The file of this document is missing from the storage. An administrator can find out more with "
            "“registry documents verify” (SHA-256 %(digest)s)."
        ),
        digest=digest,
    )
