"""Imports a file: everything is checked and every mistake named, then all of it enters the registry or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError
from sqlalchemy import select

from registry.agreements.models import Agreement
from registry.agreements.schemas import SubjectSchema
from registry.agreements.services import enter_subjects
from registry.audit.services import record
from registry.audit.vocabulary import Act
from registry.core.errors import InvalidInputError, RegistryError, RuleViolationError
from registry.core.i18n import N_
from registry.core.messages import Message, flatten
from registry.documents.services import follow_access
from registry.interchange.tables import COLUMNS, COMPUTED, REQUIRED, record_of
from registry.lifecycle.schemas import AgreementSchema
from registry.lifecycle.services import Outcome, Registered, complete, recompute_status, register_agreement
from registry.outbox.services import note_changes
from registry.parties.schemas import BodySchema, PartySchema
from registry.parties.services import enter_bodies, enter_party
from registry.revisions.vocabulary import FILE_IMPORTED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from registry.core.schemas import BaseSchema
    from registry.core.uow import Database, UnitOfWork
    from registry.interchange.files import ImportFile
    from registry.lifecycle.schemas import RegisterAgreement

    Progress = Callable[[int, int], None]

MAX_PROBLEMS = 1000


@dataclass(frozen=True)
class Problem:
    """One mistake: the place (`row 3`), the field or column, and what is wrong and how to mend it."""

    place: str
    name: str
    message: str


@dataclass
class ImportReport:
    """What an import did, or would have done, or why it did nothing."""

    registered: list[Registered] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    encoding: str = "utf-8"

    def count(self, outcome: Outcome) -> int:
        """Return how many agreements had this outcome."""
        return sum(item.outcome == outcome for item in self.registered)


def import_file(
    database: Database,
    file: ImportFile,
    *,
    home_party: str,
    actor: str,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Import what was read from a file in one transaction.

    Returns a report. When it holds problems, or with `dry_run`, nothing was changed. A table adds agreements
    and never revises one: a row holds less than a record, so that revising by it would lose facts. A JSON file
    holds whole records and revises those whose content differs. Importing a file again changes nothing.
    """
    report = ImportReport(encoding=file.encoding)
    commands = _load(file, home_party, report.problems)
    if report.problems:
        return report
    with database.write(actor, FILE_IMPORTED % {"file": file.name}) as uow:
        _enter(uow, file, commands, home_party, report, progress)
        if report.problems or dry_run:
            uow.undo()
        else:
            counts = {str(outcome): report.count(outcome) for outcome in Outcome}
            record(uow, Act.FILE_IMPORTED, file.name, detail={"sha256": file.sha256, **counts})
    return report


def _load(file: ImportFile, home_party: str, problems: list[Problem]) -> list[tuple[str, RegisterAgreement]]:
    """Check the shape of every row; return the commands with their places."""
    commands: list[tuple[str, RegisterAgreement]] = []
    if file.is_table and not _columns_fit(file, problems):
        return commands
    schema = AgreementSchema()
    seen: dict[str, str] = {}
    for row in file.rows:
        try:
            command = schema.load(record_of(row.values, home_party) if file.is_table else row.values)
        except ValidationError as error:
            problems.extend(Problem(row.place, name, message) for name, message in flatten(error.messages, str))
            if len(problems) > MAX_PROBLEMS:
                problems.append(Problem(row.place, "", Message(N_("There are more mistakes; mend these first."))))
                return commands
            continue
        for name in (command.record.reference, command.record.registry_number):
            if name is not None and name in seen:
                message = Message(
                    N_("“%(name)s” stands in this file twice, first in %(place)s."), name=name, place=seen[name]
                )
                problems.append(Problem(row.place, "reference", message))
            elif name is not None:
                seen[name] = row.place
        commands.append((row.place, command))
    return commands


def _columns_fit(file: ImportFile, problems: list[Problem]) -> bool:
    """Check the header of a table: no column that we do not know, none missing that every record needs."""
    columns = {name for row in file.rows for name in row.values}
    for name in sorted(columns - set(COLUMNS) - set(COMPUTED)):
        message = Message(N_("This column is not known. Columns are: %(columns)s."), columns=", ".join(COLUMNS))
        problems.append(Problem("header", name, message))
    problems.extend(
        Problem("header", name, Message(N_("This column is missing, or empty in every row.")))
        for name in REQUIRED
        if name not in columns
    )
    return not problems


def _enter(
    uow: UnitOfWork,
    file: ImportFile,
    commands: Sequence[tuple[str, RegisterAgreement]],
    home_party: str,
    report: ImportReport,
    progress: Progress | None,
) -> None:
    """Write everything; each agreement in a savepoint of its own, so that the mistakes of all are found."""
    if _vocabularies(uow, file, report.problems):
        # Names changed that agreements are found by, and nobody keeps a list of who uses them.
        note_changes(uow.session, uow.session.scalars(select(Agreement.id)))
    written: list[tuple[str, Agreement, RegisterAgreement]] = []
    for done, (place, command) in enumerate(commands, start=1):
        try:
            with uow.session.begin_nested():
                agreement, registered = register_agreement(uow, command, home_party, may_revise=not file.is_table)
        except RegistryError as error:
            report.problems.append(Problem(place, "", Message(error.template, **error.params)))
            continue
        report.registered.append(registered)
        if registered.outcome != Outcome.UNCHANGED:
            written.append((place, agreement, command))
        if progress:
            progress(done, len(commands))
    for place, agreement, command in written:
        report.problems += _completed(uow, place, agreement, command)
    for _, agreement, _ in written:
        # A record that fewer may see from now on takes its documents along.
        follow_access(uow, agreement)
    if not report.problems:
        recompute_status(uow.session, [agreement.id for _, agreement, _ in written])


def _completed(uow: UnitOfWork, place: str, agreement: Agreement, command: RegisterAgreement) -> list[Problem]:
    """Complete what was registered; return what is wrong with it."""
    try:
        with uow.session.begin_nested():
            complete(uow, agreement, command)
    except InvalidInputError as error:
        return [Problem(place, name, message) for name, message in flatten(error.errors, str)]
    except RuleViolationError as error:
        return [Problem(place, "", Message(error.template, **error.params))]
    return []


def _vocabularies(uow: UnitOfWork, file: ImportFile, problems: list[Problem]) -> int:
    """Enter parties, bodies and subjects of the file; return how many changed."""
    parties = _items("parties", file.parties, PartySchema(), problems)
    bodies = _items("bodies", file.bodies, BodySchema(), problems)
    subjects = _items("subjects", file.subjects, SubjectSchema(), problems)
    if problems:
        return 0
    try:
        with uow.session.begin_nested():
            changed = sum(enter_party(uow, command) for command in parties)
            return changed + enter_bodies(uow, bodies) + enter_subjects(uow, subjects)
    except RuleViolationError as error:
        problems.append(Problem("bodies, subjects", "", Message(error.template, **error.params)))
        return 0


def _items(name: str, items: Sequence[dict[str, Any]], schema: BaseSchema, problems: list[Problem]) -> list[Any]:
    commands = []
    for place, item in enumerate(items, start=1):
        try:
            commands.append(schema.load(item))
        except ValidationError as error:
            problems.extend(
                Problem(f"{name}[{place}]", path, message) for path, message in flatten(error.messages, str)
            )
    return commands
