"""One state of the index, opened for reading: its documents as arrays, and the postings of its words.

Whoosh stores and finds the postings; what it would do with them one document at a time is done here for whole
arrays (numpy). Arrays and decoded postings belong to the snapshot, so that nothing of an older state survives it.
"""

from __future__ import annotations

import os
import threading
from bisect import bisect_right
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from cachetools import LRUCache
from whoosh.filedb.structfile import StructFile
from whoosh.reading import TermNotFound

from registry.search.engine.errors import IndexUnreadableError
from registry.search.engine.fields import DEPENDS, STATE_KEY, audience
from registry.search.engine.views import View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray
    from whoosh.index import Index

    from registry.core.access import Reader

#: What the objects around the arrays of a posting list take.
_OVERHEAD = 450
#: Decoded postings are kept up to this many bytes.
_KEPT_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Postings:
    """The documents that contain a term, in order, with their weights, and where asked for the places in each.

    `places` holds for each occurrence the document (high bits) and the position (low 32 bits), in order.
    """

    documents: NDArray[np.int64]
    weights: NDArray[np.float32]
    places: NDArray[np.int64] | None = None

    @property
    def size(self) -> int:
        """Return how many bytes they take."""
        arrays = self.documents.nbytes + self.weights.nbytes + (self.places.nbytes if self.places is not None else 0)
        return arrays + _OVERHEAD


NOTHING = Postings(np.empty(0, np.int64), np.empty(0, np.float32), np.empty(0, np.int64))


