"""Writes: keep the deadlines of agreements, reckon those anew whose day has passed, issue calendar addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from registry.accounts.credentials import hash_token, new_token
from registry.audit.services import record
from registry.audit.vocabulary import Act
from registry.core.uow import changes_in
from registry.deadlines.models import AgreementDeadline, CalendarAddress
from registry.lifecycle.queries import life_cycles
from registry.lifecycle.schedule import schedule_on
from registry.outbox.services import hold_changes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from registry.core.uow import Database, UnitOfWork

_BATCH = 500

ACTOR = "reckoning of deadlines"


def keep_deadlines(uow: UnitOfWork) -> None:
    """Reckon the deadlines of each agreement that the transaction changed. No use case has to remember it."""
    ids = sorted(changes_in(uow.session).agreements)
    for start in range(0, len(ids), _BATCH):
        _reckon(uow.session, ids[start : start + _BATCH], uow.clock.today())


def renew_deadlines(
    database: Database, most: int | None = None, progress: Callable[[int, int], None] | None = None
) -> int:
    """Reckon deadlines anew whose day has passed, of at most so many agreements; return how many are left.

    Writers of records wait meanwhile, so that nothing is reckoned from a record that was just changed.
    """
    with database.read() as session:
        stale = _stale(session, database.clock.today())
    wanted = stale[:most]
    for start in range(0, len(wanted), _BATCH):
        with database.write(ACTOR) as uow:
            hold_changes(uow.session)
            _reckon(uow.session, wanted[start : start + _BATCH], uow.clock.today())
        if progress:
            progress(min(start + _BATCH, len(wanted)), len(wanted))
    return len(stale) - len(wanted)


def issue_calendar_address(uow: UnitOfWork, user_id: int, language: str) -> str:
    """Make a new secret address of a user's calendar; the one before stops working.

    Returns the token in it, which is kept nowhere.
    """
    token = new_token()
    address = uow.session.get(CalendarAddress, user_id) or CalendarAddress(user_id=user_id)
    address.token_hash, address.language, address.issued_at = hash_token(token), language, uow.clock.now()
    uow.session.add(address)
    record(uow, Act.CALENDAR_ISSUED, uow.actor)
    return token


def end_calendar_address(uow: UnitOfWork, user_id: int) -> None:
    """Let the secret address of a user's calendar stop working, if there is one."""
    uow.session.execute(delete(CalendarAddress).where(CalendarAddress.user_id == user_id))
    record(uow, Act.CALENDAR_ENDED, uow.actor)


def _stale(session: Session, today: date) -> list[int]:
    return list(
        session.scalars(
            select(AgreementDeadline.agreement_id)
            .where(AgreementDeadline.good_until_on < today)
            .order_by(AgreementDeadline.agreement_id)
        )
    )


def _reckon(session: Session, ids: Sequence[int], today: date) -> None:
    session.flush()
    rows = []
    for agreement_id, life in life_cycles(session, ids).items():
        due = schedule_on(life, today)
        rows.append(
            {
                "agreement_id": agreement_id,
                "expires_on": due.expires_on,
                "renews": due.renews,
                "notice_by": due.notice_by,
                "notice_for": due.notice_for,
                "expiry_not_known": due.expiry_not_known,
                "notice_not_known": due.notice_not_known,
                "good_until_on": due.good_until,
            }
        )
    session.execute(delete(AgreementDeadline).where(AgreementDeadline.agreement_id.in_(ids)))
    if rows:
        session.execute(insert(AgreementDeadline), rows)
