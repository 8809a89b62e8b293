"""Checksums of the files of an index, so that damage is found before a search meets it.

Whoosh writes the files of a segment once and never changes them. Their checksums are written down in the file
`CHECKSUMS` beside them before a commit makes the segment part of the index: whatever is killed, no segment of the
index is without. A file that is damaged later, or was written by something else, does not agree.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whoosh.writing import SegmentWriter

if TYPE_CHECKING:
    from whoosh.index import Index

_NAME = "CHECKSUMS"


class CheckedWriter(SegmentWriter):  # type: ignore[misc]
    """A writer of Whoosh that writes down the checksums of the files that it adds to the index."""

    def __init__(self, index: Index, **options: Any) -> None:
        """Take the writer's lock and remember which segments are there already. Raises `LockError`."""
        super().__init__(index, **options)
        self._before = {segment.segment_id() for segment in self.segments}

    def _commit_toc(self, segments: list[Any]) -> None:
        folder = Path(self.storage.folder)
        # Whoever verifies in this very moment still reads the segments that this commit puts aside.
        recorded = {name: checksum for name, checksum in _recorded(folder).items() if (folder / name).exists()}
        for segment in segments:
            # Only what is new is read: a file that was damaged since must not be taken for a good one.
            if segment.segment_id() not in self._before:
                recorded |= {name: _seal(folder / name) for name in segment.list_files(self.storage)}
        temporary = folder / f"{_NAME}.new"
        temporary.write_text(json.dumps(recorded), encoding="utf-8")
        temporary.replace(folder / _NAME)
        super()._commit_toc(segments)


def damaged_files(index: Index, largest: int | None = None) -> list[str]:
    """Return the names of the files of an index that are missing, or are not as they were written.

    Of files larger than `largest` bytes, if that is given, only the size is compared: for a look at start.
    """
    folder = Path(index.storage.folder)
    recorded, present = _recorded(folder), set(index.storage.list())
    prefixes = tuple(f"{segment.segment_id()}." for segment in index._segments())  # noqa: SLF001  Whoosh hides them.
    names = sorted(name for name in present | recorded.keys() if name.startswith(prefixes))
    return [name for name in names if name not in recorded or not _is_whole(folder / name, recorded[name], largest)]


def _recorded(folder: Path) -> dict[str, Any]:
    """Return the seals that were written down; none of them when their file is damaged itself."""
    try:
        recorded = json.loads((folder / _NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return recorded if isinstance(recorded, dict) else {}


def _is_whole(path: Path, seal: object, largest: int | None) -> bool:
    try:
        size = path.stat().st_size
    except OSError:
        return False
    if largest is not None and size > largest:
        return isinstance(seal, list) and seal[:1] == [size]
    return seal == _seal(path)


def _seal(path: Path) -> list[int | str] | None:
    """Return the size and the BLAKE2 checksum (RFC 7693) of a file, or None when it cannot be read."""
    try:
        with path.open("rb") as file:
            checksum = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
            return [file.tell(), checksum]
    except OSError:
        return None
