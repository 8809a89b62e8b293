"""XLSX (ISO/IEC 29500): the list on one sheet, row by row past the memory, and what was asked for on a second one."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlsxwriter

from registry.core.i18n import N_
from registry.exports.formats.sheet import Closing, chunks_of, exact_day, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from registry.exports.formats.sheet import Line, Sheet

#: What a cell of Excel holds; the rest of a longer text is cut off, and the second sheet says so.
_MOST_CHARACTERS = 32_767
_A4 = 9
#: Excel knows no days before 1900, and counts one day too many in its first two months.
_FIRST_DAY = date(1900, 3, 1)


def xlsx_bytes(sheet: Sheet, lines: Iterable[Line]) -> Iterator[bytes]:
    """Yield the list as a workbook with real dates, a frozen header, filters and widths.

    Every text is written as a text, whatever it begins with, so that none becomes a formula, a number or a link.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        options = {"constant_memory": True, "tmpdir": folder, "strings_to_urls": False}
        book = xlsxwriter.Workbook(str(path), options)
        # Nothing in the file may say when it was made: the same request gives the same bytes.
        created = sheet.request.recorded_at.replace(microsecond=0, tzinfo=None)
        book.set_properties({"title": sheet.title, "author": "", "created": created})
        cut = _write_list(book, sheet, lines)
        _write_criteria(book, sheet, cut)
        book.close()
        yield from chunks_of(path)


def _write_list(book: Any, sheet: Sheet, lines: Iterable[Line]) -> int:
    """Write the first sheet; return how many texts were cut."""
    total = book.add_format({"bold": True, "top": 1})
    page = _begin_list(book, sheet)
    cells = _Cells(page, book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}))
    kinds = [column.kind for column in sheet.columns]
    number = 0
    for line in lines:
        if isinstance(line, list):
            number += 1
            for place, value in enumerate(line):
                if value is not None:
                    cells.write(number, place, value, kinds[place])
        elif isinstance(line, Closing):
            number += 1
            page.write_string(number, 0, sheet.subtotal(line), total)
    if sheet.request.group_by is None:
        # A filter or a sorting would put the subtotals under other groups.
        page.autofilter(0, 0, max(number, 1), len(sheet.columns) - 1)
    return cells.cut


def _begin_list(book: Any, sheet: Sheet) -> Any:
    """Add the first sheet with its headings; widths have to be known before the first row is written."""
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    page = book.add_worksheet(sheet.translate(N_("Agreements")))
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    page.set_landscape()
    page.set_paper(_A4)
    for place, heading in enumerate(sheet.headings):
        page.write_string(0, place, heading, bold)
    return page


class _Cells:
    """Writes the values of rows, and counts the texts that had to be cut."""

    def __init__(self, page: Any, day_format: Any) -> None:
        self.cut = 0
        self._text, self._number, self._day = page.write_string, page.write_number, page.write_datetime
        self._day_format = day_format

    def write(self, row: int, place: int, value: object, kind: str) -> None:
        """Write a value as its column has it: a number, a day, or a text whatever it looks like."""
        if kind == "number":
            self._number(row, place, value)
            return
        text = printable(str(value))
        day = exact_day(text) if kind == "date" else None
        if day is not None and day >= _FIRST_DAY:
            self._day(row, place, day, self._day_format)
            return
        if len(text) > _MOST_CHARACTERS:
            self.cut += 1
            text = text[: _MOST_CHARACTERS - 1] + "…"
        self._text(row, place, text)


def _write_criteria(book: Any, sheet: Sheet, cut: int) -> None:
    page = book.add_worksheet(sheet.translate(N_("Criteria")))
    page.set_column(0, 0, 30)
    page.set_column(1, 1, 90)
    lines = sheet.criteria
    if cut:
        lines = [*lines, (sheet.translate(N_("Texts cut at 32,767 characters, the most that a cell holds")), str(cut))]
    for number, (name, value) in enumerate(lines):
        page.write_string(number, 0, name)
        page.write_string(number, 1, value[:_MOST_CHARACTERS])
