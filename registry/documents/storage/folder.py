"""Documents as files in a folder: `ab/cd/abcd…`, named by the SHA-256 of their bytes."""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from registry.core.i18n import N_
from registry.documents.storage.interface import QUARANTINE, Chunks, StorageError, StoredFile, missing
from registry.documents.storage.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from registry.documents.storage.spool import Incoming

_INCOMING = "incoming"
_DIGEST = re.compile(r"[0-9a-f]{64}")


class FolderStorage:
    """Keeps documents in a folder of a local or shared file system that has hard links."""

    def __init__(self, root: Path) -> None:
        """Remember the folder; it is made when the first document comes."""
        self.root = root
        self.spool = Spool(root / _INCOMING)

    def keep(self, incoming: Incoming) -> None:
        """Give the received file its name for good; see `Storage`.

        A link instead of a renaming, since that would put a file over another one. What is there already but has other
        bytes than its name says was damaged, and is set aside.
        """
        path = self._path(incoming.digest)
        try:
            incoming.settle()
            self._make_folder(path.parent)
            incoming.path.chmod(0o440)
            try:
                os.link(incoming.path, path)
            except FileExistsError:
                if _digest_of(path) == incoming.digest:
                    # Whoever removes orphans leaves young ones alone, and this one has just been asked for.
                    os.utime(path)
                else:
                    self.set_aside(incoming.digest)
                    os.link(incoming.path, path)
            _settle_folder(path.parent)
        except OSError as error:
            raise StorageError(N_("The storage of documents cannot be written: %(reason)s"), reason=error) from error

    def size(self, digest: str) -> int | None:
        """Return the size of a file; see `Storage`."""
        try:
            return self._path(digest).stat().st_size
        except FileNotFoundError:
            return None

    def read(self, digest: str, start: int = 0, length: int | None = None) -> Chunks:
        """Read a file in chunks; see `Storage`."""
        try:
            file = self._path(digest).open("rb")
        except FileNotFoundError:
            raise missing(digest) from None
        file.seek(start)
        return Chunks(file, length)

    @contextmanager
    def local(self, digest: str) -> Iterator[Path]:
        """Give the file itself; see `Storage`."""
        path = self._path(digest)
        if not path.is_file():
            raise missing(digest)
        yield path

    def stored(self) -> Iterator[StoredFile]:
        """Go through the folders; see `Storage`."""
        for folder in sorted(self.root.glob("*")):
            if folder.name in (_INCOMING, QUARANTINE):
                continue
            for path in sorted([folder] if folder.is_file() else folder.rglob("*")):
                if path.is_file():
                    status = path.stat()
                    name = path.name if _DIGEST.fullmatch(path.name) and self._path(path.name) == path else None
                    key = name or path.relative_to(self.root).as_posix()
                    yield StoredFile(key, status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))

    def set_aside(self, key: str) -> None:
        """Move a file to the folder `quarantine`; see `Storage`."""
        source = self._path(key)
        target = self.root / QUARANTINE / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{source.name}"
        self._make_folder(target.parent)
        source.rename(target)
        _settle_folder(target.parent)
        _settle_folder(source.parent)

    def _path(self, key: str) -> Path:
        return self.root / key[:2] / key[2:4] / key if _DIGEST.fullmatch(key) else self.root / key

    def _make_folder(self, folder: Path) -> None:
        """Make a folder that survives a loss of power: its name is in its parent, which has to reach the disk too."""
        if folder.is_dir():
            return
        self._make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _settle_folder(folder.parent)


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _settle_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
