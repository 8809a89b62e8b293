"""Makes a submission part of the registry, by the services that everybody uses; and shows beforehand what would change.

Both do the same: what is shown is done in the same way and then undone, so that nothing else can happen later.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.agreements.models import Agreement
from registry.agreements.services import find_agreement_id, revise_record
from registry.core.errors import InvalidInputError, RegistryError, RuleViolationError
from registry.core.i18n import N_
from registry.documents.schemas import AttachDocument
from registry.documents.services import ReceivedFile, attach_document, follow_access
from registry.documents.storage.interface import missing
from registry.lifecycle.schemas import AgreementSchema
from registry.lifecycle.services import complete, ready_to_revise, recompute_status, register_agreement
from registry.outbox.services import hold_changes
from registry.revisions.differences import Difference, differences
from registry.revisions.models import Revision
from registry.revisions.snapshot import snapshots
from registry.submissions.content import content_of, contested_fields, proposed_content
from registry.submissions.records import files_of, held_for, present_content
from registry.submissions.vocabulary import Deed, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.config import Settings
    from registry.core.uow import Database, UnitOfWork
    from registry.documents.storage.interface import Storage
    from registry.lifecycle.schemas import RegisterAgreement
    from registry.submissions.models import Submission
    from registry.submissions.rules import Person

#: What the registry itself gives is no part of what somebody proposes.
_GIVEN_BY_REGISTRY = ("registry_number", "registered_at")


@dataclass(frozen=True)
class Proposal:
    """What registering a submission would change, as it stands now.

    `changes` compares the present record with the proposed one; of a new agreement everything is new. `revision` is the
    one compared with, which the decision has to name. `since` is what others have changed after the author began,
    `contested` the fields that both changed. `obstacle` is why it cannot be registered, if so. `before` and `after` are
    the snapshots that were compared; `before` is empty for a new agreement, `after` where there is an obstacle.
    """

    registry_number: str | None
    revision: int | None
    changes: list[Difference] = field(default_factory=list)
    since: list[Difference] = field(default_factory=list)
    contested: list[str] = field(default_factory=list)
    obstacle: RegistryError | None = None
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


def apply_submission(uow: UnitOfWork, submission: Submission, settings: Settings, storage: Storage) -> Agreement:
    """Enter what was submitted into the registry; return the agreement, flushed.

    Raises `InvalidInputError` when the content has lost its shape (the record changed meanwhile), and what the services
    refuse: `RuleViolationError`, `MissingBytesError`.
    """
    hold_changes(uow.session)
    if submission.kind == Kind.NEW_AGREEMENT:
        agreement = _enter(uow, submission, settings)
    else:
        agreement = uow.session.scalars(
            select(Agreement).where(Agreement.id == submission.agreement_id).options(*ready_to_revise())
        ).one()
        if submission.kind != Kind.DOCUMENT:
            _revise(uow, agreement, submission)
    for file in files_of(uow.session, submission):
        held = file.held
        if storage.size(held.sha256) is None:
            raise missing(held.sha256)
        command = AttachDocument(
            language=file.language, role=file.role, access=file.access, title=file.title, source=file.source
        )
        received = ReceivedFile(held.file_name, held.media_type, held.sha256, held.size)
        attach_document(uow, agreement, command, received)
    return agreement


def preview(database: Database, person: Person, public_id: str, settings: Settings, storage: Storage) -> Proposal:
    """Return what registering a submission would change: it is done, compared and undone. Nothing remains.

    Its authors are shown their own changes only: what others did since, and why the registry would refuse it, may
    name agreements that they may not see. Raises `NotFoundError` for what the person may not see.
    """
    with database.write(person.login) as uow:
        submission, _ = held_for(uow, person, Deed.READ, public_id)
        try:
            return _compared(uow, person, submission, settings, storage)
        finally:
            uow.undo()


def _compared(
    uow: UnitOfWork, person: Person, submission: Submission, settings: Settings, storage: Storage
) -> Proposal:
    key, is_office = submission.agreement_id, person.may_review or person.may_read_all
    number, revision = None, None
    before: dict[str, Any] = {}
    since: list[Difference] = []
    contested: list[str] = []
    if key is not None:
        row = uow.session.execute(
            select(Agreement.registry_number, Agreement.revision).where(Agreement.id == key)
        ).one()
        number, revision = row.registry_number, row.revision
        before = snapshots(uow.session, [key])[key]
        if is_office and submission.base_revision != revision:
            since = differences(_at(uow.session, submission, before), before)
            if submission.base_content is not None:
                contested = contested_fields(submission.base_content, submission.content, content_of(before))
    uow.session.expunge_all()
    uow.session.add(submission)
    try:
        agreement = apply_submission(uow, submission, settings, storage)
        uow.session.flush()
    except RegistryError as error:
        return Proposal(number, revision, [], since, contested, error if is_office else None)
    # Another session on the same transaction: what this one loaded may lack rows that came by other statements.
    with Session(uow.session.connection(), join_transaction_mode="rollback_only") as fresh:
        after = snapshots(fresh, [agreement.id])[agreement.id]
    changes = differences(_own(before), _own(after))
    return Proposal(number, revision, changes, since, contested, None, before, after)


def _own(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in snapshot.items() if name not in _GIVEN_BY_REGISTRY}


def _at(session: Session, submission: Submission, now: dict[str, Any]) -> dict[str, Any]:
    """Return the record as it was when the author began, or the present one where no revision tells."""
    snapshot = session.scalar(
        select(Revision.snapshot)
        .where(Revision.agreement_id == submission.agreement_id, Revision.recorded_at <= submission.created_at)
        .order_by(Revision.number.desc())
        .limit(1)
    )
    return dict(orjson.loads(snapshot)) if snapshot is not None else now


def _enter(uow: UnitOfWork, submission: Submission, settings: Settings) -> Agreement:
    command = _command(submission.content)
    _check_reference(uow.session, command, None)
    agreement, _ = register_agreement(
        uow, command, settings.home_party, may_revise=False, is_another=submission.another_because is not None
    )
    complete(uow, agreement, command)
    recompute_status(uow.session, [agreement.id])
    return agreement


def _revise(uow: UnitOfWork, agreement: Agreement, submission: Submission) -> None:
    current = present_content(uow.session, agreement.id)
    content = proposed_content(submission.kind, submission.content, current, submission.base_content)
    command = _command(content)
    _check_reference(uow.session, command, agreement.id)
    revise_record(uow, agreement, command.record, command.content_hash)
    complete(uow, agreement, command)
    # A record that fewer may see from now on takes its documents along.
    follow_access(uow, agreement)
    recompute_status(uow.session, [agreement.id])


def _command(content: Mapping[str, Any]) -> RegisterAgreement:
    if "registry_number" in content:
        raise RuleViolationError(N_("The registry gives the number itself; leave it out."))
    try:
        command: RegisterAgreement = AgreementSchema().load(dict(content))
    except ValidationError as error:
        raise InvalidInputError(error.messages, N_("The record would not be valid.")) from error
    return command


def _check_reference(session: Session, command: RegisterAgreement, own_id: int | None) -> None:
    """Refuse a reference that another agreement has: the import would take it for that one."""
    reference = command.record.reference
    if reference is not None and find_agreement_id(session, reference) not in (None, own_id):
        raise RuleViolationError(N_("An agreement with this reference is registered already."))
