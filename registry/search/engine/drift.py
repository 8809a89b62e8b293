"""Where the index differs from the database."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from registry.search.engine.snapshot import Snapshot
    from registry.search.engine.source import RecordSource

_AUDIENCES = 7
_MOST = 2


@dataclass(frozen=True)
class Drift:
    """Records that the index lacks, holds in an old state or incompletely, twice, or wrongly."""

    missing: list[int] = field(default_factory=list)
    stale: list[int] = field(default_factory=list)
    twins: list[int] = field(default_factory=list)
    ghosts: list[int] = field(default_factory=list)

    def keys(self) -> set[int]:
        """Return every key that has to be indexed again."""
        return {*self.missing, *self.stale, *self.twins, *self.ghosts}


def find_drift(snapshot: Snapshot, source: RecordSource) -> Drift:
    """Compare every record and every article of the index with those of the database."""
    expected = source.change_numbers()
    articles: dict[int, set[int]] = defaultdict(set)
    for article, owner in source.article_owners().items():
        articles[owner].add(article)
    found_articles: dict[int, Counter[int]] = defaultdict(Counter)
    oldest: dict[int, int] = {}
    audiences: dict[int, Counter[int]] = defaultdict(Counter)
    for number in np.flatnonzero(snapshot.alive):
        owner, article = int(snapshot.owner[number]), int(snapshot.article[number])
        oldest[owner] = min(oldest.get(owner, 1 << 31), int(snapshot.change[number]))
        if article:
            found_articles[owner][article] += 1
        else:
            bits = int(snapshot.flags[number]) & _AUDIENCES
            audiences[owner].update(place for place in range(3) if bits >> place & 1)
    twins = {
        owner
        for owner in oldest
        if max(audiences[owner].values(), default=0) > 1 or max(found_articles[owner].values(), default=0) > 1
    }
    present = expected.keys() & audiences.keys()
    stale = {
        owner
        for owner in present
        if oldest[owner] < expected[owner]
        or set(found_articles[owner]) != articles[owner]
        # Whoever sees most sees every record, and between two clearances none is left out.
        or sorted(audiences[owner]) != list(range(min(audiences[owner]), _MOST + 1))
    }
    return Drift(
        missing=sorted(expected.keys() - audiences.keys()),
        stale=sorted(stale - twins),
        twins=sorted(twins & expected.keys()),
        ghosts=sorted(oldest.keys() - expected.keys()),
    )
