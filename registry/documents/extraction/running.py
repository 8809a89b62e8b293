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

#: Fewer pages prove nothing for words. Titles may differ between left and right pages, so fewer than half are enough.
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
    places: defaultdict[tuple[str, int], list[tuple[int, Line]]] = defaultdict(list)
    for number, page in enumerate(pages):
        for line in _outermost(page):
            places[_NUMBER.sub(_SIGN, line.text), round(line.top / _SAME_HEIGHT)].append((number, line))
    # A line that also stands within pages is one of the text, which happens to come first or last now and then.
    within = Counter(
        _NUMBER.sub(_SIGN, line.text)
        for page, outermost in zip(pages, map(_outermost, pages), strict=True)
        for line in page.lines
        if line not in outermost
    )
    running = {
        (number, line)
        for (text, _), found in places.items()
        if len(found) >= max(_fewest(text), _SHARE * len(pages)) and (_SIGN in text or within[text] <= 1)
        for number, line in (_counting(text, found) if _SIGN in text else found)
        if not article_headings(lines_of(line.text))
    }
    return [
        Page(page.height, [line for line in page.lines if (number, line) not in running])
        for number, page in enumerate(pages)
    ]


def _fewest(text: str) -> int:
    """Return on how many pages a line must stand: a number that is nothing else counts two pages already."""
    return _FEWEST_PAGES if any(sign.isalpha() for sign in text) else 2


def _outermost(page: Page) -> list[Line]:
    by_height = sorted(page.lines, key=lambda line: line.top)
    head = [line for line in by_height[:_OUTERMOST] if line.bottom <= page.height * _MARGIN]
    foot = [line for line in by_height[-_OUTERMOST:] if line.top >= page.height * (1 - _MARGIN)]
    return [*head, *(line for line in foot if line not in head)]


def _counting(text: str, found: list[tuple[int, Line]]) -> list[tuple[int, Line]]:
    """Return those lines whose number counts the pages."""
    distances = Counter(
        int(digits) - number for number, line in found for digits in _NUMBER.findall(line.text)[:_OUTERMOST]
    )
    distance, count = distances.most_common(1)[0]
    if count < _fewest(text):
        return []
    return [
        (number, line)
        for number, line in found
        if any(int(digits) - number == distance for digits in _NUMBER.findall(line.text)[:_OUTERMOST])
    ]
