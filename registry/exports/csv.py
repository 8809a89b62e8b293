"""CSV (RFC 4180), streamed, in UTF-8 with a byte order mark, without which Excel misreads Cyrillic."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from registry.agreements.queries import agreements_by_ids
from registry.exports.columns import COLUMNS
from registry.lifecycle.dossier import dossiers_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from registry.core.access import Reader
    from registry.core.uow import Database

_BATCH = 200
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_lines(database: Database, ids: Sequence[int], on: date, reader: Reader) -> Iterator[str]:
    """Yield the header and one line for each agreement, in the order of `ids`, with the status on the day `on`.

    The records are read in batches, each in a session of its own, so that a long list needs little memory.
    """
    yield "\ufeff" + _line(list(COLUMNS))
    for start in range(0, len(ids), _BATCH):
        with database.read(reader) as session:
            agreements = agreements_by_ids(session, ids[start : start + _BATCH], whole=True)
            for dossier in dossiers_of(session, agreements, on):
                yield _line([cell(column(dossier)) for column in COLUMNS.values()])


def cell(value: object) -> str:
    """Write one value. What a spreadsheet would take for a formula gets an apostrophe before it (CWE-1236).

    The import takes the apostrophe away again, so nothing is lost on the way.
    """
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _line(cells: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()
