"""Borders of articles as people write them into a form: one a line, `12; article; 5; Disputes`.

The first word is the line of the text on which a piece begins, as the page numbers the lines; `12+34` is 34 characters
into that line. Then come what the piece is, its number and its heading, as far as there are any.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError

from registry.core.i18n import N_
from registry.core.messages import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.documents.models import Article

_PLACE = re.compile(r"(\d{1,7})(?:\+(\d{1,7}))?")
_PARTS = 4


def text_of(articles: Sequence[Article]) -> str:
    """Return the text that articles make."""
    return "".join(article.text for article in articles)


def written(articles: Sequence[Article]) -> str:
    """Return the borders of articles as the form shows them."""
    starts = _line_starts(text_of(articles))
    lines, place = [], 0
    for article in articles:
        row = bisect_right(starts, place)
        column = place - starts[row - 1]
        parts = [f"{row}+{column}" if column else str(row), article.kind, article.number or "", article.heading]
        lines.append("; ".join(parts).rstrip("; "))
        place += len(article.text)
    return "\n".join(lines)


def borders_from(given: str, articles: Sequence[Article]) -> list[dict[str, Any]]:
    """Read borders as the schema takes them; a piece that begins where one begins already keeps its label and chapter.

    Raises `ValidationError` that names the line of the form that cannot be read.
    """
    starts = _line_starts(text_of(articles))
    known = {}
    place = 0
    for article in articles:
        known[place] = article
        place += len(article.text)
    borders = []
    for row, line in enumerate(given.splitlines(), start=1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.split(";", _PARTS - 1)] + [""] * _PARTS
        found = _PLACE.fullmatch(parts[0])
        if found is None or not 1 <= int(found[1]) <= len(starts):
            raise ValidationError(
                Message(
                    N_("Line %(row)s: begin with the number of a line of the text, from 1 to %(last)s."),
                    row=row,
                    last=len(starts),
                ),
                "borders",
            )
        start = starts[int(found[1]) - 1] + int(found[2] or 0)
        border = {"start": start, "kind": parts[1], "number": parts[2], "heading": parts[3]}
        before = known.get(start)
        if before is not None and (before.kind, before.number or "") == (parts[1], parts[2]):
            border |= {"label": before.label, "part": before.part}
        borders.append({name: value for name, value in border.items() if value != ""})
    return borders


def _line_starts(text: str) -> list[int]:
    """Return where each line of a text begins."""
    starts = [0]
    starts += (found.end() for found in re.finditer("\n", text) if found.end() < len(text))
    return starts
