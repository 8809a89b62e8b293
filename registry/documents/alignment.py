"""Two texts of one agreement side by side: which of their articles, and which of their paragraphs, belong together.

`aligned` is the heaviest common subsequence of two lists of pieces (Hunt and Szymanski, 1977, with weights): nothing is
lost, nothing comes twice, and both sides keep their order. Pieces belong together by what they are called, never by
their words, so it works for any two languages.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence


class Called(Protocol):
    """What pieces are told apart by: «article-5» in the body and «annex-1-article-5» have the same kind and number."""

    @property
    def kind(self) -> str:
        """Return what the piece is."""

    @property
    def number(self) -> str | None:
        """Return its number, if it has one."""

    @property
    def anchor(self) -> str:
        """Return its name, which says where in the text it stands."""


P = TypeVar("P", bound=Called)

#: The same name counts more than the same number elsewhere, and that more than the same kind without a number.
_SAME_NAME, _SAME_NUMBER, _SAME_KIND = 4, 2, 1
#: So many pieces of one kind and number are compared each with each; more are told apart by their names only.
_MOST_PAIRS = 10_000

_NUMBER = re.compile(r"\(?(\d{1,3})[.)](?!\d)")
_ITEM = re.compile(r"\(?(?:\d{1,3}|[a-zа-яәғқңөұүһіўё])[.)](?!\d)|[-–—•]\s", re.IGNORECASE)


@dataclass(frozen=True)
class Pair(Generic[P]):
    """Two pieces that belong together, or one that stands alone: at least one of them is there."""

    left: P | None
    right: P | None


def aligned(left: Sequence[P], right: Sequence[P]) -> list[Pair[P]]:
    """Return the pieces of two texts in pairs, in the order of both; what has no counterpart stands alone."""
    pairs: list[Pair[P]] = []
    before, after = 0, 0
    for one, other in [*_heaviest(_candidates(left, right), len(right)), (len(left), len(right))]:
        pairs.extend(Pair(piece, None) for piece in left[before:one])
        pairs.extend(Pair(None, piece) for piece in right[after:other])
        if one < len(left):
            pairs.append(Pair(left[one], right[other]))
        before, after = one + 1, other + 1
    return pairs


def _candidates(left: Sequence[P], right: Sequence[P]) -> list[list[tuple[int, int]]]:
    """Return for each piece of the left the places on the right that it may belong to, with their weights."""
    names: dict[tuple[str, str | None, str], list[int]] = defaultdict(list)
    numbers: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for place, piece in enumerate(right):
        names[piece.kind, piece.number, piece.anchor].append(place)
        numbers[piece.kind, piece.number].append(place)
    count: dict[tuple[str, str | None], int] = defaultdict(int)
    for piece in left:
        count[piece.kind, piece.number] += 1
    found = []
    for piece in left:
        key = piece.kind, piece.number
        weights = {}
        if count[key] * len(numbers[key]) <= _MOST_PAIRS:
            weights = dict.fromkeys(numbers[key], _SAME_KIND if piece.number is None else _SAME_NUMBER)
        weights |= dict.fromkeys(names[piece.kind, piece.number, piece.anchor], _SAME_NAME)
        found.append(list(weights.items()))
    return found


def _heaviest(candidates: list[list[tuple[int, int]]], width: int) -> list[tuple[int, int]]:
    """Return the pairs (left, right), both rising, whose weights add up to most.

    A Fenwick tree holds the best sum of those that end before a place on the right, so that the time is in proportion
    to the number of candidates times the logarithm of `width`.
    """
    nothing = (0, -1)
    best = [nothing] * (width + 1)
    # (left, right, step before) of every pair that was taken up.
    steps: list[tuple[int, int, int]] = []
    for one, places in enumerate(candidates):
        reached = []
        for other, weight in places:
            total, before = nothing
            place = other
            while place > 0:
                if best[place][0] > total:
                    total, before = best[place]
                place &= place - 1
            reached.append((other, total + weight, before))
        for other, total, before in reached:
            steps.append((one, other, before))
            place = other + 1
            while place <= width:
                if total > best[place][0]:
                    best[place] = (total, len(steps) - 1)
                place += place & -place
    _, step = max((total for total in best), key=lambda item: item[0])
    found = []
    while step >= 0:
        one, other, step = steps[step]
        found.append((one, other))
    return found[::-1]


def aligned_paragraphs(left: str, right: str) -> list[tuple[str, str]]:
    """Return the paragraphs of two articles in pairs where their numbers agree, and else both articles whole.

    Lines are paired where there are as many of them, numbered alike; otherwise the numbered paragraphs 1, 2, 3 with all
    that stands below them.
    """
    for cut, mark in ((_lines, _mark_of_line), (_numbered, _number_of)):
        ours, theirs = cut(left), cut(right)
        marks = [(mark(one), mark(other)) for one, other in zip_longest(ours, theirs, fillvalue="\0")]
        if len(ours) == len(theirs) > 1 and all(one == other for one, other in marks):
            return list(zip(ours, theirs, strict=True))
    return [(left, right)]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _numbered(text: str) -> list[str]:
    """Return the numbered paragraphs of an article, and what stands before the first of them."""
    found: list[list[str]] = []
    for line in _lines(text):
        if not found or _NUMBER.match(line):
            found.append([])
        found[-1].append(line)
    return ["\n".join(lines) for lines in found]


def _number_of(paragraph: str) -> str:
    match = _NUMBER.match(paragraph)
    return match[1] if match else ""


def _mark_of_line(line: str) -> str:
    """Return the number of a line; letters and dashes are only said to be there, since alphabets differ."""
    item = _ITEM.match(line)
    return _number_of(line) or ("item" if item else "")
