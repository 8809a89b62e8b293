"""Which lines of a treaty look like headings. Whether they are any, only their sequence can tell (`sequences`).

A heading stands at the beginning of a line: the word for an article, a chapter or an annex, its number, and after it
nothing, a title or the first words of the text. What is written like a reference («Article 5 shall apply», «Artikel 15
Absatz 4», «Статья 3 Соглашения») is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from registry.documents.numbering import LOOK_ALIKES, UNNUMBERED, WORDS, Number, in_one_script, read_letter, read_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: More of a line is never read: headings are short, and hostile lines are not.
_READ = 400
_TAIL = 60
_SHORT = 40
_LONGEST_TITLE = 250
#: What Markdown and wikis put around headings.
MARKUP = "*_#= \t\u00a0"
_QUOTES = "\"“„«‘'‚‹"
_CLOSING_QUOTES = '»”"›’'


class Line(NamedTuple):
    """A line with words on it: where it begins in the text, its words, and whether an empty line stands before it."""

    start: int
    end: int
    text: str
    apart: bool


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that looks like a heading.

    `line` is its place among the lines, `start` that in the text; `label` is what is written («Статья 5»), `rest` what
    follows it on the line. `family` is the word of the label, which tells apart the languages of one file; of a
    chapter it is the level. `doubtful` is what might as well be a reference, `quoted` what opens with a quotation mark.
    """

    line: int
    start: int
    label: str
    number: Number
    rest: str
    family: str = ""
    doubtful: bool = False
    quoted: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _Words:
    """The words that headings of one sort begin with, by the family that they stand for.

    `before` stand before the number, `after` behind it, `around` are the Chinese signs behind «第» and the number.
    `initials` are the first signs that such a line can have: most lines are told by the first sign.
    """

    before: Mapping[str, str]
    after: Mapping[str, str]
    around: Mapping[str, str]
    initials: frozenset[str]

    @classmethod
    def of(cls, before: Mapping[str, str], after: Mapping[str, str], around: Mapping[str, str]) -> _Words:
        """Return the vocabulary of these words."""
        initials = {word[0].upper() for word in before} | set("IVXІХN№" if after else "") | set("第" if around else "")
        alike = {LOOK_ALIKES[letter] for letter in initials & LOOK_ALIKES.keys()}
        return cls(before, after, around, frozenset(initials | alike | set(MARKUP + _QUOTES)))


#: The words for an article, by the family that their numbers run in.
_ARTICLES = _Words.of(
    {
        "article": "article", "artikel": "artikel", "artículo": "artículo", "articulo": "artículo",
        "articolo": "articolo", "artigo": "artigo", "artykuł": "artykuł", "art": "", "статья": "статья", "ст": "статья",
        "артыкул": "артыкул", "стаття": "стаття", "المادة": "المادة", "مادة": "المادة",
    },
    # «5-бап», «1-статья»: Kazakh, Kyrgyz, Uzbek and some Russian texts.
    {"бап": "бап", "статья": "статья", "берене": "берене", "modda": "modda"},
    {"條": "條", "条": "條"},
)  # fmt: skip

#: The words for what holds articles, by their usual rank, the outermost first.
LEVELS = ("part", "title", "chapter", "section", "subsection", "paragraph")
_LEVELS_BY_WORD = {
    word: level
    for level, words in zip(
        LEVELS,
        (
            "часть частка part teil deel partie parte 編 编 部",
            "раздел раздзел розділ бөлім бөлімі title titel titre título titulo الباب",
            "глава тарау chapter kapitel hoofdstuk chapitre capítulo capitulo capitolo 章 الفصل",
            "подраздел section abschnitt afdeling sección seccion sezione 節 节",
            "subsection sub-section unterabschnitt",
            "параграф paragraaf",
        ),
        strict=True,
    )
    for word in words.split()
}

_CHAPTERS = _Words.of(
    _LEVELS_BY_WORD,
    # «2-бөлім», «II тарау».
    {word: _LEVELS_BY_WORD[word] for word in ("бөлім", "бөлімі", "раздел", "тарау", "глава", "параграф")},
    {sign: _LEVELS_BY_WORD[sign] for sign in "章編编節节部"},
)

