"""What a query that found nothing may have meant: another keyboard, Latin letters for Cyrillic, a slip of the finger.

Only words are offered that the index knows, or whose meaning it knows by another word, so that a suggestion never
leads to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from registry.search.engine.fields import STEM, WORD
from registry.search.engine.leaves import MOST_LOOKED_AT
from registry.search.query_language.thesaurus import terms_with, words_of_terms
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
    "shch": "щ", "sch": "щ", "iye": "ие", "oye": "ое", "aye": "ае", "oy": "ой", "ay": "ай", "ey": "ей", "zh": "ж",
    "kh": "х", "ts": "ц", "ch": "ч", "sh": "ш", "yu": "ю", "ju": "ю", "ya": "я", "ja": "я", "yo": "е", "ye": "е",
    "iy": "ий", "a": "а", "b": "б", "c": "ц", "d": "д", "e": "е", "f": "ф", "g": "г", "h": "х",
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
    pieces = text.split()[:_MOST_PIECES]
    while pieces:
        piece = pieces.pop(0)
        found = exact_words(piece)
        if piece in _OPERATORS or not found or all(lexicon.knows(word) for word in found):
            offered.append(piece)
            continue
        changed = True
        if pieces and (joined := _joined(lexicon, piece, pieces[0])):
            offered.append(joined)
            pieces.pop(0)
            continue
        better = next((other for other in _readings(lexicon, piece) if other != exact_form(piece)), None)
        if better is None:
            return None
        offered.append(better)
    return " ".join(offered) if changed else None


def _joined(lexicon: _Lexicon, piece: str, following: str) -> str | None:
    """Return the word that two pieces are together, when a space has come into it: «тран спорт»."""
    words = exact_words(piece + following)
    return words[0] if len(words) == 1 and lexicon.frequency(WORD, words[0]) else None


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
        if not self.snapshot.frequency(field, term):
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
        """Return the word that is nearest to `word`, the most frequent among equals.

        A slip in the first letter is rare, so that words with the same one are looked at first, then those that begin
        with the second, as when the first was doubled or the two have changed places, then all. Words of treaties that
        stand in no record count as well when they lead to others that do. Numbers are never mended: the nearest
        number is another one.
        """
        if not _MIN_LENGTH <= len(word) <= _MAX_LENGTH or not word.isalpha():
            return None
        for beginning in (word[0], word[1], ""):
            found = self._nearest(word, beginning) or self._nearest_term(word, beginning)
            if found:
                return found
        return None

    def _nearest(self, word: str, beginning: str) -> str | None:
        terms, looked, _ = self.snapshot.terms_from(
            WORD, beginning, lambda term: _is_near(word, term), self._looks_left
        )
        self._looks_left -= looked
        near = [(OSA.distance(word, term), -self.frequency(WORD, term), term) for term in terms[:_MOST_NEAR]]
        known = [found for found in near if found[1]]
        return min(known)[2] if known else None

    def _nearest_term(self, word: str, beginning: str) -> str | None:
        near = [term for term in words_of_terms() if term.startswith(beginning) and _is_near(word, term)]
        leading = (term for term in sorted(near, key=lambda term: OSA.distance(word, term)) if self._leads_on(term))
        return next(leading, None)

    def _leads_on(self, word: str) -> bool:
        """Return whether a word belongs to a term of which the records know another of its meaning."""
        return any(all(map(self.knows, words)) for words in terms_with(word))

    def parted(self, word: str) -> str | None:
        """Return the two known words that `word` is without the space between them: «двойноеналогообложение»."""
        if not _LONG <= len(word) <= _MAX_LENGTH or not word.isalpha():
            return None
        parts = ((word[:place], word[place:]) for place in range(_MIN_LENGTH, len(word) - _MIN_LENGTH + 1))
        known = [pair for pair in parts if all(self.frequency(WORD, part) for part in pair)]
        return (
            " ".join(max(known, key=lambda pair: min(self.frequency(WORD, part) for part in pair))) if known else None
        )


def _is_near(word: str, term: str) -> bool:
    """Return whether two words differ by a slip or, when long, two: letters changed, left out, added, or swapped."""
    most = 2 if len(word) >= _LONG else 1
    return term != word and abs(len(term) - len(word)) <= most and OSA.distance(word, term, score_cutoff=most) <= most


def _readings(lexicon: _Lexicon, piece: str) -> Iterator[str]:
    """Yield what a piece may stand for, the likeliest first."""
    typed = piece.casefold()
    for other in (typed.translate(_TO_RUSSIAN_KEYS), typed.translate(_TO_ENGLISH_KEYS), _from_latin(typed)):
        found = exact_words(other)
        if other != typed and found and all(lexicon.knows(word) for word in found):
            yield " ".join(lexicon.spelled(word) for word in found)
    for word in dict.fromkeys((exact_form(piece), exact_form(_from_latin(typed)))):
        near = lexicon.nearest(word) or lexicon.parted(word)
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
