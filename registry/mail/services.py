"""Writes: queue a message, take it to send it, note what became of it, try it again, forget it in the end."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from registry.audit.services import record
from registry.audit.vocabulary import Act
from registry.core import leases
from registry.core.errors import NotFoundError
from registry.core.i18n import N_
from registry.core.mailboxes import is_address
from registry.mail.models import MailMessage
from registry.mail.rules import GIVE_UP_AFTER, ROW_KEPT_FOR, TEXT_KEPT_FOR, one_line, pause_after
from registry.mail.vocabulary import State

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from registry.core.uow import Database, UnitOfWork
    from registry.mail.transport import Post

#: Longer than a conversation with a server can take, each of whose steps has a limit: nobody sends it meanwhile.
LEASE = timedelta(minutes=10)

ACTOR = "sending of e-mail"

_POST = "registry_post"

_EXPIRED = "it was of no use any more before the mail server took it"


@dataclass(frozen=True)
class Taken:
    """A message that somebody has taken to send, and the proof of that."""

    id: int
    holder: str
    message_id: str
    recipient: str
    subject: str
    sealed_text: str
    queued_at: datetime


def use_post(database: Database, post: Post | None) -> None:
    """Let the sessions of a database know the mail server of their registry, or that it has none."""
    database.known[_POST] = post


def can_send(session: Session) -> bool:
    """Return whether this registry has a mail server."""
    return session.info.get(_POST) is not None


def queue_message(
    uow: UnitOfWork, *, recipient: str, subject: str, text: str, useless_after: datetime | None = None
) -> bool:
    """Queue a message in the transaction of the act that causes it; it is sent when that was committed.

    `useless_after` is when it need not be sent any more, such as when a link in it expires: it is then given up, and
    its text deleted. Returns whether the message will be sent: False, with nothing queued, when the registry has no
    mail server or `recipient` is no address of e-mail.
    """
    post: Post | None = uow.session.info.get(_POST)
    if post is None or not is_address(recipient):
        return False
    now = uow.clock.now()
    uow.session.add(
        MailMessage(
            message_id=f"<{uuid.uuid4()}@{post.domain}>",
            recipient=recipient,
            subject=one_line(subject),
            sealed_text=post.sealer.seal(text),
            state=State.WAITING,
            attempts=0,
            queued_at=now,
            due_at=now,
            useless_after=min(useless_after or now + GIVE_UP_AFTER, now + GIVE_UP_AFTER),
        )
    )
    uow.session.flush()
    return True


def take(database: Database) -> Taken | None:
    """Take the message that has been due longest; None when none is. What is of no use any more is given up here."""
    with database.read() as session:
        if session.scalar(select(MailMessage.id).where(_is_free(database.clock.now())).limit(1)) is None:
            return None
    with database.write(ACTOR) as uow:
        now = uow.clock.now()
        statement = select(MailMessage).where(_is_free(now)).order_by(MailMessage.due_at, MailMessage.id).limit(1)
        while (row := uow.session.scalar(statement.with_for_update(skip_locked=True))) is not None:
            if row.useless_after > now and row.sealed_text is not None:
                holder = row.take(now + LEASE)
                return Taken(row.id, holder, row.message_id, row.recipient, row.subject, row.sealed_text, row.queued_at)
            _give_up(row, now, row.reason or _EXPIRED)
            uow.session.flush()
        return None


def note_sent(database: Database, taken: Taken) -> None:
    """Note that the mail server took a message, and delete its text, unless somebody else has it by now."""
    with database.write(ACTOR) as uow:
        if (row := _held(uow.session, taken)) is not None:
            row.let_go()
            row.state, row.finished_at = State.SENT, uow.clock.now()
            row.sealed_text, row.reason = None, None


def note_failure(database: Database, taken: Taken, reason: str, *, for_ever: bool) -> None:
    """Note why a message was not taken: it is tried again after a pause, or given up when that is useless."""
    with database.write(ACTOR) as uow:
        if (row := _held(uow.session, taken)) is not None:
            now = uow.clock.now()
            row.let_go()
            row.reason, row.due_at = reason, now + pause_after(row.attempts)
            if for_ever or row.due_at >= row.useless_after:
                _give_up(row, now, reason)


def retry_messages(uow: UnitOfWork, ids: Collection[int] = ()) -> int:
    """Try messages again now, those with the ids, or without any all that wait or were given up; return how many.

    One that was given up has the whole time again. Raises `NotFoundError` for an id of no message whose text is still
    kept. One whose sending goes on at this moment is left alone.
    """
    kept: ColumnElement[bool] = MailMessage.sealed_text.is_not(None)
    if ids:
        known = set(uow.session.scalars(select(MailMessage.id).where(MailMessage.id.in_(ids), kept)))
        if missing := sorted(set(ids) - known):
            raise NotFoundError(N_("There is no message %(number)s that could still be sent."), number=missing[0])
        kept = and_(kept, MailMessage.id.in_(ids))
    now = uow.clock.now()
    free = or_(MailMessage.holder.is_(None), MailMessage.was_abandoned(now))
    count = 0
    for row in uow.session.scalars(select(MailMessage).where(kept, free).with_for_update(skip_locked=True)):
        if row.state == State.GIVEN_UP:
            row.useless_after = now + GIVE_UP_AFTER
        row.let_go()
        row.state, row.due_at, row.finished_at, row.attempts = State.WAITING, now, None, 0
        count += 1
    record(uow, Act.MAIL_RETRIED, detail={"messages": count})
    return count


def forget_past(database: Database) -> None:
    """Delete texts of messages that were given up long ago, and rows of messages that ended longer ago."""
    now = database.clock.now()
    old_text = and_(
        MailMessage.state == State.GIVEN_UP,
        MailMessage.sealed_text.is_not(None),
        MailMessage.finished_at < now - TEXT_KEPT_FOR,
    )
    old_row = MailMessage.finished_at < now - ROW_KEPT_FOR
    with database.read() as session:
        if session.scalar(select(MailMessage.id).where(or_(old_text, old_row)).limit(1)) is None:
            return
    with database.write(ACTOR) as uow:
        uow.session.execute(update(MailMessage).where(old_text).values(sealed_text=None))
        uow.session.execute(delete(MailMessage).where(old_row))


def _give_up(row: MailMessage, now: datetime, reason: str) -> None:
    """Give a message up. One that is of no use any more loses its text: sending it again would mislead."""
    row.let_go()
    row.state, row.finished_at, row.reason = State.GIVEN_UP, now, reason
    if row.useless_after - row.queued_at < GIVE_UP_AFTER:
        row.sealed_text = None


def _held(session: Session, taken: Taken) -> MailMessage | None:
    """Return the row of a message that was taken, locked, or None when somebody else has it by now."""
    return leases.held(session, MailMessage, taken.id, taken.holder)


def _is_free(now: datetime) -> ColumnElement[bool]:
    return and_(
        MailMessage.state == State.WAITING,
        MailMessage.due_at <= now,
        or_(MailMessage.holder.is_(None), MailMessage.was_abandoned(now)),
    )