_ANNEXES = _Words.of(
    dict.fromkeys(
        (
            "annex", "appendix", "schedule", "attachment", "annexe", "anexo", "apéndice", "anhang", "anlage", "beilage",
            "bijlage", "aanhangsel", "allegato", "приложение", "дополнение", "дадатак", "додаток", "қосымша",
        ),
        "annex",
    ),
    {"қосымша": "annex"},
    {},
)  # fmt: skip
_INSTRUMENTS = re.compile(
    r"""(?ix) (?:(?:zusatz|schluss|unterzeichnungs|slot|aanvullend\ |final\ |additional\ |optional\ |supplementary\ )
        ?proto[ck]ol(?:l|e|o)?(?:\ of\ signature|\ final|\ additionnel|\ facultatif)?
    | (?:дополнительный\ |заключительный\ )?протокол | (?:қосымша\ )?хаттама
    | exchange\ of\ (?:letters|notes) | briefwechsel | notenaustausch | briefwisseling | échange\ de\ (?:lettres|notes)
    | final\ act | schlussakte | slotakte | acte\ final | заключительный\ акт | joint\ declaration | agreed\ minutes
    | (?:additional|supplement(?:al|ary)|separate)\ articles?
    | gemeinsame\ erkl[äa]rung | memorandum\ of\ understanding )(?![^\W_])"""
)

#: What divides a label from a title that may begin with a small letter.
_SEPARATORS = frozenset({".", ":", "–", "—", "-", ")"})
_PAIR = 2
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")
#: A note or page number that stands before the label (the Swiss compilation), which only the abbreviation can bear.
_NOTE_NUMBER = re.compile(r"\d{1,2}\s(?=Art\.)")
_NUMBER_FIRST = re.compile(
    r"(?:(?:№|N[o°º]?)\.?\s?(?=\d))?(?P<number>\d{1,3}(?:[-.]\d{1,2})?|[IVXІХ]{1,6})\s?[-–—‑]?\s?(?P<word>[^\W\d_]{3,8})(?![^\W_]|-)"
)
_HAN = re.compile(r"第(?P<number>[〇零一二三四五六七八九十百千之\d]{1,9})(?P<word>[條条章編编節节部])(?![^\W_])")
#: «Article III:2» is a paragraph of the article.
_PART_OF_ARTICLE = re.compile(r":\d")
_AFTER_LABEL = re.compile(r"[\s.:,;)\]*_–—―-]{0,8}")

#: A part of an article or another instrument after the number: what is written so, refers.
_PART = (
    r"(?:§+|(?:Abs(?:atz|ätze)?|B(?:uch)?st(?:aben?)?|Ziff(?:ern?)?|Satz|Nr|Nummern?|Unterabs(?:atz)?|Anhang|Alinea|"
    r"Paragraphs?|Para\.|Clause|Part|Абзац|Пункт|Часть)(?![^\W_]))\.?\s*(?:[\d(]|[IVX]+\b|[a-z]\b)"
)
_INSTRUMENT = (
    r"(?:(?:GATT|GATS|WTO|TRIPS|EGV?|EUV?|EMRK|AEUV|EWR|OECD)\s[\da-z]|"
    r"(?:ООН|Соглашени(?:я|ю|ем)|Договора|Конвенции|Протокола|Устава|Кодекса|Закона)(?![^\W_]))"
)
#: What follows the number in a reference.
REFERS = re.compile(rf"{_PART}|{_INSTRUMENT}|(?:من|و|أو|على|في)\s")
_ANNEX_TO = re.compile(r"(?:к|до|да|to|zum?|zur|bij|à|aux?|al|of|van|de[rs]?)(?:\s|$)")
#: What is left of an article that was taken out: «Статья 3 исключена Протоколом 2001 года», «Article 6 deleted.».
_TAKEN_OUT = re.compile(
    r"""(?x) (?:исключена|отменена|упразднена|утратила\ силу|признана\ утратившей\ силу|исключен|утратил\ силу
    |выключан[ыа]|страціў\ сілу|виключен[ао]|втратила\ чинність|алып\ тасталды|алынып\ тасталды|күшін\ жойды
    |deleted|repealed|abrogated|omitted|suppressed|reserved|abrogé|supprimé|aufgehoben|gestrichen
    |weggefallen|vervallen|geschrapt|suprimido|derogado|eliminado|abrogato|soppresso|revogado)
    (?: \.? | \s?[-–—,]?\s?[(\[][^()\[\]]{0,150}[)\]]\.?
    | \s(?:со?|в|на|по|согласно|[А-Я][а-я]{2,20}[оеи][мй]|by|as|with|from|on|under|am|par|bij|por)\s.{0,150})$"""
)
#: How a paragraph or an item of a list begins.
PARAGRAPH = re.compile(r"\(?(?:\d{1,2}|[a-zа-я]|[ivx]{1,4})[.)]|\d")

