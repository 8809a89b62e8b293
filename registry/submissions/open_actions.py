"""What the registry waits for from a ministry: acts that final clauses ask for and that nobody reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, union
from sqlalchemy.orm import selectinload

from registry.agreements.models import Agreement, CompetentBody, Side, SideMember, Signature
from registry.agreements.vocabulary import Proof
from registry.lifecycle.entry import entry_into_force
from registry.lifecycle.models import FinalClause
from registry.lifecycle.queries import life_cycles
from registry.lifecycle.vocabulary import ActionKind, EntryRule

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from registry.core.edtf import PartialDate
    from registry.lifecycle.life import LifeCycle

#: Which act each rule of entry into force asks for of each side (Vienna Convention, Art. 16 and 24).
_ASKED_FOR = {
    EntryRule.ON_LAST_NOTIFICATION: ActionKind.NOTIFICATION,
    EntryRule.AFTER_LAST_NOTIFICATION: ActionKind.NOTIFICATION,
    EntryRule.ON_EXCHANGE_OF_RATIFICATIONS: ActionKind.EXCHANGE_OF_INSTRUMENTS,
    EntryRule.AFTER_EXCHANGE_OF_RATIFICATIONS: ActionKind.EXCHANGE_OF_INSTRUMENTS,
}

#: Acts that end what one waits for, or say that it will never come.
_OVER = frozenset({ActionKind.WITHDRAWAL, ActionKind.TERMINATION, ActionKind.SUPERSESSION, ActionKind.EXPIRY})


@dataclass(frozen=True)
class OpenAction:
    """An act that the registry waits for: of which agreement, of which side, and which one."""

    registry_number: str
    titles: dict[str, str]
    signed_on: PartialDate
    kind: ActionKind
    side: int


def open_actions(session: Session, body_id: int) -> list[OpenAction]:
    """Return what the registry waits for from a body, the longest awaited first.

    An agreement counts when the body acts for a side of it, signed it or is responsible for it; when it was signed;
    when its clause lets the entry into force depend on a notification or an exchange; and when neither an entry into
    force nor that act of the body's side is recorded. The session narrows it to what its reader may see.
    """
    sides = _sides_of(session, body_id)
    ids = list(
        session.scalars(
            select(FinalClause.agreement_id).where(
                FinalClause.agreement_id.in_(sides), FinalClause.kind == "entry_into_force"
            )
        )
    )
    lives = life_cycles(session, ids)
    found = []
    for agreement in session.scalars(
        select(Agreement).where(Agreement.id.in_(lives)).options(selectinload(Agreement.titles))
    ):
        life = lives[agreement.id]
        kind = _asked_for(life)
        if kind is None or agreement.signed_on is None or agreement.proof == Proof.ANNOUNCED_ONLY:
            continue
        found += [
            OpenAction(
                agreement.registry_number,
                {title.language: title.text for title in reversed(agreement.titles)},
                agreement.signed_on,
                kind,
                side,
            )
            for side in sorted(sides[agreement.id])
            if not any(act.side in (side, None) for act in life.of_kind(kind))
        ]
    return sorted(found, key=lambda item: (item.signed_on.earliest, item.registry_number, item.side))


def _asked_for(life: LifeCycle) -> ActionKind | None:
    """Return the act that the clause asks for, or None when the agreement is in force or will never be."""
    if life.entry_into_force is None or entry_into_force(life) is not None:
        return None
    if any(act.kind in _OVER for act in life.actions) or life.of_kind(ActionKind.ENTRY_INTO_FORCE):
        return None
    return _ASKED_FOR.get(life.entry_into_force.rule)


def _sides_of(session: Session, body_id: int) -> dict[int, set[int]]:
    """Return for which sides of which agreements a body acts, signed or is responsible."""
    acting = (
        select(Side.agreement_id, Side.position.label("side"))
        .join(SideMember, SideMember.side_id == Side.id)
        .where(SideMember.body_id == body_id)
    )
    signed = select(Signature.agreement_id, Signature.side).where(Signature.body_id == body_id)
    responsible = select(CompetentBody.agreement_id, CompetentBody.side).where(CompetentBody.body_id == body_id)
    found: dict[int, set[int]] = {}
    for agreement_id, side in session.execute(union(acting, signed, responsible)):
        found.setdefault(agreement_id, set()).add(side)
    return found
