"""How texts become terms, the same for the index and for queries. No Whoosh here: the index is fed with ready terms.

Every word has an *exact* form (case, ё/е, invisible characters and letters of the wrong alphabet folded): for
quotations and numbers, with no stop list. Its *stem* depends on the language of the text: Snowball for English and
other languages that it knows, Snowball on the dictionary form for Russian, our own for Kazakh and Belarusian.
Nobody says in which language a word of a query is, so a query looks for the stem of each language that the word can
belong to. *Fold* writes a stem as a Russian keyboard would, so that «келисим» finds «келісім». A date in a text is a
word more, whichever way it is written.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import snowballstemmer

from registry.search.words import belarusian, kazakh, russian
from registry.search.words.dates import dates_in
from registry.search.words.synonyms import same_word

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

#: Raised whenever the forms change, so that older indexes are rebuilt.
ANALYSIS_VERSION = 4

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[\u0300-\u036f{_INVISIBLE}]|['’ʼ`](?=[^\W_]))*")
_DROP = dict.fromkeys(map(ord, _INVISIBLE))
#: Marks of stress, which dictionaries write and nobody types.
_STRESS = {0x0300: None, 0x0301: None}
_APOSTROPHES = str.maketrans(dict.fromkeys("’ʼ`", "'"))
#: The Roman number of an act (№ 123-I, № 405-ІV) in whatever alphabet it was typed.
_ROMAN = re.compile(r"(?<=[0-9][-–])[IVXLCDMІХСМ]{1,6}\b")
_TO_ROMAN = str.maketrans("ІХСМ", "IXCM")

_LATIN = "aceopxyikmthb"
_CYRILLIC = "асеорхуікмтнв"
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN = str.maketrans(_CYRILLIC + "и", _LATIN + "u")
_ACCENTED = re.compile("[\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})
_FOLD = str.maketrans("әғқңөұүһіїўґ", "агкноуухииуг")
_KAZAKH = frozenset("әғқңөұүһ")
_BELARUSIAN = frozenset("ўґї'")
_NOT_RUSSIAN = _KAZAKH | _BELARUSIAN | {"і"}

#: Languages of the Latin alphabet whose texts are stemmed in their own way.
_SNOWBALL = {"ru": "russian", "en": "english", "de": "german", "fr": "french", "nl": "dutch", "es": "spanish"}
_LATIN_LANGUAGES = ("en", "de", "fr", "nl", "es")
_CYRILLIC_LANGUAGES = ("ru", "kk", "be")

#: Dictionary forms that the Russian stemmer brings together with others: it takes the end of the stem for an ending.
_STEMS = {
    **{word: word for word in ("подъем", "объем", "съем", "прием", "визит", "актив", "атом", "наем")},
    **dict.fromkeys(("заем", "займ"), "займ"),
    "грузия": "грузи",
    "правило": "правил",
}


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its exact form, and where it stands."""

    text: str
    start: int
    end: int


def words(text: str) -> Iterator[Word]:
    """Yield the words of `text` with their places in it."""
    for match in _WORD.finditer(_with_latin_numerals(text)):
        # One sign can stand for several words (¼ for 1 and 4), which share its place.
        for part in _parts(match.group()):
            yield Word(part, match.start(), match.end())


def exact_words(text: str) -> list[str]:
    """Return the exact forms of the words of `text` in their order."""
    found: list[str] = []
    for raw in _WORD.findall(_with_latin_numerals(text)):
        found.extend(_parts(raw))
    return found


def words_and_dates(text: str) -> tuple[list[str], list[tuple[int, str]]]:
    """Return the exact words of `text`, and for each date in it the position of its first word and its EDTF text."""
    dates = dates_in(text)
    if not dates:
        return exact_words(text), []
    starts, found = [], []
    for word in words(text):
        starts.append(word.start)
        found.append(word.text)
    places = {start: position for position, start in reversed(list(enumerate(starts)))}
    return found, [(places[date.start], date.edtf) for date in dates if date.start in places]


def exact_form(token: str) -> str:
    """Return the exact form of one word."""
    text = unicodedata.normalize("NFKC", token.translate(_DROP)).translate(_STRESS)
    text = text.casefold().replace("ё", "е").translate(_APOSTROPHES)
    # A letter that changes its alphabet can leave an accent on a Latin one, so accents are looked at twice.
    return _without_accents(_one_script(_without_accents(text)))


def stem_form(exact: str, language: str | None = None) -> str:
    """Return the likeliest stem of a word of a text in `language`; without one, in that which its letters suggest."""
    return _stems(exact, language_of(exact, language))[0]


def stem_forms(exact: str, language: str | None = None) -> tuple[str, ...]:
    """Return all stems that a word of a text can have, the likeliest first: «суда» is of суд and of судно."""
    return _stems(exact, language_of(exact, language))