#: Words that no sentence ends with: a label after them goes on with the sentence.
UNFINISHED = frozenset(
    word
    for words in (
        "of in under with by to and or the from per see and/or than that which this such article articles paragraph",
        "des der die das dem den von vom nach gemäss gemäß im und oder mit zu zur zum durch artikel artikeln absatz",
        "van de het met op en bij uit aan door voor lid du la le les à dans par et ou aux l’article l'article del el",
        "los las y o con por según artículo artículos párrafo и или в во с со по к о об от для из на",
        "статьей статьёй статьи статье статью статьями статьях пунктом пункта пункте пунктами",
    )
    for word in words.split()
)


def lines_of(text: str) -> list[Line]:
    """Return the lines of `text` that are not empty."""
    found: list[Line] = []
    place, apart = 0, True
    for raw in text.splitlines(keepends=True):
        words = raw.strip()
        if words:
            found.append(Line(place, place + len(raw), words, apart))
        apart = not words
        place += len(raw)
    return found


def article_headings(lines: list[Line]) -> list[Heading]:
    """Return the lines that look like headings of articles, in their order."""
    found = []
    for place, line in enumerate(lines):
        parts = _parts(line.text, _ARTICLES)
        if parts is None or parts.number is None:
            continue
        certain = _certainty(parts)
        if certain is None:
            continue
        doubtful = not certain or _continues_sentence(lines, place, parts.rest)
        found.append(
            Heading(place, line.start, parts.label, parts.number, parts.rest, parts.family, doubtful, parts.quoted)
        )
    return found


def chapter_heading(lines: Sequence[Line], place: int) -> Heading | None:
    """Return the heading of a chapter, a part or a section that the line at `place` is, if any."""
    line = lines[place].text
    if len(line) > _LONGEST_TITLE:
        return None
    parts = _parts(line, _CHAPTERS) or _ordinal_first(line)
    if parts is None or parts.quoted or parts.number is None:
        return None
    if parts.rest.endswith((",", ";")) or not _certainty(parts):
        return None
    return Heading(place, lines[place].start, parts.label, parts.number, parts.rest, parts.family)


def annex_heading(lines: Sequence[Line], place: int) -> Heading | None:
    """Return the heading of an annex that the line at `place` is, numbered or not, if any."""
    line = lines[place].text
    if len(line) > _LONGEST_TITLE:
        return None
    parts = _parts(line, _ANNEXES)
    if parts is None or parts.quoted or line.endswith((",", ";", ".")) or REFERS.match(parts.rest):
        return None
    if not _certainty(parts) and not _ANNEX_TO.match(parts.rest):
        return None
    return Heading(place, lines[place].start, parts.label, parts.number or UNNUMBERED, parts.rest, parts.family)


def instrument_heading(lines: Sequence[Line], place: int) -> Heading | None:
    """Return the title of another instrument («Protocol», «Briefwechsel») that the line at `place` is, if any."""
    line = lines[place].text
    if len(line) > _LONGEST_TITLE or line.endswith((",", ";", ":")):
        return None
    bare = line.lstrip(MARKUP)
    match = _INSTRUMENTS.match(in_one_script(bare))
    if match is None or bare[0].islower():
        return None
    read = read_number(bare, match.end()) if bare[match.end() : match.end() + 1] == " " else None
    number, end = read or (UNNUMBERED, match.end())
    rest = _AFTER_LABEL.sub("", bare[end:], count=1).strip(MARKUP)
    if rest.endswith(".") and " " in rest.strip():
        return None
    return Heading(place, lines[place].start, bare[:end].strip(MARKUP), number, rest, match.group().casefold())


class _Parts(NamedTuple):
    """What a line consists of that begins like a heading."""

    family: str
    label: str
    number: Number | None
    between: str
    rest: str
    quoted: bool


def _parts(line: str, words: _Words) -> _Parts | None:
    """Take `line` apart when it begins with one of `words` and a number, in whatever order."""
    if line[0] not in words.initials and not line[0].isdigit():
        return None
    return _short_parts(line, words) if len(line) <= _SHORT else _read_parts(line, words)


