"""Puts the lines of a page into the order in which they are read.

Most programs write a page in that order, and it is kept. Some write the rows of two columns in turn: what tells these
from tables are lines that fill their columns, and the columns are read one after another.
"""

from __future__ import annotations

import itertools
from collections import Counter
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from registry.documents.extraction.pages import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A column has at least so many lines; most of them are nearly as long as it is wide. Shorter ones are a table.
_FEWEST = 6
_FILLED = 0.7
#: Where between the edges of the text the space between two columns is looked for.
_WITHIN = (0.3, 0.7)
#: Lines across both columns (titles, notes) that do not disprove them.
_ACROSS = 0.25
#: Of the lines of a column so many stand beside one of the other, which was written next to it.
_BY_ROWS = 0.5
#: The space between columns is free on the whole page; that between words seldom is.
_NARROWEST = 8.0
_SLACK = 2.0
#: Candidates for the space between columns are tried at this distance, in points.
_STEP = 4
_SIDES = (-1, 0, 1)
#: Pieces with more room between them than this, measured by their height, are cells of a table, not justified words.
_CELLS_APART = 2.5


def in_reading_order(lines: Sequence[Line]) -> list[Line]:
    """Return the lines of a page as they are read; pieces of one line that are not columns become one line again."""
    middle = _between_columns(lines)
    if middle is None:
        return _footers_last(_joined(lines))
    sides = [[line for line in _joined(lines, middle) if _side(line, middle) == side] for side in _SIDES]
    ordered: list[Line] = []
    upper = float("-inf")
    # What stands across both columns divides the page: above it both columns are read first.
    for lower in [*(line.top for line in sides[1]), float("inf")]:
        for side in (sides[0], sides[2]):
            ordered += [line for line in side if upper <= line.top < lower]
        ordered += [line for line in sides[1] if line.top == lower]
        upper = lower
    return ordered


def on_one_row(first: Line, second: Line) -> bool:
    """Return whether the lines stand beside one another."""
    return min(first.bottom, second.bottom) - max(first.top, second.top) > min(first.height, second.height) / 2


def _between_columns(lines: Sequence[Line]) -> float | None:
    """Return where the space between two columns is whose rows were written in turn, None where there are none."""
    pairs = [pair for pair in pairwise(lines) if on_one_row(*pair)]
    begun = Counter(after.left // _STEP * _STEP for before, after in pairs if after.left - before.right >= _NARROWEST)
    middles = sorted(middle for middle, count in begun.items() if count >= _BY_ROWS * _FEWEST)
    if not middles:
        return None
    outer_left, outer_right = min(line.left for line in lines), max(line.right for line in lines)
    width = outer_right - outer_left
    rows = _joined(lines)
    best: tuple[int, float] | None = None
    for middle in middles:
        if not _WITHIN[0] * width <= middle - outer_left <= _WITHIN[1] * width:
            continue
        left = [line for line in lines if _side(line, middle) < 0]
        right = [line for line in lines if _side(line, middle) > 0]
        fewest = min(len(_joined(left)), len(_joined(right)))
        beside = sum(_are_beside(pair, middle) for pair in pairs)
        # Rows are counted, not pieces: a justified line has many pieces, of which one alone stands across.
        across = sum(line.left < middle - _SLACK and line.right > middle + _SLACK for line in rows) - beside
        if across > _ACROSS * len(rows) or fewest < _FEWEST or beside < _BY_ROWS * fewest:
            continue
        if min(line.left for line in right) - max(line.right for line in left) < _NARROWEST:
            continue
        if _is_column(left) and _is_column(right) and (best is None or across < best[0]):
            best = (across, middle)
    return None if best is None else best[1]


def _are_beside(pieces: tuple[Line, Line], middle: float) -> bool:
    """Return whether the room between two pieces of a row is that between the columns."""
    return _side(pieces[0], middle) < 0 < _side(pieces[1], middle)


def _side(line: Line, middle: float | None) -> int:
    """Return whether a line stands left (-1) or right (1) of the middle, or across it (0)."""
    if middle is None:
        return 0
    return -1 if line.right <= middle + _SLACK else 1 if line.left >= middle - _SLACK else 0


def _is_column(pieces: Sequence[Line]) -> bool:
    lines = _joined(pieces)
    width = max(line.right for line in lines) - min(line.left for line in lines)
    return median(line.right - line.left for line in lines) >= _FILLED * width


def _joined(lines: Sequence[Line], middle: float | None = None) -> list[Line]:
    """Put pieces that follow one another on one row together, unless `middle` is between them."""
    rows: list[list[Line]] = []
    for line in lines:
        last = rows[-1][-1] if rows else None
        if (
            last is not None
            and on_one_row(last, line)
            and line.left >= last.right - _SLACK
            and _side(last, middle) == _side(line, middle)
        ):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [_row(row) for row in rows]


def _row(pieces: list[Line]) -> Line:
    """Make one line of pieces, with a tab between cells of a table.

    Justified text has as much room between all of its words; only where some words stand close, much room means cells.
    """
    if len(pieces) == 1:
        return pieces[0]
    has_cells = any(" " in piece.text for piece in pieces)
    text = pieces[0].text
    for before, piece in itertools.pairwise(pieces):
        apart = has_cells and piece.left - before.right > _CELLS_APART * piece.height
        text += ("\t" if apart else " ") + piece.text
    top, bottom = min(piece.top for piece in pieces), max(piece.bottom for piece in pieces)
    return Line(text, pieces[0].left, top, pieces[-1].right, bottom)


def _footers_last(lines: list[Line]) -> list[Line]:
    """Move what a program wrote first, though it stands at the foot of the page, to the end."""
    for _ in range(len(lines)):
        if len(lines) < 2 or lines[0].top < max(line.bottom for line in lines[1:]):  # noqa: PLR2004
            break
        lines = [*lines[1:], lines[0]]
    return lines
