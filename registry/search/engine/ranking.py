"""What comes of matching: agreements best first with their articles, and what their scores are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Scores = NDArray[np.float32]


@dataclass(frozen=True)
class Parts:
    """What the score of one agreement is made of: the sum of all but the last, times the last.

    The whole record, words that stand together in a title, the best article by its words, the same words standing
    together there or being its heading, and what is left to a record that hangs on another.
    """

    record: float
    title: float
    article: float
    together: float
    factor: float

    @property
    def score(self) -> float:
        """Return the score."""
        return (self.record + self.title + self.article + self.together) * self.factor


@dataclass(frozen=True)
class Share:
    """What one piece gave to the score of one agreement: rarity times impact times factor."""

    words: str
    field: str
    term: str
    rarity: float
    impact: float
    factor: float

    @property
    def score(self) -> float:
        """Return the product."""
        return self.rarity * self.impact * self.factor


@dataclass(frozen=True)
class Ranking:
    """What a query matched: agreements best first with their scores, and the articles with theirs."""

    agreements: NDArray[np.int32]
    scores: Scores
    owners: NDArray[np.int32]
    articles: NDArray[np.int32]
    article_scores: Scores

    @property
    def size(self) -> int:
        """Return how many bytes it takes."""
        return sum(
            part.nbytes for part in (self.agreements, self.scores, self.owners, self.articles, self.article_scores)
        )

    def score_of(self, agreement: int) -> float:
        """Return the score of an agreement, 0 when it did not match."""
        at = np.flatnonzero(self.agreements == agreement)
        return float(self.scores[at[0]]) if len(at) else 0.0

    def best_articles(self, agreements: Sequence[int], most: int) -> dict[int, list[int]]:
        """Return for each of these agreements the ids of its best articles, best first, at most `most` of them."""
        found: dict[int, list[int]] = {}
        asked = np.sort(np.array(agreements, np.int32))
        if not len(asked) or not len(self.owners):
            return found
        # Owners are looked up among a page of agreements, which are few.
        wanted = np.flatnonzero(asked[np.searchsorted(asked[:-1], self.owners)] == self.owners)
        for place in wanted[np.lexsort((wanted, -self.article_scores[wanted]))]:
            own = found.setdefault(int(self.owners[place]), [])
            if len(own) < most:
                own.append(int(self.articles[place]))
        return found
