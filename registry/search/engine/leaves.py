"""What one word, phrase or value of a query matches: the postings behind it, and what each is worth.

A *piece* is one posting list with the factor by which its impacts count. A word has several: its stem in each
language that it can belong to, its exact form, the folded form, the key of a name. The best piece counts for a
document, so that the same word is not counted twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from whoosh.support.levenshtein import levenshtein

from registry.search.engine.fields import (
    ARTICLE_EXACT,
    ARTICLE_STEM,
    FOLD,
    GROUPS,
    NAME,
    STEM,
    WORD,
    exact_field,
    stem_field,
)
from registry.search.engine.snapshot import NOTHING, Postings
from registry.search.query_language.tree import Phrase, Term, Wild
from registry.search.words.analysis import fold_form, is_kazakh_or_belarusian, query_stems
from registry.search.words.names import name_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from registry.search.engine.views import View
    from registry.search.query_language.tree import Words

#: A word found only by its folded form or by its beginning counts little: it may be another word.
_FOLD_FACTOR, _BEGINNING_FACTOR, _NAME_FACTOR = 0.5, 0.3, 0.8
_LIKE_FACTOR = 0.6
#: What the very form that was typed is worth on top of its stem.
_EXACT_BONUS = 0.2
_PHRASE_FACTOR = 1.5
_MIN_BEGINNING = 4

#: Bounds of what `*`, `?` and `~` may cost in one query. What is left out beyond them is said to the reader.
MOST_TERMS, MOST_LOOKED_AT, MOST_LIKE = 1500, 60_000, 50


@dataclass(frozen=True, slots=True)
class Piece:
    """A posting list: where it comes from, and by how much its impacts count. `bonus` comes on top of the best."""

    field: str
    term: str
    postings: Postings
    factor: float
    bonus: bool = False


class Leaves:
    """Finds the pieces of the words of a query in one snapshot, and notes what was cut short.

    A piece counts only when one of its documents exists for the reader: not even whether a word is known may depend
    on what they may not see.
    """

    def __init__(self, view: View) -> None:
        """Remember where to look, for whom."""
        self.snapshot = view.snapshot
        self._view = view
        #: Words with open letters of which more terms exist than are looked for.
        self.cut_short: list[str] = []
        self._terms_left, self._looks_left = MOST_TERMS, MOST_LOOKED_AT
        self._known: dict[tuple[Words, bool], list[Piece]] = {}
        self._forms: dict[str, list[str]] = {}
        self._title_places: dict[str, NDArray[np.int64]] = {}

    @property
    def spent(self) -> tuple[int, int, int]:
        """Return what changes when words with open letters are looked for: what is left of the bounds, and the cuts."""
        return self._terms_left, self._looks_left, len(self.cut_short)

    def of_records(self, leaf: Words) -> list[Piece]:
        """Return the pieces that match documents of records. Phrases in articles are in `of_articles`."""
        key = (leaf, True)
        if key not in self._known:
            self._known[key] = self._of_records(leaf)
        return self._known[key]

    def of_articles(self, leaf: Words) -> list[Piece]:
        """Return the pieces that match documents of articles."""
        key = (leaf, False)
        if key not in self._known:
            self._known[key] = self._of_articles(leaf)
        return self._known[key]

    def _of_records(self, leaf: Words) -> list[Piece]:
        group = leaf.field
        if group == "text":
            return []
        if isinstance(leaf, Phrase):
            groups = [group] if group else [*GROUPS, "remark"]
            return list(self._phrases(leaf, {exact_field(name): GROUPS.get(name, 1.0) for name in groups}))
        if isinstance(leaf, Wild) or leaf.prefix or leaf.distance:
            fields = [exact_field(group)] if group else [WORD]
            return self._open(leaf, fields, fold=not group, factor=GROUPS[group] if group else 1.0)
        if group:
            found = self._pieces(
                [(stem_field(group), form, 1.0, False) for form in self.forms(leaf.text)]
                + [(exact_field(group), leaf.text, GROUPS[group], False)]
            )
            return found or (self._spelled_otherwise(leaf) if group == "actor" else [])
        return self._word(leaf.text)

    def _spelled_otherwise(self, leaf: Term) -> list[Piece]:
        """Return the names of bodies and persons that are the same in another spelling: `person:Lukashenka`."""
        keys = {key for key in map(name_key, (leaf.text, *self.forms(leaf.text))) if key}
        field = exact_field("actor")
        terms, looked, complete = self.snapshot.terms_from(
            field, "", lambda term: name_key(term) in keys, self._looks_left if keys else 0
        )
        self._looks_left -= looked
        if keys and not complete:
            self.cut_short.append(leaf.text)
        return self._pieces([(field, term, _NAME_FACTOR, False) for term in terms])

    def _of_articles(self, leaf: Words) -> list[Piece]:
        if leaf.field not in (None, "text"):
            return []
        if isinstance(leaf, Phrase):
            return list(self._phrases(leaf, {ARTICLE_EXACT: _PHRASE_FACTOR}))
        if isinstance(leaf, Wild) or leaf.prefix or leaf.distance:
            return self._open(leaf, [ARTICLE_EXACT], fold=False, factor=1.0)
        forms = self.forms(leaf.text)
        return self._pieces(
            [(ARTICLE_STEM, form, 1.0, False) for form in forms]
            + [(ARTICLE_EXACT, leaf.text, _EXACT_BONUS, True)]
            + self._names(leaf.text, forms)
        )

    def records_with(self, word: str) -> list[NDArray[np.int64]]:
        """Return for each form of a word that records have the documents of those that the reader may see."""
        records = self._view.records
        lists = (self.snapshot.postings(STEM, form).documents for form in self.forms(word))
        return [seen for documents in lists if len(seen := documents[records[documents]])]

    def title_places(self, word: str) -> NDArray[np.int64]:
        """Return where a word stands in titles, in any of its forms, in order."""
        if word not in self._title_places:
            self._title_places[word] = self._places_in_titles(word)
        return self._title_places[word]

    def _places_in_titles(self, word: str) -> NDArray[np.int64]:
        lists = [
            postings.places
            for form in self.forms(word)
            if (postings := self.snapshot.postings(stem_field("title"), form, places=True)).places is not None
        ]
        if len(lists) == 1:
            return lists[0]
        return distinct(np.sort(np.concatenate(lists))) if lists else np.empty(0, np.int64)

    def forms(self, word: str) -> list[str]:
        """Return the stems of a word and the word itself, since a stemmer takes «-ев» of «Назарбаев» for an ending."""
        if word not in self._forms:
            self._forms[word] = list(dict.fromkeys((*query_stems(word, self.snapshot.languages), word)))
        return self._forms[word]

    def _names(self, word: str, forms: list[str]) -> list[tuple[str, str, float, bool]]:
        """Return what finds a word as a name, in whatever spelling it stands there."""
        keys = dict.fromkeys(key for key in map(name_key, (word, *forms)) if key)
        return [(NAME, key, _NAME_FACTOR, False) for key in keys]

    def _pieces(self, wanted: list[tuple[str, str, float, bool]]) -> list[Piece]:
        found = []
        for field, term, factor, bonus in wanted:
            postings = self.snapshot.postings(field, term)
            if postings is not NOTHING and self._view.has(field, postings):
                found.append(Piece(field, term, postings, factor, bonus))
        return found

    def _word(self, word: str) -> list[Piece]:
        forms = self.forms(word)
        found = self._pieces([(STEM, form, 1.0, False) for form in forms] + [(WORD, word, _EXACT_BONUS, True)])
        found += self._pieces(self._names(word, forms))
        if not found or is_kazakh_or_belarusian(word):
            folds = dict.fromkeys(fold_form(form) for form in forms)
            found += self._pieces([(FOLD, fold, _FOLD_FACTOR, False) for fold in folds])
        if not found and len(word) >= _MIN_BEGINNING and word.isalpha():
            # A word that no record has is looked for by its beginning, so that unknown endings still find something.
            found = self._open(Term(word, prefix=True), [WORD], fold=True, factor=_BEGINNING_FACTOR)
        return found

    def _open(self, leaf: Term | Wild, fields: list[str], *, fold: bool, factor: float) -> list[Piece]:
        found: list[Piece] = []
        places = [(field, leaf) for field in fields]
        if fold:
            places.append((FOLD, _folded(leaf)))
        for field, wanted in places:
            weight = factor * (_FOLD_FACTOR if field == FOLD else 1.0)
            most = MOST_LIKE if isinstance(leaf, Term) and leaf.distance else self._terms_left
            for number, term in enumerate(self._terms(field, wanted)):
                if number >= most or self._terms_left <= 0:
                    self._note_cut(leaf)
                    break
                pieces = self._pieces([(field, term, weight * _closeness(wanted, term), False)])
                self._terms_left -= len(pieces)
                found += pieces
        return found

    def _terms(self, field: str, leaf: Term | Wild) -> list[str]:
        """Return the terms that fit, the nearest first where they only have to be like the word."""
        if isinstance(leaf, Term) and leaf.distance:
            word, most = leaf.text, leaf.distance
            terms, looked, complete = self.snapshot.terms_from(
                field, word[0], lambda term: is_like(word, term, most), self._looks_left
            )
            terms.sort(key=lambda term: (levenshtein(word, term), term))
        else:
            text = leaf.text if isinstance(leaf, Term) else leaf.pattern
            beginning = text if isinstance(leaf, Term) else re.split(r"[*?]", text)[0]
            pattern = re.compile(_regex(leaf))
            terms, looked, complete = self.snapshot.terms_from(
                field, beginning, lambda term: pattern.fullmatch(term) is not None, self._looks_left
            )
        self._looks_left -= looked
        if not complete:
            self._note_cut(leaf)
        return terms

    def _note_cut(self, leaf: Term | Wild) -> None:
        sign = "" if isinstance(leaf, Wild) else f"~{leaf.distance}" if leaf.distance else "*"
        self.cut_short.append((leaf.pattern if isinstance(leaf, Wild) else leaf.text) + sign)

    def _phrases(self, phrase: Phrase, fields: dict[str, float]) -> Iterator[Piece]:
        for field, factor in fields.items():
            postings = self._phrase(field, phrase)
            if postings is not NOTHING and self._view.has(field, postings):
                yield Piece(field, f'"{" ".join(phrase.words)}"', postings, factor)

    def _phrase(self, field: str, phrase: Phrase) -> Postings:
        lists = self._places_of_words(field, phrase)
        if not all(map(len, lists)):
            return NOTHING
        ends = _near(lists, phrase.slop) if phrase.slop > 1 else _side_by_side(lists)
        if not len(ends):
            return NOTHING
        documents, counts = np.unique(ends >> 32, return_counts=True)
        return Postings(documents, (counts * 2.2 / (counts + 1.2)).astype(np.float32))

    def _places_of_words(self, field: str, phrase: Phrase) -> list[NDArray[np.int64]]:
        """Return where each word of a phrase stands, at least in documents that have all; empty lists when none has.

        The rarest word is read first, and of the others only what may stand beside it.
        """
        whole = phrase.words[:-1] if phrase.prefix else phrase.words
        lists = [np.empty(0, np.int64)] * len(phrase.words)
        frequencies = [self.snapshot.frequency(field, word) for word in whole]
        if not all(frequencies):
            return lists
        among = None
        for place in sorted(range(len(whole)), key=frequencies.__getitem__):
            lists[place] = self.snapshot.places_among(field, whole[place], among)
            documents = distinct(lists[place] >> 32)
            among = documents if among is None else np.intersect1d(among, documents, assume_unique=True)
            if not len(among):
                return lists
        if phrase.prefix:
            found = [self.snapshot.places_among(field, term, among) for term in self._beginning_so(field, phrase)]
            lists[-1] = np.sort(np.concatenate(found)) if found else lists[-1]
        return lists

    def _beginning_so(self, field: str, phrase: Phrase) -> list[str]:
        """Return the terms that begin with the last word of a phrase, as many as a query may look for."""
        terms = self._terms(field, Term(phrase.words[-1], prefix=True))
        if len(terms) > self._terms_left:
            self.cut_short.append(f"{'-'.join(phrase.words)}*")
        terms = terms[: self._terms_left]
        self._terms_left -= len(terms)
        return terms


def is_like(word: str, term: str, most: int) -> bool:
    """Return whether two words differ in at most `most` letters."""
    return abs(len(word) - len(term)) <= most and bool(levenshtein(word, term, most) <= most)


def _folded(leaf: Term | Wild) -> Term | Wild:
    if isinstance(leaf, Wild):
        return Wild(fold_form(leaf.pattern), leaf.field)
    return Term(fold_form(leaf.text), leaf.prefix, leaf.field, leaf.distance)


def _regex(leaf: Term | Wild) -> str:
    if isinstance(leaf, Term):
        return re.escape(leaf.text) + ".*"
    return "".join({"*": ".*", "?": "."}.get(piece, re.escape(piece)) for piece in re.split(r"([*?])", leaf.pattern))


def _closeness(leaf: Term | Wild, term: str) -> float:
    """Return what a term is worth that is only like the word that was typed."""
    return _LIKE_FACTOR if isinstance(leaf, Term) and leaf.distance and term != leaf.text else 1.0


def distinct(ordered: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each of the numbers once; they are in order, which is much quicker than finding the same ones."""
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if len(ordered) else ordered


