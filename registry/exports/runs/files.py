"""The folder in which the files of long exports are kept for a while; nobody but the registry's own user reads it."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_PART = ".part"


class ExportFiles:
    """Files by the number of their export; one that is being written has the name of its writer too."""

    def __init__(self, folder: Path) -> None:
        """Remember the folder; it is made when the first file comes."""
        self.folder = folder

    def path_of(self, export_id: int) -> Path:
        """Return where the file of an export is, once it is whole."""
        return self.folder / str(export_id)

    def write(self, export_id: int, holder: str, chunks: Iterable[bytes]) -> tuple[str, int]:
        """Write a file that nobody sees yet; return its SHA-256 and size. When the writing fails, nothing is left."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # What a writer that was killed has left would stay for ever; the rest of one that still writes is not wanted.
        self._remove_parts(export_id)
        path, digest, size = self._part(export_id, holder), hashlib.sha256(), 0
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                for chunk in chunks:
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            self.drop(export_id, holder)
            raise
        return digest.hexdigest(), size

    def keep(self, export_id: int, holder: str) -> None:
        """Let a file that was written be that of its export."""
        self._part(export_id, holder).replace(self.path_of(export_id))

    def drop(self, export_id: int, holder: str) -> None:
        """Remove what a writer wrote."""
        with suppress(FileNotFoundError):
            self._part(export_id, holder).unlink()

    def remove(self, export_id: int) -> None:
        """Remove the file of an export, and what writers have left of it."""
        with suppress(FileNotFoundError):
            self.path_of(export_id).unlink()
        self._remove_parts(export_id)

    def numbers(self, unchanged_since: float) -> set[int]:
        """Return the exports of which there is any file that was not written to since then (seconds of the epoch)."""
        found = set()
        for path in self.folder.glob("*"):
            with suppress(FileNotFoundError, ValueError):
                if path.stat().st_mtime < unchanged_since:
                    found.add(int(path.name.split(".")[0]))
        return found

    def _remove_parts(self, export_id: int) -> None:
        for path in self.folder.glob(f"{export_id}.*{_PART}"):
            with suppress(FileNotFoundError):
                path.unlink()

    def _part(self, export_id: int, holder: str) -> Path:
        return self.folder / f"{export_id}.{holder}{_PART}"
