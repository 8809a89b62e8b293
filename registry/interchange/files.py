"""Reads an import file: finds its encoding and its delimiter, and says what is wrong with it as a whole."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from registry.core import encodings
from registry.core.canonical import sha256_of
from registry.core.errors import RegistryError
from registry.core.i18n import N_

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 20 * 1024 * 1024
FORMAT = "treaty-registry/1"


@dataclass(frozen=True)
class Row:
    """One agreement of a file, with where it stands: `row 3` of a table, or its place in the list of a JSON file."""

    place: str
    values: dict[str, Any]


@dataclass(frozen=True)
class ImportFile:
    """A file that was read: the rows of agreements, the vocabularies that it brings, and how it was read."""

    rows: list[Row]
    parties: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    subjects: list[dict[str, Any]] = field(default_factory=list)
    encoding: str = "utf-8"
    is_table: bool = False
    name: str = ""
    sha256: str = ""


class UnreadableFileError(RegistryError):
    """A file that cannot be read as a whole."""


def read_file(path: Path) -> ImportFile:
    """Read a CSV or JSON file. Raises `UnreadableFileError` that says what is wrong and how to mend it."""
    if not path.is_file():
        raise UnreadableFileError(N_("%(path)s: there is no such file."), path=path)
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise UnreadableFileError(
            N_("%(path)s has %(size)s MB; at most %(most)s MB are read. Divide the list into several files."),
            path=path.name,
            size=size // (1024 * 1024),
            most=MAX_BYTES // (1024 * 1024),
        )
    return read_bytes(path.read_bytes(), path.name)


def read_bytes(data: bytes, name: str) -> ImportFile:
    """Read the content of a file called `name`. Raises `UnreadableFileError`."""
    if not data.strip(b"\0 \t\r\n"):
        raise UnreadableFileError(N_("%(path)s is empty."), path=name)
    text, encoding = decode(data, name)
    reader = _json if text.lstrip()[:1] in ("{", "[") else _table
    read = reader(text, name, encoding)
    return replace(read, name=name, sha256=sha256_of(data))


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Return the text of `data` and the encoding it was in.

    A text that no encoding explains is refused (`UnreadableFileError`) rather than read wrongly.
    """
    try:
        found = encodings.decode(data)
    except encodings.CutOffError as error:
        raise UnreadableFileError(
            N_("%(path)s is cut off: it ends in the middle of a letter. Send the whole file."), path=name
        ) from error
    if found is not None:
        return found
    raise UnreadableFileError(
        N_(
            "%(path)s is not a text in an encoding that can be recognised. "
            "Save it as CSV in UTF-8 (in Excel: “CSV UTF-8”)."
        ),
        path=name,
    )


def _json(text: str, name: str, encoding: str) -> ImportFile:
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableFileError(
            N_("%(path)s, line %(line)s, column %(column)s: this is not JSON (%(reason)s)."),
            path=name,
            line=error.lineno,
            column=error.colno,
            reason=error.msg,
        ) from error
    except RecursionError as error:
        raise UnreadableFileError(N_("%(path)s is nested too deeply to be a list of agreements."), path=name) from error
    if isinstance(content, list):
        content = {"agreements": content}
    parts = {"parties", "bodies", "subjects", "agreements"}
    unknown = content.keys() - parts - {"format"}
    if unknown or content.get("format", FORMAT) != FORMAT or not content.keys() & parts:
        raise UnreadableFileError(
            N_("%(path)s is not a list of agreements: it needs “format”: “%(format)s” and “agreements”: [ … ]."),
            path=name,
            format=FORMAT,
        )
    for part in parts:
        if not isinstance(content.get(part, []), list) or not all(
            isinstance(item, dict) for item in content.get(part, [])
        ):
            raise UnreadableFileError(N_("%(path)s: “%(part)s” must be a list of objects."), path=name, part=part)
    rows = [Row(f"agreements[{place}]", values) for place, values in enumerate(content.get("agreements", []), start=1)]
    return ImportFile(
        rows, content.get("parties", []), content.get("bodies", []), content.get("subjects", []), encoding
    )


def _table(text: str, name: str, encoding: str) -> ImportFile:
    header = text.splitlines()[0] if text.splitlines() else ""
    delimiter = max(",;\t", key=header.count)
    csv.field_size_limit(1_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    columns: list[str] = []
    try:
        for record in reader:
            if not any(cell.strip() for cell in record):
                continue
            if not columns:
                columns = [cell.strip().lower() for cell in record]
                continue
            place = f"row {reader.line_num}"
            if len(record) > len(columns):
                raise UnreadableFileError(
                    N_(
                        "%(path)s, %(place)s has %(cells)s cells, but there are %(columns)s columns: "
                        "put texts with the delimiter into quotation marks."
                    ),
                    path=name,
                    place=place,
                    cells=len(record),
                    columns=len(columns),
                )
            values = {
                column: unquoted(cell.strip()) for column, cell in zip(columns, record, strict=False) if cell.strip()
            }
            rows.append(Row(place, values))
    except csv.Error as error:
        raise UnreadableFileError(
            N_("%(path)s, row %(line)s cannot be read as CSV (%(reason)s)."),
            path=name,
            line=reader.line_num,
            reason=error,
        ) from error
    if len(set(columns)) < len(columns):
        twice = next(column for column in columns if columns.count(column) > 1)
        raise UnreadableFileError(N_("%(path)s: column “%(column)s” stands there twice."), path=name, column=twice)
    return ImportFile(rows, encoding=encoding, is_table=True) if rows else _no_rows(name)


def _no_rows(name: str) -> ImportFile:
    raise UnreadableFileError(N_("%(path)s has a header but no rows."), path=name)


_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def unquoted(cell: str) -> str:
    """Take away the apostrophe that our downloads put before what a spreadsheet would take for a formula.

    A value that had apostrophes of its own there got one more, so that each value comes back as it was.
    """
    return cell[1:] if _GUARDED.match(cell) else cell
