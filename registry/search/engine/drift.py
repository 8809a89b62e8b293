"""Where the index differs from the database."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from registry.search.engine.fields import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from registry.search.engine.snapshot import Snapshot
    from registry.search.engine.source import RecordSource

_AUDIENCES = 7
_MOST = 2
#: Records are read in batches, so that the texts of a large registry are never in memory together.
_BATCH = 100


@dataclass(frozen=True)
class Drift:
    """What is wrong with an index.

    `missing` are records that it lacks, `stale` those that it holds in another state than the database or
    incompletely, `twins` those that it holds twice, `ghosts` those that are no longer there. `damaged` are files of
    the index that are not as they were written.
    """

    missing: list[int] = field(default_factory=list)
    stale: list[int] = field(default_factory=list)
    twins: list[int] = field(default_factory=list)
    ghosts: list[int] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)

    @property
    def is_found(self) -> bool:
        """Return whether anything is wrong."""
        return bool(self.damaged or self.keys())

    def keys(self) -> set[int]:
        """Return every key that has to be indexed again."""
        return {*self.missing, *self.stale, *self.twins, *self.ghosts}


def find_drift(snapshot: Snapshot, source: RecordSource, progress: Callable[[int, int], None] | None = None) -> Drift:
    """Compare every record and every article of the index with those of the database, contents and all.

    `progress` is told how many of how many records are done. Raises `IndexUnreadableError` when the index cannot
    be read.
    """
    expected = source.change_numbers()
    articles: dict[int, set[int]] = defaultdict(set)
    for article, owner in source.article_owners().items():
        articles[owner].add(article)
    found_articles: dict[int, Counter[int]] = defaultdict(Counter)
    oldest: dict[int, int] = {}
    digests: dict[int, set[int]] = defaultdict(set)
    written = _digests(snapshot)
    audiences: dict[int, Counter[int]] = defaultdict(Counter)
    for number in np.flatnonzero(snapshot.alive):
        owner, article = int(snapshot.owner[number]), int(snapshot.article[number])
        digests[owner].add(int(written[number]))
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
    stale |= _differing(sorted(present), digests, source, progress)
    return Drift(
        missing=sorted(expected.keys() - audiences.keys()),
        stale=sorted(stale - twins),
        twins=sorted(twins & expected.keys()),
        ghosts=sorted(oldest.keys() - expected.keys()),
    )


def _digests(snapshot: Snapshot) -> NDArray[np.int64]:
    """Return the digest in each document of the index; only who verifies needs them, so that no snapshot keeps them."""
    parts = []
    with snapshot._reading():  # noqa: SLF001  It says of damage what the rest of the engine says.
        for leaf, _ in snapshot._leaves:  # noqa: SLF001
            if leaf.has_column("digest"):
                column = leaf._perdoc.column_reader("digest", leaf.schema["digest"].column_type)  # noqa: SLF001
                parts.append(np.array(column.load(), np.int64))
            else:
                parts.append(np.zeros(leaf.doc_count_all(), np.int64))
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def _differing(
    keys: Sequence[int],
    digests: Mapping[int, set[int]],
    source: RecordSource,
    progress: Callable[[int, int], None] | None,
) -> set[int]:
    """Return those of the records that the index holds otherwise than the database has them now."""
    differing: set[int] = set()
    for start in range(0, len(keys), _BATCH):
        batch = keys[start : start + _BATCH]
        differing |= {record.key for record in source.load(batch) if digests[record.key] != {digest(record)}}
        if progress:
            progress(start + len(batch), len(keys))
    return differing
