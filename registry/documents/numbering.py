"""How the numbers of articles are written, read into one form that can be compared.

A number has *levels* («3.1» has two) and may be *inserted* later («5bis», «5-1», «17a»). Two neighbours of a text are
known by it: after 5 may come 6, 5-1 or 5bis, and nothing else without a reason. Words of numbers and headings are
read in one script, whatever keyboard they were typed on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
#: Roman numbers typed on a Russian or Kazakh keyboard.
_TO_LATIN = str.maketrans("ІХСМ", "IXCM")
_LARGEST_ROMAN = 399

#: Letters of the two scripts that look alike: typists and scanners take one for the other.
_LATIN, _CYRILLIC = "ABCEHIKMOPTXYaceikopxy", "АВСЕНІКМОРТХУасеікорху"
LOOK_ALIKES = dict(zip(_LATIN + _CYRILLIC, _CYRILLIC + _LATIN, strict=True))
_AS_CYRILLIC, _AS_LATIN = str.maketrans(_LATIN, _CYRILLIC), str.maketrans(_CYRILLIC, _LATIN)
_MIXED = re.compile(r"[A-Za-z][\u0400-\u052f]|[\u0400-\u052f][A-Za-z]")
_LETTERS = re.compile(r"[A-Za-z\u0400-\u052f]+")

_LATIN_SUFFIXES = (
    "bis", "ter", "quater", "quinquies", "sexies", "septies", "octies", "novies", "decies", "undecies", "duodecies",
    "terdecies", "quaterdecies",
)  # fmt: skip
_SUFFIX_RANKS = {word: rank for rank, word in enumerate(_LATIN_SUFFIXES, 2)} | {"nonies": 9}
_SUFFIX_LETTERS = {"бис": "bis", "тер": "ter", "кватер": "quater", "квинквиес": "quinquies"}

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_HAN_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {"零": 0}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}

#: Numbers in words, as headings write them: ordinals and cardinals of the languages of the registry's texts.
_WORDS = (
    ("first one premier première erster erste een eerste eén één primero único unico unique sole enig einziger "
     "первая единственная першы першая бірінші бiрiншi uno"),
    "second two deuxième zweiter zweite twee tweede segundo вторая другі другая екінші dos",
    "third three troisième dritter dritte drie derde tercero третья трэці трэцяя үшінші tres",
    "fourth four quatrième vierter vier vierde cuarto четвертая четвёртая чацвёрты төртінші cuatro",
    "fifth five cinquième fünfter fünfte vijf vijfde quinto пятая пяты бесінші cinco",
    "sixth six sixième sechster zes zesde sexto шестая шосты алтыншы seis",
    "seventh seven septième siebter siebenter zeven zevende séptimo septimo седьмая сёмы жетінші siete",
    "eighth eight huitième achter acht achtste octavo восьмая восьмы сегізінші ocho",
    "ninth nine neuvième neunter negen negende noveno девятая дзявяты тоғызыншы nueve",
    "tenth ten dixième zehnter tien tiende décimo decimo десятая дзясяты оныншы diez",
    "eleventh eleven onzième elfter elf elfde undécimo одиннадцатая",
    "twelfth twelve douzième zwölfter twaalf twaalfde duodécimo двенадцатая",
    "thirteenth thirteen treizième dreizehnter dertien dertiende тринадцатая",
    "fourteenth fourteen quatorzième veertien veertiende четырнадцатая",
    "fifteenth fifteen quinzième vijftien vijftiende пятнадцатая",
    "sixteenth sixteen seizième zestien zestiende шестнадцатая",
    "seventeenth seventeen dix-septième zeventien zeventiende семнадцатая",
    "eighteenth eighteen dix-huitième achttien achttiende восемнадцатая",
    "nineteenth nineteen dix-neuvième negentien negentiende девятнадцатая",
    "vingtième twintig twintigste двадцатая",
)  # fmt: skip
WORDS = {word: value for value, words in enumerate(_WORDS, 1) for word in words.split()}
for _tens, _ten in (("twenty", 20), ("thirty", 30), ("forty", 40)):
    WORDS |= {f"{_tens}-{word}": _ten + value for word, value in tuple(WORDS.items()) if value < 10}  # noqa: PLR2004
    WORDS |= {_tens: _ten, f"{_tens.removesuffix('y')}ieth": _ten}

#: A heading is only read from its first characters, so that no line can make reading it slow.
_NUMBER = re.compile(
    r"""
    \.?\s?(?:[-–—]\s?)?                                    # «ARTICLE - 1», «ARTICLE. II»
    (?:N(?:[or°º]s?\.?\s?|\.?\s|)(?=\d)|№\.?\s?)?          # «Article No. 5», «Статья № 5», «Приложение N 5»
    (?:
        (?P<chapter>[A-Z]|[IVX]{1,6})(?P<mark>[.-])(?P<paragraph>\d{1,3})(?!\d)      # «XIII.1», «G-01»
      | (?P<arabic>l?\d{1,4}|l(?=\W*$))(?!\d)(?P<more>(?:[.-]\d{1,3}(?!\d)){0,3})    # l is a misread 1
      | (?P<roman>[IVXLCDMІХСМ]{1,9})(?=[\W_]|$|[a-z](?!\w)|(?:bis|ter|quater|quinquies|er)\b)
      | (?P<han>[〇零一二三四五六七八九十百千]{1,8})(?:之(?P<after>[一二三四五六七八九十]))?      # «八之二»
      | (?P<word>[^\W\d_]{2,16}(?:-[^\W\d_]{2,12})?)
    )
    (?i:(?:\s?(?:st|nd|rd|th)|er|re|ère|(?<=[23])d|ste|-[йяе]|[°ºª])(?![^\W_]))?     # «1er», «4TH», «2d», «1 st»
    (?:
        \s?(?:[-–]\s?)?[(*]{0,2}
        (?P<latin>(?i:bis|ter|quater|quinquies|sexies|septies|octies|novies|nonies|decies|undecies|duodecies|terdecies
          |quaterdecies|бис|тер|кватер|квинквиес))
        [)*]{0,2}(?![^\W_])(?!\s*\d)                       # German «2 bis 6» is a span
      | \*?(?P<letter>[A-Za-zА-Яа-я])\*?(?![^\W_])         # «22a», «4*a*»
      | \s(?P<spaced>[a-z])(?=\s[A-ZÄÖÜ])                  # «Art. 105 c Veröffentlichung»
      | \s(?P<capital>[A-Z])(?=\W*$)                       # «Artikel 13 A»
      | (?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})                      # «5¹»
      | (?:[–—]|\s[-–—]\s)(?P<last>\d{1,4}|[IVXL]{1,7})(?=\W*$)                      # «Art. 13–15», repealed together
    )?
    (?![^\W_條条章編编節节部])
    """,
    re.VERBOSE,
)
#: I, V and X alone are Roman numbers, N before digits is the sign № on a Latin keyboard.
_LETTER = re.compile(r"\s(?!N\s?\d)(?:(?P<number>\d{1,3})-?(?P<after>[A-Z])|(?P<letter>[A-HJ-UWYZ]))(?![^\W_])")


@dataclass(frozen=True, slots=True)
class Number:
    """The number of an article: what is shown, and what it is compared by.

    `text` is in Arabic digits («5», «5-1», «5bis», «3.1», «13–15»). `levels` are its whole numbers, `inserted` ranks
    what was put in after them, `last` is the whole number that the next one must follow: of a span, its end.
    """

    text: str
    levels: tuple[int, ...]
    inserted: int = 0
    last: int = 0

    @property
    def is_first(self) -> bool:
        """Return whether a count begins here: 1, 1.1, A-01."""
        return self.inserted == 0 and self.levels[0] <= 1 and all(level <= 1 for level in self.levels)

    @property
    def order(self) -> tuple[tuple[int, ...], int]:
        """Return what numbers are sorted by."""
        return self.levels, self.inserted

    def next_levels(self) -> set[tuple[int, ...]]:
        """Return the levels that a successor may have: after 3.2 come 3.2.1, 3.3, 3.3.1, 4 or 4.1."""
        found = {(*self.levels, 1)}
        for depth in range(len(self.levels)):
            last = self.last if depth == len(self.levels) - 1 else self.levels[depth]
            above = (*self.levels[:depth], last + 1)
            found |= {above, (*above, 0), (*above, 1)}
        return found

    def is_followed_by(self, other: Number) -> bool:
        """Return whether `other` can come directly after this number."""
        if other.levels == self.levels:
            return other.inserted > self.inserted
        return other.levels in self.next_levels()


def in_one_script(text: str) -> str:
    """Return `text` with every word in the script of the letters that only one script has: «Cтaтья» as «Статья».

    Each letter stays in its place, so that what is found in the one is there in the other.
    """
    return text if text.isascii() or _MIXED.search(text) is None else _LETTERS.sub(_word_in_one_script, text)


def _word_in_one_script(match: re.Match[str]) -> str:
    word = match.group()
    own = [letter for letter in word if letter not in LOOK_ALIKES]
    if any(not letter.isascii() for letter in own):
        return word.translate(_AS_CYRILLIC)
    return word.translate(_AS_LATIN) if own else word


#: What a heading without a number has.
UNNUMBERED = Number("", (0,))


def read_number(text: str, start: int = 0) -> tuple[Number, int] | None:
    """Read the number that stands in `text` at `start`; return it and where it ends, or None where there is none."""
    match = _NUMBER.match(text, start)
    if match is None:
        return None
    found = _levels(match)
    if found is None:
        return None
    written, levels = found
    suffix, inserted = _inserted(match)
    last = levels[-1]
    if match["last"]:
        end = int(match["last"]) if match["last"].isdecimal() else roman_value(match["last"])
        if not last < end:
            # «5 - 1» is the article 5-1, not a span.
            return Number(f"{written}-{end}", (*levels, end), last=end), match.end()
        written, last = f"{written}–{end}", end
    return Number(written + suffix, levels, inserted, last), match.end()


def read_letter(text: str, start: int = 0) -> tuple[Number, int] | None:
    """Read the letter that counts annexes and sections («ANNEX B», «Annex 4-A»); return it and where it ends."""
    match = _LETTER.match(text, start)
    if match is None:
        return None
    level = ord(match["after"] or match["letter"]) - ord("A") + 1
    levels = (int(match["number"]), level) if match["number"] else (level,)
    return Number(match.group().strip(), levels, last=level), match.end()


@lru_cache(maxsize=1024)
def roman_value(text: str) -> int:
    """Return the value of a Roman number as it is properly written, 0 for anything else."""
    latin = text.translate(_TO_LATIN)
    values = [_ROMAN.get(letter, 0) for letter in latin]
    total = sum(
        -value if value < max(values[place + 1 : place + 2], default=0) else value for place, value in enumerate(values)
    )
    return total if 0 < total <= _LARGEST_ROMAN and _roman(total) == latin else 0


def _roman(value: int) -> str:
    signs = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    written = ""
    for worth, sign in signs:
        written += sign * (value // worth)
        value %= worth
    return written


def _levels(match: re.Match[str]) -> tuple[str, tuple[int, ...]] | None:
    """Return how the whole numbers of a heading are shown, and what they are worth."""
    if match["chapter"]:
        chapter, paragraph = match["chapter"], int(match["paragraph"])
        # «I.1» follows «II.1» upwards, «I-01» stands between «H-01» and «J-01».
        value = roman_value(chapter) if match["mark"] == "." or len(chapter) > 1 else 0
        shown = str(value) if value else chapter
        return f"{shown}{match['mark']}{match['paragraph']}", (value or ord(chapter[0]) - ord("A") + 1, paragraph)
    if match["arabic"]:
        written = "".join(
            str(int(sign)) if sign.isdecimal() else sign
            for sign in match["arabic"].replace("l", "1") + (match["more"] or "")
        )
        return written, tuple(int(level) for level in re.split("[.-]", written))
    if match["roman"]:
        value = roman_value(match["roman"])
    elif match["han"]:
        value = _han_value(match["han"])
    else:
        value = WORDS.get(match["word"].casefold(), 0)
    return (str(value), (value,)) if value else None


def _inserted(match: re.Match[str]) -> tuple[str, int]:
    """Return the suffix of an inserted article as it is shown, and its rank among those of the same number."""
    if match["latin"]:
        suffix = match["latin"].lower()
        suffix = _SUFFIX_LETTERS.get(suffix, suffix)
        return suffix, _SUFFIX_RANKS[suffix]
    letter = (match["letter"] or match["spaced"] or match["capital"] or "").lower()
    if letter:
        return letter, ord(letter)
    if match["raised"] or match["after"]:
        rank = int(match["raised"].translate(_RAISED)) if match["raised"] else _han_value(match["after"])
        return f"-{rank}", rank
    return "", 0


def _han_value(text: str) -> int:
    """Return the value of a Chinese number: «一百二十八», and «三二〇» digit by digit."""
    if not _HAN_UNITS.keys() & set(text):
        return int("".join(str(_HAN_DIGITS[sign]) for sign in text))
    total, digit = 0, 0
    for sign in text:
        if sign in _HAN_UNITS:
            total += (digit or 1) * _HAN_UNITS[sign]
            digit = 0
        else:
            digit = _HAN_DIGITS[sign]
    return total + digit
