"""The formats of an export: each a function of a sheet and its lines that yields bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.exports.formats.csv import csv_bytes
from registry.exports.formats.json import json_bytes, jsonl_bytes
from registry.exports.formats.ods import ods_bytes
from registry.exports.formats.pdf import pdf_bytes, shares_of
from registry.exports.formats.xlsx import xlsx_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from registry.exports.columns import Column
    from registry.exports.formats.sheet import Line, Sheet

#: The writer of each format.
WRITERS: dict[str, Callable[[Sheet, Iterable[Line]], Iterator[bytes]]] = {
    "csv": csv_bytes,
    "xlsx": xlsx_bytes,
    "ods": ods_bytes,
    "json": json_bytes,
    "jsonl": jsonl_bytes,
    "pdf": pdf_bytes,
}

#: How many lines below the headings a format has room for.
MOST_LINES = {"xlsx": 1_048_575, "ods": 1_048_575}

#: What refuses columns of which a format can show no more than rubbish.
REFUSALS: dict[str, Callable[[Sequence[Column]], object]] = {"pdf": shares_of}

#: The media type of each format (RFC 4180, RFC 8259, OpenDocument 1.3, ISO/IEC 29500, RFC 8118).
MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "pdf": "application/pdf",
}
