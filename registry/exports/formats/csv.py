"""CSV (RFC 4180) in UTF-8, a batch of lines at a time."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from registry.exports.formats.sheet import Closing, Opening

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from registry.exports.formats.sheet import Line, Sheet

_BOM = "\ufeff"
_CHUNK = 64 * 1024
#: What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SUSPECT = (*_FORMULA, "'")


def csv_bytes(sheet: Sheet, lines: Iterable[Line]) -> Iterator[bytes]:
    """Yield the list as CSV: the headings, a line for each record, and a line for each end of a group.

    A group ends with a line of its own, in whose first field the subtotal stands; the other fields are empty.
    """
    buffer = io.StringIO(newline="")
    if sheet.request.options.bom:
        buffer.write(_BOM)
    writer = csv.writer(buffer, lineterminator="\r\n")
    guarded = sheet.request.options.guard
    write = writer.writerow
    write(sheet.headings)
    for line in lines:
        if isinstance(line, list):
            write([guard(value) for value in line] if guarded else line)
        elif isinstance(line, Closing):
            subtotal = sheet.subtotal(line)
            write([guard(subtotal) if guarded else subtotal, *[""] * (len(sheet.headings) - 1)])
        elif isinstance(line, Opening):
            continue
        if buffer.tell() > _CHUNK:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def guard(value: object) -> object:
    """Write an apostrophe before what a spreadsheet would take for a formula (CWE-1236).

    A value that begins with apostrophes before such a sign gets one more, so that whoever takes one away from every
    value of that form, as the import does, has all values as they were.
    """
    if isinstance(value, str) and value.startswith(_SUSPECT) and value.lstrip("'").startswith(_FORMULA):
        return f"'{value}"
    return value
