"""Finds what stands at the head or the foot of every page: page numbers, repeated titles.

It is taken away only where it surely is no part of the text: on most pages, at the same height, and the same but for
a number that counts the pages.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from registry.documents.extraction.pages import Page
from registry.documents.headings import article_headings, lines_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.documents.extraction.pages import Line

#: Fewer pages prove nothing. Titles may differ between left and right pages, so that half of the pages are enough.
_FEWEST_PAGES = 3
_SHARE = 0.4
#: The part of a page's height in which it stands, and how many lines from the edge.
_MARGIN = 0.12
_OUTERMOST = 2
_SAME_HEIGHT = 4.0
_NUMBER = re.compile(r"\d{1,5}")
_SIGN = "#"


def without_running_lines(pages: Sequence[Page]) -> list[Page]:
    """Return the pages without page numbers and repeated titles."""
    if len(pages) < _FEWEST_PAGES:
        return list(pages)
    places: defaultdict[tuple[str, int], list[tuple[int, Line]]] = defaultdict(list)
    for number, page in enumerate(pages):
        for line in _outermost(page):
            places[_NUMBER.sub(_SIGN, line.text), round(line.top / _SAME_HEIGHT)].append((number, line))
    running = {
        (number, line)
        for (text, _), found in places.items()
        if len(found) >= max(_FEWEST_PAGES, _SHARE * len(pages))
        for number, line in (_counting(found) if _SIGN in text else found)
        if not article_headings(lines_of(line.text))
    }
    return [
        Page(page.height, [line for line in page.lines if (number, line) not in running])
        for number, page in enumerate(pages)
    ]


def _outermost(page: Page) -> list[Line]:
    by_height = sorted(page.lines, key=lambda line: line.top)
    head = [line for line in by_height[:_OUTERMOST] if line.bottom <= page.height * _MARGIN]
    foot = [line for line in by_height[-_OUTERMOST:] if line.top >= page.height * (1 - _MARGIN)]
    return [*head, *(line for line in foot if line not in head)]


def _counting(found: list[tuple[int, Line]]) -> list[tuple[int, Line]]:
    """Return those lines whose number counts the pages."""
    distances = Counter(
        int(digits) - number for number, line in found for digits in _NUMBER.findall(line.text)[:_OUTERMOST]
    )
    distance, count = distances.most_common(1)[0]
    if count < _FEWEST_PAGES:
        return []
    return [
        (number, line)
        for number, line in found
        if any(int(digits) - number == distance for digits in _NUMBER.findall(line.text)[:_OUTERMOST])
    ]
