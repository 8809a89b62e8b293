"""Attaches the files of a folder that a table names: `file, registry_number, language, role, access, source, title`."""

from __future__ import annotations

import csv
import io
import shutil
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from marshmallow import ValidationError
from sqlalchemy import or_, select

from registry.agreements.models import Agreement
from registry.core.errors import InvalidInputError, RegistryError
from registry.core.i18n import N_
from registry.core.messages import Message, flatten
from registry.documents.receiving import receive_document
from registry.documents.schemas import AttachDocumentSchema
from registry.documents.storage.spool import too_large
from registry.documents.vocabulary import Role
from registry.interchange.files import UnreadableFileError, decode
from registry.interchange.imports import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sqlalchemy.orm import Session

    from registry.core.uow import Database
    from registry.documents.scanning import Scanner
    from registry.documents.schemas import AttachDocument
    from registry.documents.services import Attached
    from registry.documents.storage.interface import Storage

REQUIRED = ("file", "registry_number", "language", "role")
COLUMNS = (*REQUIRED, "access", "source", "title")

_MOST_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True)
class ManifestRow:
    """A row that was checked: the file, the agreement that it belongs to, and what is said about it."""

    place: str
    path: Path
    agreement_id: int
    command: AttachDocument


@dataclass
class ManifestReport:
    """What became of the rows, and what was wrong."""

    outcomes: Counter[Attached] = field(default_factory=Counter)
    document_ids: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def check_manifest(
    database: Database, folder: Path, manifest: Path, most_bytes: int
) -> tuple[list[ManifestRow], list[Problem]]:
    """Read and check a whole manifest; return its rows, and every mistake. Nothing is written.

    Raises `UnreadableFileError` when the table cannot be read at all.
    """
    problems: list[Problem] = []
    rows = _table(manifest, problems)
    if problems:
        return [], problems
    checked = []
    seen: dict[tuple[object, ...], str] = {}
    with database.read() as session:
        for place, values in rows:
            row = _row(session, folder, place, values, most_bytes, problems)
            if row is None:
                continue
            # Annexes stand beside one another; of every other role there is one in a language.
            file = row.path if row.command.role == Role.ANNEX else None
            which = (row.agreement_id, row.command.language, row.command.role, file)
            if which in seen:
                message = Message(N_("This is the same agreement, language and role as %(other)s."), other=seen[which])
                problems.append(Problem(place, "", message))
            seen[which] = place
            checked.append(row)
    return checked, problems


def attach_rows(
    database: Database,
    storage: Storage,
    scanner: Scanner | None,
    rows: list[ManifestRow],
    most_bytes: int,
    *,
    actor: str,
    progress: Callable[[int, int], None] | None = None,
) -> ManifestReport:
    """Attach the files of checked rows, one after another, each for good.

    A file that is refused is a problem in the report, and the others are attached all the same; the whole can be
    repeated, and what is there already stays as it is. Raises `StorageError` when the storage is out of reach.
    """
    report = ManifestReport()
    for done, row in enumerate(rows, start=1):
        try:
            with storage.spool.receive(most_bytes) as incoming:
                with row.path.open("rb") as file:
                    shutil.copyfileobj(file, incoming)
                received = receive_document(
                    database, storage, scanner, row.agreement_id, incoming, row.path.name, row.command, actor=actor
                )
        except InvalidInputError as error:
            report.problems += [Problem(row.place, name, text) for name, text in flatten(error.errors, str)]
        except (RegistryError, OSError) as error:
            report.problems.append(Problem(row.place, "file", str(error)))
        else:
            report.outcomes[received.outcome] += 1
            report.document_ids.append(received.document_id)
        if progress:
            progress(done, len(rows))
    return report


def _table(manifest: Path, problems: list[Problem]) -> list[tuple[str, dict[str, str]]]:
    """Return the rows of a manifest with their places, or note what is wrong with its columns."""
    if manifest.stat().st_size > _MOST_BYTES:
        raise UnreadableFileError(N_("%(path)s is too large for a manifest."), path=manifest.name)
    text, _ = decode(manifest.read_bytes(), manifest.name)
    header = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=header.count), restkey="", strict=True)
    columns = [name.strip() for name in reader.fieldnames or ()]
    reader.fieldnames = columns
    for name in REQUIRED:
        if name not in columns:
            message = Message(N_("This column is missing. Columns are: %(columns)s."), columns=", ".join(COLUMNS))
            problems.append(Problem("header", name, message))
    problems += [
        Problem("header", name, Message(N_("This column is not known. Columns are: %(columns)s."), columns=COLUMNS))
        for name in columns
        if name not in COLUMNS
    ]
    try:
        rows = [(f"row {number}", row) for number, row in enumerate(reader, start=2)]
    except csv.Error as error:
        raise UnreadableFileError(
            N_("%(path)s cannot be read: %(reason)s"), path=manifest.name, reason=error
        ) from error
    if not rows:
        problems.append(Problem(manifest.name, "", Message(N_("There are no rows in this manifest."))))
    return rows


def _row(
    session: Session,
    folder: Path,
    place: str,
    values: Mapping[str, str | None],
    most_bytes: int,
    problems: list[Problem],
) -> ManifestRow | None:
    """Check one row; return it, or None after noting everything that is wrong with it."""
    before = len(problems)
    given = {name: value.strip() for name, value in values.items() if value and value.strip()}
    name, number = given.pop("file", ""), given.pop("registry_number", "")
    path = (folder / name).resolve()
    if not name or not path.is_relative_to(folder.resolve()) or not path.is_file():
        problems.append(Problem(place, "file", Message(N_("“%(name)s” is no file of this folder."), name=name)))
    elif path.stat().st_size == 0:
        problems.append(Problem(place, "file", Message(N_("“%(name)s” is empty."), name=name)))
    elif path.stat().st_size > most_bytes:
        problems.append(Problem(place, "file", str(too_large(most_bytes))))
    agreement_id = session.scalar(
        select(Agreement.id).where(or_(Agreement.registry_number == number, Agreement.reference == number))
    )
    if agreement_id is None:
        message = Message(N_("There is no agreement “%(name)s” in this registry."), name=number)
        problems.append(Problem(place, "registry_number", message))
    try:
        command = AttachDocumentSchema().load(given)
    except ValidationError as error:
        problems.extend(Problem(place, name, text) for name, text in flatten(error.messages, str))
        return None
    return None if len(problems) > before or agreement_id is None else ManifestRow(place, path, agreement_id, command)
