"""A key under which the spellings of one name meet: Лукашенко, Лукашэнка, Lukashenko, Lukašenka.

There are many ways to write a Cyrillic name in Latin letters (ISO 9, BGN/PCGN, passports, the press). Instead of
knowing them all, both alphabets are brought to a coarse Latin key in which what they differ in is gone. The key
is only for names of persons, places and bodies: for ordinary words it would be too coarse.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from registry.search.words import russian
from registry.search.words.analysis import language_of, stem_forms

_CYRILLIC = {
    "а": "a", "ә": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "ғ": "g", "д": "d", "е": "e", "ё": "e", "э": "e",
    "ж": "zh", "з": "z", "и": "i", "й": "i", "і": "i", "ї": "i", "к": "k", "қ": "k", "л": "l", "м": "m", "н": "n",
    "ң": "n", "о": "o", "ө": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ў": "v", "ұ": "u", "ү": "u",
    "ф": "f", "х": "h", "һ": "h", "ц": "c", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ы": "i", "ь": "", "ю": "iu",
    "я": "ia", "'": "",
}  # fmt: skip
_TO_LATIN = str.maketrans(_CYRILLIC)

#: What Latin spellings differ in, in the order in which it is levelled.
_LEVELLED = (
    ("shch", "sh"), ("sch", "sh"), ("tsch", "ch"), ("tch", "ch"), ("kh", "h"), ("gh", "g"), ("ts", "c"), ("tz", "c"),
    ("ph", "f"), ("ck", "k"), ("q", "k"), ("w", "v"), ("x", "ks"), ("y", "i"), ("dj", "zh"), ("dzh", "zh"),
    ("j", "i"), ("ie", "e"), ("io", "e"), ("ae", "e"), ("'", ""),
)  # fmt: skip
_ENDINGS = (("ii", "i"), ("iia", "ia"), ("ov", "ov"), ("off", "ov"), ("eff", "ev"))
_MARKS = str.maketrans({"š": "sh", "č": "ch", "ž": "zh", "ŭ": "u", "ł": "l", "đ": "d"})
_MIN_LENGTH = 4


@lru_cache(maxsize=20_000)
def name_keys(exact: str, language: str | None = None) -> frozenset[str]:
    """Return the keys under which a word of a text in `language` may be looked for: as it stands, and undeclined."""
    own = language_of(exact, language)
    forms = (exact, *stem_forms(exact, own), *(russian.lemmas(exact) if own == "ru" else ()))
    return frozenset(key for key in map(name_key, forms) if key)


@lru_cache(maxsize=20_000)
def name_key(exact: str) -> str:
    """Return the key of a word of a name in its exact form; "" for what is too short to be told apart, or no word."""
    if not exact.replace("'", "").isalpha():
        return ""
    text = exact.translate(_TO_LATIN)
    # What is left of other alphabets after the marks are taken off is no spelling that we could level.
    text = unicodedata.normalize("NFKD", text.translate(_MARKS))
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    if not text.isascii():
        return ""
    for spelling, plain in _LEVELLED:
        text = text.replace(spelling, plain)
    for spelling, plain in _ENDINGS:
        if text.endswith(spelling):
            text = text.removesuffix(spelling) + plain
    # Accents are often left out (Lukasenka), so that the sounds they mark have to meet the plain letters.
    text = text.replace("sh", "s").replace("zh", "z").replace("ch", "c")
    # Belarusian writes unstressed o as a, and doubled letters come and go between spellings.
    text = re.sub(r"(.)\1+", r"\1", text.replace("o", "a"))
    return text if len(text) >= _MIN_LENGTH else ""
