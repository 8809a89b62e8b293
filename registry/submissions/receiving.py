"""Files of drafts: received and kept by their hash as all documents are, and not yet part of any agreement."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.audit.vocabulary import Act
from registry.core.errors import NotFoundError, RuleViolationError
from registry.core.i18n import N_
from registry.documents.receiving import hold_file, inspected
from registry.submissions.models import Round, SubmissionFile
from registry.submissions.queries import seen_submission
from registry.submissions.records import changed, files_of, held_for, is_public_id, note_act
from registry.submissions.rules import check
from registry.submissions.vocabulary import Deed

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from registry.core.uow import Database, UnitOfWork
    from registry.documents.scanning import Scanner
    from registry.documents.storage.interface import Storage
    from registry.documents.storage.spool import Incoming
    from registry.submissions.rules import Person
    from registry.submissions.schemas import DescribeFile

#: No submission needs more files; each of them can have as many pages as it takes.
MOST_FILES = 30

_PUBLIC_ID_BYTES = 16


def add_file(
    database: Database,
    storage: Storage,
    scanner: Scanner | None,
    person: Person,
    public_id: str,
    incoming: Incoming,
    file_name: str | None,
    command: DescribeFile,
) -> str:
    """Add a file that came in whole to a draft; return its public id. The same form key again adds nothing.

    The bytes are kept before the row is written, so that no row ever names bytes that are not there. A draft's version
    is counted up. Raises what `rules.check` raises, before anything is kept; `RuleViolationError` for too many files;
    and what `documents.receiving.inspected` and `hold_file` raise.
    """
    with database.read() as session:
        seen = seen_submission(session, person, public_id)
        check(person, Deed.EDIT, seen.standing)
        if (there := _added(session, seen.submission.id, command.form_key)) is not None:
            return there.public_id
    file = inspected(scanner, incoming, file_name)
    storage.keep(incoming)
    with database.write(person.login) as uow:
        submission, _ = held_for(uow, person, Deed.EDIT, public_id)
        if (there := _added(uow.session, submission.id, command.form_key)) is not None:
            return there.public_id
        present = files_of(uow.session, submission)
        if len(present) >= MOST_FILES:
            raise RuleViolationError(N_("A submission has at most %(most)s files."), most=MOST_FILES)
        held = hold_file(uow, storage, file)
        added = SubmissionFile(
            submission_id=submission.id,
            public_id=secrets.token_urlsafe(_PUBLIC_ID_BYTES),
            held_file_id=held.id,
            language=command.language,
            role=command.role,
            access=command.access,
            title=command.title,
            source=command.source,
            form_key=command.form_key,
        )
        uow.session.add(added)
        changed(uow, person, submission)
        note_act(uow, Act.SUBMISSION_FILE_ADDED, submission, {"sha256": file.sha256, "size": file.size})
        return added.public_id


def remove_file(uow: UnitOfWork, person: Person, public_id: str, file_id: str) -> None:
    """Take a file out of a draft. One that was handed in once stays with its receipt; of others nothing remains.

    Taking out what is out already changes nothing. Raises `NotFoundError` for a file that never was, and what
    `rules.check` raises.
    """
    session = uow.session
    submission, _ = held_for(uow, person, Deed.EDIT, public_id)
    named = select(SubmissionFile).where(
        SubmissionFile.submission_id == submission.id, SubmissionFile.public_id == file_id
    )
    file = session.scalar(named) if is_public_id(file_id) else None
    if file is None:
        raise NotFoundError(N_("There is no such file in this submission."))
    if file.removed_at is not None:
        return
    held = file.held
    receipts = session.scalars(select(Round.documents).where(Round.submission_id == submission.id))
    if any(document["id"] == file.public_id for documents in receipts for document in documents):
        file.removed_at = uow.clock.now()
    else:
        session.delete(file)
        session.flush()
        session.delete(held)
    changed(uow, person, submission)
    note_act(uow, Act.SUBMISSION_FILE_REMOVED, submission, {"sha256": held.sha256})


def _added(session: Session, submission_id: int, form_key: str) -> SubmissionFile | None:
    return session.scalar(
        select(SubmissionFile).where(SubmissionFile.submission_id == submission_id, SubmissionFile.form_key == form_key)
    )
