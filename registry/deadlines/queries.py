"""Reads: what is due until when, who is responsible, what cannot be said, and whose a private calendar is.

The responsible bodies of an agreement are those that acted for the home state: as its side, or by the person who
signed. A body that was renamed or merged is followed to its successor, since that is where people work today.
"""

from __future__ import annotations

import hmac
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import selectinload

from registry.accounts.credentials import hash_token
from registry.accounts.models import User
from registry.accounts.policy import reader_of
from registry.agreements.models import Agreement, Side, SideMember, Signature
from registry.deadlines.models import AgreementDeadline, CalendarAddress
from registry.lifecycle.schedule import DeadlineKind
from registry.parties.models import Body, Party

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from registry.core.access import Reader
    from registry.deadlines.schemas import DeadlineRequest


class DueDay(NamedTuple):
    """One deadline: when, what is due and of which agreement; in this order lists are sorted."""

    on: date
    kind: DeadlineKind
    agreement_id: int


@dataclass(frozen=True)
class Due:
    """One deadline with its agreement (titles are loaded) and the responsible bodies.

    `renews` says that the term renews itself on that day, `notice_for` for which last day in force notice can be given.
    """

    agreement: Agreement
    kind: DeadlineKind
    on: date
    renews: bool
    notice_for: date | None
    bodies: tuple[Body, ...]


@dataclass(frozen=True)
class NotSaid:
    """An agreement (titles are loaded) of which deadlines cannot be said, and why."""

    agreement: Agreement
    expiry: str | None
    notice: str | None


@dataclass(frozen=True)
class Subscriber:
    """Whose private calendar it is: as whom it reads and in which language."""

    user_id: int
    login: str
    reader: Reader
    language: str


def due_days(session: Session, asked: DeadlineRequest, today: date, home: str) -> list[DueDay]:
    """Return the deadlines from today to the end of the horizon, the nearest first. One indexed query."""
    last = today + timedelta(days=asked.days)
    parts = []
    columns: dict[DeadlineKind, Any] = {
        DeadlineKind.NOTICE: AgreementDeadline.notice_by,
        DeadlineKind.EXPIRY: AgreementDeadline.expires_on,
    }
    for kind, column in columns.items():
        if asked.kind in (None, kind):
            wanted = select(
                AgreementDeadline.agreement_id, literal(str(kind)).label("kind"), column.label("due_on")
            ).join(Agreement, Agreement.id == AgreementDeadline.agreement_id)
            holds = AgreementDeadline.good_until_on >= today
            parts.append(wanted.where(column.between(today, last), holds, *_filters(session, asked, home)))
    kinds = {str(kind): kind for kind in DeadlineKind}
    rows = session.execute(union_all(*parts) if len(parts) > 1 else parts[0])
    return sorted(DueDay(on, kinds[kind], key) for key, kind, on in rows)


def with_agreements(session: Session, days: Sequence[DueDay], home: str) -> list[Due]:
    """Return these deadlines with their agreements and responsible bodies, in the same order."""
    ids = {day.agreement_id for day in days}
    agreements = _agreements(session, ids)
    rows = {
        row.agreement_id: row
        for row in session.scalars(select(AgreementDeadline).where(AgreementDeadline.agreement_id.in_(ids)))
    }
    bodies = responsible_bodies(session, ids, home)
    return [
        Due(
            agreement=agreements[day.agreement_id],
            kind=day.kind,
            on=day.on,
            renews=day.kind == DeadlineKind.EXPIRY and rows[day.agreement_id].renews,
            notice_for=rows[day.agreement_id].notice_for if day.kind == DeadlineKind.NOTICE else None,
            bodies=tuple(bodies.get(day.agreement_id, ())),
        )
        for day in days
    ]


def not_said(session: Session, asked: DeadlineRequest, home: str) -> dict[str, int]:
    """Return how many agreements have a deadline that cannot be said, by the reason. One grouped query a kind."""
    found: dict[str, int] = defaultdict(int)
    expiry, notice = AgreementDeadline.expiry_not_known, AgreementDeadline.notice_not_known
    pairs: list[tuple[Any, list[Any]]] = [(expiry, []), (notice, [or_(expiry.is_(None), expiry != notice)])]
    for column, others in pairs:
        statement = (
            select(column, func.count())
            .select_from(AgreementDeadline)
            .join(Agreement, Agreement.id == AgreementDeadline.agreement_id)
            .where(column.is_not(None), *others, *_filters(session, asked, home))
            .group_by(column)
        )
        for reason, count in session.execute(statement):
            found[str(reason)] += count
    return dict(found)


