"""Articles made of a text: as the splitter finds them, or with the borders that a person has drawn."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from registry.documents.models import Article
from registry.documents.outline import Anchors, PieceKind, slug_of
from registry.documents.splitting import split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.documents.schemas import Border
    from registry.documents.splitting import Piece

_MOST_LABEL, _MOST_HEADING, _MOST_NUMBER, _MOST_ANCHOR = 300, 1000, 24, 80


def found_articles(text: str, page_starts: Sequence[int] = ()) -> list[Article]:
    """Return the articles that the splitter finds in a text, with the pages on which they begin."""
    return [_article(position, piece, text, page_starts) for position, piece in enumerate(split(text))]


def drawn_articles(text: str, borders: Sequence[Border], page_starts: Sequence[int] = ()) -> list[Article]:
    """Return the articles between borders, which begin at the start of the text and go upwards."""
    names = Anchors()
    articles = []
    for position, (border, end) in enumerate(
        zip(borders, [*(border.start for border in borders[1:]), len(text)], strict=True)
    ):
        base = f"{border.kind}-{slug_of(border.number)}" if border.number else border.kind
        articles.append(
            Article(
                position=position,
                kind=border.kind,
                number=border.number,
                anchor=names.take(base[:_MOST_ANCHOR]),
                label=border.label or _first_line(text[border.start : end], border),
                heading=border.heading or "",
                part=border.part or "",
                page=page_at(border.start, page_starts, text),
                text=text[border.start : end],
            )
        )
    return articles


def page_at(start: int, page_starts: Sequence[int], text: str) -> int | None:
    """Return the page, counted from 1, of the first word at or after `start`; None where there are no pages."""
    if not page_starts:
        return None
    while start < len(text) and text[start].isspace():
        start += 1
    return max(1, bisect_right(page_starts, start))


def _first_line(text: str, border: Border) -> str:
    """Return what stands first in an article or annex, up to its heading, as its label."""
    if border.kind not in (PieceKind.ARTICLE, PieceKind.ANNEX):
        return ""
    line = text.strip().partition("\n")[0].strip()
    if border.heading and border.heading in line:
        line = line.partition(border.heading)[0].rstrip(" .:—–-")
    return line[:_MOST_LABEL]


def _article(position: int, piece: Piece, text: str, page_starts: Sequence[int]) -> Article:
    return Article(
        position=position,
        kind=piece.kind,
        number=piece.number[:_MOST_NUMBER] if piece.number else None,
        anchor=piece.anchor,
        label=piece.label[:_MOST_LABEL],
        heading=piece.heading[:_MOST_HEADING],
        part=piece.part[:_MOST_HEADING],
        page=page_at(piece.start, page_starts, text),
        text=text[piece.start : piece.end],
    )
