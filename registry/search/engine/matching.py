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
    languages_asked,
    typed,
    units_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from registry.core.access import Reader
    from registry.search.engine.snapshot import Snapshot
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
        visible = snapshot.visible(reader)
        self.records = visible & (snapshot.article == 0)
        self.articles = visible & (snapshot.article > 0)
        self.leaves = Leaves(snapshot, self.records, self.articles)
        self.nearness = Nearness(snapshot, self.leaves, self.records, self._rarity)
        self.slots = len(snapshot.agreements)
        self.exists = np.zeros(self.slots, bool)
        self.exists[snapshot.slot[self.records]] = True
        self.total = int(self.exists.sum())

    def match(self, node: Node) -> Match:
        """Return which agreements match a query, and their scores from whole records."""
        if isinstance(node, And):
            return self._all([self.match(item) for item in node.nodes])
        if isinstance(node, Or):
            return self._any(node.nodes, self.match)
        if isinstance(node, Not):
            return Match(self.exists & ~self.match(node.node).mask, np.zeros(self.slots, np.float32))
        if isinstance(node, Alternative):
            found = self.match(node.node)
            return Match(found.mask, found.scores * np.float32(_ALTERNATIVE_FACTOR))
        if isinstance(node, InArticle):
            return self._lifted(self._match_articles(node.node))
        return self._leaf(node)

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
        order = np.lexsort((slots, -np.round(scores[slots], 4)))
        slots = slots[order]
        documents = np.flatnonzero((article_scores > 0) & found.mask[self.snapshot.slot])
        return Ranking(
            self.snapshot.agreements[slots],
            scores[slots],
            self.snapshot.owner[documents],
            self.snapshot.article[documents],
            self._shown_first(node, article_scores)[documents],
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
                    yield from self._share(leaf, piece, self.records, slot, factor)
                for piece in self.leaves.of_articles(leaf):
                    yield from self._share(leaf, piece, self.articles, slot, factor * _ARTICLE_FACTOR)

    def _share(self, leaf: Leaf, piece: Piece, visible: Mask, slot: int, factor: float) -> Iterator[Share]:
        documents, impacts = self._seen(piece, visible)
        own = self.snapshot.slot[documents] == slot
        if own.any():
            rarity = self._rarity(documents)
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
            return self._lifted(self._match_articles(leaf))
        scores = self._scored(self.leaves.of_records(leaf), self.records, self.snapshot.slot, self.slots)
        if leaf.field == "text" or (isinstance(leaf, Phrase) and leaf.field is None):
            # Words of a phrase stand in one article; what the record has of the text has no positions.
            in_articles = self._lifted(self._article_leaf(leaf))
            scores = np.maximum(scores, in_articles.scores)
        return Match(scores > 0, scores)

    def _scored(self, pieces: Sequence[Piece], visible: Mask, place: NDArray[np.int64] | None, size: int) -> Scores:
        """Return the scores that pieces give: the best one for each place, and the bonuses on top of it."""
        best, bonus = np.zeros(size, np.float32), None
        for piece in pieces:
            documents, impacts = self._seen(piece, visible)
            if not len(documents):
                continue
            worth = impacts * np.float32(piece.factor * self._rarity(documents))
            at = documents if place is None else place[documents]
            if piece.bonus:
                bonus = np.zeros(size, np.float32) if bonus is None else bonus
                bonus[at] = np.maximum(bonus[at], worth)
            else:
                # A record has one document that a reader sees, so no place occurs twice.
                best[at] = np.maximum(best[at], worth)
        return best if bonus is None else best + np.where(best > 0, bonus, 0).astype(np.float32)

    def _seen(self, piece: Piece, visible: Mask) -> tuple[NDArray[np.int64], Scores]:
        kept = visible[piece.postings.documents]
        return piece.postings.documents[kept], piece.postings.weights[kept]

    def _rarity(self, documents: NDArray[np.int64]) -> float:
        """Return the inverse document frequency (BM25's, which is never negative), set against all agreements."""
        frequency = min(len(documents), self.total)
        return float(np.log(1 + (self.total - frequency + 0.5) / (frequency + 0.5)))

    def _plain(self, documents: NDArray[np.int64]) -> Match:
        mask = np.zeros(self.slots, bool)
        mask[self.snapshot.slot[documents[self.records[documents]]]] = True
        return Match(mask, np.zeros(self.slots, np.float32))

    def _signed(self, leaf: Signed) -> Match:
        """Signed in a time: some day that the signature can mean lies in it, as for the filters of lists."""
        fits = self.records & (self.snapshot.signed_last > 0)
        if leaf.first is not None:
            fits &= self.snapshot.signed_last >= day_number(leaf.first.earliest)
        if leaf.last is not None:
            fits &= self.snapshot.signed_first <= day_number(leaf.last.latest)
        return self._plain(np.flatnonzero(fits))

    def _all(self, found: list[Match]) -> Match:
        mask = np.logical_and.reduce([item.mask for item in found])
        scores = np.sum([item.scores for item in found], axis=0, dtype=np.float32)
        # What does not match as a whole gives nothing, whichever of its words occur.
        return Match(mask, np.where(mask, scores, np.float32(0)))

    def _any(self, nodes: Sequence[Node], match: Callable[[Node], Match]) -> Match:
        """Return what any of the nodes matches. Terms of the same meaning do not add up with what was typed."""
        own: list[Match] = []
        same: list[Match] = []
        for node in nodes:
            (same if isinstance(node, Alternative) else own).append(match(node))
        mask = np.logical_or.reduce([item.mask for item in (*own, *same)])
        scores: Scores = np.zeros_like(mask, np.float32)
        for item in own:
            scores += np.where(item.mask, item.scores, np.float32(0))
        for item in same:
            scores = np.maximum(scores, np.where(item.mask, item.scores, np.float32(0)))
        return Match(mask, scores)

    def _match_articles(self, node: Node) -> Match:
        """Return which documents of articles match."""
        if isinstance(node, And):
            return self._all([self._match_articles(item) for item in node.nodes])
        if isinstance(node, Or):
            return self._any(node.nodes, self._match_articles)
        if isinstance(node, Not):
            found = self._match_articles(node.node)
            return Match(self.articles & ~found.mask, np.zeros(len(self.articles), np.float32))
        if isinstance(node, Alternative):
            found = self._match_articles(node.node)
            return Match(found.mask, found.scores * np.float32(_ALTERNATIVE_FACTOR))
        if isinstance(node, InArticle):
            return self._match_articles(node.node)
        return self._article_leaf(node)

    def _article_leaf(self, leaf: Leaf) -> Match:
        size = len(self.articles)
        if isinstance(leaf, ArticleNumber):
            documents = self.snapshot.postings(ARTICLE_NUMBER, leaf.number).documents
            mask = np.zeros(size, bool)
            mask[documents[self.articles[documents]]] = True
            return Match(mask, mask.astype(np.float32))
        if isinstance(leaf, Value | Signed) or leaf.field not in (None, "text"):
            # What is said of the record holds for each of its articles.
            record = self._leaf(leaf).mask
            return Match(self.articles & record[self.snapshot.slot], np.zeros(size, np.float32))
        scores = self._scored(self.leaves.of_articles(leaf), self.articles, None, size)
        return Match(scores > 0, scores)

    def _lifted(self, found: Match) -> Match:
        """Bring what was matched in articles up to their agreements: the best article speaks for its agreement."""
        documents = np.flatnonzero(found.mask)
        mask, scores = np.zeros(self.slots, bool), np.zeros(self.slots, np.float32)
        mask[self.snapshot.slot[documents]] = True
        np.maximum.at(scores, self.snapshot.slot[documents], found.scores[documents])
        return Match(mask & self.exists, scores)

    def _articles_of(self, units: Sequence[Node], matched: Mask) -> tuple[Scores, Scores]:
        """Return the score of each article by its words, and what words that stand together give on top of it."""
        scores = self._article_scores(units)
        wanted = np.where(matched[self.snapshot.slot], scores, np.float32(0))
        return scores, self.nearness.in_articles(units, wanted, _ALTERNATIVE_FACTOR)

    def _shown_first(self, node: Node, article_scores: Scores) -> Scores:
        """Return by what the articles of one agreement are ordered: those in the language of the query come first."""
        asked = [language_number(code) for code in languages_asked(node)]
        own = np.isin(self.snapshot.flags >> LANGUAGE_SHIFT, asked)
        return np.where(own, article_scores, article_scores * np.float32(_FOREIGN_FACTOR))

    def _article_scores(self, units: Sequence[Node]) -> Scores:
        """Return the score of each article: what its words are worth, and how many of the query's parts it has."""
        scores, held = np.zeros(len(self.articles), np.float32), np.zeros(len(self.articles), np.float32)
        if not self.articles.any():
            return scores
        wanted = [unit for unit in units if any(not isinstance(leaf, Value | Signed) for leaf, _ in _leaves_of(unit))]
        for unit in wanted:
            found = self._match_articles(unit)
            scores += np.where(found.mask, found.scores, np.float32(0))
            held += found.mask
        scores = scores * (held / np.float32(max(1, len(wanted)))) ** 2
        numbers = [leaf for unit in wanted for leaf, _ in _leaves_of(unit) if isinstance(leaf, ArticleNumber)]
        if numbers:
            # Who names an article wants to be led to it, whatever stands in others.
            named = np.logical_or.reduce([self._article_leaf(leaf).mask for leaf in numbers])
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
