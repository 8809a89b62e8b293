"""Reminders of deadlines by e-mail: one message to each person, never twice of the same deadline at the same distance.

The message and the rows that say that it was queued are one transaction: what is queued is sent, however long the mail
server is away, and what could not be queued is due again the next time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.accounts.models import User
from registry.accounts.policy import reader_of
from registry.accounts.vocabulary import Role
from registry.audit.services import record
from registry.audit.vocabulary import Act
from registry.core.errors import ConfigurationError
from registry.core.i18n import N_
from registry.deadlines.models import CalendarAddress, SentReminder
from registry.deadlines.queries import due_days, heirs_of, with_agreements
from registry.deadlines.rules import distance_due
from registry.deadlines.schemas import DeadlineRequest
from registry.mail.services import can_send, queue_message

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from registry.core.uow import Database
    from registry.deadlines.queries import Due

ACTOR = "reminders"


@dataclass(frozen=True)
class Reminder:
    """One deadline of which somebody is reminded, and at which distance in days."""

    due: Due
    days: int


@dataclass(frozen=True)
class Digest:
    """What one person is reminded of in one message. Without `language` nothing is known of the person's language."""

    user_id: int
    login: str
    name: str
    language: str | None
    reminders: tuple[Reminder, ...]


@dataclass(frozen=True)
class Reminded:
    """What was done: who was (or would be) reminded of how many deadlines, and who has no address of e-mail."""

    queued: tuple[tuple[str, int], ...]
    without_address: tuple[str, ...]


def distances_of(text: str) -> tuple[int, ...]:
    """Read distances such as "180,90,30,7". Raises `ConfigurationError` when a part is no number of days."""
    try:
        found = tuple(sorted({int(part) for part in text.split(",")}))
    except ValueError:
        found = ()
    if not found or found[0] < 0 or found[-1] > 3660:  # noqa: PLR2004  As far as lists look ahead.
        raise ConfigurationError(
            N_("REGISTRY_REMIND_DAYS: “%(value)s” is no list of days such as 180,90,30,7."), value=text
        )
    return found


def remind(
    database: Database,
    home: str,
    distances: Sequence[int],
    say: Callable[[Digest], tuple[str, str]],
    *,
    dry_run: bool = False,
) -> Reminded:
    """Queue a message to each legal officer, and to each user of a responsible body, of what has become due.

    `say` writes a digest as subject and text. With `dry_run` nothing is written. Raises `ConfigurationError` when there
    is no mail server.
    """
    today = database.clock.today()
    with database.read() as session:
        if not dry_run and not can_send(session):
            raise ConfigurationError(N_("There is no mail server: set REGISTRY_SMTP_HOST and REGISTRY_MAIL_FROM."))
        people = _people(session)
    queued, without = [], []
    for user, language in people:
        digest = _digest(database, home, distances, today, user, language)
        if not digest.reminders:
            continue
        if user.email is None:
            without.append(user.login)
            continue
        if not dry_run:
            _queue(database, user.email, digest, say(digest))
        queued.append((user.login, len(digest.reminders)))
    return Reminded(tuple(queued), tuple(without))


def _people(session: Session) -> list[tuple[User, str | None]]:
    """Return who may be reminded, with their language if they made a calendar in one."""
    statement = (
        select(User, CalendarAddress.language)
        .outerjoin(CalendarAddress, CalendarAddress.user_id == User.id)
        .where(User.is_active, (User.role == Role.LEGAL_OFFICER) | User.body_id.is_not(None))
        .order_by(User.id)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def _digest(
    database: Database, home: str, distances: Sequence[int], today: date, user: User, language: str | None
) -> Digest:
    """Return what a person has not been reminded of yet, of what they may see and are responsible for."""
    asked = DeadlineRequest(days=max(distances))
    with database.read(reader_of(user.role)) as session:
        if user.role != Role.LEGAL_OFFICER and user.body_id is not None:
            heirs, bodies = heirs_of(session)
            asked = DeadlineRequest(days=max(distances), body=bodies[heirs[user.body_id]].key)
        sent = {
            (row.agreement_id, row.kind, row.due_on, row.days)
            for row in session.execute(
                select(SentReminder.agreement_id, SentReminder.kind, SentReminder.due_on, SentReminder.days).where(
                    SentReminder.user_id == user.id, SentReminder.due_on >= today
                )
            )
        }
        due = []
        for day in due_days(session, asked, today, home):
            days = distance_due(day.on, today, distances)
            if days is not None and (day.agreement_id, str(day.kind), day.on, days) not in sent:
                due.append((day, days))
        rows = with_agreements(session, [day for day, _ in due], home)
    reminders = tuple(Reminder(row, days) for row, (_, days) in zip(rows, due, strict=True))
    return Digest(user.id, user.login, user.name, language, reminders)


def _queue(database: Database, address: str, digest: Digest, said: tuple[str, str]) -> None:
    """Queue one message, and note of what; somebody who does the same at this moment fails by the constraint."""
    subject, text = said
    with database.write(ACTOR) as uow:
        now = uow.clock.now()
        uow.session.add_all(
            SentReminder(
                user_id=digest.user_id,
                agreement_id=item.due.agreement.id,
                kind=item.due.kind,
                due_on=item.due.on,
                days=item.days,
                queued_at=now,
            )
            for item in digest.reminders
        )
        uow.session.flush()
        queue_message(uow, recipient=address, subject=subject, text=text)
        record(uow, Act.REMINDERS_QUEUED, digest.login, detail={"deadlines": len(digest.reminders)})
