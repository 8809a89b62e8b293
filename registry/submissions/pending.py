"""Reads: open submissions that may be of the same new agreement, so that nobody submits or registers it twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import selectinload

from registry.submissions.duplicates import likely_same
from registry.submissions.models import Submission, SubmissionFile
from registry.submissions.schemas import Pending
from registry.submissions.vocabulary import Kind, State

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from registry.submissions.rules import Person

_OPEN = (State.DRAFT, State.SUBMITTED, State.RETURNED)

#: How many open submissions are compared at most, the latest first, and how many are named.
_MOST_COMPARED, _MOST_SHOWN = 500, 5


def pending_alike(session: Session, person: Person, submission: Submission) -> list[Pending]:
    """Return the open submissions of new agreements that look like this one, as far as the person may see them.

    A ministry knows its own, drafts too; the treaty office knows what was handed in. The likeliest is first.
    """
    if submission.kind != Kind.NEW_AGREEMENT:
        return []
    found = session.scalars(
        select(Submission)
        .where(
            Submission.kind == str(Kind.NEW_AGREEMENT),
            Submission.state.in_([str(state) for state in _OPEN]),
            Submission.id != submission.id,
            _seen_by(person),
        )
        .options(selectinload(Submission.files).joinedload(SubmissionFile.held))
        .order_by(Submission.changed_at.desc())
        .limit(_MOST_COMPARED)
    ).all()
    digests = _digests(submission)
    alike = []
    for other in found:
        score, reasons = likely_same(submission.content, digests, other.content, _digests(other))
        if reasons:
            alike.append(Pending(other.public_id, other.intake_number, _titles(other), score, reasons))
    return sorted(alike, key=lambda item: -item.score)[:_MOST_SHOWN]


def _seen_by(person: Person) -> ColumnElement[bool]:
    """Return which submissions the person may see (`rules.may_see`), as a condition."""
    if person.may_read_all:
        return Submission.id.is_not(None)
    if person.body_id is not None:
        own: ColumnElement[bool] = Submission.body_id == person.body_id
    else:
        own = and_(Submission.body_id.is_(None), Submission.created_by_id == person.user_id)
    return or_(own, Submission.intake_number.is_not(None)) if person.may_review else own


def _digests(submission: Submission) -> list[str]:
    return [file.held.sha256 for file in submission.present_files]


def _titles(submission: Submission) -> dict[str, str]:
    titles = submission.content.get("titles")
    return {
        str(item.get("language")): item["text"]
        for item in (titles if isinstance(titles, list) else ())
        if isinstance(item, dict) and isinstance(item.get("text"), str)
    }
