"""Loads submissions for those who write: locked, with what decides who may do what, and the record they concern."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from registry.accounts.models import User
from registry.agreements.models import Agreement
from registry.audit.services import record
from registry.core.errors import NotFoundError
from registry.core.i18n import N_
from registry.revisions.snapshot import snapshots
from registry.submissions.content import content_of
from registry.submissions.models import Event, Round, Submission, SubmissionFile
from registry.submissions.problems import known_agreements
from registry.submissions.rules import Standing, check
from registry.submissions.vocabulary import State

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy.orm import Session

    from registry.audit.vocabulary import Act
    from registry.core.uow import UnitOfWork
    from registry.submissions.rules import Person
    from registry.submissions.schemas import Remark
    from registry.submissions.vocabulary import Deed


#: What a name in an address can be; a database must not be asked for anything else.
_PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


def is_public_id(text: str) -> bool:
    """Return whether a text can be the name of a submission or file in addresses."""
    return _PUBLIC_ID.fullmatch(text) is not None


def standing_of(session: Session, submission: Submission) -> Standing:
    """Return what decides who may do what to a submission."""
    submitted_by = session.scalars(select(Round.submitted_by_id).where(Round.submission_id == submission.id))
    return Standing(
        State(submission.state),
        submission.intake_number is not None,
        submission.body_id,
        submission.created_by_id,
        frozenset(submitted_by),
    )


def held_for(
    uow: UnitOfWork, person: Person, deed: Deed, public_id: str, *, two_persons: bool = True
) -> tuple[Submission, State]:
    """Return a submission, locked until the transaction ends, and the state that follows when the person does this.

    Raises `NotFoundError`, `AccessDeniedError` and `RuleViolationError` as `rules.check` does.
    """
    wanted = select(Submission).where(Submission.public_id == public_id).with_for_update()
    submission = (
        uow.session.scalar(wanted.execution_options(populate_existing=True)) if is_public_id(public_id) else None
    )
    if submission is None:
        raise NotFoundError(N_("There is no such submission."))
    state = check(person, deed, standing_of(uow.session, submission), two_persons=two_persons)
    return submission, state


def changed(uow: UnitOfWork, person: Person, submission: Submission) -> None:
    """Note who changed a submission when, and count its version up."""
    submission.version += 1
    submission.changed_by_id, submission.changed_at = person.user_id, uow.clock.now()
    uow.session.flush()


def note_event(
    uow: UnitOfWork,
    person: Person,
    submission: Submission,
    deed: Deed,
    *,
    text: str | None = None,
    remarks: Iterable[Remark] = (),
    form_key: str | None = None,
) -> Event:
    """Add a deed to the history of a submission."""
    event = Event(
        submission_id=submission.id,
        at=uow.clock.now(),
        by_id=person.user_id,
        deed=str(deed),
        state=submission.state,
        form_key=form_key,
        text=text,
        remarks=[{"field": remark.field, "text": remark.text} for remark in remarks],
    )
    uow.session.add(event)
    uow.session.flush()
    return event


def note_act(uow: UnitOfWork, act: Act, submission: Submission, detail: Mapping[str, Any] | None = None) -> None:
    """Note an act in the audit log: which submission it was, never what people wrote."""
    number = {"intake_number": submission.intake_number} if submission.intake_number else {}
    record(uow, act, f"submission {submission.public_id}", detail={**number, **(detail or {})})


def visible_agreement(session: Session, person: Person, name: str) -> Agreement:
    """Return the agreement with this number or reference. Raises `NotFoundError` for what the person may not see."""
    agreement = session.scalar(
        select(Agreement).where(
            (Agreement.registry_number == name) | (Agreement.reference == name), Agreement.access.in_(person.sees)
        )
    )
    if agreement is None:
        raise NotFoundError(N_("There is no agreement %(number)s in this registry."), number=name[:40])
    return agreement


def present_content(session: Session, agreement_id: int, sees: Collection[str] | None = None) -> dict[str, Any]:
    """Return the present record of an agreement as content, as far as one may see who sees so much (None: all).

    The session must find everything, since a record is read whole before something is left out of it.
    """
    content = content_of(snapshots(session, [agreement_id])[agreement_id])
    if sees is None:
        return content
    names = {item["to"] for item in content.get("relations", ())}
    names |= {item["by_agreement"] for item in content.get("actions", ()) if "by_agreement" in item}
    hidden = names - known_agreements(session, names, sees)
    if not hidden:
        return content
    content["relations"] = [item for item in content.get("relations", ()) if item["to"] not in hidden]
    content["actions"] = [
        {name: value for name, value in item.items() if name != "by_agreement" or value not in hidden}
        for item in content.get("actions", ())
    ]
    return {name: value for name, value in content.items() if value != []}


def files_of(session: Session, submission: Submission) -> list[SubmissionFile]:
    """Return the present files of a submission in the order in which they came."""
    return list(
        session.scalars(
            select(SubmissionFile)
            .where(SubmissionFile.submission_id == submission.id, SubmissionFile.removed_at.is_(None))
            .order_by(SubmissionFile.id)
        )
    )


def name_of(session: Session, user_id: int) -> str:
    """Return the name of a user, as pages show it."""
    return session.scalar(select(User.name).where(User.id == user_id)) or ""
