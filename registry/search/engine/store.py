"""The folder of the index: which generation is live, and the readers that are open on it.

`CURRENT` names the live generation and is replaced in one step, so that a reader sees the old index or the new
one and never half of either. Nothing here wipes an index: a rebuild makes another one beside it.
"""

from __future__ import annotations

import json
import os
import shutil
import time
import uuid
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from filelock import FileLock
from whoosh import index as whoosh_index
from whoosh.filedb.filestore import FileStorage

from registry.search.engine.fields import SCHEMA_VERSION, STATE_KEY, make_schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from whoosh.index import Index
    from whoosh.searching import Searcher

_RETRIES = 20
_RETRY_PAUSE = 0.05
_OLD_GENERATION_KEPT = 600.0


class IndexUnreadableError(Exception):
    """There is no index, or it cannot be read: it has to be built anew from the database."""


class IndexStore:
    """Opens the live generation, hands out searchers, and switches to a new generation."""

    def __init__(self, directory: Path) -> None:
        """Remember the folder; nothing is opened before it is needed."""
        self.directory = directory
        self._live: tuple[str, Index] | None = None
        self._idle: SimpleQueue[tuple[str, Searcher]] = SimpleQueue()

    def generation(self) -> str:
        """Return the name of the live generation. Raises `IndexUnreadableError` when there is none of this schema."""
        try:
            pointer = json.loads((self.directory / "CURRENT").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise IndexUnreadableError(str(error)) from error
        if not isinstance(pointer, dict) or pointer.get("schema") != SCHEMA_VERSION:
            raise IndexUnreadableError(str(pointer))
        return str(pointer["generation"])

    def live(self) -> Index:
        """Return the live index, opened anew when another process has switched generations."""
        return self._named_live()[1]

    def _named_live(self) -> tuple[str, Index]:
        """Return the live index with its name, which belong together whatever is switched meanwhile."""
        name = self.generation()
        live = self._live
        if live is None or live[0] != name:
            live = self._live = (name, _retrying(lambda: FileStorage(str(self.directory / name)).open_index()))
        return live

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
            json.dump({"generation": name, "schema": SCHEMA_VERSION}, file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.directory / "CURRENT")
        self._drop_idle()
        for path in self.directory.iterdir():
            # A reader of another process may still be on the generation before: it is left alone for a while.
            if path.is_dir() and path.name != name and time.time() - path.stat().st_mtime > _OLD_GENERATION_KEPT:
                shutil.rmtree(path, ignore_errors=True)

    def building(self, timeout: float) -> FileLock:
        """Return the lock that keeps two processes from rebuilding at once. It falls with the process that holds it."""
        self.directory.mkdir(parents=True, exist_ok=True)
        return FileLock(str(self.directory / "BUILDING"), timeout=timeout)

    @contextmanager
    def searcher(self) -> Iterator[Searcher]:
        """Yield a searcher on the newest state of the live index; each is used by one thread at a time."""
        name, index = self._named_live()
        searcher = None
        with suppress(Empty):
            kept_name, kept = self._idle.get_nowait()
            # `refresh` of whoosh3 3.54 goes on showing what was deleted since: a stale searcher is opened anew.
            if kept_name == name and kept.up_to_date():
                searcher = kept
            else:
                kept.close()
        if searcher is None:
            searcher = _retrying(index.searcher)
        try:
            yield searcher
        finally:
            self._idle.put((name, searcher))

    def close(self) -> None:
        """Close what is open."""
        self._drop_idle()
        self._live = None

    def _drop_idle(self) -> None:
        with suppress(Empty):
            while True:
                self._idle.get_nowait()[1].close()


def read_state(searcher: Searcher) -> dict[str, Any]:
    """Return which database an index belongs to and which change it has reached. Raises `IndexUnreadableError`."""
    fields = searcher.document(key=STATE_KEY)
    if not fields or not isinstance(fields.get("state"), dict):
        message = "the index does not say what it contains"
        raise IndexUnreadableError(message)
    state: dict[str, Any] = fields["state"]
    return state


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