class Snapshot:
    """A state of the index. Used by many threads: Whoosh's files are read under a lock, arrays never change."""

    def __init__(self, name: str, index: Index) -> None:
        """Open the newest state of a generation. Raises what Whoosh raises when a file is missing or damaged."""
        self.name = name
        self._lock = threading.RLock()
        self._reader = index.reader()
        try:
            self._leaves = self._reader.leaf_readers()
            for leaf, _ in self._leaves:
                _read_at_once(leaf)
            self.state = self._read_state()
            self._load_columns()
        except BaseException:
            self._reader.close()
            raise
        self._offsets = [offset for _, offset in self._leaves]
        self._kept: LRUCache[tuple[str, str, bool], Postings] = LRUCache(
            _KEPT_BYTES, getsizeof=lambda found: found.size
        )
        self._views: dict[int | None, View] = {}
        #: How many threads read it, and whether a newer one has taken its place: the store counts.
        self.users = 0
        self.replaced = False

    def _read_state(self) -> dict[str, Any]:
        """Return which database the index belongs to and which change it has reached."""
        for leaf, _ in self._leaves:
            if ("key", STATE_KEY) in leaf:
                matcher = leaf.postings("key", STATE_KEY)
                if matcher.is_active():
                    state = leaf.stored_fields(matcher.id()).get("state")
                    if isinstance(state, dict):
                        return state
        message = "the index does not say what it contains"
        raise LookupError(message)

    def _load_columns(self) -> None:
        columns: dict[str, list[NDArray[Any]]] = {
            name: [] for name in ("owner", "article", "change", "flags", "signed_first", "signed_last")
        }
        alive = []
        self._sequences: list[Any] = []
        for leaf, _ in self._leaves:
            count = leaf.doc_count_all()
            # The reader of the codec gives a column as an array; the public one gives it value by value.
            per_document = leaf._perdoc  # noqa: SLF001
            for name, parts in columns.items():
                parts.append(
                    np.array(per_document.column_reader(name, leaf.schema[name].column_type).load(), np.int32)
                    if leaf.has_column(name)
                    else np.zeros(count, np.int32)
                )
            self._sequences.append(
                per_document.column_reader("sequence", leaf.schema["sequence"].column_type)
                if leaf.has_column("sequence")
                else None
            )
            living = np.ones(count, bool)
            living[list(per_document.deleted_docs())] = False
            alive.append(living)
        joined = {name: np.concatenate(parts) if parts else np.zeros(0, np.int32) for name, parts in columns.items()}
        self.owner, self.article, self.change = joined["owner"], joined["article"], joined["change"]
        self.signed_first, self.signed_last = joined["signed_first"], joined["signed_last"]
        self.flags = joined["flags"].astype(np.uint8)
        # The document of the state has no owner, since keys of agreements begin with 1.
        self.alive = (np.concatenate(alive) if alive else np.zeros(0, bool)) & (self.owner > 0)
        #: Ids of the agreements in the index, in order; a *slot* is a place among them.
        self.agreements, self.slot = np.unique(self.owner, return_inverse=True)
        self.depends = np.zeros(len(self.agreements), bool)
        self.depends[self.slot[self.alive & ((self.flags & DEPENDS) != 0)]] = True

    @property
    def languages(self) -> frozenset[str]:
        """Return the languages in which there are titles or texts."""
        return frozenset(self.state.get("languages", ()))

    @property
    def change_reached(self) -> int:
        """Return the number of the change up to which the index is complete."""
        return int(self.state["change"])

    @cached_property
    def hides_something(self) -> bool:
        """Return whether some document is not for everybody."""
        return bool((self.alive & ((self.flags & 7) != 7)).any())  # noqa: PLR2004  All three bits of `Access`.

    def view(self, reader: Reader) -> View:
        """Return the snapshot as a reader sees it; readers who see the same share one view."""
        who = audience(reader.clearance) if self.hides_something else None
        view = self._views.get(who)
        if view is None:
            visible = self.alive if who is None else self.alive & ((self.flags & (1 << who)) != 0)
            # Two threads may make it at once; one of the two is kept.
            view = self._views.setdefault(who, View(self, visible))
        return view

    def postings(self, field: str, term: str, *, places: bool = False) -> Postings:
        """Return the postings of a term, of deleted documents too; nothing when the index does not have it."""
        key = (field, term, places)
        with self._reading():
            kept = self._kept.get(key)
            if kept is not None:
                return kept
            # That a term is not there is worth as much: a word of a query has forms in several languages.
            found = self._read(field, term, places=places)
            if found.size <= _KEPT_BYTES:
                self._kept[key] = found
            return found

    def sequences(self, documents: NDArray[np.int64]) -> list[bytes]:
        """Return the stems of the words of these articles in their order, packed as `nearness` says."""
        with self._reading():
            return [self._sequence(int(document)) for document in documents]

    def _sequence(self, document: int) -> bytes:
        place = bisect_right(self._offsets, document) - 1
        reader = self._sequences[place]
        found: bytes = reader[document - self._offsets[place]] if reader is not None else b""
        return found

    def places_among(self, field: str, term: str, documents: NDArray[np.int64] | None) -> NDArray[np.int64]:
        """Return where a term stands in at least these documents, which are in order, as in `Postings.places`.

        What stands in others is not decoded, so that a common word costs little beside a rare one. None is for all.
        """
        if documents is None:
            found = self.postings(field, term, places=True).places
            return NOTHING.documents if found is None else found
        with self._reading():
            kept = self._kept.get((field, term, True))
            if kept is not None and kept.places is not None:
                return kept.places
            blocks = self._blocks(field, term, documents)
            return np.concatenate(
                [NOTHING.documents, *(_places_of(numbers, values, documents) for numbers, _, values in blocks)]
            )

    def frequency(self, field: str, term: str) -> int:
        """Return how many documents have a term, deleted ones too."""
        with self._reading():
            return sum(leaf.doc_frequency(field, term) for leaf, _ in self._leaves)

    def terms_from(
        self, field: str, prefix: str, fits: Callable[[str], bool], most: int
    ) -> tuple[list[str], int, bool]:
        """Return the terms that begin with `prefix` and fit, how many were looked at, and whether that was all.

        At most `most` terms are looked at.
        """
        found: dict[str, None] = {}
        looked = 0
        for leaf, _ in self._leaves:
            with self._reading():
                terms = list(islice(_lexicon(leaf, field, prefix), most - looked + 1))
            looked += len(terms)
            found.update(dict.fromkeys(filter(fits, terms)))
            if looked > most:
                return list(found), most, False
        return list(found), looked, True

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Let one thread at a time read the files. Damage, which shows itself in many ways, means one thing here."""
        with self._lock:
            try:
                yield
            except (MemoryError, IndexUnreadableError):
                raise
            except Exception as error:
                raise IndexUnreadableError(repr(error)) from error

    def close(self) -> None:
        """Close the files."""
        with self._lock:
            self._reader.close()
            self._kept.clear()

    def _read(self, field: str, term: str, *, places: bool) -> Postings:
        documents: list[NDArray[np.int64]] = []
        weights: list[NDArray[np.float32]] = []
        spots: list[NDArray[np.int64]] = []
        for numbers, block_weights, values in self._blocks(field, term):
            documents.append(numbers)
            weights.append(
                np.full(len(numbers), 1.0 if block_weights is None else block_weights, np.float32)
                if block_weights is None or isinstance(block_weights, float)
                else np.array(block_weights, np.float32)
            )
            if places:
                spots.append(_places(numbers, values))
        if not documents:
            return NOTHING
        return Postings(np.concatenate(documents), np.concatenate(weights), np.concatenate(spots) if places else None)

    def _blocks(
        self, field: str, term: str, among: NDArray[np.int64] | None = None
    ) -> Iterator[tuple[NDArray[np.int64], Any, list[bytes]]]:
        """Yield the blocks of postings of a term: documents, weights and encoded positions.

        With `among`, documents in their order, only the blocks in which one of them can be.
        """
        for leaf, offset in self._leaves:
            # The matcher of the codec reads a block at a time; the public one would hide that behind filters.
            try:
                matcher = leaf._terms.matcher(field, term.encode(), leaf.schema[field].format)  # noqa: SLF001
            except TermNotFound:
                continue
            last = -1
            while matcher.is_active():
                before, last = last, matcher.block_max_id()
                if among is None or _is_any_between(among, before + offset, last + offset):
                    matcher._read_data()  # noqa: SLF001
                    steps, weights, values = matcher._data  # noqa: SLF001
                    yield np.cumsum(np.array(steps, np.int64)) + offset, weights, values
                matcher._next_block()  # noqa: SLF001


def _places(numbers: NDArray[np.int64], values: list[bytes]) -> NDArray[np.int64]:
    """Return documents and positions in them as `Postings.places` holds them."""
    counts = [len(value) // 4 for value in values]
    return (np.repeat(numbers, counts) << 32) | np.frombuffer(b"".join(values), np.uint32).astype(np.int64)


def _places_of(numbers: NDArray[np.int64], values: list[bytes], among: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the places of those documents only that are `among` the wanted ones."""
    at = np.minimum(np.searchsorted(numbers, among), len(numbers) - 1)
    wanted = at[numbers[at] == among]
    return _places(numbers[wanted], [values[place] for place in wanted])


def _is_any_between(ordered: NDArray[np.int64], above: int, last: int) -> bool:
    """Return whether one of the numbers is greater than `above` and not greater than `last`."""
    first, behind = np.searchsorted(ordered, (above, last), side="right")
    return bool(first < behind)


class _PositionedFile(StructFile):  # type: ignore[misc]
    """A file that is read at a place with one call of the system, where Whoosh would seek first and fill a buffer."""

    def get(self, position: int, length: int) -> bytes:
        """Return `length` bytes at `position`."""
        return os.pread(self.fileno(), length, position)


def _read_at_once(leaf: Any) -> None:
    """Let the table of terms of a segment be read so: each word of a query is looked up there in a dozen forms."""
    table = leaf._terms._tindex  # noqa: SLF001
    table.dbfile.__class__ = _PositionedFile


def _lexicon(leaf: Any, field: str, prefix: str) -> Iterator[str]:
    for raw in leaf.expand_prefix(field, prefix):
        yield raw.decode() if isinstance(raw, bytes) else raw
