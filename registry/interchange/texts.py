"""Imports a folder of texts: `<reference or registry number>.<language>.txt`, all of them or none."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from marshmallow import ValidationError
from sqlalchemy import or_, select

from registry.agreements.models import Agreement
from registry.audit.services import record
from registry.audit.vocabulary import Act
from registry.core.errors import RegistryError
from registry.core.i18n import N_
from registry.core.messages import Message, flatten
from registry.documents.schemas import TEXT_LANGUAGES, AttachTextSchema
from registry.documents.services import Attached, attach_text
from registry.documents.source_line import divided_source
from registry.interchange.files import MAX_BYTES, UnreadableFileError, decode
from registry.interchange.imports import Problem
from registry.revisions.vocabulary import TEXTS_IMPORTED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from registry.core.uow import Database, UnitOfWork
    from registry.documents.schemas import AttachText
    from registry.documents.storage.interface import Storage

_NAME = re.compile(r".+\.[a-z]{2}\.txt")


@dataclass
class TextsReport:
    """What an import of texts did, or would have done, or why it did nothing."""

    outcomes: Counter[Attached] = field(default_factory=Counter)
    articles: int = 0
    problems: list[Problem] = field(default_factory=list)


def import_texts(
    database: Database,
    storage: Storage,
    folder: Path,
    *,
    role: str,
    access: str,
    actor: str,
    dry_run: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> TextsReport:
    """Import all `.txt` files of a folder in one transaction, and keep their bytes.

    Returns a report; when it holds problems, or with `dry_run`, nothing was changed. Importing a folder again
    changes nothing. Raises `RegistryError` when a file changes while it is imported, or cannot be stored.
    """
    report = TextsReport()
    paths = sorted(folder.glob("*.txt"))
    if not paths:
        report.problems.append(Problem(str(folder), "", Message(N_("There are no .txt files in this folder."))))
        return report
    seen: dict[tuple[int, str], str] = {}
    to_keep: dict[Path, str] = {}
    with database.write(actor, TEXTS_IMPORTED % {"folder": folder.name}) as uow:
        for done, path in enumerate(paths, start=1):
            command = _read(path, role, access, report.problems)
            agreement = _agreement(uow, path, command, seen, report.problems) if command else None
            if command is not None and agreement is not None:
                outcome, articles = attach_text(uow, agreement, command, kept=True)
                report.outcomes[outcome] += 1
                report.articles += articles
                if outcome in (Attached.ADDED, Attached.REPLACED, Attached.KEPT):
                    to_keep[path] = hashlib.sha256(command.data).hexdigest()
            if progress:
                progress(done, len(paths))
        if report.problems or dry_run:
            uow.undo()
        else:
            # Before the commit: a row must never name bytes that are not there.
            for path, digest in to_keep.items():
                _keep(storage, path, digest)
            counts = {str(outcome): count for outcome, count in report.outcomes.items()}
            record(uow, Act.TEXTS_IMPORTED, folder.name, detail=counts)
    return report


def _agreement(
    uow: UnitOfWork, path: Path, command: AttachText, seen: dict[tuple[int, str], str], problems: list[Problem]
) -> Agreement | None:
    """Return the agreement that the name of a file means, or None after noting what is wrong."""
    name = path.name.rsplit(".", 2)[0]
    agreement = uow.session.scalar(
        select(Agreement).where(or_(Agreement.reference == name, Agreement.registry_number == name))
    )
    if agreement is None:
        message = Message(N_("There is no agreement “%(name)s” in this registry."), name=name)
    elif (agreement.id, command.language) in seen:
        message = Message(
            N_("This is the same agreement and language as %(other)s; keep one of them."),
            other=seen[agreement.id, command.language],
        )
    else:
        seen[agreement.id, command.language] = path.name
        return agreement
    problems.append(Problem(path.name, "", message))
    return None


def _keep(storage: Storage, path: Path, digest: str) -> None:
    """Store the bytes of a file, which are still those that were read."""
    with storage.spool.receive() as incoming, path.open("rb") as file:
        shutil.copyfileobj(file, incoming)
        if incoming.digest != digest:
            raise RegistryError(
                N_("%(name)s was changed while it was imported. Nothing was attached; import again."), name=path.name
            )
        storage.keep(incoming)


def _read(path: Path, role: str, access: str, problems: list[Problem]) -> AttachText | None:
    """Read a file; return the command made from it, or None after noting what is wrong with it."""
    if not _NAME.fullmatch(path.name):
        message = Message(
            N_("Name the file <reference or registry number>.<language>.txt; languages are %(languages)s."),
            languages=", ".join(TEXT_LANGUAGES),
        )
        problems.append(Problem(path.name, "", message))
        return None
    if path.stat().st_size > MAX_BYTES:
        message = Message(N_("The file has more than %(most)s MB."), most=MAX_BYTES // (1024 * 1024))
        problems.append(Problem(path.name, "", message))
        return None
    data = path.read_bytes()
    try:
        text, _ = decode(data, path.name)
    except UnreadableFileError as error:
        problems.append(Problem(path.name, "", Message(error.template, **error.params)))
        return None
    source, text = divided_source(text)
    given = {
        "language": path.name.rsplit(".", 2)[1],
        "role": role,
        "access": access,
        "file_name": path.name,
        "text": text,
        "data": data,
        **({"source": source} if source else {}),
    }
    try:
        command: AttachText = AttachTextSchema().load(given)
    except ValidationError as error:
        problems.extend(Problem(path.name, name, message) for name, message in flatten(error.messages, str))
        return None
    return command
