"""What a query that found nothing may have meant: another keyboard, Latin letters for Cyrillic, a slip of the finger.

Only words that the index knows are offered, so that a suggestion never leads to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.search.engine.fields import GROUPS
from registry.search.words.analysis import exact_form, stem_form, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whoosh.reading import IndexReader

_QWERTY = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_JCUKEN = "йцукенгшщзхъфывапролджэячсмитьбюё"
_TO_RUSSIAN_KEYS = str.maketrans(_QWERTY, _JCUKEN)
_TO_ENGLISH_KEYS = str.maketrans(_JCUKEN, _QWERTY)

#: Latin spellings of Russian letters as people type them, longest first.
_LATIN = {
    "shch": "щ", "sch": "щ", "zh": "ж", "kh": "х", "ts": "ц", "ch": "ч", "sh": "ш", "yu": "ю", "ju": "ю", "ya": "я",
    "ja": "я", "yo": "е", "iy": "ий", "a": "а", "b": "б", "c": "ц", "d": "д", "e": "е", "f": "ф", "g": "г", "h": "х",
    "i": "и", "j": "й", "k": "к", "l": "л", "m": "м", "n": "н", "o": "о", "p": "п", "r": "р", "s": "с", "t": "т",
    "u": "у", "v": "в", "w": "в", "x": "кс", "y": "ы", "z": "з", "'": "ь",
}  # fmt: skip

_OPERATORS = {"AND", "OR", "NOT", "И", "ИЛИ", "НЕ"}
_MIN_LENGTH = 4
_LONG = 8


def suggestion(reader: IndexReader, text: str) -> str | None:
    """Return the query with its unknown words replaced by known ones, or None when there is nothing to offer.

    Quoted words, fields and operators are left as they are: who writes them means them.
    """
    if any(sign in text for sign in '"«“„:()*'):
        return None
    offered, changed = [], False
    for piece in text.split():
        found = [word.text for word in words(piece)]
        if piece in _OPERATORS or not found or all(_is_known(reader, word) for word in found):
            offered.append(piece)
            continue
        better = next((other for other in _readings(reader, piece) if other != exact_form(piece)), None)
        if better is None:
            return None
        offered.append(better)
        changed = True
    return " ".join(offered) if changed else None


def _readings(reader: IndexReader, piece: str) -> Iterator[str]:
    """Yield what a piece may stand for, the likeliest first."""
    typed = piece.casefold()
    for other in (typed.translate(_TO_RUSSIAN_KEYS), typed.translate(_TO_ENGLISH_KEYS), _from_latin(typed)):
        found = [word.text for word in words(other)]
        if other != typed and found and all(_is_known(reader, word) for word in found):
            yield " ".join(found)
    for word in dict.fromkeys((exact_form(piece), exact_form(_from_latin(typed)))):
        near = _nearest(reader, word)
        if near:
            yield near


def _from_latin(text: str) -> str:
    """Write a Latin spelling in Cyrillic letters."""
    written, place = [], 0
    while place < len(text):
        for latin, cyrillic in _LATIN.items():
            if text.startswith(latin, place):
                written.append(cyrillic)
                place += len(latin)
                break
        else:
            written.append(text[place])
            place += 1
    return "".join(written)


def _is_known(reader: IndexReader, word: str) -> bool:
    stem = stem_form(word)
    return any((f"{group}_stem", form) in reader for group in GROUPS for form in (stem, word))


def _nearest(reader: IndexReader, word: str) -> str | None:
    """Return the word of the index that is nearest to `word`, the most frequent among equals.

    Numbers are never mended: the nearest number is another one.
    """
    if len(word) < _MIN_LENGTH or any(letter.isdigit() for letter in word):
        return None
    furthest = 2 if len(word) >= _LONG else 1
    for distance in range(1, furthest + 1):
        near: dict[str, int] = {}
        for group in GROUPS:
            for found in reader.terms_within(f"{group}_exact", word, distance, prefix=1):
                near[found] = near.get(found, 0) + reader.doc_frequency(f"{group}_exact", found)
        near.pop(word, None)
        if near:
            return min(near, key=lambda found: (-near[found], found))
    return None
