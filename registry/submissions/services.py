"""Writes of those who submit: begin a draft, keep what was typed, hand it in, remark, withdraw."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from registry.audit.vocabulary import Act
from registry.core.canonical import canonical, sha256_of
from registry.core.errors import AccessDeniedError, InvalidInputError
from registry.core.i18n import N_
from registry.core.messages import Message
from registry.submissions.content import with_step
from registry.submissions.duplicates import likely_duplicates
from registry.submissions.errors import DraftConflictError, Stored
from registry.submissions.models import Event, IntakeSeries, Round, Submission
from registry.submissions.notices import authors_of, tell
from registry.submissions.problems import problems_of
from registry.submissions.records import (
    changed,
    files_of,
    held_for,
    name_of,
    note_act,
    note_event,
    present_content,
    visible_agreement,
)
from registry.submissions.rules import due_on, intake_number
from registry.submissions.schemas import MOST_CHARACTERS, Problem, too_long
from registry.submissions.vocabulary import Deed, Kind, Notice, State, Step

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy.orm import Session

    from registry.config import Settings
    from registry.core.uow import UnitOfWork
    from registry.submissions.rules import Person
    from registry.submissions.schemas import Comment, Decide, Duplicate, HandIn, SaveDraft, StartDraft

_PUBLIC_ID_BYTES = 16


def create_draft(uow: UnitOfWork, person: Person, command: StartDraft) -> Submission:
    """Begin a draft in the name of the person's body and return it; the same form key again returns the same draft.

    A correction begins with the record as it is. Raises `AccessDeniedError` for who may not submit, `NotFoundError`
    when the agreement is not one that the person may see.
    """
    if not person.may_submit:
        raise AccessDeniedError(N_("Your role does not allow this."))
    if (there := _begun(uow.session, person, command.form_key)) is not None:
        return there
    content: dict[str, Any] = {}
    agreement = visible_agreement(uow.session, person, command.agreement) if command.agreement else None
    if agreement is not None and command.kind == Kind.CORRECTION:
        content = present_content(uow.session, agreement.id, person.sees)
    now = uow.clock.now()
    submission = Submission(
        public_id=secrets.token_urlsafe(_PUBLIC_ID_BYTES),
        kind=command.kind,
        state=State.DRAFT,
        version=1,
        body_id=person.body_id,
        agreement_id=agreement.id if agreement else None,
        base_revision=agreement.revision if agreement else None,
        content=content,
        base_content=content if command.kind == Kind.CORRECTION else None,
        form_key=command.form_key,
        created_by_id=person.user_id,
        created_at=now,
        changed_by_id=person.user_id,
        changed_at=now,
    )
    try:
        with uow.session.begin_nested():
            uow.session.add(submission)
    except IntegrityError:
        # The same form came twice at the same moment; the other request was first.
        there = _begun(uow.session, person, command.form_key)
        if there is None:
            raise
        return there
    note_act(uow, Act.SUBMISSION_STARTED, submission, {"kind": submission.kind})
    return submission


def save_draft(uow: UnitOfWork, person: Person, public_id: str, command: SaveDraft) -> Submission:
    """Keep what was typed, whole or for one step, right or wrong; return the draft with its new version.

    What is as it was changes nothing, whatever version it names. Raises `DraftConflictError` when somebody changed the
    draft after `command.version`, `InvalidInputError` when it is larger than any record, and what `rules.check` raises.
    """
    submission, _ = held_for(uow, person, Deed.EDIT, public_id)
    content = with_step(submission.content, command.step, command.content) if command.step else command.content
    because = command.another_because or submission.another_because
    if _written(content) == _written(submission.content) and because == submission.another_because:
        return submission
    check_version(uow.session, submission, command.version, command.content)
    if (size := len(_written(content))) > MOST_CHARACTERS:
        raise InvalidInputError({"content": [too_long(size)]}, N_("The draft is too large and was not saved."))
    submission.content, submission.another_because = dict(content), because
    changed(uow, person, submission)
    note_act(uow, Act.SUBMISSION_SAVED, submission, {"version": submission.version})
    return submission


def submit(uow: UnitOfWork, person: Person, public_id: str, command: HandIn, settings: Settings) -> Round:
    """Hand a draft in and return its receipt; the same form key again returns the same receipt.

    The first time it is given an intake number. Raises `InvalidInputError` with every problem, among them
    `another_because` when registered agreements look like it and nobody has said why it is another one;
    `DraftConflictError` when somebody changed the draft after `command.version`; what `rules.check` raises.
    """
    submission, _ = held_for(uow, person, Deed.READ, public_id)
    if (receipt := _handed_in(uow.session, submission, command.form_key)) is not None:
        return receipt
    submission, state = held_for(uow, person, Deed.SUBMIT, public_id)
    check_version(uow.session, submission, command.version, submission.content)
    session, files = uow.session, files_of(uow.session, submission)
    if found := draft_problems(session, person, submission, uow.clock.today()):
        errors: dict[str, list[Message]] = {}
        for problem in found:
            errors.setdefault(problem.field, []).append(problem.message)
        raise InvalidInputError(errors, N_("Some fields need another look."))
    because = command.another_because or submission.another_because
    alike = draft_duplicates(session, person, submission)
    if alike and not because:
        numbers = ", ".join(item.registry_number for item in alike[:3])
        raise InvalidInputError(
            {"another_because": [Message(N_("Say why this is not %(numbers)s."), numbers=numbers)]},
            N_("An agreement that looks like this one is registered already."),
        )
    now, today = uow.clock.now(), uow.clock.today()
    if submission.intake_number is None:
        submission.intake_number = intake_number(today.year, _next_intake(session, today.year))
    data = canonical(submission.content)
    receipt = Round(
        submission_id=submission.id,
        number=1 + (session.scalar(select(func.max(Round.number)).where(Round.submission_id == submission.id)) or 0),
        form_key=command.form_key,
        intake_number=submission.intake_number,
        submitted_at=now,
        time_zone=settings.time_zone,
        submitted_by_id=person.user_id,
        base_revision=submission.base_revision,
        content=data.decode(),
        sha256=sha256_of(data),
        documents=[
            {
                "id": file.public_id,
                "file_name": file.held.file_name,
                "role": file.role,
                "language": file.language,
                "size": file.held.size,
                "sha256": file.held.sha256,
            }
            for file in files
        ],
        another_because=because if alike else None,
        duplicates=[
            {"registry_number": item.registry_number, "score": item.score, "reasons": list(item.reasons)}
            for item in alike
        ],
    )
    session.add(receipt)
    submission.state, submission.another_because = state, because
    submission.submitted_at, submission.submitted_by_id = now, person.user_id
    submission.due_on = due_on(today, settings.review_days)
    changed(uow, person, submission)
    note_event(uow, person, submission, Deed.SUBMIT, text=command.text)
    tell(uow, person, submission, Notice.SUBMITTED, [submission.assigned_to_id])
    note_act(uow, Act.SUBMISSION_SUBMITTED, submission, {"round": receipt.number, "sha256": receipt.sha256})
    return receipt


def withdraw(uow: UnitOfWork, person: Person, public_id: str, command: Decide) -> Submission:
    """Take back what was begun or handed in. It stays for the record, with its files.

    Raises `DraftConflictError` when somebody changed it after `command.version`, and what `rules.check` raises.
    """
    submission, state = held_for(uow, person, Deed.WITHDRAW, public_id)
    check_version(uow.session, submission, command.version, submission.content)
    submission.state, submission.due_on = state, None
    submission.decided_at, submission.decided_by_id = uow.clock.now(), person.user_id
    changed(uow, person, submission)
    note_event(uow, person, submission, Deed.WITHDRAW, text=command.text, remarks=command.remarks)
    tell(uow, person, submission, Notice.WITHDRAWN, [submission.assigned_to_id])
    note_act(uow, Act.SUBMISSION_WITHDRAWN, submission)
    return submission


def comment(uow: UnitOfWork, person: Person, public_id: str, command: Comment) -> Event:
    """Remark something on what was handed in; the same form key again returns the same remark.

    Raises what `rules.check` raises.
    """
    submission, _ = held_for(uow, person, Deed.READ, public_id)
    there = uow.session.scalar(
        select(Event).where(Event.submission_id == submission.id, Event.form_key == command.form_key)
    )
    if there is not None:
        return there
    submission, _ = held_for(uow, person, Deed.COMMENT, public_id)
    event = note_event(
        uow,
        person,
        submission,
        Deed.COMMENT,
        text=command.text,
        remarks=command.remarks,
        form_key=command.form_key,
    )
    told = {submission.assigned_to_id} if not person.may_review else authors_of(uow.session, submission)
    tell(uow, person, submission, Notice.COMMENTED, told)
    note_act(uow, Act.SUBMISSION_COMMENTED, submission)
    return event


def draft_problems(session: Session, person: Person, submission: Submission, today: date) -> list[Problem]:
    """Return all that keeps a draft from being submitted (`problems.problems_of`), as its author may know.

    The session must find everything (`Database.read()`): what the author may not see is left out here.
    """
    current, files = None, files_of(session, submission)
    if submission.agreement_id is not None and submission.kind == Kind.ACTION:
        current = present_content(session, submission.agreement_id)
    if submission.kind == Kind.CORRECTION and submission.content == submission.base_content and not files:
        return [Problem(Step.WHAT, "content", Message(N_("Nothing is different from the record yet.")))]
    return problems_of(
        session,
        submission.kind,
        submission.content,
        sees=person.sees,
        today=today,
        current=current,
        files=[(file.role, file.language, file.held.file_name) for file in files],
    )


def draft_duplicates(session: Session, person: Person, submission: Submission) -> list[Duplicate]:
    """Return the registered agreements that a new one may be, as far as the person may see, the likeliest first."""
    if submission.kind != Kind.NEW_AGREEMENT:
        return []
    digests = [file.held.sha256 for file in files_of(session, submission)]
    return likely_duplicates(session, submission.content, sees=person.sees, digests=digests)


def check_version(session: Session, submission: Submission, version: int, given: Mapping[str, Any]) -> None:
    """Raise `DraftConflictError` when a submission has another version than the one that somebody saw."""
    if submission.version != version:
        stored = Stored(
            submission.version,
            submission.content,
            submission.another_because,
            name_of(session, submission.changed_by_id),
            submission.changed_at,
        )
        raise DraftConflictError(stored, given)


def _written(content: Mapping[str, Any]) -> str:
    """Return content as text, to compare it: for Python, true and 1 are the same, and for whoever typed them not."""
    return json.dumps(content, sort_keys=True)


def _begun(session: Session, person: Person, form_key: str) -> Submission | None:
    return session.scalar(
        select(Submission).where(Submission.created_by_id == person.user_id, Submission.form_key == form_key)
    )


def _handed_in(session: Session, submission: Submission, form_key: str) -> Round | None:
    return session.scalar(select(Round).where(Round.submission_id == submission.id, Round.form_key == form_key))


def _next_intake(session: Session, year: int) -> int:
    """Take the next intake number of a year. Others wait for it until the commit, so that no number is lost."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(IntakeSeries).values(year=year, last_number=0).on_conflict_do_nothing())
    series = session.get_one(IntakeSeries, year, with_for_update=True, populate_existing=True)
    series.last_number += 1
    session.flush()
    return series.last_number
