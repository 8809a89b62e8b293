"""Articles of texts that have no headings on lines of their own: texts without line breaks, and numbered paragraphs.

Here the numbers alone decide, so they must run 1, 2, 3 from the first to the last.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from registry.documents.headings import UNFINISHED, Heading, chapter_heading
from registry.documents.numbering import WORDS, Number, read_number, roman_value

if TYPE_CHECKING:
    from registry.documents.headings import Line

_FEWEST = 3
_FEWEST_SECTIONS = 2
_READ = 60

_INLINE = re.compile(
    r"(?<![^\s.;:»”\")\]。])(?:Статья|СТАТЬЯ|Артыкул|Article|ARTICLE|Artikel|ARTIKEL|Art\.|Artículo|ARTÍCULO|المادة)(?=\s)"
    r"|(?<!\S)第(?=[〇零一二三四五六七八九十百千]{1,6}[條条]\s)"
)
_AFTER_INLINE = re.compile(r"[\s.:條条]{1,4}")
#: Paragraphs as texts without articles number them, the most telling first.
_SECTION_WORDS = re.compile(r"(?P<word>§|Nr\.|No\.|Nº|Ziff(?:er|\.)|Pun[kc]?t|Point|Paragraph|Clause|Пункт|ПУНКТ|PARAGRAPH)\s?(?=[\dIVX])")
_ROMAN = re.compile(r"(?P<number>[IVX]{1,6})(?:[.)](?=\s|$)|$)")
_ARABIC = re.compile(r"(?P<number>\d{1,2})(?:[.)](?!\d)|$)")
_ORDINAL = re.compile(r"[“\"„«]?(?P<number>[^\W\d_]{4,14})(?:ly)?[.,:—–-]")


def inline_run(text: str, lines: list[Line]) -> list[Heading]:
    """Return the headings of articles within the lines of a text that has lost its line breaks; none in doubt."""
    found: list[Heading] = []
    starts = [line.start for line in lines]
    for heading in _inline(text, 0, len(text), starts):
        if heading.number.order == ((len(found) + 1,), 0):
            found.append(heading)
    return found if len(found) >= _FEWEST else []


def filled(text: str, lines: list[Line], run: list[Heading]) -> list[Heading]:
    """Return `run` with the headings put in that a lost line break hides in the article before them."""
    if all(one.number.is_followed_by(other.number) for one, other in zip(run, run[1:], strict=False)):
        return run
    starts = [line.start for line in lines]
    found: list[Heading] = []
    for place, heading in enumerate(run):
        found.append(heading)
        if place + 1 == len(run) or heading.number.is_followed_by(run[place + 1].number):
            continue
        for inner in _inline(text, heading.start + len(heading.label), run[place + 1].start, starts):
            if found[-1].number.is_followed_by(inner.number) and inner.number.order < run[place + 1].number.order:
                found.append(inner)
    return found


def _inline(text: str, start: int, end: int, starts: list[int]) -> list[Heading]:
    found = []
    for match in _INLINE.finditer(text, start, end):
        read = read_number(text[match.end() : match.end() + _READ])
        if read is None:
            continue
        number, length = read
        after = _AFTER_INLINE.match(text, match.end() + length)
        if after is None or not _begins_text(text[after.end() : after.end() + 1]):
            continue
        before = text[max(match.start() - _READ, 0) : match.start()].split()
        if before and before[-1].casefold() in UNFINISHED:
            continue
        label = text[match.start() : match.end() + length + (match.group() == "第")]
        found.append(Heading(bisect_right(starts, match.start()) - 1, match.start(), label, number, "", ""))
    return found


def _begins_text(sign: str) -> bool:
    return bool(sign) and not sign.islower() and sign not in ",;.)"


def numbered_run(lines: list[Line]) -> list[Heading]:
    """Return the headings of sections, or the numbered paragraphs, of a text without articles; none in doubt.

    The family of each is `section` or `paragraph`. A way of numbering that repeats or leaves out a number counts
    something else: enumerations, tables, the paragraphs of several letters.
    """
    styles: dict[tuple[str, str], list[Heading]] = defaultdict(list)
    for place, line in enumerate(lines):
        found = _section(lines, place) or _paragraph(line, place)
        if found is not None:
            styles[found.family, found.label.split()[0].casefold() if found.family == "section" else _style(found)].append(found)
    sure = [
        run
        for (family, _), run in styles.items()
        if len(run) >= (_FEWEST_SECTIONS if family == "section" else _FEWEST)
        and all(heading.number.order == ((count,), 0) for count, heading in enumerate(run, 1))
    ]
    return min(sure, key=lambda run: (run[0].family != "section", run[0].line), default=[])


def _section(lines: list[Line], place: int) -> Heading | None:
    chapter = chapter_heading(lines, place)
    if chapter is not None:
        return replace(chapter, family="section")
    line = lines[place]
    word = _SECTION_WORDS.match(line.text)
    read = read_number(line.text[:_READ], word.end()) if word else None
    if read is None:
        return None
    number, end = read
    rest = line.text[end:].lstrip(" .:–—-")
    if rest[:1].islower() or rest[:1] in {",", ";", "/", "("}:
        return None
    return Heading(place, line.start, line.text[:end], number, rest, "section")


def _paragraph(line: Line, place: int) -> Heading | None:
    head = line.text[:_READ]
    for pattern in (_ROMAN, _ARABIC, _ORDINAL):
        match = pattern.match(head)
        if match is None:
            continue
        if pattern is _ORDINAL:
            value = WORDS.get(match["number"].casefold(), 0)
            number = Number(str(value), (value,), last=value) if value else None
        else:
            read = read_number(match["number"])
            number = read[0] if read else None
        if number is not None:
            return Heading(place, line.start, match.group(), number, line.text[match.end() :].strip(), "paragraph")
    return None


def _style(heading: Heading) -> str:
    """Return which way of numbering the label of a paragraph follows."""
    label = heading.label.strip("“\"„«.,:—–-)")
    return "arabic" if label.isdecimal() else "roman" if label.isupper() and len(label) < len("eighth") and roman_value(label) else "words"
