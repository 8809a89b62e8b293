"""What the index says to a query: the agreements that match, those that match in part, and why. Kept while it holds."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cachetools import LRUCache

from registry.search.engine.matching import Matching
from registry.search.query_language.relaxing import relaxed, without_small_words
from registry.search.query_language.thesaurus import expand
from registry.search.query_language.tree import read_as, walk

if TYPE_CHECKING:
    from registry.core.access import Reader
    from registry.search.engine.ranking import Ranking
    from registry.search.engine.snapshot import Snapshot
    from registry.search.query_language.tree import Node

#: With fewer agreements than this that have all the words, the best of those that have some are named too.
_FEW = 10
#: How many parts of a query an agreement must have to be named among those that have some.
_LEAST_SHARE = 0.5
#: Answers are kept up to this many bytes.
_NODE_BYTES, _ANSWER_BYTES = 250, 1000
_KEPT_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class TextAnswer:
    """The agreements that match, best first. Nothing else is counted, filtered or exported.

    `is_relaxed` says that none had all the words, so that these have some of them. `partial` names a few that have
    some where only few have all. `words` says of each part of the query in how many agreements it is found; it is
    filled when not all parts were found together. `cut_short` names words with open letters of which not all terms
    were looked for. `widened` is the query with the terms of the same meaning.
    """

    ranking: Ranking
    is_relaxed: bool = False
    partial: list[int] = field(default_factory=list)
    partial_ranking: Ranking | None = None
    also: list[str] = field(default_factory=list)
    words: list[tuple[str, int]] = field(default_factory=list)
    cut_short: list[str] = field(default_factory=list)
    widened: Node | None = None
    nodes: int = 0

    @property
    def size(self) -> int:
        """Return how many bytes it takes with its query, about."""
        arrays = self.ranking.size + (self.partial_ranking.size if self.partial_ranking else 0)
        return arrays + _NODE_BYTES * (self.nodes + len(self.words) + len(self.also)) + _ANSWER_BYTES


def answer(snapshot: Snapshot, node: Node, reader: Reader, *, expanded: bool) -> TextAnswer:
    """Match a query on one state of the index for a reader; with `expanded` by terms of the same meaning too."""
    matching = Matching(snapshot, reader)
    widened, also = expand(node) if expanded else (node, [])
    # Terms are looked up as they were typed: «вступление в силу» is one, and only then may the small word go.
    wanted = without_small_words(widened)
    ranking = matching.rank(wanted)
    found = len(ranking.agreements)
    wider = relaxed(wanted) if found < _FEW else None
    words: list[tuple[str, int]] = []
    partial: list[int] = []
    partial_ranking = None
    is_relaxed = False
    if not found:
        words = [(read_as(part), count) for part, count in matching.counts(wanted)]
        if wider is not None:
            ranking = matching.rank(wider, parts_of=wanted)
            is_relaxed = len(ranking.agreements) > 0
    elif wider is not None:
        partial_ranking = matching.rank(wider, parts_of=wanted, least_share=_LEAST_SHARE)
        whole = set(ranking.agreements.tolist())
        partial = [key for key in partial_ranking.agreements.tolist() if key not in whole][:_FEW]
    cut_short = list(dict.fromkeys(matching.leaves.cut_short))
    nodes = sum(1 for _ in walk(widened))
    return TextAnswer(ranking, is_relaxed, partial, partial_ranking, also, words, cut_short, widened, nodes)


class Answers:
    """Answers of one state of the index, the least used forgotten first. Another state forgets them all."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._kept: LRUCache[object, TextAnswer] = LRUCache(_KEPT_BYTES, getsizeof=lambda found: found.size)

    def get(self, snapshot: Snapshot, key: object) -> TextAnswer | None:
        """Return what was answered on this state, or None."""
        with self._lock:
            return self._kept.get(key) if snapshot is self._snapshot else None

    def keep(self, snapshot: Snapshot, key: object, found: TextAnswer) -> TextAnswer:
        """Keep an answer and return it."""
        with self._lock:
            if snapshot is not self._snapshot:
                self._snapshot = snapshot
                self._kept.clear()
            if found.size <= _KEPT_BYTES:
                self._kept[key] = found
        return found
