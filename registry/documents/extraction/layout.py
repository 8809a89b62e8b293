"""Puts the lines of pages together to paragraphs, over the ends of columns and pages."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from registry.documents.extraction.columns import in_reading_order
from registry.documents.extraction.hyphens import Hyphens
from registry.documents.extraction.running import without_running_lines
from registry.documents.headings import annex_heading, article_headings, chapter_heading, is_unfinished, lines_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.documents.extraction.pages import Line, Page

#: More room than this above a line, measured by the usual distance of lines, begins a paragraph.
_APART = 1.3
#: What counts as indented, and as the same middle, measured by the height of the letters.
_INDENTED = 0.6
_SAME_MIDDLE = 0.3
#: The outermost ends of a few lines may hang over; of a column with many lines so many are passed over.
_OVERHANGING = 2
_MANY_LINES = 12
_SENTENCE_ENDS = (".", ";", ":", "!", "?", "»", "”", ")")
_ITEM = re.compile(r"(?:\(?(?:\d{1,3}(?:\.\d{1,3})*|[^\W\d_]{1,4})[.)]|[-–—•·])\s|\d{1,3}$")


@dataclass(frozen=True, slots=True)
class _Column:
    """What is usual on a page or in a column: where lines begin and end, and how far one is from the next."""

    left: float
    right: float
    leading: float


def assemble(pages: Sequence[Page]) -> list[str]:
    """Return the text of each page: a paragraph to a line, words joined that were divided, page numbers left out.

    The texts follow one another without anything between them; a paragraph that goes on over the page is one line.
    """
    ordered = [in_reading_order(page.lines) for page in without_running_lines(pages)]
    hyphens = Hyphens([line.text for lines in ordered for line in lines])
    texts: list[list[str]] = [[] for _ in ordered]
    last: tuple[int, Line, _Column] | None = None
    for number, lines in enumerate(ordered):
        columns = _columns(lines)
        for line, column in zip(lines, columns, strict=True):
            if last is not None:
                page, before, its_column = last
                goes_on = _goes_on(before, line, its_column, same_page=page == number)
                joint = hyphens.joint(before.text, line.text) if goes_on else None
                if joint is not None:
                    texts[page][-1] = joint
                else:
                    texts[page].append(" " if goes_on else "\n")
            texts[number].append(line.text)
            last = (number, line, column)
    return ["".join(pieces) for pieces in texts]


def _columns(lines: Sequence[Line]) -> list[_Column]:
    """Return for each line what is usual around it; a column ends where the next line stands higher."""
    found: list[_Column] = []
    begun = 0
    for place in range(1, len(lines) + 1):
        if place == len(lines) or lines[place].bottom < lines[place - 1].top:
            column = lines[begun:place]
            rights = sorted((line.right for line in column), reverse=True)
            lefts = sorted(line.left for line in column)
            edge = _OVERHANGING if len(column) >= _MANY_LINES else 0
            steps = [after.top - line.top for line, after in itertools.pairwise(column)]
            leading = median(step for step in steps) if steps else column[0].height
            found += [_Column(lefts[edge], rights[edge], max(leading, column[0].height))] * len(column)
            begun = place
    return found


def _goes_on(before: Line, line: Line, column: _Column, *, same_page: bool) -> bool:
    """Return whether `line` goes on with the paragraph of `before`."""
    if "\t" in before.text or "\t" in line.text:
        return False
    below = same_page and line.top > before.top
    if below and line.top - before.top > _APART * column.leading:
        return False
    if not _is_full(before, line, column):
        return False
    own_margin = line.left - column.left > _INDENTED * line.height
    if _begins_anew(before, line, own_margin=own_margin):
        return False
    if not below:
        # At the top of another page or column nothing tells but the words.
        return not before.text.endswith(_SENTENCE_ENDS) or line.text[0].islower()
    # Where two lines are indented alike, they begin two paragraphs, or both belong to an indented one.
    alike = own_margin and before.text.endswith(_SENTENCE_ENDS)
    indented = alike or line.left - before.left > _INDENTED * line.height
    centred = abs((line.left + line.right) - (before.left + before.right)) / 2 < _SAME_MIDDLE * line.height
    return not indented or centred or _ITEM.match(before.text) is not None or is_unfinished(before.text)


def _begins_anew(before: Line, line: Line, *, own_margin: bool) -> bool:
    """Return whether the words of `line` begin an article, a chapter or an item, which is no paragraph's middle."""
    ends = before.text.endswith(_SENTENCE_ENDS)
    if _ITEM.match(line.text) and ends:
        return True
    read = lines_of(line.text)
    heading = next(iter(article_headings(read)), None) or chapter_heading(read, 0) or annex_heading(read, 0)
    if heading is None or is_unfinished(before.text) or before.text.endswith(","):
        return False
    return ends or own_margin or not heading.rest


def _is_full(before: Line, line: Line, column: _Column) -> bool:
    """Return whether the first word of `line` had no room behind `before`, so that the line had to end there."""
    word = line.text.split(maxsplit=1)[0]
    per_letter = (before.right - before.left) / max(len(before.text), 1)
    return before.right + per_letter * (len(word) + 1) > column.right - per_letter
