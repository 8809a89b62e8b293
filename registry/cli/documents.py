"""`registry documents add|attach|extract|list|verify|withdraw`."""

from __future__ import annotations

import shutil
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
from marshmallow import ValidationError
from sqlalchemy import select

from registry.agreements.models import Agreement
from registry.agreements.services import find_agreement_id
from registry.cli.opening import opened
from registry.cli.progress import progress_bar
from registry.core.access import Access
from registry.core.errors import InvalidInputError, NotFoundError, RegistryError
from registry.core.i18n import N_
from registry.core.leases import State
from registry.core.messages import flatten
from registry.documents.models import Document, Extraction
from registry.documents.reading import read_file, read_next
from registry.documents.receiving import receive_document
from registry.documents.schemas import TEXT_LANGUAGES, AttachDocumentSchema, WithdrawDocumentSchema
from registry.documents.services import withdraw_document
from registry.documents.verifying import GRACE, mend_storage, verify_storage
from registry.documents.vocabulary import Role
from registry.documents.work import queue_extraction
from registry.interchange.manifests import attach_rows, check_manifest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.interchange.imports import Problem
    from registry.runtime import Registry

_ACTOR = "command line"
_SHOWN = 200


@click.group()
def documents() -> None:
    """Look after the files of agreements: attach them, read their text, prove that they are whole."""


@documents.command()
@click.argument("number")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--language", type=click.Choice(TEXT_LANGUAGES), required=True)
@click.option("--role", type=click.Choice([str(role) for role in Role]), required=True)
@click.option(
    "--access",
    type=click.Choice([str(access) for access in Access]),
    help="Who may see it; when not given, whoever may see the document before, or else everybody.",
)
@click.option("--title", help="The title of the document, if it has one of its own.")
@click.option("--source", help="Where it comes from.")
@click.option("--replaces", type=int, help="The id of the document whose place it takes; only annexes need it.")
def add(number: str, file: Path, **said: object) -> None:
    """Attach FILE to the agreement NUMBER (registry number or reference), and read its text."""
    with opened() as registry:
        try:
            command = AttachDocumentSchema().load({name: value for name, value in said.items() if value is not None})
            with registry.database.read() as session:
                agreement_id = find_agreement_id(session, number)
            if agreement_id is None:
                raise NotFoundError(N_("There is no agreement %(number)s in this registry."), number=number)
            with registry.storage.spool.receive(registry.settings.most_bytes) as incoming:
                with file.open("rb") as source:
                    shutil.copyfileobj(source, incoming)
                received = receive_document(
                    registry.database,
                    registry.storage,
                    registry.scanner,
                    agreement_id,
                    incoming,
                    file.name,
                    command,
                    actor=_ACTOR,
                )
        except (ValidationError, InvalidInputError) as error:
            tree = error.errors if isinstance(error, InvalidInputError) else error.messages
            raise RegistryError("\n".join(f"{name}: {text}" for name, text in flatten(tree, str))) from error
        click.secho(f"document {received.document_id}: {received.outcome}", fg="green")
        failed = _read(registry, [received.document_id])
    sys.exit(1 if failed else 0)


