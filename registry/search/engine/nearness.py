"""What words give beyond occurring: when they stand together in a title or an article, or are an article's heading.

Only the articles that score best by their words are looked at in this way, so that the cost does not grow with the
registry.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from registry.search.engine.leaves import distances, distinct
from registry.search.engine.sequences import Sequences, stem_number
from registry.search.query_language.tree import Alternative, And, InArticle, Not, Or, Term, typed
from registry.search.words.small import SMALL_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from registry.search.engine.leaves import Leaves
    from registry.search.engine.views import View
    from registry.search.query_language.tree import Node

    Scores = NDArray[np.float32]
    #: Words of a query that stand side by side, and what they count.
    Run = tuple[tuple[str, ...], float]

#: Words that stand side by side belong together, those that stand close still half as much.
_TOGETHER = (1, 3)
_TITLE_FACTOR, _ARTICLE_FACTOR = 0.75, 0.75
#: What a heading gives whose words are all looked for: it is what the article is about.
_HEADING_FACTOR = 2.0
#: How many articles are looked at.
_MOST = 100


class Nearness:
    """Looks where the words of one query stand in one snapshot, for the reader whose records and articles are given."""

    def __init__(self, view: View, leaves: Leaves) -> None:
        """Remember where to look, for whom."""
        self._snapshot = view.snapshot
        self._leaves = leaves
        self._records = view.records
        self._rarity = view.rarity

    def in_titles(self, units: Sequence[Node]) -> Scores:
        """Return what each agreement gets in whose titles neighbouring words of the query stand close together."""
        scores = np.zeros(len(self._snapshot.agreements), np.float32)
        for run in _typed_runs(units):
            for first, second in itertools.pairwise(run):
                places = self._leaves.title_places(second)
                away = distances(self._leaves.title_places(first), places)
                for most in _TOGETHER:
                    documents = distinct(places[away <= most] >> 32)
                    documents = documents[self._records[documents]]
                    scores[self._snapshot.slot[documents]] += np.float32(_TITLE_FACTOR * self._rarity(documents))
        return scores

    def in_articles(self, units: Sequence[Node], scores: Scores, factor: float) -> Scores:
        """Return what each article gets on top of its score; `factor` is what a term of the same meaning counts."""
        bonus = np.zeros(len(scores), np.float32)
        documents = _best(scores)
        runs = list(dict.fromkeys(_runs(units, factor)))
        if not len(documents) or not runs:
            return bonus
        words = {word: self._numbers(word) for run, _ in runs for word in run}
        sequences = Sequences(self._snapshot.sequences(documents), itertools.chain.from_iterable(words.values()))
        rarities = {word: self._rarity_of(word) for word in words}
        places = {word: sequences.of(numbers) for word, numbers in words.items()}
        best = np.zeros(len(documents), np.float32)
        for run, counts in runs:
            found = np.zeros(len(documents), np.float32)
            for word in dict.fromkeys(run):
                found += np.float32(_HEADING_FACTOR * rarities[word]) * sequences.heads(places[word])
            found *= sequences.covered([places[word] for word in dict.fromkeys(run)])
            for first, second in itertools.pairwise(run):
                away = distances(places[first], places[second])
                for most in _TOGETHER:
                    near = distinct(places[second][away <= most] >> 32)
                    owners = distinct(np.sort(self._snapshot.owner[documents[near]]))
                    found[near] += np.float32(_ARTICLE_FACTOR * self._rarity(owners))
            best = np.maximum(best, np.float32(counts) * found)
        bonus[documents] = best
        return bonus

    def _numbers(self, word: str) -> list[int]:
        return [stem_number(form) for form in self._leaves.forms(word)]

    def _rarity_of(self, word: str) -> float:
        """Return how rare a word is, by the form that most records have."""
        return min((self._rarity(documents) for documents in self._leaves.records_with(word)), default=0.0)


def _best(scores: Scores) -> NDArray[np.int64]:
    """Return the articles that score best, in order of their documents."""
    documents = np.flatnonzero(scores > 0)
    if len(documents) <= _MOST:
        return documents
    return np.sort(documents[np.lexsort((documents, -scores[documents]))[:_MOST]])


def _runs(units: Sequence[Node], factor: float) -> Iterator[Run]:
    """Yield the words that were typed side by side, and those of each term of the same meaning."""
    yield from ((run, 1.0) for run in _typed_runs(units))
    for unit in units:
        for other in unit.nodes if isinstance(unit, Or) else ():
            if isinstance(other, Alternative):
                yield from ((run, factor) for run in _typed_runs([other.node]))


def _typed_runs(units: Sequence[Node]) -> Iterator[tuple[str, ...]]:
    """Yield the plain words of a query as they stand side by side; anything else parts them."""
    for plain, words in itertools.groupby(_typed_words(units), key=lambda word: word is not None):
        run = tuple(word for word in words if word is not None and word not in SMALL_WORDS)
        if plain and run:
            yield run


def _typed_words(units: Sequence[Node]) -> Iterator[str | None]:
    for unit in map(typed, units):
        if isinstance(unit, InArticle):
            yield from _typed_words([unit.node])
        elif isinstance(unit, And):
            yield from _typed_words(unit.nodes)
        elif isinstance(unit, Term) and not (unit.prefix or unit.distance) and unit.field in (None, "text"):
            yield unit.text
        elif not isinstance(unit, Not):
            yield None
