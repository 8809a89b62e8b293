"""PDF: the list as it is printed, with a running header and page numbers, in a font that has the registry's letters.

Pages are drawn one after another and given away when they are full, so that a long list needs little memory.
"""

from __future__ import annotations

import re
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from registry.core.errors import InvalidInputError
from registry.core.i18n import N_
from registry.core.messages import Message
from registry.exports.formats.sheet import Closing, Opening, chunks_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from registry.exports.columns import Column
    from registry.exports.formats.sheet import Line, Sheet

_FONTS = Path(__file__).parents[1] / "fonts"
_PLAIN, _BOLD = "DejaVuSansCondensed", "DejaVuSansCondensed-Bold"
_SIZE, _LEADING = 7.5, 9.5
_MARGIN = 36.0
_GAP = 5.0
_PAGE = landscape(A4)
_TOP = _PAGE[1] - _MARGIN - 26
_BOTTOM = _MARGIN + 16
_RULE = 0.3
#: The name of the drawing that is put on every page and drawn last, when the number of pages is known.
_PAGES = "pages"


#: The room of a letter on the average, and the letters that a column shows on a line if it is to be read.
_LETTER = 4.2
_FEWEST_LETTERS = 16


def shares_of(columns: Sequence[Column]) -> list[float]:
    """Return how wide each column is on the page: what its words need, and the rest by the width of its texts.

    Raises `InvalidInputError` when the page has no room for so many that they could be read.
    """
    width = _PAGE[0] - 2 * _MARGIN
    least = [min(column.width, _FEWEST_LETTERS) * _LETTER + _GAP for column in columns]
    if sum(least) > width:
        message = Message(
            N_("A page of a PDF has no room for %(count)s columns that can be read; leave out some, or choose XLSX."),
            count=len(columns),
        )
        raise InvalidInputError({"columns": [message]}, N_("This export cannot be made."))
    total = sum(column.width for column in columns)
    return [room + (width - sum(least)) * column.width / total for room, column in zip(least, columns, strict=True)]


def pdf_bytes(sheet: Sheet, lines: Iterable[Line]) -> Iterator[bytes]:
    """Yield the list as PDF: what was asked for, then the rows, each with all its text however many lines it takes."""
    _register_fonts()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.pdf"
        # `invariant` leaves out when the file was made: the same request gives the same bytes.
        canvas = Canvas(str(path), pagesize=_PAGE, invariant=True, pageCompression=1, lang=sheet.request.language)
        canvas.setTitle(sheet.title)
        printer = _Printer(canvas, sheet)
        printer.criteria()
        printer.table(lines)
        printer.close()
        yield from chunks_of(path)


@cache
def _register_fonts() -> None:
    for name in (_PLAIN, _BOLD):
        pdfmetrics.registerFont(TTFont(name, str(_FONTS / f"{name}.ttf")))


