"""Marks the words of a query in the text that is shown, inflected forms included. Plain data, no HTML."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from whoosh.support.levenshtein import levenshtein

from registry.search.query_language.tree import Phrase, Term, Wild, positive
from registry.search.short_texts import LONGEST, places_in, word_keys
from registry.search.words.analysis import fold_form, language_of, languages_within, query_stems, stem_form, words
from registry.search.words.dates import dates_in
from registry.search.words.names import name_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from registry.search.query_language.tree import Node
    from registry.search.short_texts import ShortTexts
    from registry.search.words.analysis import Word

#: How long a passage is about, and how much of it may stand before the first word that matches, in characters.
LENGTH, _LEAD = 240, 60
#: Shorter words («в», "of") are marked only when the query has nothing longer, or quotes them.
_SHORT = 2
#: How many letters of a stem are surely those of the word: the last one may change (party, parties).
_KEPT_LETTERS = 3
#: No word of a text that is looked for is longer.
_LONGEST_WORD = 80


class Segment(NamedTuple):
    """A piece of text, and whether the query asked for it."""

    text: str
    is_match: bool


class Highlighter:
    """Knows the words of one query."""

    def __init__(self, node: Node | None) -> None:
        """Collect what is looked for."""
        self._words: set[str] = set()
        self._names: set[str] = set()
        self._prefixes: list[str] = []
        self._patterns: list[str] = []
        self._alike: list[tuple[str, int]] = []
        self._phrases: list[Phrase] = []
        self._dates: set[str] = set()
        leaves = list(positive(node)) if node is not None else []
        terms = [leaf for leaf in leaves if isinstance(leaf, Term)]
        only_short = all(len(leaf.text) <= _SHORT for leaf in terms) and not any(
            isinstance(leaf, Phrase | Wild) for leaf in leaves
        )
        for leaf in terms:
            self._add_term(leaf, only_short=only_short)
        self._patterns.extend(fold_form(leaf.pattern) for leaf in leaves if isinstance(leaf, Wild))
        self._phrases.extend(leaf for leaf in leaves if isinstance(leaf, Phrase))
        #: Whether words have letters left open, so that every word has to be looked at.
        self._has_open = bool(self._prefixes or self._patterns or self._alike)
        #: What words of a text in a language match by, once such a text has come.
        self._keys: dict[str | None, frozenset[str]] = {}
        self._stems: dict[str, frozenset[str]] = {}
        self._keys_of_several: dict[frozenset[str | None], frozenset[str]] = {}
        #: What was said of a word before: treaties repeat their words.
        self._judged: dict[tuple[str, str | None], bool] = {}

    def _add_term(self, leaf: Term, *, only_short: bool) -> None:
        if "-" in leaf.text:
            # A date, or the beginning that all dates of a month share.
            self._dates.add(leaf.text)
        elif leaf.prefix:
            self._prefixes.append(fold_form(leaf.text))
        elif leaf.distance:
            self._alike.append((leaf.text, leaf.distance))
        elif len(leaf.text) > _SHORT or leaf.text.isdigit() or only_short:
            self._words.add(leaf.text)
            self._names.update(key for key in map(name_key, (leaf.text, *query_stems(leaf.text))) if key)

    def matches(self, exact: str, language: str | None = None) -> bool:
        """Return whether a word of a text in `language`, in its exact form, is looked for by itself."""
        key = (exact, language)
        judged = self._judged.get(key)
        if judged is None:
            judged = self._judged[key] = self._judge(exact, language)
        return judged

    def _judge(self, exact: str, language: str | None) -> bool:
        if not word_keys(exact, language).isdisjoint(self._keys_in(language)):
            return True
        folded = fold_form(exact)
        if any(folded.startswith(prefix) for prefix in self._prefixes):
            return True
        if any(fnmatchcase(folded, pattern) for pattern in self._patterns):
            return True
        return any(exact[:1] == word[:1] and levenshtein(word, exact, most) <= most for word, most in self._alike)

    def _keys_in(self, language: str | None) -> frozenset[str]:
        """Return the keys of what is looked for among the words of a text in `language`.

        The words of a query are read as words of the text's language: "note" is no form of the German "not".
        """
        if language not in self._keys:
            own = {f"={word}" for word in self._words}.union(f"~{name}" for name in self._names)
            self._keys[language] = frozenset(own.union(*map(self._stems_in, languages_within(language))))
        return self._keys[language]

    def _stems_in(self, own: str) -> frozenset[str]:
        """Return the keys of the stems of those words that can be words of one language."""
        if own not in self._stems:
            self._stems[own] = frozenset(
                f"{own}:{stem_form(word, own)}" for word in self._words if language_of(word, own) == own
            )
        return self._stems[own]

    def segments(self, text: str, language: str | None = None) -> list[Segment]:
        """Cut `text` into pieces that match and pieces that do not."""
        return self._cut(text, self._spans(text, language))

    def _cut(self, text: str, spans: Iterable[tuple[int, int]]) -> list[Segment]:
        found: list[Segment] = []
        place = 0
        for start, end in spans:
            if start > place:
                found.append(Segment(text[place:start], is_match=False))
            found.append(Segment(text[max(place, start) : end], is_match=True))
            place = end
        if place < len(text):
            found.append(Segment(text[place:], is_match=False))
        return found

    def snippet(self, text: str, language: str | None = None, length: int = LENGTH) -> list[Segment]:
        """Return the passage of about `length` characters with most of the words; an empty list without a match."""
        spans = self._known_spans(text, language)
        if spans is not None:
            return self._known_passage(text, spans, length) if spans else []
        return self._sought(text, language, length)

    def _sought(self, text: str, language: str | None, length: int) -> list[Segment]:
        """Return the passage of a text whose words are not kept, and most of which need not be looked at."""
        if len(text) > length:
            place = self._best_place(text, language, length)
            if place is not None:
                found = self._passage(text, place, language, length)
                if found:
                    return found
        spans = self._read_spans(text, language)
        if len(text) <= length:
            return self._cut(text, spans) if spans else []
        return self._passage(text, spans[0][0], language, length) if spans else []

    def _known_passage(self, text: str, spans: list[tuple[int, int]], length: int) -> list[Segment]:
        """Return the passage of a text whose matching words are known."""
        if len(text) <= length:
            return self._cut(text, spans)
        hits = ((start, text[start : start + _KEPT_LETTERS].lower()) for start, _ in spans)
        first = spans[0][0] if len(text) <= length * 2 else _densest(hits, length)
        start, end = _window(text, spans[0][0] if first is None else first, length)
        inside = [(begin - start, finish - start) for begin, finish in spans if start <= begin and finish <= end]
        return _framed(self._cut(text[start:end], inside), start > 0, end < len(text))

    def passage(self, text: str, language: str | None = None, length: int = LENGTH) -> list[Segment]:
        """Return the passage of an article, or its beginning where no word of the query stands: `article:5`."""
        found = self._sought(text, language, length)
        if found or len(text) <= length:
            return found or [Segment(text, is_match=False)]
        return [Segment(text[: text.rfind(" ", 0, length) + 1 or length] + "…", is_match=False)]

    def first_snippet(self, texts: Iterable[tuple[str | None, str]]) -> list[Segment]:
        """Return the passage of the first of these short texts, given as (language, text), that matches, if any."""
        return next(self._snippets_one_by_one(texts), [])

    def _snippets_one_by_one(self, texts: Iterable[tuple[str | None, str]]) -> Iterator[list[Segment]]:
        for code, text in texts:
            if self._may_match(text, code) and (passage := self.snippet(text, code)):
                yield passage

    def snippets(self, texts: ShortTexts) -> list[list[Segment]]:
        """Return the passages of the texts that match."""
        if self._looks_at_each_word:
            return list(self._snippets_one_by_one(texts.texts))
        found: dict[int, list[tuple[int, int]]] = {number: [] for number in texts.long}
        places = texts.places
        for key in self._keys_in_any(texts.languages) & places.keys():
            for number, span in places[key]:
                found.setdefault(number, []).append(span)
        passages = []
        for number in sorted(found):
            code, text = texts.texts[number]
            passage = (
                self._known_passage(text, _without_overlaps(found[number]), LENGTH)
                if found[number]
                else self.snippet(text, code)
            )
            if passage:
                passages.append(passage)
        return passages

    @property
    def _looks_at_each_word(self) -> bool:
        """Return whether what words match by does not tell where the query is found."""
        return self._has_open or bool(self._phrases or self._dates)

    def _keys_in_any(self, languages: frozenset[str | None]) -> frozenset[str]:
        """Return the keys of what is looked for in texts of several languages.

        A key of a stem begins with its language, so that no text is matched by what is meant for another.
        """
        if languages not in self._keys_of_several:
            self._keys_of_several[languages] = frozenset().union(*map(self._keys_in, languages))
        return self._keys_of_several[languages]

    def _may_match(self, text: str, language: str | None) -> bool:
        """Return False when a look at what all words of a short text match by tells that none is looked for."""
        if len(text) > LONGEST or self._has_open or self._dates:
            return True
        keys = places_in(text, language)
        return not self._keys_in(language).isdisjoint(keys) or any(
            f"={phrase.words[0]}" in keys for phrase in self._phrases
        )

    def _passage(self, text: str, first: int, language: str | None, length: int) -> list[Segment]:
        start, end = _window(text, first, length)
        pieces = self._cut(text[start:end], self._read_spans(text[start:end], language))
        if not any(piece.is_match for piece in pieces):
            return []
        return _framed(pieces, start > 0, end < len(text))

    def _known_spans(self, text: str, language: str | None) -> list[tuple[int, int]] | None:
        """Return where the words of the query stand in a short text; None where each word has to be looked at.

        What a short text matches by is known, so that only what is looked for has to be found in it.
        """
        if len(text) > LONGEST or self._looks_at_each_word:
            return None
        places = places_in(text, language)
        return _without_overlaps(span for key in self._keys_in(language) & places.keys() for span in places[key])

    def _spans(self, text: str, language: str | None) -> list[tuple[int, int]]:
        """Return where the words, phrases and dates of the query stand, in order and without overlaps."""
        known = self._known_spans(text, language)
        return self._read_spans(text, language) if known is None else known

    def _read_spans(self, text: str, language: str | None) -> list[tuple[int, int]]:
        """Return the same by looking at every word."""
        found = list(words(text))
        spans = [(word.start, word.end) for word in found if self.matches(word.text, language)]
        for phrase in self._phrases:
            spans.extend(_phrase_spans(found, phrase))
        if self._dates:
            spans.extend(
                (date.start, date.end)
                for date in dates_in(text)
                if not self._dates.isdisjoint((date.edtf, date.edtf[: len("1996-01-")]))
            )
        return _without_overlaps(spans)

    @cached_property
    def _beginning(self) -> re.Pattern[str] | None:
        """Return what finds the beginnings of possible matches without looking at every word of a long text."""
        stems = (stem for word in self._words for stem in (word, *query_stems(word, ("de", "es", "fr", "nl"))))
        whole = [*stems, *(word for phrase in self._phrases for word in phrase.words)]
        beginnings = {word[: max(_KEPT_LETTERS, len(word) - 1)] for word in whole if word}
        beginnings.update(prefix for prefix in self._prefixes)
        beginnings.update(re.split(r"[*?]", pattern)[0] for pattern in self._patterns)
        if not beginnings or self._alike or self._dates:
            return None
        # Plain alternatives of small letters are what the engine of expressions is quick with.
        return re.compile("|".join(sorted(map(re.escape, beginnings), key=len, reverse=True)))

    def _hits(self, text: str, language: str | None) -> Iterator[tuple[int, str]]:
        """Yield where words of a long text stand that are looked for, and the beginning that each was found by."""
        small = text.lower().replace("ё", "е")
        if self._beginning is None or len(small) != len(text):
            return
        for match in self._beginning.finditer(small):
            start = match.start()
            if start and small[start - 1].isalnum():
                continue
            word = next(words(text[start : start + _LONGEST_WORD]), None)
            if word is not None and (self.matches(word.text, language) or self._begins_phrase(word.text)):
                yield start, match.group()

    def _begins_phrase(self, exact: str) -> bool:
        return any(phrase.words[0] == exact for phrase in self._phrases)

    def _best_place(self, text: str, language: str | None, length: int) -> int | None:
        """Return where the stretch of `length` characters begins that holds most different words of the query."""
        return _densest(self._hits(text, language), length)


def _densest(hits: Iterable[tuple[int, str]], length: int) -> int | None:
    """Return where the stretch begins that holds most different words; `hits` are places with what stands there."""
    known = list(hits)
    best, most, first = None, 0, 0
    inside: dict[str, int] = {}
    for place, word in known:
        inside[word] = inside.get(word, 0) + 1
        while place - known[first][0] > length - _LEAD:
            gone = known[first][1]
            inside[gone] -= 1
            if not inside[gone]:
                del inside[gone]
            first += 1
        if len(inside) > most:
            best, most = known[first][0], len(inside)
    return best


def _window(text: str, first: int, length: int) -> tuple[int, int]:
    """Return the ends of a passage of about `length` characters a little before `first`, between words."""
    start = 0 if first <= _LEAD else text.rfind(" ", 0, first - _LEAD) + 1
    if len(text) - start <= length:
        return start, len(text)
    return start, text.rfind(" ", start, start + length) + 1 or start + length


def _framed(pieces: list[Segment], goes_before: bool, goes_on: bool) -> list[Segment]:  # noqa: FBT001  A pair of facts.
    before = [Segment("… ", is_match=False)] if goes_before else []
    return [*before, *pieces, *([Segment(" …", is_match=False)] if goes_on else [])]


def _phrase_spans(found: list[Word], phrase: Phrase) -> Iterable[tuple[int, int]]:
    """Yield the words of each occurrence of a phrase; words between them, which `slop` allows, are left out."""
    wanted = phrase.words
    for place, word in enumerate(found):
        if word.text != wanted[0]:
            continue
        places = [place]
        for number, text in enumerate(wanted[1:], 2):
            fits = str.startswith if phrase.prefix and number == len(wanted) else str.__eq__
            near = range(places[-1] + 1, min(places[-1] + phrase.slop + 1, len(found)))
            following = next((other for other in near if fits(found[other].text, text)), None)
            if following is None:
                break
            places.append(following)
        else:
            yield from ((found[item].start, found[item].end) for item in places)


def _without_overlaps(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(set(spans)):
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return kept
