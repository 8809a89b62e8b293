"""The search index: derived from the database, never the truth. Sync, rebuild, verify, search.

Every index says in a document of its own, written in the same commit as the records, which database it belongs to
and which change it has reached. What is missing is therefore always known, whatever was killed and whenever.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from filelock import Timeout
from whoosh.index import LockError

from registry.core.access import ANYBODY
from registry.search.engine.answers import Answers, answer
from registry.search.engine.building import build, open_writer, processes_for, write
from registry.search.engine.drift import Drift, find_drift
from registry.search.engine.errors import IndexNotBuiltError, IndexUnreadableError
from registry.search.engine.matching import Matching
from registry.search.engine.store import IndexStore
from registry.search.engine.suggest import suggestion
from registry.search.query_language.relaxing import without_small_words
from registry.search.query_language.thesaurus import expand
from registry.search.query_language.tree import read_as

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from registry.core.access import Reader
    from registry.search.engine.answers import TextAnswer
    from registry.search.engine.ranking import Parts, Share
    from registry.search.engine.source import RecordSource
    from registry.search.query_language.tree import Node

log = logging.getLogger(__name__)

WRITE_TIMEOUT = 10.0
READ_TIMEOUT = 2.0
#: How long readers go without trying to write after another process was found to be writing.
BUSY_PAUSE = 1.0
_BUILD_TIMEOUT = 600.0
#: Files up to this many bytes are compared with their checksums at start: some milliseconds each.
_QUICKLY_READ = 8 * 1024 * 1024
_PAUSE_AFTER_FAILURE = 60.0
_MANY = 400
#: Another process may have mended or rebuilt the index without a change of the database: look now and then.
_LOOK_EVERY = 1.0


@dataclass(frozen=True)
class TextHits:
    """What the index says to a query, how the query was read, and up to which change the index was complete."""

    answer: TextAnswer
    read_as: str
    complete_to: int
    is_complete: bool

    @property
    def keys(self) -> list[int]:
        """Return the ids of the agreements, best first."""
        found: list[int] = self.answer.ranking.agreements.tolist()
        return found


class SearchIndex:
    """One index folder and the database that it follows."""

    def __init__(self, directory: Path, source: RecordSource) -> None:
        """Remember both; nothing is opened before it is needed."""
        self.store = IndexStore(directory)
        self.source = source
        self._writing = threading.Lock()
        self._looked_at = self._busy_until = 0.0
        self._failed_at = -_PAUSE_AFTER_FAILURE
        self._answers = Answers()

    def ensure(self, progress: Callable[[int, int], None] | None = None) -> str:
        """Make the index usable and current, whatever state it is in; return `current`, `synced` or `rebuilt`.

        When most of a large registry has changed, it is built anew on all cores instead of record by record. Damage of
        a few bytes is found in files that are quickly read; in the largest ones `verify` finds it.
        """
        try:
            applied = self._applied()
            self._look_for_damage()
        except IndexUnreadableError as error:
            return self._heal(error, _BUILD_TIMEOUT, progress)
        if self.source.position()[1] <= applied:
            return "current"
        changed, _ = self.source.changes_after(applied)
        if len(changed) > _MANY and 2 * len(changed) > len(self.source.change_numbers()):
            self.rebuild(progress)
            return "rebuilt"
        return "synced" if self.sync() else "current"

    def sync(self, timeout: float = WRITE_TIMEOUT) -> int:
        """Apply what changed in the database; return how many agreements were indexed anew.

        Raises `LockError` when another process holds the writer for longer than `timeout` seconds, and
        `IndexUnreadableError` when there is no index to write to.
        """
        if self.source.position()[1] <= self._applied():
            return 0
        with self._turn(timeout):
            # Another thread may have written while this one waited: Whoosh's lock is polled and not fair.
            if self.source.position()[1] <= self._applied():
                return 0
            writer = open_writer(self.store.live(), timeout=timeout)
            try:
                keys, number = self.source.changes_after(self._applied())
                write(writer, self.source, keys, number)
            except BaseException:
                writer.cancel()
                raise
            writer.commit()
            return len(keys)

    def rebuild(self, progress: Callable[[int, int], None] | None = None, processes: int | None = None) -> int:
        """Build the index anew beside the live one and switch to it; return how many agreements it holds.

        Searches go on meanwhile. Changes made during the build are applied before the switch, later ones by the
        next sync. `progress` is told how many of how many agreements are done. Large registries are divided
        among all cores unless `processes` says otherwise. A build that fails leaves the live index as it was and
        nothing else; its error is raised.
        """
        with self.store.building(_BUILD_TIMEOUT):
            return self._rebuild(progress, processes)

    def _rebuild(self, progress: Callable[[int, int], None] | None, processes: int | None) -> int:
        name, index = self.store.new_generation()
        try:
            _, number = self.source.position()
            keys = sorted(self.source.change_numbers())
            folder = self.store.directory / name
            build(index, folder, self.source, keys, number, processes or processes_for(len(keys)), progress)
            changed, number = self.source.changes_after(number)
            if changed:
                writer = open_writer(index, timeout=WRITE_TIMEOUT)
                write(writer, self.source, changed, number)
                writer.commit()
            index.close()
        except BaseException:
            self._failed_at = time.monotonic()
            self.store.forget_generation(name)
            raise
        self.store.switch(name)
        return len(keys)

    def _heal(
        self, error: IndexUnreadableError, timeout: float, progress: Callable[[int, int], None] | None = None
    ) -> str:
        """Build the index anew because of an error, unless another process or thread did so meanwhile.

        Raises `IndexUnreadableError` when another one is building for longer than `timeout` seconds, or when a
        build failed a moment ago: a full disk is not emptied by trying again with each request.
        """
        before = self.store.generation_or_none()
        if timeout == 0 and time.monotonic() - self._failed_at < _PAUSE_AFTER_FAILURE:
            raise error
        try:
            with self.store.building(timeout):
                if self.store.generation_or_none() != before:
                    self.store.refresh()
                    return "synced"
                # The text and not the error: a log that keeps it would keep the files open that could not be read.
                log.warning("the search index is built from the database: %s", str(error))
                self.store.close()
                self._rebuild(progress, None)
                return "rebuilt"
        except Timeout as busy:
            message = "the search index is being built"
            raise IndexUnreadableError(message) from busy
        except (OSError, IndexNotBuiltError) as failure:
            log.exception("the search index could not be built")
            raise IndexUnreadableError(str(failure)) from failure

    def verify(self, progress: Callable[[int, int], None] | None = None) -> Drift:
        """Compare the contents of every record of the index with the database, and its files with their checksums.

        `progress` is told how many of how many records are done. Raises `IndexUnreadableError` when the index
        cannot be read at all.
        """
        damaged = self.store.damaged_files()
        with self.store.snapshot() as snapshot:
            return replace(find_drift(snapshot, self.source, progress), damaged=damaged)

    def mend(self, drift: Drift, progress: Callable[[int, int], None] | None = None) -> None:
        """Index the records anew in which `verify` found drift, or all of them when it found a damaged file."""
        if drift.damaged:
            self.rebuild(progress)
            return
        with self._turn(WRITE_TIMEOUT):
            writer = open_writer(self.store.live(), timeout=WRITE_TIMEOUT)
            write(writer, self.source, drift.keys(), self._applied())
            writer.commit()

    def search(
        self, node: Node, reader: Reader = ANYBODY, *, expanded: bool = True, position: tuple[str, int] | None = None
    ) -> TextHits:
        """Return what matches a query for a reader, best first, after catching up with the database.

        When the writer is busy the answer comes from what is there, and says so (`is_complete`). When nothing
        has all the words, those that have any of them are returned and marked (`relaxed`). With `expanded`,
        terms of the same meaning in other languages are looked for as well, and named (`also`). `position` is
        that of the database when the caller has just asked for it.
        """
        try:
            return self._search(node, reader, expanded=expanded, position=position)
        except IndexUnreadableError as error:
            # Damage that opening the index does not show is met by the first query that needs the damaged part.
            self._heal(error, 0)
            return self._search(node, reader, expanded=expanded, position=None)

    def suggest(self, text: str, reader: Reader = ANYBODY) -> str | None:
        """Return what a query that found nothing may have meant, in words that the reader could find, or None."""
        try:
            with self.store.snapshot(newest=False) as snapshot:
                return suggestion(snapshot, snapshot.view(reader).visible, text)
        except IndexUnreadableError as error:
            self._heal(error, 0)
            return None

    def explain(
        self, node: Node, agreement: int, reader: Reader, *, expanded: bool = True
    ) -> tuple[Parts, list[Share]]:
        """Return what the score of an agreement is made of, and what each word could give, the largest share first."""
        with self.store.snapshot(newest=False) as snapshot:
            wanted = without_small_words(expand(node)[0] if expanded else node)
            matching = Matching(snapshot, reader)
            shares = sorted(matching.shares(wanted, agreement), key=lambda share: -share.score)
            return matching.parts(wanted, agreement), shares

    def is_readable(self) -> bool:
        """Return whether the index can answer."""
        try:
            self._applied()
        except IndexUnreadableError:
            return False
        return True

    def change_reached(self) -> int:
        """Return the change up to which the open state of the index is complete."""
        with self.store.snapshot(newest=False) as snapshot:
            return snapshot.change_reached

    def close(self) -> None:
        """Close all readers."""
        self.store.close()

    def catch_up(self, position: tuple[str, int] | None = None) -> int:
        """Bring the index up to the database as far as that is possible now; return the database's last change."""
        database, last_change = position or self.source.position()
        if time.monotonic() - self._looked_at < _LOOK_EVERY:
            try:
                with self.store.snapshot(newest=False) as snapshot:
                    if (snapshot.state["database"], snapshot.state["change"]) == (database, last_change):
                        return last_change
            except IndexUnreadableError:
                # Whether there is no index at all is found out below, where it is also mended.
                pass
        self._looked_at = time.monotonic()
        try:
            if time.monotonic() > self._busy_until:
                self.sync(READ_TIMEOUT)
        except LockError:
            # Whoever writes for long would otherwise make every reader wait as long as this one did.
            self._busy_until = time.monotonic() + BUSY_PAUSE
            log.info("another process is writing the search index; the answer may lack its changes")
        except IndexUnreadableError as error:
            self._heal(error, 0)
        self.store.refresh()
        return last_change

    def _search(self, node: Node, reader: Reader, *, expanded: bool, position: tuple[str, int] | None) -> TextHits:
        last_change = self.catch_up(position)
        with self.store.snapshot(newest=False) as snapshot:
            key = (node, reader.clearance, expanded)
            found = self._answers.get(snapshot, key)
            if found is None:
                found = self._answers.keep(snapshot, key, answer(snapshot, node, reader, expanded=expanded))
            complete_to = snapshot.change_reached
        return TextHits(found, read_as(without_small_words(node)), complete_to, complete_to >= last_change)

    def _applied(self) -> int:
        """Return the change that the index has reached.

        Raises `IndexUnreadableError` when the index belongs to another database, or is ahead of it: then the
        database was restored from a backup and the index tells of changes that never happened.
        """
        # The state is read first: it cannot then be ahead of a position that was read before another one's commit.
        with self.store.snapshot() as snapshot:
            state = snapshot.state
        database, last_change = self.source.position()
        if state["database"] != database or state["change"] > last_change:
            message = "the index belongs to another database or to a later state of this one"
            raise IndexUnreadableError(message)
        return int(state["change"])

    def _look_for_damage(self) -> None:
        damaged = self.store.damaged_files(_QUICKLY_READ)
        if damaged:
            message = f"damaged files: {', '.join(damaged)}"
            raise IndexUnreadableError(message)

    @contextmanager
    def _turn(self, timeout: float) -> Iterator[None]:
        """Let the threads of this process write one after another."""
        if not self._writing.acquire(timeout=timeout):
            raise LockError
        try:
            yield
        finally:
            self._writing.release()
