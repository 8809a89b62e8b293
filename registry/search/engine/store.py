"""The folder of the index: which generation is live, and the snapshot that is open on it.

`CURRENT` names the live generation and is replaced in one step, so that a reader sees the old index or the new
one and never half of either. Nothing here wipes an index: a rebuild makes another one beside it.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from filelock import FileLock
from whoosh import index as whoosh_index
from whoosh.filedb.filestore import FileStorage

from registry.search.engine.checksums import damaged_files
from registry.search.engine.errors import IndexUnreadableError
from registry.search.engine.fields import make_schema, schema_version
from registry.search.engine.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from whoosh.index import Index

_RETRIES = 20
_RETRY_PAUSE = 0.05
_OLD_GENERATION_KEPT = 600.0


class IndexStore:
    """Opens the live generation, hands out the snapshot of it, and switches to a new generation."""

    def __init__(self, directory: Path) -> None:
        """Remember the folder; nothing is opened before it is needed."""
        self.directory = directory
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._written = -1

    def generation(self) -> str:
        """Return the name of the live generation. Raises `IndexUnreadableError` when there is none of this schema."""
        try:
            pointer = json.loads((self.directory / "CURRENT").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise IndexUnreadableError(str(error)) from error
        if not isinstance(pointer, dict) or pointer.get("schema") != schema_version():
            raise IndexUnreadableError(str(pointer))
        return str(pointer["generation"])

    def generation_or_none(self) -> str | None:
        """Return the name of the live generation, or None when there is none of this schema."""
        try:
            return self.generation()
        except IndexUnreadableError:
            return None

    def live(self) -> Index:
        """Return the live index, for writing."""
        return self._open(self.generation())

    def new_generation(self) -> tuple[str, Index]:
        """Make an empty index beside the live one."""
        name = f"{int(time.time())}-{uuid.uuid4().hex[:8]}"
        path = self.directory / name
        path.mkdir(parents=True)
        return name, whoosh_index.create_in(str(path), make_schema())

    def switch(self, name: str) -> None:
        """Make generation `name` the live one in one step, then remove generations nobody can still be reading."""
        temporary = self.directory / f"CURRENT.{uuid.uuid4().hex[:8]}"
        with temporary.open("w", encoding="utf-8") as file:
            json.dump({"generation": name, "schema": schema_version()}, file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._pointer())
        self.remove_old(name)

    def remove_old(self, live: str | None) -> None:
        """Remove generations that nobody can still be reading; `live` stays, and so do those of a while ago."""
        for path in self.directory.iterdir():
            # A reader of another process may still be on the generation before: it is left alone for a while.
            if path.is_dir() and path.name != live and time.time() - path.stat().st_mtime > _OLD_GENERATION_KEPT:
                shutil.rmtree(path, ignore_errors=True)

    def _pointer(self) -> Path:
        path = self.directory / "CURRENT"
        if path.is_dir():
            # Whoever restored a backup wrongly left a folder where the name of the live generation belongs.
            shutil.rmtree(path)
        return path

    def building(self, timeout: float) -> FileLock:
        """Return the lock that keeps two processes from rebuilding at once. It falls with the process that holds it."""
        self.directory.mkdir(parents=True, exist_ok=True)
        return FileLock(str(self.directory / "BUILDING"), timeout=timeout)

    @contextmanager
    def snapshot(self, *, newest: bool = True) -> Iterator[Snapshot]:
        """Yield the newest state of the live index, or with `newest=False` the one that is open, if any is.

        Raises `IndexUnreadableError` when there is no index, or it cannot be read.
        """
        if newest or self._snapshot is None:
            self.refresh()
        with self._lock:
            snapshot = self._snapshot
            if snapshot is None:
                message = "the index was closed"
                raise IndexUnreadableError(message)
            snapshot.users += 1
        try:
            yield snapshot
        finally:
            with self._lock:
                snapshot.users -= 1
                self._close_unused(snapshot)

    def refresh(self) -> None:
        """Open the newest state of the live index unless it is open already. Raises `IndexUnreadableError`.

        One thread opens it; those who are content with the state before go on reading that.
        """
        with self._opening:
            name = self.generation()
            # Whoosh writes a new table of contents with each commit; its number says whether ours is the newest.
            number = self._open(name).latest_generation()
            if self._snapshot is None or self._snapshot.name != name or self._written != number:
                snapshot = _retrying(lambda: Snapshot(name, self._open(name)))
                with self._lock:
                    self._replace(snapshot)
                    self._written = number

    def damaged_files(self, largest: int | None = None) -> list[str]:
        """Return the names of the files of the live index that are missing, or are not as they were written.

        Of files larger than `largest` bytes, if that is given, only the size is compared.
        Raises `IndexUnreadableError` when there is no index.
        """
        while True:
            index = self._open(self.generation())
            before = index.latest_generation()
            found: list[str] = _retrying(lambda index=index: damaged_files(index, largest))
            # A commit in the middle of it has removed files that were not damaged at all: those are looked at anew.
            if not found or index.latest_generation() == before:
                return found

    def forget_generation(self, name: str) -> None:
        """Remove a generation that was not finished."""
        shutil.rmtree(self.directory / name, ignore_errors=True)

    def close(self) -> None:
        """Close what is open; what is still being read closes when its reader is done."""
        with self._lock:
            self._replace(None)

    def _replace(self, snapshot: Snapshot | None) -> None:
        before, self._snapshot = self._snapshot, snapshot
        if before is not None:
            before.replaced = True
            self._close_unused(before)

    @staticmethod
    def _close_unused(snapshot: Snapshot) -> None:
        if snapshot.replaced and snapshot.users == 0:
            snapshot.close()

    def _open(self, name: str) -> Index:
        return _retrying(lambda: FileStorage(str(self.directory / name)).open_index())


def _retrying(action: Any) -> Any:
    """Run `action` again when another process committed in the middle of it.

    Whoosh removes the files of the former state when it commits, so a reader that has read the table of
    contents may not find them (seen 3 times in 2,775 searches). The next look finds the new state.
    """
    for attempt in range(_RETRIES):
        try:
            return action()
        except (FileNotFoundError, whoosh_index.EmptyIndexError) as error:
            if attempt == _RETRIES - 1:
                raise IndexUnreadableError(str(error)) from error
            time.sleep(_RETRY_PAUSE)
        except Exception as error:
            # A damaged file shows itself in many ways (struct, pickle, key, value errors); all mean one thing here.
            raise IndexUnreadableError(repr(error)) from error
    raise AssertionError
