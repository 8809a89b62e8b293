"""Puts the lines of a page into the order in which they are read: columns one after another, rows otherwise."""

from __future__ import annotations

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
_SLACK = 2.0


def in_reading_order(lines: Sequence[Line]) -> list[Line]:
    """Return the lines of a page as they are read; pieces of one line that are not columns become one line again."""
    middle = _between_columns(lines)
    if middle is None:
        return _footers_last(_joined(lines))
    ordered: list[Line] = []
    left: list[Line] = []
    right: list[Line] = []
    for line in sorted(lines, key=lambda line: line.top):
        if line.right <= middle + _SLACK:
            left.append(line)
        elif line.left >= middle - _SLACK:
            right.append(line)
        else:
            ordered += [*_joined(left), *_joined(right), line]
            left, right = [], []
    return [*ordered, *_joined(left), *_joined(right)]


def on_one_row(first: Line, second: Line) -> bool:
    """Return whether the lines stand beside one another."""
    return min(first.bottom, second.bottom) - max(first.top, second.top) > min(first.height, second.height) / 2


def _between_columns(lines: Sequence[Line]) -> float | None:
    """Return where the space between two columns is, None for a page without columns."""
    if len(lines) < 2 * _FEWEST:
        return None
    outer_left, outer_right = min(line.left for line in lines), max(line.right for line in lines)
    width = outer_right - outer_left
    best: tuple[int, float] | None = None
    for middle in sorted({line.left for line in lines}):
        if not _WITHIN[0] * width <= middle - outer_left <= _WITHIN[1] * width:
            continue
        left = [line for line in lines if line.right <= middle + _SLACK]
        right = [line for line in lines if line.left >= middle - _SLACK]
        across = len(lines) - len(left) - len(right)
        if across > _ACROSS * len(lines) or min(len(left), len(right)) < _FEWEST:
            continue
        if _is_column(left) and _is_column(right) and (best is None or across < best[0]):
            best = (across, middle)
    return None if best is None else best[1]


def _is_column(lines: Sequence[Line]) -> bool:
    width = max(line.right for line in lines) - min(line.left for line in lines)
    return median(line.right - line.left for line in lines) >= _FILLED * width


def _joined(lines: Sequence[Line]) -> list[Line]:
    """Put pieces that follow one another on one row together, with a tab between them."""
    found: list[Line] = []
    for line in lines:
        last = found[-1] if found else None
        if last is not None and on_one_row(last, line) and line.left >= last.right - _SLACK:
            top, bottom = min(last.top, line.top), max(last.bottom, line.bottom)
            found[-1] = Line(f"{last.text}\t{line.text}", last.left, top, line.right, bottom)
        else:
            found.append(line)
    return found


def _footers_last(lines: list[Line]) -> list[Line]:
    """Move what a program wrote first, though it stands at the foot of the page, to the end."""
    for _ in range(len(lines)):
        if len(lines) < 2 or lines[0].top < max(line.bottom for line in lines[1:]):  # noqa: PLR2004
            break
        lines = [*lines[1:], lines[0]]
    return lines
