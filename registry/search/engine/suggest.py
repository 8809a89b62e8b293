"""What a query that found nothing may have meant: another keyboard, Latin letters for Cyrillic, a slip of the finger.

Only words that the index knows are offered, so that a suggestion never leads to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from whoosh.support.levenshtein import levenshtein

from registry.search.engine.fields import STEM, WORD
from registry.search.engine.leaves import MOST_LOOKED_AT, is_like
from registry.search.words.analysis import exact_form, exact_words, query_stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from registry.search.engine.snapshot import Snapshot

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
_MAX_LENGTH = 40
_LONG = 8
_MOST_PIECES = 30
_MOST_NEAR = 200
_LONGEST_ENDING = 2


def suggestion(snapshot: Snapshot, visible: NDArray[np.bool_], text: str) -> str | None:
    """Return the query with its unknown words replaced by known ones, or None when there is nothing to offer.

    Only words of documents that are `visible` are known. Quoted words, fields and operators are left as they are:
    who writes them means them.
    """
    if any(sign in text for sign in '"«“„:()*'):
        return None
    lexicon = _Lexicon(snapshot, visible)
    whole = _on_another_keyboard(lexicon, text)
    if whole is not None:
        return whole
    offered, changed = [], False
    for piece in text.split()[:_MOST_PIECES]:
        found = exact_words(piece)
        if piece in _OPERATORS or not found or all(lexicon.knows(word) for word in found):
            offered.append(piece)
            continue
        better = next((other for other in _readings(lexicon, piece) if other != exact_form(piece)), None)
        if better is None:
            return None
        offered.append(better)
        changed = True
    return " ".join(offered) if changed else None


def _on_another_keyboard(lexicon: _Lexicon, text: str) -> str | None:
    """Return the query as it would have been on another keyboard, when all of it makes sense there and not here."""
    if all(lexicon.knows(word) for word in exact_words(text)):
        return None
    for keys in (_TO_RUSSIAN_KEYS, _TO_ENGLISH_KEYS):
        # A minus stands on both keyboards in the same place and goes on excluding.
        pieces = [(piece[:1] == "-", exact_words(piece.casefold().translate(keys))) for piece in text.split()]
        found = [word for _, words in pieces for word in words]
        if found and all(lexicon.knows(word) for word in found):
            return " ".join(f"{'-' * excluded}{' '.join(words)}" for excluded, words in pieces if words)
    return None


class _Lexicon:
    """The words of the documents that a reader may see."""

    def __init__(self, snapshot: Snapshot, visible: NDArray[np.bool_]) -> None:
        self.snapshot = snapshot
        self.visible = visible
        self._looks_left = MOST_LOOKED_AT

    def knows(self, word: str) -> bool:
        """Return whether the word, or one with its stem, occurs. A stem much shorter than the word proves nothing."""
        forms = [form for form in (*query_stems(word), word) if len(word) - len(form) <= _LONGEST_ENDING]
        return any(self.frequency(field, form) for form in forms for field in (STEM, WORD))

    def frequency(self, field: str, term: str) -> int:
        """Return in how many documents a term occurs."""
        if not self.snapshot.has_term(field, term):
            return 0
        return int(self.visible[self.snapshot.postings(field, term).documents].sum())

    def spelled(self, word: str) -> str:
        """Return a known word as it is, or the shortest word that begins with it: Latin letters have no soft sign."""
        if self.frequency(WORD, word):
            return word
        terms, looked, _ = self.snapshot.terms_from(WORD, word, lambda _: True, self._looks_left)
        self._looks_left -= looked
        known = [term for term in terms[:_MOST_NEAR] if self.frequency(WORD, term)]
        return min(known, key=lambda term: (len(term), term)) if known else word

    def nearest(self, word: str) -> str | None:
        """Return the word with the same first letter that is nearest to `word`, the most frequent among equals.

        Numbers are never mended: the nearest number is another one.
        """
        if not _MIN_LENGTH <= len(word) <= _MAX_LENGTH or not word.isalpha():
            return None
        most = 2 if len(word) >= _LONG else 1
        terms, looked, _ = self.snapshot.terms_from(
            WORD, word[0], lambda term: term != word and is_like(word, term, most), self._looks_left
        )
        self._looks_left -= looked
        near = [(levenshtein(word, term), -self.frequency(WORD, term), term) for term in terms[:_MOST_NEAR]]
        known = [found for found in near if found[1]]
        return min(known)[2] if known else None


def _readings(lexicon: _Lexicon, piece: str) -> Iterator[str]:
    """Yield what a piece may stand for, the likeliest first."""
    typed = piece.casefold()
    for other in (typed.translate(_TO_RUSSIAN_KEYS), typed.translate(_TO_ENGLISH_KEYS), _from_latin(typed)):
        found = exact_words(other)
        if other != typed and found and all(lexicon.knows(word) for word in found):
            yield " ".join(lexicon.spelled(word) for word in found)
    for word in dict.fromkeys((exact_form(piece), exact_form(_from_latin(typed)))):
        near = lexicon.nearest(word)
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