def _side_by_side(lists: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return where the first word stands when all others follow it one by one."""
    rarest = min(range(len(lists)), key=lambda place: len(lists[place]))
    starts = lists[rarest] - rarest
    for place, positions in enumerate(lists):
        if place != rarest:
            wanted = starts + place
            at = np.minimum(np.searchsorted(positions, wanted), len(positions) - 1)
            starts = starts[positions[at] == wanted]
    return starts


def distances(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each of the places `second` how many words away the nearest of the places `first` is."""
    if not len(first):
        return np.full(len(second), np.iinfo(np.int64).max)
    after = np.searchsorted(first, second)
    before = second - first[np.maximum(after - 1, 0)]
    following = first[np.minimum(after, len(first) - 1)] - second
    nearest: NDArray[np.int64] = np.minimum(np.abs(before), np.abs(following))
    return nearest


def _near(lists: list[NDArray[np.int64]], slop: int) -> NDArray[np.int64]:
    """Return where the last word stands when each follows the one before within `slop` words."""
    reached = lists[0]
    for positions in lists[1:]:
        if not len(reached):
            break
        # The nearest place before decides: if that is too far, every other is.
        before = np.searchsorted(reached, positions) - 1
        nearest = reached[np.maximum(before, 0)]
        reached = positions[(before >= 0) & (positions - nearest <= slop)]
    return reached
