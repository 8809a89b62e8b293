"""The articles of texts that have no headings of articles on lines of their own.

Some texts have lost their line breaks, others count paragraphs or sections only. Here nothing but the numbers tells a
heading from a reference or an enumeration, so they must run 1, 2, 3 from the first to the last.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from registry.documents.headings import MARKUP, REFERS, Heading, chapter_heading, is_unfinished
from registry.documents.numbering import LOOK_ALIKES, WORDS, Number, in_one_script, read_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry.documents.headings import Line

_FEWEST_SECTIONS = 2
_FEWEST_PARAGRAPHS = 3
_LONGEST_TITLE = 100
_READ = 60

#: The words with a Latin letter for each Cyrillic one that looks like it; a set at their beginning would be slow.
_ALIKE = "|".join(
    first + "".join(f"[{letter}{LOOK_ALIKES[letter]}]" if letter in LOOK_ALIKES else letter for letter in word[1:])
    for word in ("Статья", "СТАТЬЯ", "Артыкул")
    for first in (word[0], LOOK_ALIKES[word[0]])
)
_INLINE = re.compile(
    rf"(?:{_ALIKE}|Article|ARTICLE|Artikel|ARTIKEL|Art\.|Artículo|ARTÍCULO|المادة)(?=\s)"
    r"|第(?=[〇零一二三四五六七八九十百千]{1,6}[條条]\s)"
)
_ENDS = tuple('.;:»”")]|。')
_AFTER_INLINE = re.compile(r"[\s.:條条]{1,4}")

#: The words that paragraphs, points and notes are counted with; those of chapters are known to `headings`.
_SECTION = re.compile(
    r"(?:§|N[ro]\.|Nº|Ziff(?:er|\.)|Pun[kc]?t|Point|Paragraph|Clause|Пункт|ПУНКТ|PARAGRAPH|CLAUSE|Regel|Rule)\s?(?=[\dIVXL])"
)
#: Ways to count paragraphs without a word: «1.», «II.», «“First.», a number on a line of its own, «3 Leistungen».
_PARAGRAPHS = {
    "dotted": re.compile(r"\d{1,2}[.)](?![\d.])"),
    "roman": re.compile(r"[IVX]{1,6}(?:[.)](?=\s|$)|$)"),
    "words": re.compile(r"[“\"„«]?[^\W\d_]{4,14}[.,:—–-]"),
    "alone": re.compile(r"\d{1,2}$"),
    "titled": re.compile(r"\d{1,2}(?=\s[^\W\d_])"),
}
_STYLES_OF_DIGITS, _STYLES_OF_LETTERS = ("dotted", "alone", "titled"), ("roman", "words")
_SIGNS = '“"„«.,:—–-)'


def inline_headings(text: str, starts: list[int], *, after_sentences: bool) -> list[Heading]:
    """Return what looks like a heading of an article within the lines of `text`, which begin at `starts`.

    With `after_sentences` only that which follows the end of a sentence: elsewhere references are more frequent. All
    are doubtful but those after a sentence in a text where all are asked for.
    """
    found = []
    for match in _INLINE.finditer(text):
        start = match.start()
        before = text[max(start - _READ, 0) : start]
        line = bisect_right(starts, start) - 1
        if not before or not before[-1].isspace() or not text[max(starts[line], start - _READ) : start].strip(MARKUP):
            continue
        ends = before.rstrip().endswith(_ENDS)
        if (after_sentences and not ends) or is_unfinished(before):
            continue
        read = read_number(text[match.end() : match.end() + _READ])
        after = _AFTER_INLINE.match(text, match.end() + read[1]) if read else None
        if read is None or after is None or not _begins_words(text[after.end() : after.end() + _READ]):
            continue
        # The Chinese label ends with the word for an article.
        label = text[start : match.end() + read[1] + (match.group() == "第")]
        found.append(Heading(line, start, label, read[0], "", "", doubtful=after_sentences or not ends))
    return found


def _begins_words(rest: str) -> bool:
    return bool(rest) and not rest[0].islower() and rest[0] not in ",;.)" and not REFERS.match(rest)


def numbered_runs(lines: list[Line]) -> list[list[Heading]]:
    """Return the sections or numbered paragraphs of a text without articles, a list for each count; none in doubt.

    The family of each heading is `section` or `paragraph`. A way of counting that leaves out a number or begins anew
    counts something else: enumerations, tables, the paragraphs of several letters. Only what is marked by a word or
    by a line of its own may begin anew, in the next language or letter.
    """
    styles: dict[str, list[Heading]] = defaultdict(list)
    for place in range(len(lines)):
        for style, heading in _ways(lines, place):
            styles[style].append(heading)
    sure = [runs for style, headings in styles.items() if (runs := _sure_runs(style, headings))]
    return min(sure, key=lambda runs: (runs[0][0].family != "section", runs[0][0].line), default=[])


def _sure_runs(style: str, headings: list[Heading]) -> list[list[Heading]]:
    """Return `headings` as counts without a gap, nothing when they are not."""
    runs: list[list[Heading]] = []
    for heading in headings:
        if heading.number.inserted or len(heading.number.levels) > 1:
            return []
        if runs and heading.number.levels[0] == runs[-1][-1].number.levels[0] + 1:
            runs[-1].append(heading)
        else:
            runs.append([heading])
    if style not in _PARAGRAPHS:
        # Notes are counted on through the files of an embassy: «Nr. XXXIX», «Nr. XL».
        begins = all(run[0].number.levels == runs[0][0].number.levels for run in runs)
        return runs if begins and all(len(run) >= _FEWEST_SECTIONS for run in runs) else []
    begins = all(run[0].number.levels == (1,) for run in runs) and (len(runs) == 1 or style == "alone")
    return runs if begins and all(len(run) >= _FEWEST_PARAGRAPHS for run in runs) else []


def _ways(lines: list[Line], place: int) -> Iterator[tuple[str, Heading]]:
    """Yield what the line at `place` may count, with the way in which it does."""
    section = _section(lines, place)
    if section is not None:
        yield section.label.split()[0].casefold(), section
        return
    line = lines[place]
    for style in _STYLES_OF_DIGITS if line.text[0].isdigit() else _STYLES_OF_LETTERS:
        match = _PARAGRAPHS[style].match(line.text, 0, _READ)
        if match is None or (style == "titled" and not _is_short_title(line.text)):
            continue
        number = _paragraph_number(match.group().strip(_SIGNS))
        if number is not None:
            rest = line.text[match.end() :].strip()
            yield style, Heading(place, line.start, match.group(), number, rest, "paragraph")


def _section(lines: list[Line], place: int) -> Heading | None:
    chapter = chapter_heading(lines, place)
    if chapter is not None:
        return replace(chapter, family="section")
    line = lines[place]
    word = _SECTION.match(in_one_script(line.text[:_READ]))
    read = read_number(line.text[:_READ], word.end()) if word else None
    if read is None:
        return None
    number, end = read
    rest = line.text[end:].lstrip(" .:–—-")
    if rest[:1].islower() or rest[:1] in {",", ";", "/", "("}:
        return None
    return Heading(place, line.start, line.text[:end], number, rest, "section")


def _is_short_title(text: str) -> bool:
    return len(text) <= _LONGEST_TITLE and text[2:].strip()[:1].isupper() and not text.endswith((".", ",", ";", ":"))


@lru_cache(maxsize=1024)
def _paragraph_number(text: str) -> Number | None:
    """Return the number that `text` is: in digits, in Roman figures, in words («Firstly»)."""
    word = text.casefold()
    value = WORDS.get(word, 0) or WORDS.get(word.removesuffix("ly"), 0)
    if value:
        return Number(str(value), (value,), last=value)
    read = read_number(text)
    return read[0] if read else None
