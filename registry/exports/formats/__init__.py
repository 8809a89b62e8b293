"""The formats of an export: each a function of a sheet and its lines that yields bytes.

The libraries of PDF and XLSX are read when the first such export is made: a server that makes none does without them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.exports.formats.csv import csv_bytes
from registry.exports.formats.json import json_bytes, jsonl_bytes
from registry.exports.formats.ods import ods_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from registry.exports.columns import Column
    from registry.exports.formats.sheet import Line, Sheet


def _pdf_bytes(sheet: Sheet, lines: Iterable[Line]) -> Iterator[bytes]:
    from registry.exports.formats.pdf import pdf_bytes  # noqa: PLC0415

    return pdf_bytes(sheet, lines)


def _refuse_too_many_columns(columns: Sequence[Column]) -> object:
    from registry.exports.formats.pdf import shares_of  # noqa: PLC0415

    return shares_of(columns)


def _xlsx_bytes(sheet: Sheet, lines: Iterable[Line]) -> Iterator[bytes]:
    from registry.exports.formats.xlsx import xlsx_bytes  # noqa: PLC0415

    return xlsx_bytes(sheet, lines)


#: The writer of each format.
WRITERS: dict[str, Callable[[Sheet, Iterable[Line]], Iterator[bytes]]] = {
    "csv": csv_bytes,
    "xlsx": _xlsx_bytes,
    "ods": ods_bytes,
    "json": json_bytes,
    "jsonl": jsonl_bytes,
    "pdf": _pdf_bytes,
}

#: How many lines below the headings a format has room for.
MOST_LINES = {"xlsx": 1_048_575, "ods": 1_048_575}

#: What refuses columns of which a format can show no more than rubbish.
REFUSALS: dict[str, Callable[[Sequence[Column]], object]] = {"pdf": _refuse_too_many_columns}

#: The media type of each format (RFC 4180, RFC 8259, OpenDocument 1.3, ISO/IEC 29500, RFC 8118).
MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "pdf": "application/pdf",
}
