"""Reads: life cycles in the form in which the rules compute with them, and the stored status periods."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from registry.agreements.models import Agreement
from registry.agreements.vocabulary import Proof
from registry.core.durations import Period
from registry.core.edtf import PartialDate
from registry.lifecycle import life
from registry.lifecycle.models import Action, FinalClause, StatusPeriod
from registry.lifecycle.vocabulary import ActionKind, Certainty, DurationForm, EntryRule, NoticeCount, TermStart

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session


def actions_of(session: Session, agreement_ids: Sequence[int]) -> dict[int, list[Action]]:
    """Return the actions of each agreement in the order of its record."""
    found: dict[int, list[Action]] = defaultdict(list)
    statement = (
        select(Action)
        .where(Action.agreement_id.in_(agreement_ids))
        .options(joinedload(Action.by_agreement).selectinload(Agreement.titles))
        .order_by(Action.agreement_id, Action.position)
    )
    for action in session.scalars(statement):
        found[action.agreement_id].append(action)
    return found


def clauses_of(session: Session, agreement_ids: Sequence[int]) -> dict[int, dict[str, FinalClause]]:
    """Return the final clauses of each agreement by their kind."""
    found: dict[int, dict[str, FinalClause]] = defaultdict(dict)
    for clause in session.scalars(select(FinalClause).where(FinalClause.agreement_id.in_(agreement_ids))):
        found[clause.agreement_id][clause.kind] = clause
    return found


def life_cycles(session: Session, agreement_ids: Sequence[int]) -> dict[int, life.LifeCycle]:
    """Return what the rules need to know of each agreement."""
    actions = actions_of(session, agreement_ids)
    clauses = clauses_of(session, agreement_ids)
    agreements = session.execute(
        select(Agreement.id, Agreement.signed_on, Agreement.proof).where(Agreement.id.in_(agreement_ids))
    )
    return {
        row.id: life_cycle(row.signed_on, row.proof, actions.get(row.id, []), clauses.get(row.id, {}))
        for row in agreements
    }


def life_cycle(
    signed_on: PartialDate | None, proof: str, actions: Iterable[Action], clauses: dict[str, FinalClause]
) -> life.LifeCycle:
    """Put the rows of one agreement into the form in which the rules compute."""
    return assembled(
        signed_on,
        proof,
        tuple(
            life.Action(
                kind=ActionKind(action.kind),
                on=action.on,
                effective_on=action.effective_on,
                until=action.until,
                side=action.side,
                certainty=Certainty(action.certainty),
                by_agreement=action.by_agreement.registry_number if action.by_agreement else None,
                key=str(action.id),
            )
            for action in actions
        ),
        {kind: clause.terms for kind, clause in clauses.items()},
    )


def assembled(
    signed_on: PartialDate | None, proof: str, actions: tuple[life.Action, ...], terms: Mapping[str, Mapping[str, Any]]
) -> life.LifeCycle:
    """Put signature, actions and the terms of the final clauses, by their kind, into one life cycle."""
    return life.LifeCycle(
        signed_on=signed_on,
        signature_seen=proof != Proof.ANNOUNCED_ONLY,
        actions=actions,
        entry_into_force=_entry(terms["entry_into_force"]) if "entry_into_force" in terms else None,
        provisional_application=(
            _provisional(terms["provisional_application"]) if "provisional_application" in terms else None
        ),
        duration=_duration(terms["duration"]) if "duration" in terms else None,
        denunciation=_denunciation(terms["denunciation"]) if "denunciation" in terms else None,
    )


def status_rows(session: Session, agreement_ids: Sequence[int], day: date) -> dict[int, StatusPeriod]:
    """Return the stored status period of each agreement that covers `day`."""
    rows = session.scalars(
        select(StatusPeriod).where(
            StatusPeriod.agreement_id.in_(agreement_ids), StatusPeriod.from_on <= day, StatusPeriod.to_on >= day
        )
    )
    return {row.agreement_id: row for row in rows}


def _date(terms: Mapping[str, Any], name: str) -> PartialDate | None:
    return PartialDate.parse(terms[name]) if name in terms else None


def _period(terms: Mapping[str, Any], name: str) -> Period | None:
    return Period.parse(terms[name]) if name in terms else None


def _entry(terms: Mapping[str, Any]) -> life.EntryIntoForceClause:
    return life.EntryIntoForceClause(EntryRule(terms["rule"]), _period(terms, "delay"), _date(terms, "on"))


def _provisional(terms: Mapping[str, Any]) -> life.ProvisionalApplicationClause:
    return life.ProvisionalApplicationClause(from_signature=terms["from"] == "signature", on=_date(terms, "on"))


def _duration(terms: Mapping[str, Any]) -> life.DurationClause:
    return life.DurationClause(
        form=DurationForm(terms["form"]),
        term=_period(terms, "term"),
        counts_from=TermStart(terms["counts_from"]),
        ends_on=_date(terms, "ends_on"),
        renewal=_period(terms, "renewal"),
        renewals=terms.get("renewals"),
    )


def _denunciation(terms: Mapping[str, Any]) -> life.DenunciationClause:
    return life.DenunciationClause(
        notice=_period(terms, "notice"),
        counts=NoticeCount(terms["counts"]) if "counts" in terms else None,
        earliest_after=_period(terms, "earliest_after"),
    )