def agreements_not_said(session: Session, asked: DeadlineRequest, home: str, offset: int, limit: int) -> list[NotSaid]:
    """Return a page of the agreements whose deadlines cannot be said for the reason that is asked for, by number."""
    statement: Select[Any] = (
        select(AgreementDeadline)
        .join(Agreement, Agreement.id == AgreementDeadline.agreement_id)
        .where(
            or_(
                AgreementDeadline.expiry_not_known == asked.not_known,
                AgreementDeadline.notice_not_known == asked.not_known,
            ),
            *_filters(session, asked, home),
        )
        .order_by(Agreement.registry_number)
    )
    rows = session.scalars(statement.offset(offset).limit(limit)).all()
    agreements = _agreements(session, {row.agreement_id for row in rows})
    return [NotSaid(agreements[row.agreement_id], row.expiry_not_known, row.notice_not_known) for row in rows]


def responsible_bodies(session: Session, ids: set[int], home: str) -> dict[int, list[Body]]:
    """Return the responsible bodies of each of these agreements, each followed to its present successor."""
    by_side = (
        select(Side.agreement_id, SideMember.body_id)
        .join(SideMember, SideMember.side_id == Side.id)
        .join(Party, Party.id == SideMember.party_id)
        .where(Side.agreement_id.in_(ids), Party.code == home, SideMember.body_id.is_not(None))
    )
    by_person = (
        select(Signature.agreement_id, Signature.body_id)
        .join(Party, Party.id == Signature.party_id)
        .where(Signature.agreement_id.in_(ids), Party.code == home, Signature.body_id.is_not(None))
    )
    heirs, bodies = heirs_of(session)
    found: dict[int, list[Body]] = defaultdict(list)
    # The queries leave out rows without a body, which their types do not say.
    pairs: set[tuple[int, Any]] = {(row[0], row[1]) for row in session.execute(by_side.union(by_person))}
    for agreement_id, body_id in sorted(pairs):
        body = bodies[heirs[body_id]]
        if body not in found[agreement_id]:
            found[agreement_id].append(body)
    return found


def heirs_of(session: Session) -> tuple[dict[int, int], dict[int, Body]]:
    """Return for each body the one that has its tasks today, and all bodies, by their ids."""
    bodies = {body.id: body for body in session.scalars(select(Body))}
    heirs = {}
    for key in bodies:
        heir, seen = key, {key}
        while (following := bodies[heir].successor_id) is not None and following not in seen:
            heir = following
            seen.add(heir)
        heirs[key] = heir
    return heirs, bodies


def home_bodies(session: Session, home: str) -> list[Body]:
    """Return the bodies of the home state that exist today, which a list can be narrowed to."""
    statement = select(Body).join(Party, Party.id == Body.party_id).where(Party.code == home)
    return list(session.scalars(statement.where(Body.successor_id.is_(None)).order_by(Body.key)))


def subscriber_of(session: Session, token: str) -> Subscriber | None:
    """Return whose private calendar has this token, with the rights of the user's present role; None when nobody's."""
    given = hash_token(token)
    row = session.execute(
        select(CalendarAddress.token_hash, CalendarAddress.language, User.id, User.login, User.role)
        .join(User, User.id == CalendarAddress.user_id)
        .where(CalendarAddress.token_hash == given, User.is_active)
    ).one_or_none()
    if row is None or not hmac.compare_digest(given, row.token_hash):
        return None
    return Subscriber(row.id, row.login, reader_of(row.role), row.language)


def has_calendar(session: Session, user_id: int) -> bool:
    """Return whether a user has a private calendar address."""
    return session.get(CalendarAddress, user_id) is not None


def _agreements(session: Session, ids: set[int]) -> dict[int, Agreement]:
    statement = select(Agreement).where(Agreement.id.in_(ids)).options(selectinload(Agreement.titles))
    return {agreement.id: agreement for agreement in session.scalars(statement)}


def _filters(session: Session, asked: DeadlineRequest, home: str) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.level:
        found.append(exists().where(Side.agreement_id == Agreement.id, Side.level == asked.level))
    if asked.body:
        heirs, bodies = heirs_of(session)
        named = {heirs[key] for key, body in bodies.items() if body.key == asked.body}
        ids = [key for key in bodies if heirs[key] in named]
        by_side = exists().where(
            Side.agreement_id == Agreement.id,
            SideMember.side_id == Side.id,
            SideMember.body_id.in_(ids),
            Party.id == SideMember.party_id,
            Party.code == home,
        )
        by_person = exists().where(
            Signature.agreement_id == Agreement.id,
            Signature.body_id.in_(ids),
            Party.id == Signature.party_id,
            Party.code == home,
        )
        found.append(or_(by_side, by_person))
    return found
