"""How texts become terms, the same for the index and for queries. No Whoosh here: the index is fed with ready terms.

Every word has three forms. *Exact* keeps the word (case, ё/е, invisible characters and letters of the wrong
alphabet folded): for quotations and numbers, with no stop list. *Stem* is the Snowball stem: Russian for
Cyrillic words, English for Latin ones; words with letters that only Kazakh or Belarusian have stay whole, since
neither stemmer knows them. *Fold* writes those letters as a Russian keyboard would, so that «келисим» finds
«келісім»; it is matched by its beginning, which covers the endings of Kazakh and Belarusian.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import snowballstemmer

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Raised whenever the forms change, so that older indexes are rebuilt.
ANALYSIS_VERSION = 1

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[\u0300-\u036f{_INVISIBLE}]|['’ʼ`](?=[^\W_]))*")
_DROP = dict.fromkeys(map(ord, _INVISIBLE))
_APOSTROPHES = str.maketrans(dict.fromkeys("’ʼ`", "'"))

_LATIN = "aceopxyikmthb"
_CYRILLIC = "асеорхуікмтнв"
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN = str.maketrans(_CYRILLIC + "и", _LATIN + "u")
_FOLD = str.maketrans("әғқңөұүһіїўґ", "агкноуухииуг")
_NOT_RUSSIAN = frozenset("әғқңөұүһіїўґ'")

#: Faults of the Russian stemmer: after ъ it takes «-ем» of the nominative for an ending.
_STEMS = {"подъем": "подъем", "объем": "объем", "съем": "съем"}


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its exact form, and where it stands."""

    text: str
    start: int
    end: int


def words(text: str) -> Iterator[Word]:
    """Yield the words of `text` with their places in it."""
    for match in _WORD.finditer(text):
        # One sign can stand for several words (¼ for 1 and 4), which share its place.
        for part in _WORD.findall(exact_form(match.group())):
            yield Word(part, match.start(), match.end())


def exact_form(token: str) -> str:
    """Return the exact form of one word."""
    text = unicodedata.normalize("NFKC", token.translate(_DROP)).casefold().replace("ё", "е").translate(_APOSTROPHES)
    return _one_script(text)


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


@lru_cache(maxsize=100_000)
def stem_form(exact: str) -> str:
    """Return the stem of a word in its exact form."""
    if exact.isascii():
        return _STEMMERS.english.stemWord(exact.removesuffix("'s")) if exact.isalpha() or "'" in exact else exact
    if _NOT_RUSSIAN & set(exact):
        return exact
    return _STEMS.get(exact) or _STEMMERS.russian.stemWord(exact)


def fold_form(exact: str) -> str:
    """Return a word as somebody without a Kazakh or Belarusian keyboard would type it."""
    return exact.translate(_FOLD)


def is_kazakh_or_belarusian(exact: str) -> bool:
    """Return whether a word has letters that only Kazakh or Belarusian use."""
    return bool(_NOT_RUSSIAN & set(exact)) and not exact.isascii()


class _Stemmers(threading.local):
    """The stemmers of one thread: they keep the word in themselves while they work on it."""

    def __init__(self) -> None:
        self.russian = snowballstemmer.stemmer("russian")
        self.english = snowballstemmer.stemmer("english")


_STEMMERS = _Stemmers()
