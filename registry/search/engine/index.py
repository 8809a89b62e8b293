"""The search index: derived from the database, never the truth. Sync, rebuild, verify, search.

Every index says in a document of its own, written in the same commit as the records, which database it belongs to
and which change it has reached. What is missing is therefore always known, whatever was killed and whenever.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from filelock import Timeout
from whoosh.index import LockError
from whoosh.query import And as AndQuery

from registry.search.engine.fields import STATE_KEY, IndexRecord, document
from registry.search.engine.query import build, relaxed
from registry.search.engine.store import IndexStore, IndexUnreadableError, read_state
from registry.search.engine.suggest import suggestion
from registry.search.query_language.thesaurus import expand
from registry.search.query_language.tree import read_as

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from whoosh.searching import Searcher
    from whoosh.writing import IndexWriter

    from registry.search.query_language.tree import Node

log = logging.getLogger(__name__)

WRITE_TIMEOUT = 10.0
READ_TIMEOUT = 2.0
_BUILD_TIMEOUT = 600.0
_BATCH = 500

#: How much of its score a protocol keeps beside its base agreement.
_DEPENDING_WEIGHT = 0.9


class RecordSource(Protocol):
    """Where the index gets its records from."""

    def position(self) -> tuple[str, int]:
        """Return the identity of the database and the number of its last committed change."""

    def changes_after(self, number: int) -> tuple[set[int], int]:
        """Return the keys changed after change `number`, and the change up to which that is complete."""

    def change_numbers(self) -> dict[int, int]:
        """Return the last change of every agreement that exists."""

    def load(self, keys: Sequence[int]) -> Iterable[IndexRecord]:
        """Return the records with these keys as they are now; deleted ones are missing."""


@dataclass(frozen=True)
class TextHits:
    """The agreements that a query matched, best first, and how the query was read."""

    keys: list[int]
    read_as: str
    relaxed: bool
    complete_to: int
    is_complete: bool
    also: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Drift:
    """Where the index differs from the database: records it lacks, holds in an old state, twice, or wrongly."""

    missing: list[int] = field(default_factory=list)
    stale: list[int] = field(default_factory=list)
    twins: list[int] = field(default_factory=list)
    ghosts: list[int] = field(default_factory=list)

    def keys(self) -> set[int]:
        """Return every key that has to be indexed again."""
        return {*self.missing, *self.stale, *self.twins, *self.ghosts}


class SearchIndex:
    """One index folder and the database that it follows."""

    def __init__(self, directory: Path, source: RecordSource) -> None:
        """Remember both; nothing is opened before it is needed."""
        self.store = IndexStore(directory)
        self.source = source

    def ensure(self) -> str:
        """Make the index usable and current, whatever state it is in; return `current`, `synced` or `rebuilt`."""
        try:
            applied = self._applied()
        except IndexUnreadableError as error:
            log.info("the search index is built from the database: %s", error)
            self.rebuild()
            return "rebuilt"
        return "synced" if self.source.position()[1] > applied and self.sync() else "current"

    def sync(self, timeout: float = WRITE_TIMEOUT) -> int:
        """Apply what changed in the database; return how many agreements were indexed anew.

        Raises `LockError` when another process holds the writer for longer than `timeout` seconds, and
        `IndexUnreadableError` when there is no index to write to.
        """
        applied = self._applied()
        if self.source.position()[1] <= applied:
            return 0
        writer = self.store.live().writer(timeout=timeout)
        try:
            # Another process may have written while this one waited for the lock.
            keys, number = self.source.changes_after(self._applied())
            self._apply(writer, keys, number)
        except BaseException:
            writer.cancel()
            raise
        writer.commit()
        return len(keys)

    def rebuild(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Build the index anew beside the live one and switch to it; return how many agreements it holds.

        Searches go on meanwhile. Changes made during the build are applied before the switch, later ones by the
        next sync. `progress` is told how many of how many agreements are done.
        """
        with self.store.building(_BUILD_TIMEOUT):
            name, index = self.store.new_generation()
            _, number = self.source.position()
            keys = sorted(self.source.change_numbers())
            done = 0
            for start in range(0, len(keys), _BATCH):
                batch = keys[start : start + _BATCH]
                writer = index.writer(timeout=WRITE_TIMEOUT)
                self._apply(writer, batch, number)
                writer.commit()
                done += len(batch)
                if progress:
                    progress(done, len(keys))
            changed, number = self.source.changes_after(number)
            if changed or not keys:
                writer = index.writer(timeout=WRITE_TIMEOUT)
                self._apply(writer, changed, number)
                writer.commit()
            index.close()
            self.store.switch(name)
            return done

    def verify(self) -> Drift:
        """Compare every record of the index with the database."""
        expected = self.source.change_numbers()
        found: dict[int, list[int]] = {}
        with self.store.searcher() as searcher:
            for fields in searcher.reader().all_stored_fields():
                if fields.get("key") not in (None, STATE_KEY):
                    found.setdefault(int(fields["key"]), []).append(int(fields["change"]))
        return Drift(
            missing=sorted(expected.keys() - found.keys()),
            stale=sorted(key for key in expected.keys() & found.keys() if max(found[key]) < expected[key]),
            twins=sorted(key for key, changes in found.items() if len(changes) > 1),
            ghosts=sorted(found.keys() - expected.keys()),
        )

    def mend(self, drift: Drift) -> None:
        """Index the records anew in which `verify` found drift."""
        writer = self.store.live().writer(timeout=WRITE_TIMEOUT)
        self._apply(writer, drift.keys(), self._applied())
        writer.commit()

    def search(self, node: Node, *, expanded: bool = True) -> TextHits:
        """Return what matches a query, best first, after catching up with the database.

        When the writer is busy the answer comes from what is there, and says so (`is_complete`). When nothing
        has all the words, those that have any of them are returned and marked (`relaxed`). With `expanded`,
        terms of the same meaning in other languages are looked for as well, and named (`also`).
        """
        self._catch_up()
        last_change = self.source.position()[1]
        with self.store.searcher() as searcher:
            applied = int(read_state(searcher)["change"])
            wanted, also = expand(node) if expanded else (node, [])
            keys = _ranked(searcher, wanted)
            wider = relaxed(wanted) if not keys else None
            if wider is not None:
                keys = _ranked(searcher, wider)
        is_relaxed = wider is not None and bool(keys)
        return TextHits(keys, read_as(node), is_relaxed, applied, applied >= last_change, also)

    def suggest(self, text: str) -> str | None:
        """Return what a query that found nothing may have meant, in words that the index knows, or None."""
        with self.store.searcher() as searcher:
            return suggestion(searcher.reader(), text)

    def is_readable(self) -> bool:
        """Return whether the index can answer."""
        try:
            self._applied()
        except IndexUnreadableError:
            return False
        return True

    def close(self) -> None:
        """Close all readers."""
        self.store.close()

    def _catch_up(self) -> None:
        try:
            self.sync(READ_TIMEOUT)
        except LockError:
            log.info("another process is writing the search index; the answer may lack its changes")
        except IndexUnreadableError:
            try:
                self.ensure()
            except Timeout:
                log.warning("the search index is being built by another process")
                raise

    def _applied(self) -> int:
        """Return the change that the index has reached.

        Raises `IndexUnreadableError` when the index belongs to another database, or is ahead of it: then the
        database was restored from a backup and the index tells of changes that never happened.
        """
        database, last_change = self.source.position()
        with self.store.searcher() as searcher:
            state = read_state(searcher)
        if state["database"] != database or state["change"] > last_change:
            message = "the index belongs to another database or to a later state of this one"
            raise IndexUnreadableError(message)
        return int(state["change"])

    def _apply(self, writer: IndexWriter, keys: Iterable[int], number: int) -> None:
        """Write the present state of the records: one deletion and at most one addition for each.

        Two updates of one key in a batch would leave a twin that later updates never remove, and a delete does
        not see an addition of the same batch.
        """
        ordered = sorted(set(keys))
        for key in ordered:
            writer.delete_by_term("key", str(key))
        changes = self.source.change_numbers() if ordered else {}
        for start in range(0, len(ordered), _BATCH):
            for record in self.source.load(ordered[start : start + _BATCH]):
                writer.add_document(**document(record, changes.get(record.key, number)))
        writer.delete_by_term("key", STATE_KEY)
        writer.add_document(key=STATE_KEY, state={"database": self.source.position()[0], "change": number})


def _ranked(searcher: Searcher, node: Node) -> list[int]:
    """Return the keys that match, best first.

    A protocol repeats the title of its base agreement, often with the words in a better place; who looks for
    the words wants the base first. Among equals the earlier registered agreement comes first.
    """
    reader = searcher.reader()
    query = AndQuery([build(node, lambda name, term: (name, term) in reader)])
    scored = []
    for score, number in searcher.search(query.normalize(), limit=None).top_n:
        fields = searcher.stored_fields(number)
        weight = _DEPENDING_WEIGHT if fields.get("depends") else 1.0
        scored.append((round(-(score or 0.0) * weight, 6), int(fields["key"])))
    return [key for _, key in sorted(scored)]
