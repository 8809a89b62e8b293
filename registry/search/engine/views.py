"""One state of the index as one kind of reader sees it, with what words were found to be worth to them."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from cachetools import LRUCache

from registry.search.engine.fields import ARTICLE_EXACT, ARTICLE_STEM

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from numpy.typing import NDArray

    from registry.search.engine.leaves import Piece
    from registry.search.engine.snapshot import Postings, Snapshot

    Scores = NDArray[np.float32]
    Mask = NDArray[np.bool_]

#: Scores of words are kept up to this many bytes. What the objects around their arrays take.
_KEPT_BYTES, _OVERHEAD = 3 * 1024 * 1024, 600


@dataclass(frozen=True, slots=True)
class Found:
    """Where a word is found, in order, and its score there. A place is a slot of an agreement, or an article."""

    places: NDArray[np.int64]
    scores: Scores

    @property
    def size(self) -> int:
        """Return how many bytes it takes."""
        return self.places.nbytes + self.scores.nbytes + _OVERHEAD


NOWHERE = Found(np.empty(0, np.int64), np.empty(0, np.float32))


class View:
    """What of a snapshot exists for a reader: its records, its articles, the agreements that have a record.

    Nothing that the reader may not see is counted, not even in how rare a word is. Used by many threads.
    """

    def __init__(self, snapshot: Snapshot, visible: Mask) -> None:
        """Find out what exists."""
        self.snapshot = snapshot
        self.visible = visible
        self.records: Mask = visible & (snapshot.article == 0)
        self.articles: Mask = visible & (snapshot.article > 0)
        self.slots = len(snapshot.agreements)
        self.exists: Mask = np.zeros(self.slots, bool)
        self.exists[snapshot.slot[self.records]] = True
        self.total = int(self.exists.sum())
        self._lock = threading.Lock()
        self._kept: LRUCache[Hashable, Found] = LRUCache(_KEPT_BYTES, getsizeof=lambda found: found.size)

    def kept(self, key: Hashable) -> Found | None:
        """Return where a word was found before, or None when nobody asked."""
        with self._lock:
            return self._kept.get(key)

    def keep(self, key: Hashable, found: Found) -> None:
        """Keep where a word is found."""
        if found.size <= _KEPT_BYTES:
            with self._lock:
                self._kept[key] = found

    def has(self, field: str, postings: Postings) -> bool:
        """Return whether one of the documents of these postings exists for the reader."""
        visible = self.articles if field in (ARTICLE_STEM, ARTICLE_EXACT) else self.records
        return bool(visible[postings.documents].any())

    def seen(self, piece: Piece, *, in_articles: bool) -> tuple[NDArray[np.int64], Scores]:
        """Return the documents of a piece that exist for the reader, records or articles, and their impacts."""
        documents, weights = piece.postings.documents, piece.postings.weights
        kept = (self.articles if in_articles else self.records)[documents]
        return (documents, weights) if kept.all() else (documents[kept], weights[kept])

    def rarity(self, documents: NDArray[np.int64]) -> float:
        """Return the inverse document frequency (BM25's, which is never negative), set against all agreements."""
        frequency = min(len(documents), self.total)
        return float(np.log(1 + (self.total - frequency + 0.5) / (frequency + 0.5)))

    def scored(self, pieces: Sequence[Piece], *, in_articles: bool) -> Found:
        """Return the scores that pieces give: the best one for each place, and the bonuses on top of it."""
        known = [
            (piece.bonus, documents, impacts * np.float32(piece.factor * self.rarity(documents)))
            for piece in pieces
            for documents, impacts in [self.seen(piece, in_articles=in_articles)]
            if len(documents)
        ]
        if not known:
            return NOWHERE
        size = len(self.articles) if in_articles else self.slots
        best, bonus = np.zeros(size, np.float32), np.zeros(size, np.float32)
        for is_bonus, documents, worth in known:
            at = documents if in_articles else self.snapshot.slot[documents]
            scores = bonus if is_bonus else best
            # A record has one document that a reader sees, so no place occurs twice.
            scores[at] = np.maximum(scores[at], worth)
        places = np.flatnonzero(best)
        return Found(places, best[places] + bonus[places])
