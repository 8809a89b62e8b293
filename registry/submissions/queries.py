"""Reads: one submission with all that belongs to it, the lists of both sides, and what somebody has to be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select
from sqlalchemy.orm import joinedload, selectinload

from registry.accounts.models import User
from registry.accounts.policy import PERMITTED
from registry.accounts.vocabulary import Permission
from registry.agreements.models import Agreement
from registry.core.errors import NotFoundError
from registry.core.i18n import N_
from registry.submissions.models import Event, Notification, Round, Submission, SubmissionFile
from registry.submissions.records import is_public_id, standing_of
from registry.submissions.rules import may_do, may_see
from registry.submissions.vocabulary import Deed, State

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session
    from sqlalchemy.orm.interfaces import ORMOption

    from registry.core.pagination import Paging
    from registry.submissions.rules import Person, Standing


@dataclass(frozen=True)
class Seen:
    """A submission as a person may see it: with files, rounds and events, and what this person can do to it now."""

    submission: Submission
    standing: Standing
    may: frozenset[Deed]


@dataclass(frozen=True)
class Listed:
    """A part of a list, and how many there are in all."""

    items: list[Submission]
    total: int


def seen_submission(session: Session, person: Person, public_id: str) -> Seen:
    """Return a submission by the name that it has in addresses, with everything that belongs to it.

    `may` says what the person can do to it in its state; the two-person rule may still forbid to register. Raises
    `NotFoundError` for one that is not there and one that the person may not see alike.
    """
    wanted = (
        select(Submission)
        .where(Submission.public_id == public_id)
        .options(
            *_summary(),
            joinedload(Submission.changed_by),
            joinedload(Submission.decided_by),
            selectinload(Submission.files).joinedload(SubmissionFile.held),
            selectinload(Submission.rounds).joinedload(Round.submitted_by),
            selectinload(Submission.events).joinedload(Event.by),
        )
    )
    submission = session.scalar(wanted) if is_public_id(public_id) else None
    standing = standing_of(session, submission) if submission else None
    if submission is None or standing is None or not may_see(person, standing):
        raise NotFoundError(N_("There is no such submission."))
    return Seen(submission, standing, frozenset(deed for deed in Deed if may_do(person, deed, standing)))


def seen_file(session: Session, person: Person, public_id: str, file_id: str) -> SubmissionFile:
    """Return a file of a submission that the person may see. Raises `NotFoundError`."""
    seen = seen_submission(session, person, public_id)
    for file in seen.submission.files:
        # One that was taken out before it was ever handed in is gone; another one belongs to a receipt.
        if file.public_id == file_id:
            return file
    raise NotFoundError(N_("There is no such file in this submission."))


def receipt(session: Session, person: Person, public_id: str, number: int) -> Round:
    """Return the receipt of one round. Raises `NotFoundError`."""
    for found in seen_submission(session, person, public_id).submission.rounds:
        if found.number == number:
            return found
    raise NotFoundError(N_("There is no such receipt."))


def own_submissions(session: Session, person: Person, paging: Paging, states: Collection[str] = tuple(State)) -> Listed:
    """Return what the person's body submits (of the treaty office: what they enter themselves), latest first."""
    if not person.may_submit:
        return Listed([], 0)
    if person.body_id is not None:
        own = Submission.body_id == person.body_id
    else:
        own = and_(Submission.body_id.is_(None), Submission.created_by_id == person.user_id)
    return _listed(session, [own, Submission.state.in_(states)], paging, Submission.changed_at.desc())


def inbox(
    session: Session,
    person: Person,
    paging: Paging,
    states: Collection[str] = (State.SUBMITTED,),
    *,
    assigned_to_me: bool = False,
) -> Listed:
    """Return what was handed in and is in these states, due first first; for the office and for auditors."""
    if not (person.may_review or person.may_read_all):
        return Listed([], 0)
    which: list[ColumnElement[bool]] = [Submission.state.in_(states)]
    if not person.may_read_all:
        which.append(Submission.intake_number.is_not(None))
    if assigned_to_me:
        which.append(Submission.assigned_to_id == person.user_id)
    return _listed(session, which, paging, Submission.due_on.is_(None), Submission.due_on, Submission.submitted_at)


def officers(session: Session) -> list[User]:
    """Return the users to whom a submission can be assigned."""
    roles = [str(role) for role, allowed in PERMITTED.items() if Permission.REVIEW_SUBMISSIONS in allowed]
    return list(session.scalars(select(User).where(User.role.in_(roles), User.is_active).order_by(User.name)))


def notifications(session: Session, user_id: int, *, unread_only: bool = True, most: int = 50) -> list[Notification]:
    """Return what a user is told about submissions, the latest first."""
    statement = select(Notification).where(Notification.user_id == user_id)
    if unread_only:
        statement = statement.where(Notification.read_at.is_(None))
    statement = statement.options(joinedload(Notification.submission))
    return list(session.scalars(statement.order_by(Notification.id.desc()).limit(most)))


def age_in_days(submission: Submission, now: datetime) -> int | None:
    """Return how many whole days ago a submission was handed in, or None when it was not."""
    return (now - submission.submitted_at).days if submission.submitted_at else None


def is_overdue(submission: Submission, today: date) -> bool:
    """Return whether the treaty office should have decided by now."""
    return submission.state == State.SUBMITTED and submission.due_on is not None and submission.due_on < today


def _listed(session: Session, which: list[ColumnElement[bool]], paging: Paging, *order: object) -> Listed:
    total = session.scalar(select(func.count(Submission.id)).where(*which)) or 0
    statement = select(Submission).where(*which).options(*_summary()).order_by(*order, Submission.id.desc())  # type: ignore[arg-type]
    return Listed(list(session.scalars(statement.limit(paging.per_page).offset(paging.offset))), total)


def _summary() -> list[ORMOption]:
    return [
        joinedload(Submission.body),
        joinedload(Submission.agreement).selectinload(Agreement.titles),
        joinedload(Submission.created_by),
        joinedload(Submission.submitted_by),
        joinedload(Submission.assigned_to),
    ]
