"""What the registry waits for: acts of a body on agreements that were signed and have not entered into force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, or_, select

from registry.agreements.models import Agreement, CompetentBody, Side, SideMember
from registry.agreements.queries import agreements_by_ids
from registry.lifecycle.models import Action, FinalClause, StatusPeriod
from registry.lifecycle.vocabulary import ActionKind, EntryRule, Status

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy.orm import Session

#: Which act of each side each rule of entry into force asks for (Vienna Convention, Art. 16 and 24).
ASKED_FOR = {
    EntryRule.ON_LAST_NOTIFICATION: ActionKind.NOTIFICATION,
    EntryRule.AFTER_LAST_NOTIFICATION: ActionKind.NOTIFICATION,
    EntryRule.ON_EXCHANGE_OF_RATIFICATIONS: ActionKind.RATIFICATION,
    EntryRule.AFTER_EXCHANGE_OF_RATIFICATIONS: ActionKind.RATIFICATION,
}

#: The acts that answer it: whoever ratified has nothing left to notify here before the instruments are exchanged.
_ANSWERS = {
    ActionKind.NOTIFICATION: (ActionKind.NOTIFICATION,),
    ActionKind.RATIFICATION: (ActionKind.RATIFICATION, ActionKind.EXCHANGE_OF_INSTRUMENTS),
}

_MOST = 100


@dataclass(frozen=True)
class Waiting:
    """An agreement and the act that the registry waits for from one side."""

    agreement: Agreement
    act: ActionKind


def waits_for(session: Session, body_id: int, *, sees: Collection[str], today: date) -> list[Waiting]:
    """Return what the registry waits for from a body, the agreements signed first at the top, at most a hundred.

    A body answers for an agreement that it is a party's body of, or that names it as competent. What is in force, has
    ended, or was answered is not waited for. `sees` is how open agreements may be that the asker knows of.
    """
    member = exists().where(
        Side.agreement_id == Agreement.id, SideMember.side_id == Side.id, SideMember.body_id == body_id
    )
    competent = exists().where(CompetentBody.agreement_id == Agreement.id, CompetentBody.body_id == body_id)
    not_yet = exists().where(
        StatusPeriod.agreement_id == Agreement.id,
        and_(StatusPeriod.from_on <= today, StatusPeriod.to_on >= today),
        StatusPeriod.status.in_([Status.NOT_IN_FORCE, Status.PROVISIONALLY_APPLIED, Status.UNKNOWN]),
    )
    entered = exists().where(Action.agreement_id == Agreement.id, Action.kind == ActionKind.ENTRY_INTO_FORCE)
    rows = session.execute(
        select(Agreement.id, FinalClause.terms)
        .join(FinalClause, and_(FinalClause.agreement_id == Agreement.id, FinalClause.kind == "entry_into_force"))
        .where(or_(member, competent), not_yet, ~entered, Agreement.access.in_(sees))
        .order_by(Agreement.signed_earliest, Agreement.id)
    )
    asked = {key: ASKED_FOR.get(EntryRule(terms["rule"])) for key, terms in rows}
    sides = _sides_of(session, list(asked), body_id)
    done = {
        (row.agreement_id, row.side, row.kind)
        for row in session.execute(
            select(Action.agreement_id, Action.side, Action.kind).where(Action.agreement_id.in_(list(asked)))
        )
    }
    open_ = {
        key: act
        for key, act in asked.items()
        if act is not None
        and not any((key, side, kind) in done for kind in _ANSWERS[act] for side in (sides.get(key), None))
    }
    found = agreements_by_ids(session, list(open_)[:_MOST], whole=False)
    return [Waiting(agreement, open_[agreement.id]) for agreement in found]


def _sides_of(session: Session, agreement_ids: list[int], body_id: int) -> dict[int, int]:
    """Return on which side of each agreement the body stands."""
    competent = session.execute(
        select(CompetentBody.agreement_id, CompetentBody.side).where(
            CompetentBody.agreement_id.in_(agreement_ids), CompetentBody.body_id == body_id
        )
    )
    members = session.execute(
        select(Side.agreement_id, Side.position)
        .join(SideMember, SideMember.side_id == Side.id)
        .where(Side.agreement_id.in_(agreement_ids), SideMember.body_id == body_id)
    )
    return {row[0]: row[1] for row in (*competent, *members)}
