"""Writes of the treaty office: assign, return, register and reject what was handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.accounts.models import User
from registry.accounts.policy import may
from registry.accounts.vocabulary import Permission
from registry.agreements.models import Agreement
from registry.audit.vocabulary import Act
from registry.core.errors import InvalidInputError, NotFoundError, StaleVersionError
from registry.core.i18n import N_
from registry.core.messages import Message
from registry.core.uow import changes_in
from registry.outbox.services import hold_changes
from registry.revisions.vocabulary import SUBMISSION_REGISTERED
from registry.submissions.applying import apply_submission
from registry.submissions.notices import tell, tell_authors
from registry.submissions.records import changed, held_for, note_act, note_event
from registry.submissions.services import check_version
from registry.submissions.vocabulary import Deed, Kind, Notice

if TYPE_CHECKING:
    from registry.config import Settings
    from registry.core.uow import UnitOfWork
    from registry.documents.storage.interface import Storage
    from registry.submissions.models import Submission
    from registry.submissions.rules import Person
    from registry.submissions.schemas import Assign, Decide
    from registry.submissions.vocabulary import State


def assign(uow: UnitOfWork, person: Person, public_id: str, command: Assign) -> Submission:
    """Give a submission to an officer, or to nobody; who has it already keeps it.

    Raises `NotFoundError` when no user with that login may review, `DraftConflictError` when somebody changed the
    submission after `command.version`, and what `rules.check` raises.
    """
    submission, _ = held_for(uow, person, Deed.ASSIGN, public_id)
    officer = None
    if command.login is not None:
        officer = uow.session.scalar(select(User).where(User.login == command.login, User.is_active))
        if officer is None or not may(officer.role, Permission.REVIEW_SUBMISSIONS):
            raise NotFoundError(N_("No officer of the treaty office has the login “%(login)s”."), login=command.login)
    chosen = officer.id if officer else None
    if submission.assigned_to_id == chosen:
        return submission
    check_version(uow.session, submission, command.version, submission.content)
    submission.assigned_to_id = chosen
    changed(uow, person, submission)
    note_event(uow, person, submission, Deed.ASSIGN, text=officer.name if officer else None)
    tell(uow, person, submission, Notice.ASSIGNED, [chosen])
    note_act(uow, Act.SUBMISSION_ASSIGNED, submission, {"to": officer.login if officer else None})
    return submission


def return_for_correction(
    uow: UnitOfWork, person: Person, public_id: str, command: Decide, settings: Settings
) -> Submission:
    """Return a submission with remarks on its fields; its authors can change it again and hand it in anew.

    Raises `InvalidInputError` without any remark or text, `DraftConflictError` when somebody changed the submission
    after `command.version`, and what `rules.check` raises.
    """
    submission, state = held_for(uow, person, Deed.RETURN, public_id)
    if not command.text and not command.remarks:
        raise _reason_needed()
    _decided(uow, person, submission, command, Deed.RETURN, state)
    tell_authors(uow, person, submission, Notice.RETURNED, settings.public_url)
    note_act(uow, Act.SUBMISSION_RETURNED, submission, {"remarks": len(command.remarks)})
    return submission


def reject(uow: UnitOfWork, person: Person, public_id: str, command: Decide, settings: Settings) -> Submission:
    """Reject a submission for a reason. It stays for the record, with its files.

    Raises `InvalidInputError` without a reason, `DraftConflictError` when somebody changed the submission after
    `command.version`, and what `rules.check` raises.
    """
    submission, state = held_for(uow, person, Deed.REJECT, public_id)
    if not command.text:
        raise _reason_needed()
    _decided(uow, person, submission, command, Deed.REJECT, state)
    tell_authors(uow, person, submission, Notice.REJECTED, settings.public_url)
    note_act(uow, Act.SUBMISSION_REJECTED, submission)
    return submission


def register(
    uow: UnitOfWork, person: Person, public_id: str, command: Decide, settings: Settings, storage: Storage
) -> Agreement:
    """Make what was submitted part of the registry, in this one transaction, and tell its authors.

    The agreement, act, correction or document is entered by the services that everybody uses, so that revision, audit
    entry and index follow. Raises `StaleVersionError` when the agreement is at another revision than the one with which
    the officer compared (`command.seen_revision`), `DraftConflictError` when somebody changed the submission after
    `command.version`, what `rules.check` raises (the two-person rule among it), and what the services refuse.
    """
    submission, state = held_for(uow, person, Deed.REGISTER, public_id, two_persons=settings.two_person_rule)
    check_version(uow.session, submission, command.version, submission.content)
    if submission.kind != Kind.NEW_AGREEMENT:
        _check_compared(uow, submission, command.seen_revision)
    agreement = apply_submission(uow, submission, settings, storage)
    submission.agreement_id = agreement.id
    changes_in(uow.session).reason = SUBMISSION_REGISTERED % {"number": submission.intake_number}
    _decided(uow, person, submission, command, Deed.REGISTER, state)
    tell_authors(uow, person, submission, Notice.REGISTERED, settings.public_url)
    note_act(uow, Act.SUBMISSION_REGISTERED, submission, {"registry_number": agreement.registry_number})
    return agreement


def _decided(
    uow: UnitOfWork, person: Person, submission: Submission, command: Decide, deed: Deed, state: State
) -> None:
    """Write a decision down. Of two officers who decide side by side, the second is told that the first was there."""
    check_version(uow.session, submission, command.version, submission.content)
    submission.state, submission.due_on = state, None
    submission.decided_at, submission.decided_by_id = uow.clock.now(), person.user_id
    changed(uow, person, submission)
    note_event(uow, person, submission, deed, text=command.text, remarks=command.remarks)


def _check_compared(uow: UnitOfWork, submission: Submission, seen_revision: int | None) -> None:
    """Refuse to decide on a comparison that somebody has overtaken."""
    hold_changes(uow.session)
    revision = uow.session.scalar(select(Agreement.revision).where(Agreement.id == submission.agreement_id))
    if revision != seen_revision:
        raise StaleVersionError(
            N_("The agreement is at revision %(revision)s now. Compare again before you decide."), revision=revision
        )


def _reason_needed() -> InvalidInputError:
    return InvalidInputError(
        {"text": [Message(N_("Say why: its authors have to know what to do."))]}, N_("A reason is missing.")
    )