@documents.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("manifest", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only check the manifest and the files.")
@click.option("--no-extract", is_flag=True, help="Leave the reading of the texts to the server.")
def attach(folder: Path, manifest: Path, *, dry_run: bool, no_extract: bool) -> None:
    """Attach the files of FOLDER that the table MANIFEST names (CSV).

    Columns: file, registry_number, language, role, and if wanted access, source, title. The whole manifest is checked
    before anything is written. Can be repeated.
    """
    with opened() as registry:
        most = registry.settings.most_bytes
        rows, problems = check_manifest(registry.database, folder, manifest, most)
        if problems:
            _show(problems)
            click.secho(f"{len(problems)} mistakes; nothing was attached", fg="red", err=True)
            sys.exit(1)
        if dry_run:
            click.secho(f"{len(rows)} files could be attached", fg="green")
            return
        with progress_bar("attaching") as progress:
            report = attach_rows(
                registry.database, registry.storage, registry.scanner, rows, most, actor=_ACTOR, progress=progress
            )
        _show(report.problems)
        done = ", ".join(f"{count} {outcome}" for outcome, count in sorted(report.outcomes.items())) or "nothing"
        click.secho(f"{done}; {len(report.problems)} refused", fg="red" if report.problems else "green")
        failed = 0 if no_extract else _read(registry, report.document_ids)
    sys.exit(1 if report.problems or failed else 0)


@documents.command()
@click.argument("ids", nargs=-1, type=int)
@click.option("--all", "everything", is_flag=True, help="Read every file again that was read before.")
@click.option("--failed", is_flag=True, help="Read those again that could not be read.")
@click.option("--divide-anew", is_flag=True, help="Also find articles anew whose borders a person corrected.")
def extract(ids: tuple[int, ...], *, everything: bool, failed: bool, divide_anew: bool) -> None:
    """Read the texts of documents: those with the IDS, or without any those that wait. Exit code 1 when one fails."""
    with opened() as registry:
        statement = select(Document).outerjoin(Extraction).where(Document.kept)
        if ids:
            statement = statement.where(Document.id.in_(ids))
        elif failed:
            statement = statement.where(Extraction.state == State.FAILED)
        elif everything:
            # Texts of `import-texts` were read when they were imported.
            statement = statement.where(Extraction.document_id.is_not(None))
        else:
            statement = statement.where(Extraction.state.in_((State.QUEUED, State.RUNNING)))
        with registry.database.write(_ACTOR) as uow:
            chosen = uow.session.scalars(statement.order_by(Document.id)).all()
            unknown = sorted(set(ids) - {document.id for document in chosen})
            if unknown:
                raise NotFoundError(
                    N_("There is no document %(number)s whose bytes are kept in this registry."), number=unknown[0]
                )
            if ids or failed or everything:
                for document in chosen:
                    queue_extraction(uow, document, divide_anew=divide_anew)
            keys = [document.id for document in chosen]
        count = _read(registry, keys)
    sys.exit(1 if count else 0)


@documents.command("list")
@click.argument("number", required=False)
def list_(number: str | None) -> None:
    """List documents: those of the agreement NUMBER, or all. Columns are divided by tabs."""
    with opened() as registry:
        statement = select(Document, Agreement.registry_number).join(Agreement)
        with registry.database.read() as session:
            if number is not None:
                agreement_id = find_agreement_id(session, number)
                if agreement_id is None:
                    raise NotFoundError(N_("There is no agreement %(number)s in this registry."), number=number)
                statement = statement.where(Document.agreement_id == agreement_id)
            click.echo("id\tagreement\tlanguage\trole\tversion\taccess\tbytes\ttext\tsha256\tfile")
            for document, registry_number in session.execute(
                statement.order_by(Agreement.registry_number, Document.id)
            ):
                left = " withdrawn" if document.is_withdrawn else " superseded" if document.superseded_at else ""
                version = f"{document.version}{left}"
                size = str(document.size) if document.kept else "not kept"
                state = document.extraction.state if document.extraction else State.DONE
                text = document.method if document.has_text and state == State.DONE else state
                columns = (
                    document.id,
                    registry_number,
                    document.language,
                    document.role,
                    version,
                    document.access,
                    size,
                    text,
                    document.sha256,
                    document.file_name,
                )
                click.echo("\t".join(str(column) for column in columns))


@documents.command()
@click.argument("key", type=int, metavar="ID")
@click.option("--reason", required=True, help="Why it should not be here; officers see it.")
def withdraw(key: int, reason: str) -> None:
    """Withdraw the document ID: nobody finds, reads or downloads it any more; an earlier version comes back."""
    with opened() as registry:
        try:
            command = WithdrawDocumentSchema().load({"reason": reason})
        except ValidationError as error:
            raise RegistryError("\n".join(f"{name}: {text}" for name, text in flatten(error.messages, str))) from error
        with registry.database.write(_ACTOR) as uow:
            document = uow.session.get(Document, key)
            if document is None:
                raise NotFoundError(N_("There is no document %(number)s in this registry."), number=key)
            agreement = uow.session.get_one(Agreement, document.agreement_id)
            returned = withdraw_document(uow, agreement, document, command)
            click.secho(f"document {key} is withdrawn", fg="green")
            if returned is not None:
                click.echo(f"document {returned.id} is the present version again")
        registry.index.ensure()


@documents.command()
@click.option("--mend", is_flag=True, help="Delete left-over temporary files; move orphans to the quarantine.")
@click.option(
    "--grace",
    type=click.IntRange(0),
    default=int(GRACE.total_seconds() // 60),
    show_default=True,
    help="Minutes for which bytes without a document are left alone: one may just be being attached.",
)
def verify(*, mend: bool, grace: int) -> None:
    """Hash all kept bytes and compare them with the documents.

    Exit code 1 when something is missing, damaged, orphaned or left over and was not mended.
    """
    with opened() as registry:
        with progress_bar("hashing") as progress:
            report = verify_storage(
                registry.database, registry.storage, registry.clock.now(), timedelta(minutes=grace), progress
            )
        for name, found in (
            ("missing", report.missing),
            ("damaged", report.damaged),
            ("orphaned", [file.key for file in report.orphans]),
            ("left over", report.left_over),
            ("young, without a document", [file.key for file in report.young]),
        ):
            for item in found:
                click.echo(f"{name}: {item}")
        well = report.is_well
        if mend and not well:
            mended = mend_storage(registry.database, registry.storage, report, _ACTOR)
            well = not (report.missing or report.damaged)
            click.echo(f"mended: {mended}")
        if well:
            click.secho(f"{report.compared} files are what their names say", fg="green")
        elif report.missing or report.damaged:
            click.secho("bring what is missing or damaged back from a backup, or attach it again", fg="red", err=True)
        else:
            click.secho("run with --mend", fg="red", err=True)
    sys.exit(0 if well else 1)


def _read(registry: Registry, ids: Sequence[int]) -> int:
    """Read the documents that wait, of those with these ids; say what failed, and return how many did."""
    done = 0
    while True:
        with progress_bar(f"reading {done + 1} of {len(ids)}") as progress:
            if read_next(registry.database, registry.storage, read_file, ids, progress) is None:
                break
        done += 1
    if done:
        with progress_bar("indexing") as progress:
            registry.index.ensure(progress)
    statement = select(Document).join(Extraction).where(Document.id.in_(ids)).order_by(Document.id)
    failed = 0
    with registry.database.read() as session:
        for document in session.scalars(statement):
            work = document.extraction
            if work is not None and work.state == State.FAILED and work.message:
                failed += 1
                click.echo(f"  {document.id} {document.file_name}: {work.message % (work.params or {})}", err=True)
            elif work is not None and work.state == State.RUNNING:
                click.echo(f"  {document.id} {document.file_name}: a server reads it", err=True)
    click.secho(f"{done} read, {failed} failed", fg="red" if failed else "green")
    return failed


def _show(problems: Sequence[Problem]) -> None:
    for problem in problems[:_SHOWN]:
        place = ": ".join(part for part in (problem.place, problem.name) if part)
        click.echo(f"  {place}: {problem.message}", err=True)
    if len(problems) > _SHOWN:
        click.echo(f"  … and {len(problems) - _SHOWN} more", err=True)
