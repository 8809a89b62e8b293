"""Which of the lines that look like headings are headings: what their numbers say together.

Articles are counted 1, 2, 3… A count begins anew after an annex, a protocol or in the next language of the same file.
What falls out of the count is a reference that a line break has put at the beginning of a line, an article of another
treaty that an amendment quotes, or an entry of a table of contents.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import replace
from heapq import merge
from itertools import pairwise
from typing import TYPE_CHECKING

from registry.documents.numbering import Number

if TYPE_CHECKING:
    from registry.documents.headings import Heading, Line

#: Between the entries of a table of contents stands a title of a line or two, and perhaps the number of a page.
_LINES_OF_AN_ENTRY = 3
_LONGEST_ENTRY = 150
_SHORTEST_TABLE = 3
_SHORTEST_COUNT = 3

#: A text that writes nearly all its labels in one way means something else by the other.
_HOUSE_STYLE = 0.8
_ENOUGH_FOR_A_STYLE = 5


def runs(candidates: list[Heading], inline: list[Heading], lines: list[Line]) -> list[list[Heading]]:
    """Return those of `candidates` that are headings of articles, a list for each count from 1 upwards.

    `inline` are headings within lines: they are taken where their turn comes. Quoted headings count only in a text
    that has no others: an agreement that is quoted as a whole.
    """
    plain = _without_contents(_in_house_style([heading for heading in candidates if not heading.quoted]), lines)
    found = counted(list(merge(plain, inline, key=_start)))
    if found:
        return found
    quoted = counted(_without_contents([replace(heading, quoted=False) for heading in candidates], lines))
    return [run for run in quoted if _is_whole(run)]


def _start(heading: Heading) -> int:
    return heading.start


def _is_whole(run: list[Heading]) -> bool:
    """Return whether `run` counts from 1 without a gap, as the articles that an amendment quotes do not."""
    unbroken = all(heading.number.is_followed_by(following.number) for heading, following in pairwise(run))
    return unbroken and len(run) > 1 and run[0].number.is_first


def _in_house_style(candidates: list[Heading]) -> list[Heading]:
    """Doubt the labels in small letters where nearly all are in capitals, and the other way round."""
    capitals = sum(heading.label.isupper() for heading in candidates)
    if len(candidates) < _ENOUGH_FOR_A_STYLE or 0 in {capitals, len(candidates)}:
        return candidates
    if capitals / len(candidates) >= _HOUSE_STYLE:
        return [heading if heading.label.isupper() else replace(heading, doubtful=True) for heading in candidates]
    if capitals / len(candidates) <= 1 - _HOUSE_STYLE:
        return [replace(heading, doubtful=True) if heading.label.isupper() else heading for heading in candidates]
    return candidates


def _without_contents(candidates: list[Heading], lines: list[Line]) -> list[Heading]:
    """Leave out a table of contents: headings with nothing between them, after which the count begins anew."""
    last = 0
    while (
        last + 1 < len(candidates)
        and candidates[last + 1].number.order > candidates[0].number.order
        and _is_entry(lines, candidates[last].line, candidates[last + 1].line)
    ):
        last += 1
    if last + 1 < _SHORTEST_TABLE or last + 1 == len(candidates):
        return candidates
    first, following = candidates[0].number, candidates[last + 1].number
    return candidates[last + 1 :] if following.order <= first.order else candidates


def _is_entry(lines: list[Line], start: int, end: int) -> bool:
    """Return whether the lines from `start` to `end` are what a table of contents has: no sentences."""
    return (
        end - start - 1 <= _LINES_OF_AN_ENTRY
        and all(
            len(line.text) <= _LONGEST_ENTRY and (not line.text.endswith((".", ";")) or line.text.endswith(".."))
            for line in lines[start + 1 : end]
        )
        and len(lines[start].text) <= _LONGEST_ENTRY
    )


class _Ahead:
    """Answers in logarithmic time what still comes before a count begins anew."""

    def __init__(self, candidates: list[Heading]) -> None:
        """Note where each number stands that is surely a heading."""
        self._places: dict[tuple[int, ...], list[int]] = defaultdict(list)
        self._beginnings: list[int] = []
        self._following: list[Number | None] = [None] * len(candidates)
        # Where the unbroken count ends that goes on from each place.
        self._ends = list(range(len(candidates)))
        sure: int | None = None
        after: int | None = None
        for place in range(len(candidates) - 1, -1, -1):
            number, doubtful = candidates[place].number, candidates[place].doubtful
            following = after if doubtful else sure
            if following is not None:
                self._following[place] = candidates[following].number
                if number.is_followed_by(candidates[following].number):
                    self._ends[place] = self._ends[following]
            after = place
            sure = sure if doubtful else place
        for place, heading in enumerate(candidates):
            if not heading.doubtful:
                self._places[heading.number.levels].append(place)
                if heading.number.is_first:
                    self._beginnings.append(place)

    def has(self, levels: tuple[int, ...], place: int) -> bool:
        """Return whether a sure heading with `levels` comes after `place` and before the next beginning."""
        found = _after(self._places.get(levels, []), place)
        beginning = _after(self._beginnings, place)
        return found is not None and (beginning is None or found < beginning)

    def has_next(self, number: Number, instead: Number, place: int) -> bool:
        """Return whether a successor of `number` still comes after `place`, where `instead` stands.

        Within one chapter (4.11, 4.13) only 4.12 is such a successor: 5.1 always comes.
        """
        if number.levels[:-1] == instead.levels[:-1]:
            return self.has((*number.levels[:-1], number.last + 1), place)
        return any(self.has(levels, place) for levels in number.next_levels())

    def following(self, place: int) -> Number | None:
        """Return the number after `place`; to a sure heading only sure ones count."""
        return self._following[place]

    def counts_to(self, levels: tuple[int, ...], place: int) -> bool:
        """Return whether the count goes on from `place` without a gap to `levels`, and is not only two numbers long."""
        found = _after(self._places.get(levels, []), place)
        return found is not None and found <= self._ends[place] and found - place >= _SHORTEST_COUNT

    def begins(self, place: int) -> bool:
        """Return whether a count begins after `place`."""
        return _after(self._beginnings, place) is not None


def _after(places: list[int], place: int) -> int | None:
    index = bisect_right(places, place)
    return places[index] if index < len(places) else None


def counted(candidates: list[Heading]) -> list[list[Heading]]:
    """Return the headings whose turn it is, in runs that each begin a count."""
    ahead = _Ahead(candidates)
    found: list[list[Heading]] = []
    # What the next heading must follow; after a misread number it is not the number of the heading before.
    previous: Number | None = None
    for place, heading in enumerate(candidates):
        number = heading.number
        following = ahead.following(place)
        misread = None if previous is None or heading.doubtful else _misread(previous, number, following)
        if misread is None and not _has_its_turn(heading, previous, following, ahead, place):
            continue
        begins = previous is not None and number.order <= previous.order and misread is None
        if previous is None or begins:
            found.append([])
        found[-1].append(heading)
        previous = misread or number
    return found


def _misread(previous: Number, number: Number, following: Number | None) -> Number | None:
    """Return the number that stands between `previous` and `following` where `number` is printed wrongly.

    So in 28, 39, 30 and in 9, 9, 11: the place is right although the number is not.
    """
    if following is None or number.is_followed_by(following) or previous.is_followed_by(number):
        return None
    right = (*previous.levels[:-1], previous.last + 1)
    after = (*previous.levels[:-1], previous.last + 2)
    if following.levels != after or following.inserted or number.inserted or len(number.levels) != len(right):
        return None
    return Number(number.text, right, last=right[-1])


def _has_its_turn(
    heading: Heading, previous: Number | None, following: Number | None, ahead: _Ahead, place: int
) -> bool:
    """Return whether `heading` goes on with the count after `previous`, or rightly begins another."""
    number = heading.number
    leads_on = following is not None and number.is_followed_by(following)
    if previous is not None and previous.is_followed_by(number):
        # In doubt the line that stands alone further down is the heading, and this one refers to it.
        return not heading.doubtful or not ahead.has(number.levels, place)
    if number.is_first:
        # An amendment quotes «Article 1» of another treaty, and goes on with its own count after it.
        goes_on = previous is not None and following is not None and previous.is_followed_by(following)
        return leads_on or not (heading.doubtful or goes_on)
    if heading.doubtful:
        return False
    if previous is None:
        return leads_on or not ahead.begins(place)
    # A number was left out, unless it is only this heading that comes too early.
    if (leads_on or number.order > previous.order) and not ahead.has_next(previous, number, place):
        return True
    # Another count whose first heading is lost: 1 to 8, then 2 to 20.
    return number.order < previous.order and ahead.counts_to((*previous.levels[:-1], previous.last + 1), place)
