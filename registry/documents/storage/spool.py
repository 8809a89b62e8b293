"""Files on their way in: written to a temporary file and hashed while they come, before anything else knows of them."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from registry.core.errors import RegistryError
from registry.core.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX = "upload-"
_MEBIBYTE = 1024 * 1024


class TooLargeError(RegistryError):
    """A file is larger than the registry takes; it is refused as soon as that shows."""


def too_large(most: int) -> TooLargeError:
    """Return the error that says how large a file may be, and what can be done."""
    return TooLargeError(
        N_(
            "The file is larger than %(most)s MB, the most that this registry takes. Nothing was kept. Divide it, or "
            "scan it in black and white at 300 dots per inch; an administrator can raise REGISTRY_MAX_UPLOAD."
        ),
        most=most // _MEBIBYTE,
    )


class Incoming:
    """A file that is being received. Its lock tells others that somebody still works on it, and dies with the process.

    It is a file for whoever writes into it or reads it back; what is written is hashed on the way.
    """

    def __init__(self, folder: Path, most: int | None) -> None:
        """Begin an empty file that takes up to `most` bytes."""
        descriptor, name = tempfile.mkstemp(prefix=_PREFIX, dir=folder)
        self.path = Path(name)
        self.size = 0
        self._most = most
        self._hash = hashlib.sha256()
        self._file = os.fdopen(descriptor, "w+b")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    @property
    def digest(self) -> str:
        """Return the SHA-256 of what was written so far."""
        return self._hash.hexdigest()

    def write(self, data: bytes) -> int:
        """Write the next bytes. Raises `TooLargeError` with the first byte too many."""
        if self._most is not None and self.size + len(data) > self._most:
            raise too_large(self._most)
        self._hash.update(data)
        self.size += len(data)
        return self._file.write(data)

    def read(self, size: int = -1) -> bytes:
        """Read back what was written."""
        return self._file.read(size)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place in what was written."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the place where reading or writing stands."""
        return self._file.tell()

    def settle(self) -> None:
        """Bring what was written to the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Remove the temporary file; what was kept of it stays, since the storage has a name of its own for it."""
        with suppress(FileNotFoundError):
            self.path.unlink()
        self._file.close()


class Spool:
    """The folder in which files are received, on the file system of the folder storage: keeping one copies nothing."""

    def __init__(self, folder: Path) -> None:
        """Remember the folder; it is made when the first file comes."""
        self.folder = folder

    @contextmanager
    def receive(self, most: int | None = None) -> Iterator[Incoming]:
        """Give a file to write into, which is removed when the block ends."""
        incoming = self.open(most)
        try:
            yield incoming
        finally:
            incoming.close()

    def open(self, most: int | None = None) -> Incoming:
        """Begin a file; whoever asks for it closes it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return Incoming(self.folder, most)

    def left_over(self) -> list[Path]:
        """Return temporary files that nobody works on any more, since their process was killed."""
        return [path for path in sorted(self.folder.glob(f"{_PREFIX}*")) if not _is_held(path)]


def _is_held(path: Path) -> bool:
    """Return whether a process holds the lock of a file, or has removed it meanwhile."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