class _Printer:
    """Draws from the top of each page to its bottom."""

    def __init__(self, canvas: Canvas, sheet: Sheet) -> None:
        self.canvas = canvas
        self.sheet = sheet
        self.y = 0.0
        self.page = 0
        self.has_header = False
        shares = shares_of(sheet.columns)
        self.columns = [(_MARGIN + sum(shares[:place]), share - _GAP) for place, share in enumerate(shares)]
        self.headings = [
            wrapped(heading, share, _BOLD) for heading, (_, share) in zip(sheet.headings, self.columns, strict=True)
        ]
        self._begin_page()

    def criteria(self) -> None:
        """Draw what was asked for."""
        self._row([[self.sheet.title]], [(_MARGIN, 500.0)], [_BOLD], rule=False)
        for name, value in self.sheet.criteria:
            cells = [wrapped(name, 130, _BOLD), wrapped(value, _PAGE[0] - 2 * _MARGIN - 140)]
            self._row(cells, [(_MARGIN, 130.0), (_MARGIN + 140, 500.0)], [_BOLD, _PLAIN], rule=False)

    def table(self, lines: Iterable[Line]) -> None:
        """Draw the headings and the rows."""
        self.has_header = True
        self._header()
        for line in lines:
            if isinstance(line, Opening):
                self._row([wrapped(line.label, 500, _BOLD)], [(_MARGIN, 500.0)], [_BOLD], rule=False)
            elif isinstance(line, Closing):
                self._row([wrapped(self.sheet.subtotal(line), 500, _BOLD)], [(_MARGIN, 500.0)], [_BOLD])
            else:
                cells = [
                    wrapped("" if value is None else str(value), share)
                    for value, (_, share) in zip(line, self.columns, strict=True)
                ]
                self._row(cells, self.columns, [_PLAIN] * len(cells))

    def close(self) -> None:
        """End the last page and draw the number of pages."""
        self._end_page()
        self.canvas.beginForm(_PAGES)
        self.canvas.setFont(_PLAIN, _SIZE)
        self.canvas.drawString(0, 0, str(self.page))
        self.canvas.endForm()
        self.canvas.save()

    def _begin_page(self) -> None:
        self.page += 1
        canvas = self.canvas
        canvas.setLineWidth(_RULE)
        canvas.setFont(_BOLD, _SIZE)
        canvas.drawString(_MARGIN, _PAGE[1] - _MARGIN, self.sheet.title)
        canvas.setFont(_PLAIN, _SIZE)
        # The first two criteria are the two times.
        said = " · ".join(f"{name}: {value}" for name, value in self.sheet.criteria[:2])
        canvas.drawRightString(_PAGE[0] - _MARGIN, _PAGE[1] - _MARGIN, said)
        canvas.line(_MARGIN, _PAGE[1] - _MARGIN - 4, _PAGE[0] - _MARGIN, _PAGE[1] - _MARGIN - 4)
        number = self.sheet.translate(N_("Page %(page)s of")) % {"page": self.page} + " "
        end = _PAGE[0] - _MARGIN - 24
        canvas.drawRightString(end, _MARGIN - 6, number)
        canvas.saveState()
        canvas.translate(end, _MARGIN - 6)
        canvas.doForm(_PAGES)
        canvas.restoreState()
        self.y = _TOP
        if self.has_header:
            self._header()

    def _end_page(self) -> None:
        self.canvas.showPage()

    def _header(self) -> None:
        height = max(map(len, self.headings)) * _LEADING
        if self.y - height < _BOTTOM + 3 * _LEADING and self.y < _TOP:
            self._end_page()
            self._begin_page()
            return
        self._draw(self.headings, self.columns, [_BOLD] * len(self.headings), height)
        self.canvas.line(_MARGIN, self.y + _LEADING - 2, _PAGE[0] - _MARGIN, self.y + _LEADING - 2)
        self.y -= 2

    def _row(
        self, cells: list[list[str]], columns: list[tuple[float, float]], fonts: list[str], *, rule: bool = True
    ) -> None:
        """Draw a row. One that does not fit on the page goes to the next; one longer than a page goes on there."""
        while True:
            height = max(map(len, cells)) * _LEADING
            room = int((self.y - _BOTTOM) / _LEADING)
            whole = int((_TOP - _BOTTOM) / _LEADING) - max(map(len, self.headings)) - 1
            if height / _LEADING <= room:
                self._draw(cells, columns, fonts, height)
                break
            if max(map(len, cells)) > whole and room > 0:
                self._draw([cell[:room] for cell in cells], columns, fonts, room * _LEADING)
                cells = [cell[room:] for cell in cells]
            self._end_page()
            self._begin_page()
        if rule:
            self.canvas.setStrokeGray(0.7)
            self.canvas.line(_MARGIN, self.y + _LEADING - 2.5, _PAGE[0] - _MARGIN, self.y + _LEADING - 2.5)
            self.canvas.setStrokeGray(0)
        self.y -= 1.5

    def _draw(
        self, cells: list[list[str]], columns: list[tuple[float, float]], fonts: list[str], height: float
    ) -> None:
        for cell, (x, _), font in zip(cells, columns, fonts, strict=True):
            if not cell:
                continue
            text: Any = self.canvas.beginText(x, self.y)
            text.setFont(font, _SIZE, _LEADING)
            for part in cell:
                text.textLine(visual(part))
            self.canvas.drawText(text)
        self.y -= height


@cache
def _letters() -> frozenset[str]:
    """Return the letters that the font can draw and name: those beyond the basic plane would be named wrongly."""
    _register_fonts()
    glyphs = pdfmetrics.getFont(_PLAIN).face.charToGlyph
    return frozenset(chr(code) for code in glyphs if code <= _LAST_OF_BASIC_PLANE)


_LAST_OF_BASIC_PLANE = 0xFFFF


def drawable(value: str) -> str:
    """Return a text with U+FFFD in the place of letters that the font does not have."""
    letters = _letters()
    return "".join(letter if letter in letters else "\ufffd" for letter in value)


#: A piece that is written from right to left: Hebrew or Arabic letters, and what stands between two of them.
_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_PIECE = re.compile(f"[{_RIGHT_TO_LEFT}](?:[^A-Za-z\u0400-\u052f]*[{_RIGHT_TO_LEFT}])?[)\\]}}»]?")
_NUMBER = re.compile(r"[0-9]+(?:[.,:/-][0-9]+)*")
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")


def visual(line: str) -> str:
    """Put the letters of a line in the order in which they stand on paper: pieces from right to left are turned.

    This is the common case of the bidirectional algorithm of Unicode (UAX 9) for a line that runs from left to right.
    """
    return _PIECE.sub(_turned, line)


def _turned(piece: re.Match[str]) -> str:
    text, rest = piece[0], ""
    if text[-1].translate(_MIRRORED) != text[-1] and text[-1].translate(_MIRRORED) not in text:
        # The bracket was opened before the piece, so it does not belong to it.
        text, rest = text[:-1], text[-1]
    turned = text[::-1].translate(_MIRRORED)
    return _NUMBER.sub(lambda number: number[0][::-1], turned) + rest


def wrapped(value: str, width: float, font: str = _PLAIN) -> list[str]:
    """Return a text in lines that fit into a width: divided at spaces, and in a word only when it is wider."""
    lines: list[str] = []
    value = value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    for paragraph in value.split("\n"):
        paragraph = drawable(paragraph)  # noqa: PLW2901  The same paragraph.
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if _width(longer, font) <= width:
                line = longer
                continue
            if line:
                lines.append(line)
            while _width(word, font) > width and len(word) > 1:
                fits = _fitting(word, width, font)
                lines.append(word[:fits])
                word = word[fits:]  # noqa: PLW2901  The rest of the same word.
            line = word
        lines.append(line)
    return lines


def _width(text: str, font: str) -> float:
    return float(pdfmetrics.stringWidth(text, font, _SIZE))


def _fitting(word: str, width: float, font: str) -> int:
    """Return how many letters of a word fit, one at least."""
    total = 0.0
    for place, letter in enumerate(word):
        total += _width(letter, font)
        if total > width:
            return max(place, 1)
    return len(word)
