"""Makes the Whoosh documents of a record: its words with their impacts, and one document for each article.

A reader must learn nothing from texts that are not open to them, not even that a word occurs. So a record whose
texts differ in openness has a document for each kind of reader, each with the words that this kind may see.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from registry.core.access import Access, stricter
from registry.search.engine.fields import (
    ARTICLE_EXACT,
    ARTICLE_NUMBER,
    ARTICLE_STEM,
    BODY_WEIGHT,
    DEPENDS,
    FOLD,
    GAP,
    GROUPS,
    KIND,
    LANGUAGE_SHIFT,
    LEVEL,
    NAME,
    REMARK_WEIGHT,
    STEM,
    WORD,
    ArticleText,
    IndexRecord,
    PackedPositions,
    audience,
    day_number,
    digest,
    exact_field,
    language_number,
    stem_field,
)
from registry.search.engine.sequences import pack
from registry.search.words.analysis import (
    exact_words,
    fold_form,
    is_kazakh_or_belarusian,
    stem_forms,
    words_and_dates,
)
from registry.search.words.names import name_keys
from registry.search.words.small import SMALL_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from registry.search.engine.fields import Posting

#: BM25's k1 and b, and the length in words at which a text is neither long nor short.
_K1, _B = 1.2, 0.5
#: In a title a word that stands twice says hardly more than once.
_TITLE_K1 = 0.5
_TITLE_LENGTH, _BODY_LENGTH, _ARTICLE_LENGTH = 20, 2000, 150
#: A name in a text begins with a capital letter; what else does is rare enough.
_CAPITALISED = re.compile(r"(?<!\w)(?=[^\W\d_a-zа-яё])[^\W\d_][^\W\d_]{2,}(?:['’ʼ-][^\W\d_]+)*")
#: What the name of somebody weighs in a text, whose words are found by their stems as well.
_NAME_WEIGHT = 0.5
#: What a word of an article's heading weighs beside one of its text.
_HEADING_WEIGHT = 1.5

_pack = PackedPositions().encode


def documents(record: IndexRecord, change: int) -> Iterator[dict[str, object]]:
    """Yield the Whoosh documents of a record as it stood after change number `change`: itself, then its articles."""
    words = {article.key: _Words(article.text, article.language) for article in record.articles}
    written = {"change": change, "digest": digest(record)}
    own = _record_postings(record)
    openness = sorted({audience(record.access), *(_openness(record, article) for article in record.articles)})
    for place, least in enumerate(openness):
        seen = [article for article in record.articles if _openness(record, article) <= least]
        most = openness[place + 1] if place + 1 < len(openness) else len(Access)
        bodies = [words[article.key] for article in seen]
        yield {**_record_document(record, own, bodies, _audiences(least, most)), **written}
    for article in record.articles:
        yield {**_article_document(record, article, words[article.key]), **written}


def _openness(record: IndexRecord, article: ArticleText) -> int:
    return audience(stricter(record.access, article.access))


def _audiences(least: int, most: int) -> int:
    """Return the bits of the clearances from `least` up to, not including, `most`."""
    return sum(1 << place for place in range(least, most))


class _Words:
    """The words of one text: exact forms with their positions, stems, and how often each occurs."""

    def __init__(self, text: str, language: str | None) -> None:
        self.exact, self.dates = words_and_dates(text)
        self.language = language
        self._text = text
        self.length = len(self.exact)
        self.counts = Counter(self.exact)
        for _, edtf in self.dates:
            self.counts[edtf] += 1
        self.stems: Counter[str] = Counter()
        self.folds: set[str] = set()
        for word, count in self.counts.items():
            stems = stem_forms(word, language)
            for stem in stems:
                self.stems[stem] += count
            if is_kazakh_or_belarusian(word):
                # The whole word too: a stemmer may write the end of a stem otherwise than people without its letters.
                self.folds.update((fold_form(stems[0]), fold_form(word)))

    @cached_property
    def names(self) -> set[str]:
        """Return the keys of the words that may be names."""
        found = exact_words(" ".join(set(_CAPITALISED.findall(self._text))))
        return {key for word in found for key in name_keys(word, self.language)}

    def positions(self, start: int = 0) -> dict[str, list[int]]:
        """Return the positions of each word, counted from `start`; a date shares the place of its first word."""
        found: dict[str, list[int]] = defaultdict(list)
        for position, word in enumerate(self.exact, start):
            found[word].append(position)
        for position, edtf in self.dates:
            found[edtf].append(start + position)
        return found

    def in_order(self) -> Iterator[str]:
        """Yield the likeliest stem of each word in order, without small words."""
        return (stem_forms(word, self.language)[0] for word in self.exact if word not in SMALL_WORDS)

    def stem_positions(self, start: int = 0) -> dict[str, list[int]]:
        """Return the positions of each stem, counted from `start`."""
        found: dict[str, list[int]] = defaultdict(list)
        for position, word in enumerate(self.exact, start):
            for stem in stem_forms(word, self.language):
                found[stem].append(position)
        for position, edtf in self.dates:
            found[edtf].append(start + position)
        return found


def _impacts(
    counts: Counter[str], length: int, usual: int, weight: float, k1: float = _K1
) -> Iterator[tuple[str, float]]:
    """Yield each word with its impact: frequency levelled by k1, and the length of the text allowed for by b."""
    level = k1 * (1 - _B + _B * length / usual)
    for word, count in counts.items():
        yield word, weight * count * (k1 + 1) / (count + level)


class _Own:
    """The postings that a record has of itself, whatever texts it has."""

    def __init__(self) -> None:
        self.fields: dict[str, list[Posting]] = {}
        self.stem: dict[str, float] = defaultdict(float)
        self.word: dict[str, float] = defaultdict(float)
        self.folds: set[str] = set()
        self.names: set[str] = set()


def _record_postings(record: IndexRecord) -> _Own:
    own = _Own()
    for group, texts in record.texts.items():
        _add_group(own, group, texts)
    return own


def _add_group(own: _Own, group: str, texts: Sequence[tuple[str | None, str]]) -> None:
    """Add one group of texts, such as the titles in all languages, to the postings of a record."""
    best_stem: dict[str, float] = defaultdict(float)
    best_word: dict[str, float] = defaultdict(float)
    places: dict[str, list[int]] = defaultdict(list)
    stem_places: dict[str, list[int]] = defaultdict(list)
    weight = GROUPS.get(group, REMARK_WEIGHT)
    start = 0
    for language, text in texts:
        words = _Words(text, language)
        # A word that stands in several titles says no more than one that stands in the best of them.
        for stem, impact in _impacts(words.stems, words.length, _TITLE_LENGTH, weight, _TITLE_K1):
            best_stem[stem] = max(best_stem[stem], impact)
        for word, impact in _impacts(words.counts, words.length, _TITLE_LENGTH, weight, _TITLE_K1):
            best_word[word] = max(best_word[word], impact)
        _extend(places, words.positions(start))
        if group == "title":
            _extend(stem_places, words.stem_positions(start))
        start += words.length + GAP
        own.folds |= words.folds
        if group != "number":
            own.names.update(key for word in words.counts for key in name_keys(word, language))
    for stem, impact in best_stem.items():
        own.stem[stem] += impact
    for word, impact in best_word.items():
        own.word[word] += impact
    if group in GROUPS:
        own.fields[stem_field(group)] = _plain(best_stem.items(), stem_places)
    own.fields[exact_field(group)] = _placed(places)


def _extend(places: dict[str, list[int]], more: dict[str, list[int]]) -> None:
    for word, found in more.items():
        places[word].extend(found)


def _record_document(record: IndexRecord, own: _Own, bodies: list[_Words], audiences: int) -> dict[str, object]:
    stems, exact = dict(own.stem), dict(own.word)
    folds = own.folds.union(*(words.folds for words in bodies))
    body_stems: Counter[str] = Counter()
    body_words: Counter[str] = Counter()
    for words in bodies:
        body_stems.update(words.stems)
        body_words.update(words.counts)
    names = dict.fromkeys(set().union(*(words.names for words in bodies)), _NAME_WEIGHT)
    names.update(dict.fromkeys(own.names, GROUPS["actor"]))
    length = sum(words.length for words in bodies)
    for stem, impact in _impacts(body_stems, length, _BODY_LENGTH, BODY_WEIGHT):
        stems[stem] = stems.get(stem, 0.0) + impact
    for word, impact in _impacts(body_words, length, _BODY_LENGTH, BODY_WEIGHT):
        exact[word] = exact.get(word, 0.0) + impact
    fields: dict[str, object] = {
        "key": str(record.key),
        "owner": record.key,
        "flags": audiences | (DEPENDS if record.depends else 0),
        STEM: _plain(stems.items()),
        WORD: _plain(exact.items()),
        FOLD: _plain((fold, 1.0) for fold in folds),
        NAME: _plain(names.items()),
        KIND: _plain([(record.kind, 1.0)]),
        LEVEL: _plain((level, 1.0) for level in record.levels),
        **own.fields,
    }
    if record.signed is not None:
        fields["signed_first"], fields["signed_last"] = (day_number(day) for day in record.signed)
    return fields


def _article_document(record: IndexRecord, article: ArticleText, words: _Words) -> dict[str, object]:
    impacts = dict(_impacts(words.stems, words.length, _ARTICLE_LENGTH, 1.0))
    heading = _Words(article.heading, article.language)
    for stem in heading.stems:
        impacts[stem] = impacts.get(stem, 0.0) + _HEADING_WEIGHT
    return {
        "key": str(record.key),
        "owner": record.key,
        "article": article.key,
        "flags": _audiences(_openness(record, article), len(Access))
        | language_number(article.language) << LANGUAGE_SHIFT,
        "sequence": pack(heading.in_order(), words.in_order()),
        ARTICLE_STEM: _plain(impacts.items()),
        ARTICLE_EXACT: _placed(words.positions()),
        NAME: _plain((key, _NAME_WEIGHT) for key in words.names),
        # A preamble or an annex is asked for by its name, as an article is by its number.
        ARTICLE_NUMBER: _plain((name, 1.0) for name in (article.number, article.kind) if name and name != "article"),
    }


def _plain(impacts: Iterable[tuple[str, float]], places: dict[str, list[int]] | None = None) -> list[Posting]:
    # Two digits are all that ranking needs, and equal weights are stored once for a block.
    if places:
        return [(word.encode(), 1, _rounded(impact), _pack(places[word])) for word, impact in impacts]
    return [(word.encode(), 1, _rounded(impact), b"") for word, impact in impacts]


def _rounded(impact: float) -> float:
    """Return an impact with two digits, but never nothing: a word of a very long text is found all the same."""
    return max(round(impact, 2), 0.01)


def _placed(positions: dict[str, list[int]]) -> list[Posting]:
    return [(word.encode(), len(places), 1.0, _pack(places)) for word, places in positions.items()]
