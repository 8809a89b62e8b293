"""The text of a treaty, cut into the pieces that can be pointed at: front, preamble, articles, closing, annexes.

`split` needs nothing but the text. Its pieces join to the text again, whatever the text is, and it takes a time in
proportion to the length. `headings` finds what looks like a heading, `sequences` decides by the numbers, `frames`
knows what stands around the articles.

A text without headings of articles is cut at its sections or numbered paragraphs where their numbers run 1, 2, 3
without a doubt; otherwise what lies between front and closing is one piece with the anchor `text`. A piece of more
than 20,000 characters is cut at ends of lines: its parts repeat what it is called, and their anchors go on with
`-part-2`, `-part-3`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from registry.documents.outline import Outline, PieceKind

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LONGEST_PIECE", "Piece", "PieceKind", "split"]

#: Pieces are cut near this length, so that a search can point into a long annex or a text without headings.
LONGEST_PIECE = 20_000
#: No treaty has as many articles; the rest of a text made to have more belongs to the last of them.
MOST_PIECES = 5_000


@dataclass(frozen=True)
class Piece:
    """A piece of a text.

    `number` is in Arabic digits («5», «5-1», «5bis»; 1 for «premier»), None where there is none. `anchor` is unique
    within the text («article-5», «annex-1-article-2», «article-5-b» for another article 5). `label` is the heading as
    written («Статья 5»), `heading` its words after the number, `part` the chapters above it, the outermost first, or
    in an annex its name. `text[start:end]` is the piece, the headings of chapters before it included.
    """

    kind: PieceKind
    number: str | None
    anchor: str
    heading: str
    label: str
    part: str
    start: int
    end: int


def split(text: str) -> list[Piece]:
    """Cut `text` into pieces, in their order; none for an empty text.

    `"".join(text[piece.start : piece.end] for piece in split(text)) == text` for every text.
    """
    if not text:
        return []
    marks = Outline(text).marks()[:MOST_PIECES]
    pieces: list[Piece] = []
    for mark, end in zip(marks, [*(mark.start for mark in marks[1:]), len(text)], strict=True):
        piece = Piece(mark.kind, mark.number, mark.anchor, mark.heading, mark.label, mark.part, mark.start, end)
        pieces.extend(_shortened(text, piece))
    return pieces


def _shortened(text: str, piece: Piece) -> Iterator[Piece]:
    """Yield `piece`, or its parts when it is too long: cut at an empty line, a line, a word, as there are any."""
    if piece.end - piece.start <= LONGEST_PIECE:
        yield piece
        return
    start, count = piece.start, 1
    while start < piece.end:
        end = _cut(text, start, piece.end)
        anchor = piece.anchor if count == 1 else f"{piece.anchor}-part-{count}"
        yield replace(piece, anchor=anchor, start=start, end=end)
        start, count = end, count + 1


def _cut(text: str, start: int, end: int) -> int:
    """Return where the part that begins at `start` ends: at an empty line, a line, a sentence or a word."""
    limit = start + LONGEST_PIECE
    if limit >= end:
        return end
    for border in ("\n\n", "\n", ". ", " "):
        found = text.rfind(border, limit - LONGEST_PIECE // 2, limit)
        if found >= 0:
            return found + len(border)
    return limit
