"""Answers a query on one snapshot: which agreements match, how well, and in which of their articles.

Words are looked for in whole agreements, since an officer remembers the agreement and not how its text is divided.
Articles then decide two things: an agreement in which the words meet in one article stands above one in which
they are scattered, and the reader is led to the best article. Everything is computed for the reader who asks:
what they may not see is neither matched nor counted, not even in how rare a word is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from registry.search.engine.fields import ARTICLE_NUMBER, LANGUAGE_SHIFT, day_number, language_number
from registry.search.engine.leaves import Leaves, Piece, distinct
from registry.search.engine.nearness import Nearness
from registry.search.engine.ranking import Parts, Ranking, Share
from registry.search.query_language.tree import (
    Alternative,
    And,
    ArticleNumber,
    InArticle,
    Leaf,
    Not,
    Or,
    Phrase,
    Signed,
    Term,
    Value,
    Wild,
    Words,
    languages_asked,
    typed,
    units_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from registry.core.access import Reader
    from registry.search.engine.snapshot import Snapshot
    from registry.search.engine.views import Found
    from registry.search.query_language.tree import Node

    Scores = NDArray[np.float32]
    Mask = NDArray[np.bool_]

#: What a term of the same meaning counts beside the words that were typed.
_ALTERNATIVE_FACTOR = 0.5
#: What the best article counts beside the whole record.
_ARTICLE_FACTOR = 1.0
#: How much of its score a protocol keeps beside its base agreement, whose title it repeats.
_DEPENDING_FACTOR = 0.7
#: What an article counts in another language than the query's where the articles of one agreement are ordered.
_FOREIGN_FACTOR = 0.8
#: What an article counts beside the one whose number was named.
_UNNAMED_FACTOR = 0.05


@dataclass(frozen=True)
class Match:
    """Which documents or agreements match, and their scores (0 for what matches without words)."""

    mask: Mask
    scores: Scores


class Matching:
    """Matches queries on one snapshot for one reader."""

    def __init__(self, snapshot: Snapshot, reader: Reader) -> None:
        """Find out what exists for the reader."""
        self.snapshot = snapshot
        self.view = view = snapshot.view(reader)
        self.records, self.articles, self.exists, self.slots = view.records, view.articles, view.exists, view.slots
        self.leaves = Leaves(view)
        self.nearness = Nearness(view, self.leaves)
        self._nothing = Match(np.zeros(self.slots, bool), np.zeros(self.slots, np.float32))
        self._no_article = Match(np.zeros(len(self.articles), bool), np.zeros(len(self.articles), np.float32))
        #: What parts of the query matched: a part is asked about again when a query is relaxed. Nodes are kept
        #: beside it, since they are known by their place in memory, which no other node then takes.
        self._matched: dict[tuple[int, bool], tuple[Node, Match]] = {}
        self._scored: dict[tuple[int, ...], tuple[Sequence[Node], Scores]] = {}

    def match(self, node: Node, *, in_articles: bool = False) -> Match:
        """Return which agreements match a query, and their scores from whole records; or which articles match."""
        known = self._matched.get((id(node), in_articles))
        if known is None:
            known = self._matched[id(node), in_articles] = (node, self._match(node, in_articles=in_articles))
        return known[1]

    def _match(self, node: Node, *, in_articles: bool) -> Match:
        nothing = self._no_article if in_articles else self._nothing
        if isinstance(node, And):
            return self._all(node.nodes, nothing, in_articles=in_articles)
        if isinstance(node, Or):
            return self._any(node.nodes, nothing, in_articles=in_articles)
        if isinstance(node, Not):
            found = self.match(node.node, in_articles=in_articles)
            return Match((self.articles if in_articles else self.exists) & ~found.mask, nothing.scores)
        if isinstance(node, Alternative):
            found = self.match(node.node, in_articles=in_articles)
            return nothing if found is nothing else Match(found.mask, found.scores * np.float32(_ALTERNATIVE_FACTOR))
        if isinstance(node, InArticle):
            found = self.match(node.node, in_articles=True)
            return found if in_articles else self._lifted(found)
        return self._article_leaf(node) if in_articles else self._leaf(node)

    def rank(self, node: Node, *, parts_of: Node | None = None, least_share: float = 0.0) -> Ranking:
        """Return the agreements that match, best first.

        `parts_of` is the query as it was before any of its words was let match: then a record that has more of its
        parts stands above one that has fewer, and one that has less than `least_share` of them is left out.
        """
        found = self.match(node)
        scores = found.scores.copy()
        units = list(units_of(parts_of or node))
        if parts_of is not None and len(units) > 1:
            held = sum((self.match(unit).mask.astype(np.float32) for unit in units), np.zeros(self.slots, np.float32))
            scores *= (held / len(units)) ** 2
            found = Match(found.mask & (held >= least_share * len(units)), found.scores)
        scores += self.nearness.in_titles(units)
        plain, bonus = self._articles_of(units, found.mask)
        article_scores = plain + bonus
        best = self._best(article_scores)
        scores += np.float32(_ARTICLE_FACTOR) * best
        scores[self._behind_their_base(units, found.mask)] *= np.float32(_DEPENDING_FACTOR)
        slots = np.flatnonzero(found.mask & self.exists)
        # Among equals the agreement that was registered earlier comes first.
        slots = slots[np.lexsort((slots, -np.round(scores[slots], 4)))]
        documents = np.flatnonzero(article_scores)
        documents = documents[found.mask[self.snapshot.slot[documents]]]
        return Ranking(
            self.snapshot.agreements[slots],
            scores[slots],
            self.snapshot.owner[documents],
            self.snapshot.article[documents],
            self._shown_first(node, documents, article_scores[documents]),
        )

    def counts(self, node: Node) -> list[tuple[Node, int]]:
        """Return for each part of a query, as it was typed, how many agreements have it: why nothing was found."""
        return [(typed(unit), int((self.match(unit).mask & self.exists).sum())) for unit in units_of(node)]

    def parts(self, node: Node, agreement: int) -> Parts:
        """Return what the score of an agreement is made of."""
        slot = int(np.searchsorted(self.snapshot.agreements, agreement))
        found, units = self.match(node), list(units_of(node))
        plain, bonus = self._articles_of(units, found.mask)
        own = np.flatnonzero((self.snapshot.slot == slot) & (plain > 0))
        best = own[np.argmax((plain + bonus)[own])] if len(own) else None
        return Parts(
            float(found.scores[slot]),
            float(self.nearness.in_titles(units)[slot]),
            0.0 if best is None else float(_ARTICLE_FACTOR * plain[best]),
            0.0 if best is None else float(_ARTICLE_FACTOR * bonus[best]),
            _DEPENDING_FACTOR if self._behind_their_base(units, found.mask)[slot] else 1.0,
        )

    def shares(self, node: Node, agreement: int) -> Iterator[Share]:
        """Yield what each word gave to the score of an agreement, articles included."""
        slot = int(np.searchsorted(self.snapshot.agreements, agreement))
        for unit in units_of(node):
            for leaf, factor in _leaves_of(unit):
                if not isinstance(leaf, Term | Wild | Phrase):
                    continue
                for piece in self.leaves.of_records(leaf):
                    yield from self._share(leaf, piece, slot, factor, in_articles=False)
                for piece in self.leaves.of_articles(leaf):
                    yield from self._share(leaf, piece, slot, factor * _ARTICLE_FACTOR, in_articles=True)

    def _share(self, leaf: Leaf, piece: Piece, slot: int, factor: float, *, in_articles: bool) -> Iterator[Share]:
        documents, impacts = self.view.seen(piece, in_articles=in_articles)
        own = self.snapshot.slot[documents] == slot
        if own.any():
            rarity = self.view.rarity(documents)
            impact = float(impacts[own].max())
            yield Share(
                str(getattr(leaf, "text", piece.term)), piece.field, piece.term, rarity, impact, piece.factor * factor
            )

    def _leaf(self, leaf: Leaf) -> Match:
        if isinstance(leaf, Value):
            return self._plain(self.snapshot.postings(leaf.field, leaf.value).documents)
        if isinstance(leaf, Signed):
            return self._signed(leaf)
        if isinstance(leaf, ArticleNumber):
            return self._lifted(self.match(leaf, in_articles=True))
        found = _spread(self._found(leaf, in_articles=False), self._nothing)
        if leaf.field == "text" or (isinstance(leaf, Phrase) and leaf.field is None):
            # Words of a phrase stand in one article; what the record has of the text has no positions.
            lifted = self._lifted(self.match(leaf, in_articles=True))
            return Match(found.mask | lifted.mask, np.maximum(found.scores, lifted.scores))
        return found

    def _found(self, leaf: Words, *, in_articles: bool) -> Found:
        """Return where a word is found; kept with the view unless the bounds of this query have cut it short."""
        found = self.view.kept((leaf, in_articles))
        if found is None:
            before = self.leaves.spent
            pieces = self.leaves.of_articles(leaf) if in_articles else self.leaves.of_records(leaf)
            found = self.view.scored(pieces, in_articles=in_articles)
            if self.leaves.spent == before:
                self.view.keep((leaf, in_articles), found)
        return found

    def _plain(self, documents: NDArray[np.int64]) -> Match:
        mask = np.zeros(self.slots, bool)
        mask[self.snapshot.slot[documents[self.records[documents]]]] = True
        return Match(mask, self._nothing.scores)

    def _signed(self, leaf: Signed) -> Match:
        """Signed in a time: some day that the signature can mean lies in it, as for the filters of lists."""
        fits = self.records & (self.snapshot.signed_last > 0)
        if leaf.first is not None:
            fits &= self.snapshot.signed_last >= day_number(leaf.first.earliest)
        if leaf.last is not None:
            fits &= self.snapshot.signed_first <= day_number(leaf.last.latest)
        return self._plain(np.flatnonzero(fits))

    def _all(self, nodes: Sequence[Node], nothing: Match, *, in_articles: bool) -> Match:
        found = []
        for node in nodes:
            found.append(self.match(node, in_articles=in_articles))
            if found[-1] is nothing:
                return nothing
        mask = np.logical_and.reduce([item.mask for item in found])
        scores = np.sum([item.scores for item in found], axis=0, dtype=np.float32)
        # What does not match as a whole gives nothing, whichever of its words occur.
        return Match(mask, np.where(mask, scores, np.float32(0)))

    def _any(self, nodes: Sequence[Node], nothing: Match, *, in_articles: bool) -> Match:
        """Return what any of the nodes matches. Terms of the same meaning do not add up with what was typed."""
        own: list[Match] = []
        same: list[Match] = []
        for node in nodes:
            found = self.match(node, in_articles=in_articles)
            if found is not nothing:
                (same if isinstance(node, Alternative) else own).append(found)
        if len(own) + len(same) <= 1:
            return next(iter((*own, *same)), nothing)
        mask = np.logical_or.reduce([item.mask for item in (*own, *same)])
        scores = np.sum([item.scores for item in own], axis=0, dtype=np.float32) if own else nothing.scores
        return Match(mask, np.maximum.reduce([scores, *(item.scores for item in same)]))

    def _article_leaf(self, leaf: Leaf) -> Match:
        if isinstance(leaf, ArticleNumber):
            documents = self.snapshot.postings(ARTICLE_NUMBER, leaf.number).documents
            mask = np.zeros(len(self.articles), bool)
            mask[documents[self.articles[documents]]] = True
            return Match(mask, mask.astype(np.float32))
        if isinstance(leaf, Value | Signed) or leaf.field not in (None, "text"):
            # What is said of the record holds for each of its articles.
            record = self.match(leaf).mask
            return Match(self.articles & record[self.snapshot.slot], self._no_article.scores)
        return _spread(self._found(leaf, in_articles=True), self._no_article)

    def _lifted(self, found: Match) -> Match:
        """Bring what was matched in articles up to their agreements: the best article speaks for its agreement."""
        if found is self._no_article:
            return self._nothing
        documents = np.flatnonzero(found.mask)
        slots = self.snapshot.slot[documents]
        mask, scores = np.zeros(self.slots, bool), np.zeros(self.slots, np.float32)
        mask[slots] = True
        np.maximum.at(scores, slots, found.scores[documents])
        return Match(mask & self.exists, scores)

    def _articles_of(self, units: Sequence[Node], matched: Mask) -> tuple[Scores, Scores]:
        """Return the score of each article by its words, and what words that stand together give on top of it."""
        scores = self._article_scores(units)
        wanted = np.where(matched[self.snapshot.slot], scores, np.float32(0))
        return scores, self.nearness.in_articles(units, wanted, _ALTERNATIVE_FACTOR)

    def _shown_first(self, node: Node, documents: NDArray[np.int64], scores: Scores) -> Scores:
        """Return by what the articles of one agreement are ordered: those in the language of the query come first."""
        asked = [language_number(code) for code in languages_asked(node)]
        languages = self.snapshot.flags[documents] >> LANGUAGE_SHIFT
        own = np.zeros(len(documents), bool)
        for number in asked:
            own |= languages == number
        return np.where(own, scores, scores * np.float32(_FOREIGN_FACTOR))

    def _article_scores(self, units: Sequence[Node]) -> Scores:
        """Return the score of each article: what its words are worth, and how many of the query's parts it has."""
        parts = tuple(map(id, units))
        if parts not in self._scored:
            self._scored[parts] = (units, self._score_articles(units))
        return self._scored[parts][1]

    def _score_articles(self, units: Sequence[Node]) -> Scores:
        scores, held = np.zeros(len(self.articles), np.float32), np.zeros(len(self.articles), np.float32)
        if not self.articles.any():
            return scores
        wanted = [unit for unit in units if any(not isinstance(leaf, Value | Signed) for leaf, _ in _leaves_of(unit))]
        for unit in wanted:
            found = self.match(unit, in_articles=True)
            if found is not self._no_article:
                scores += found.scores
                held += found.mask
        scores = scores * (held / np.float32(max(1, len(wanted)))) ** 2
        numbers = [leaf for unit in wanted for leaf, _ in _leaves_of(unit) if isinstance(leaf, ArticleNumber)]
        if numbers:
            # Who names an article wants to be led to it, whatever stands in others.
            named = np.logical_or.reduce([self.match(leaf, in_articles=True).mask for leaf in numbers])
            scores = np.where(named, scores + np.float32(1), scores * np.float32(_UNNAMED_FACTOR))
        return scores

    def _behind_their_base(self, units: Sequence[Node], matched: Mask) -> Mask:
        """Return which agreements stand behind those that they amend or implement.

        A protocol repeats the title of its base agreement. Only one whose title has more of the query than that of
        any base which matches is what was asked for: «прекращение соглашения о налогах».
        """
        depends = self.snapshot.depends
        if not (depends & matched).any():
            return np.zeros(self.slots, bool)
        held = np.zeros(self.slots, np.int32)
        for leaf in map(typed, units):
            if isinstance(leaf, Term):
                documents = distinct(self.leaves.title_places(leaf.text) >> 32)
                held[self.snapshot.slot[documents[self.records[documents]]]] += 1
        bases = held[matched & ~depends]
        mask: Mask = depends & (held <= (bases.max() if len(bases) else self.slots))
        return mask

    def _best(self, article_scores: Scores) -> Scores:
        return self._lifted(Match(article_scores > 0, article_scores)).scores


def _spread(found: Found, nothing: Match) -> Match:
    """Return what was found at a few places as a mask and scores of all."""
    if not len(found.places):
        return nothing
    mask, scores = np.zeros_like(nothing.mask), np.zeros_like(nothing.scores)
    mask[found.places] = True
    scores[found.places] = found.scores
    return Match(mask, scores)


def _leaves_of(node: Node, factor: float = 1.0) -> Iterator[tuple[Leaf, float]]:
    """Yield the words of a part with what they count."""
    if isinstance(node, And | Or):
        for item in node.nodes:
            yield from _leaves_of(item, factor)
    elif isinstance(node, Alternative):
        yield from _leaves_of(node.node, factor * _ALTERNATIVE_FACTOR)
    elif isinstance(node, InArticle):
        yield from _leaves_of(node.node, factor)
    elif not isinstance(node, Not):
        yield node, factor