def _read_parts(line: str, words: _Words) -> _Parts | None:
    bare = line[:_READ].lstrip(MARKUP)
    quoted = bare[:1] in _QUOTES
    if quoted:
        bare = bare.lstrip(_QUOTES + MARKUP)
    note = _NOTE_NUMBER.match(bare)
    if note is not None:
        bare = bare[note.end() :]
    read = in_one_script(bare)
    found = _number_last(read, words) or _number_first(read, words) or _number_within(read, words)
    if found is None:
        return None
    family, number, end = found
    if _PART_OF_ARTICLE.match(bare, end):
        return None
    separator = _AFTER_LABEL.match(bare, end)
    rest = end if separator is None else separator.end()
    label = bare[:end].replace("*", "").strip()
    return _Parts(
        family, label, number, bare[end:rest].strip(), bare[rest:].strip(MARKUP + _CLOSING_QUOTES * quoted), quoted
    )


#: The same headings stand in many texts.
_short_parts = lru_cache(maxsize=8192)(_read_parts)


def _number_last(bare: str, words: _Words) -> tuple[str, Number | None, int] | None:
    """Read «Статья 5»: the family, the number and the end of the label."""
    word = _WORD.match(bare)
    if word is None or bare[0].islower():
        return None
    family = words.before.get(word.group().casefold())
    if family is None:
        return None
    read = (None if words is _ARTICLES else read_letter(bare, word.end())) or read_number(bare, word.end())
    return (family, *read) if read else (family, None, word.end())


def _number_first(bare: str, words: _Words) -> tuple[str, Number | None, int] | None:
    """Read «5-бап»: the family, the number and the end of the label."""
    match = _NUMBER_FIRST.match(bare) if words.after else None
    if match is None:
        return None
    family = words.after.get(match["word"].casefold())
    read = read_number(match["number"]) if family else None
    return (family, read[0], match.end()) if family and read else None


def _number_within(bare: str, words: _Words) -> tuple[str, Number | None, int] | None:
    """Read «第五條»: the family, the number and the end of the label."""
    match = _HAN.match(bare) if words.around else None
    if match is None:
        return None
    family = words.around.get(match["word"])
    read = read_number(match["number"]) if family else None
    return (family, read[0], match.end()) if family and read else None


def _ordinal_first(line: str) -> _Parts | None:
    """Read «Erster Teil», «PREMIÈRE PARTIE»: a chapter with its ordinal in front of it."""
    words = line.lstrip(MARKUP).split(maxsplit=2)
    value = WORDS.get(words[0].casefold(), 0) if len(words) >= _PAIR and not words[0][0].islower() else 0
    level = _LEVELS_BY_WORD.get(words[1].strip(".:*").casefold()) if value else None
    if level is None:
        return None
    rest = words[2] if len(words) > _PAIR else ""
    return _Parts(level, " ".join(words[:2]).rstrip(".:*"), Number(str(value), (value,), last=value), "", rest, False)


def _certainty(parts: _Parts) -> bool | None:
    """Return whether `parts` are surely a heading: False where they may be the words of a sentence, None if they are.

    Titles begin with a capital; what goes on in small letters or with a comma is a reference.
    """
    between, rest = parts.between, in_one_script(parts.rest)
    if any(sign in between for sign in ",;"):
        # «Article 4th, The United States agree» is a heading all the same, if its turn has come.
        return False if rest[:1].isupper() else None
    if not rest:
        return not between.startswith(")")
    if PARAGRAPH.match(rest):
        return False
    if rest[0].islower():
        return False if between in _SEPARATORS or _TAKEN_OUT.match(rest) else None
    return None if REFERS.match(rest) else True


def is_unfinished(line: str) -> bool:
    """Return whether `line` ends with a word that no sentence ends with, so that the next line goes on with it."""
    words = line[-_TAIL:].rsplit(None, 1)
    return bool(words) and words[-1].casefold().strip(_QUOTES + "(") in UNFINISHED


def _continues_sentence(lines: list[Line], place: int, rest: str) -> bool:
    """Return whether the heading at `place` may be the middle of a sentence that was broken into lines."""
    line = lines[place]
    if place and is_unfinished(lines[place - 1].text):
        return True
    if place and not line.apart and lines[place - 1].text.endswith((",", "(")):
        return True
    if rest or place + 1 == len(lines):
        return False
    following = lines[place + 1]
    return not following.apart and following.text[0] in ",;)."