def query_stems(exact: str, languages: Collection[str] = ("en",)) -> tuple[str, ...]:
    """Return the stems that a word of a query may have, one for each language that it can belong to.

    `languages` are those in which there are texts: a stemmer of another language would only bring words together
    that have nothing to do with each other.
    """
    wanted: tuple[str, ...]
    if exact.isascii() or not _is_cyrillic(exact):
        wanted = tuple(code for code in _LATIN_LANGUAGES if code == "en" or code in languages)
    elif _KAZAKH & set(exact):
        wanted = ("kk",)
    elif _BELARUSIAN & set(exact):
        wanted = ("be",)
    else:
        wanted = ("kk", "be") if "і" in exact else _CYRILLIC_LANGUAGES
    return tuple(dict.fromkeys(_stems(exact, language)[0] for language in wanted))


def forget() -> None:
    """Forget the stems of words: for the start of an application, which may use other synonyms."""
    _stems.cache_clear()


def fold_form(exact: str) -> str:
    """Return a word as somebody without a Kazakh or Belarusian keyboard would type it."""
    return exact.translate(_FOLD)


def is_kazakh_or_belarusian(exact: str) -> bool:
    """Return whether a word has letters that only Kazakh or Belarusian use."""
    return bool(_NOT_RUSSIAN & set(exact)) and not exact.isascii()


@lru_cache(maxsize=100_000)
def _parts(raw: str) -> tuple[str, ...]:
    # A sign can hide a border between words, and each word is written in the script of its own letters.
    return tuple(exact_form(part) for part in _WORD.findall(exact_form(raw)))


def _with_latin_numerals(text: str) -> str:
    return _ROMAN.sub(lambda match: match.group().translate(_TO_ROMAN), text)


def _one_script(token: str) -> str:
    """Write a word of mixed scripts in the script of most of its letters: «Cоглашение» with a Latin C is Russian."""
    if token.isascii():
        return token
    latin = sum("a" <= letter <= "z" for letter in token)
    if not latin:
        return token
    cyrillic = sum("\u0400" <= letter <= "\u04ff" for letter in token)
    if not cyrillic:
        return token
    return token.translate(_TO_CYRILLIC if cyrillic >= latin else _TO_LATIN)


def _without_accents(token: str) -> str:
    """Write a Latin word without accents and ligatures, which not every keyboard has: Israël, œuvre, Übereinkommen."""
    if token.isascii() or not _ACCENTED.search(token):
        return token
    kept: list[str] = []
    base = ""
    for letter in unicodedata.normalize("NFD", token.translate(_LIGATURES)):
        if not unicodedata.combining(letter):
            base = letter
        elif base.isascii():
            continue
        kept.append(letter)
    return unicodedata.normalize("NFC", "".join(kept))


def _is_cyrillic(exact: str) -> bool:
    return any("\u0400" <= letter <= "\u04ff" for letter in exact)


def language_of(exact: str, language: str | None) -> str:
    """Return the language in which a word is stemmed: that of its text, unless its alphabet says otherwise."""
    if exact.isascii() or not _is_cyrillic(exact):
        return language if language in _LATIN_LANGUAGES else "en"
    if language in _CYRILLIC_LANGUAGES and not (language == "ru" and _NOT_RUSSIAN & set(exact)):
        return language
    if _KAZAKH & set(exact):
        return "kk"
    if _BELARUSIAN & set(exact):
        return "be"
    return "kk" if "і" in exact else "ru"


def languages_within(language: str | None) -> tuple[str, ...]:
    """Return the languages in which words of a text in `language` can be stemmed: all that `language_of` may answer."""
    latin = language if language in _LATIN_LANGUAGES else "en"
    return (latin, language) if language in ("kk", "be") else (latin, *_CYRILLIC_LANGUAGES)


@lru_cache(maxsize=100_000)
def _stems(exact: str, language: str) -> tuple[str, ...]:
    if not any(map(str.isalpha, exact)):
        return (exact,)
    if language == "kk":
        return (kazakh.stem(exact),)
    if language == "be":
        return (belarusian.stem(exact),)
    if language == "ru":
        # The dictionary form first: Snowball parts прибыль from прибыли, друг from друзья.
        return tuple(dict.fromkeys(_snowball(lemma, "ru") for lemma in russian.lemmas(exact)))
    return (_snowball(exact.removesuffix("'s") if language == "en" else exact, language),)


def _snowball(word: str, language: str) -> str:
    if language == "ru" and word in _STEMS:
        return _STEMS[word]
    stem: str = _STEMMERS.of(language).stemWord(word) or word
    return same_word(stem)


class _Stemmers(threading.local):
    """The stemmers of one thread: they keep the word in themselves while they work on it."""

    def __init__(self) -> None:
        self._made: dict[str, snowballstemmer.stemmer] = {}

    def of(self, language: str) -> snowballstemmer.stemmer:
        if language not in self._made:
            self._made[language] = snowballstemmer.stemmer(_SNOWBALL[language])
        return self._made[language]


_STEMMERS = _Stemmers()
