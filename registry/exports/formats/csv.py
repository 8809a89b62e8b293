"""CSV (RFC 4180) in UTF-8, a batch of lines at a time."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from registry.core.i18n import N_
from registry.exports.formats.sheet import Closing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from registry.exports.formats.sheet import Line, Sheet

_GROUP_HEADINGS = (N_("Group"), N_("Subtotal"))
_BOM = "\ufeff"
_CHUNK = 64 * 1024
#: What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SUSPECT = (*_FORMULA, "'")


def csv_bytes(sheet: Sheet, lines: Iterable[Line]) -> Iterator[bytes]:
    """Yield the list as CSV: the headings, a line for each record, and a line for each end of a group.

    A list in groups has two columns more, before the others: the group that a line belongs to, and the subtotal, which
    stands on the line that ends a group, the other fields of which are empty. No record has a subtotal.
    """
    buffer = io.StringIO(newline="")
    if sheet.request.options.bom:
        buffer.write(_BOM)
    writer = csv.writer(buffer, lineterminator="\r\n")
    guarded = sheet.request.options.guard
    write = writer.writerow
    group: list[object] = []
    if sheet.request.group_by is not None:
        names = ("group", "subtotal")
        is_named = sheet.request.options.headings == "names"
        write([*(names if is_named else map(sheet.translate, _GROUP_HEADINGS)), *sheet.headings])
    else:
        write(sheet.headings)
    for line in lines:
        if isinstance(line, list):
            values = [*group, *line]
        elif isinstance(line, Closing):
            values = [line.label, line.count, *[""] * len(sheet.headings)]
        else:
            group = [line.label, ""]
            continue
        write([guard(value) for value in values] if guarded else values)
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
