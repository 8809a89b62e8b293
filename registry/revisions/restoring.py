"""A past state as the objects that pages and API write: the same dossier as today's, with the record of then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from registry.agreements.models import (
    Agreement,
    AgreementNumber,
    CompetentBody,
    ConclusionLanguage,
    Relation,
    Side,
    SideMember,
    Signature,
    Source,
    Subject,
    Title,
)
from registry.documents.models import Document
from registry.lifecycle.dossier import Dossier
from registry.lifecycle.models import Action, FinalClause
from registry.lifecycle.queries import life_cycle
from registry.lifecycle.rules import status_periods
from registry.parties.models import Body, Party
from registry.revisions.models import Revision
from registry.revisions.queries import as_recorded
from registry.revisions.snapshot import typed

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from registry.revisions.queries import State


@dataclass(frozen=True)
class PastState:
    """An agreement as the registry knew it at an instant: its dossier, texts, relations both ways, and the revision."""

    at: datetime
    revision: Revision
    #: The hash of the record as far as the reader may see it; of a whole record it is that of the revision.
    sha256: str
    dossier: Dossier
    documents: list[Document]
    family: list[Relation]


def past_state(session: Session, agreement_id: int, at: datetime, on: date) -> PastState | None:
    """Return an agreement as recorded at the instant `at`, judged on the day `on`, or None before its first state.

    Only what the reader of the session may see today is in it. The objects belong to no session and are never saved.
    """
    recorded = as_recorded(session, agreement_id, at)
    if recorded is None:
        return None
    number = recorded.record["registry_number"]
    inverse = _inverse(session, number, at)
    numbers = {item["to"] for item in recorded.record["relations"]} | set(inverse)
    numbers |= {item["by_agreement"] for item in recorded.record["actions"] if item["by_agreement"]}
    others = {
        item.registry_number: item
        for item in session.scalars(
            select(Agreement)
            .where(Agreement.registry_number.in_(sorted(numbers)))
            .options(selectinload(Agreement.titles))
        )
    }
    with session.no_autoflush:
        agreement = _agreement(
            recorded.record, recorded.revision.agreement_id, recorded.revision.counted, recorded.revision.recorded_at
        )
        agreement.relations = [
            Relation(to_id=others[item["to"]].id, to_agreement=others[item["to"]], **typed(Relation, item))
            for item in recorded.record["relations"]
        ]
        inward = [
            Relation(
                from_id=others[other].id,
                from_agreement=others[other],
                to_agreement=agreement,
                to_id=agreement.id,
                **typed(Relation, item),
            )
            for other, items in inverse.items()
            for item in items
        ]
    agreement.inverse_relations = inward
    return PastState(
        at,
        recorded.revision,
        recorded.sha256,
        _dossier(agreement, recorded.record, others, on),
        [Document(**typed(Document, item)) for item in recorded.record["documents"]],
        [*agreement.relations, *inward],
    )


def _inverse(session: Session, number: str, at: datetime) -> dict[str, list[dict[str, Any]]]:
    """Return what other agreements did to this one, as recorded at the instant, by their registry numbers."""
    # A registry number consists of letters, digits and hyphens, so it stands in a snapshot as it is.
    mentions = (
        select(Revision.agreement_id)
        .where(Revision.recorded_at <= at, Revision.snapshot.contains(f'"to":"{number}"', autoescape=True))
        .distinct()
    )
    found = {}
    for other, key in session.execute(
        select(Agreement.registry_number, Agreement.id)
        .where(Agreement.id.in_(mentions))
        .order_by(Agreement.registry_number)
    ):
        recorded = as_recorded(session, key, at)
        items = [item for item in recorded.record["relations"] if item["to"] == number] if recorded else []
        if items:
            found[other] = items
    return found


@dataclass(frozen=True)
class Restored:
    """A record of then as objects that belong to no session: what its own words are, without what others say of it."""

    agreement: Agreement
    actions: list[Action]
    clauses: list[FinalClause]


def restored(state: State, at: datetime) -> Restored:
    """Return a state as objects; its relations do not name the other agreement, only what is done to it."""
    record = state.record
    agreement = _agreement(record, state.agreement_id, state.counted, at)
    agreement.relations = [Relation(**typed(Relation, item)) for item in record["relations"]]
    clauses = [FinalClause(**typed(FinalClause, item)) for item in record["final_clauses"]]
    return Restored(agreement, _rows(Action, record["actions"]), clauses)


def _agreement(record: dict[str, Any], key: int, number: int, at: datetime) -> Agreement:
    agreement = Agreement(**typed(Agreement, record), id=key, revision=number, revised_at=at)
    agreement.titles = _rows(Title, record["titles"])
    agreement.languages = [ConclusionLanguage(**typed(ConclusionLanguage, item)) for item in record["languages"]]
    agreement.numbers = _rows(AgreementNumber, record["numbers"])
    agreement.sources = _rows(Source, record["sources"])
    agreement.subjects = [Subject(code=item["code"], labels=item["labels"], synonyms={}) for item in record["subjects"]]
    agreement.sides = [
        Side(
            **typed(Side, item), members=[SideMember(**typed(SideMember, one), **_who(one)) for one in item["members"]]
        )
        for item in record["sides"]
    ]
    agreement.signatures = [Signature(**typed(Signature, item), **_who(item)) for item in record["signatures"]]
    agreement.competent_bodies = [
        CompetentBody(**typed(CompetentBody, item), body=_body(item["body"])) for item in record["competent_bodies"]
    ]
    return agreement


def _dossier(agreement: Agreement, record: dict[str, Any], others: dict[str, Agreement], on: date) -> Dossier:
    actions = _rows(Action, record["actions"])
    for action, item in zip(actions, record["actions"], strict=True):
        action.by_agreement = others.get(item["by_agreement"])
    clauses = {item["kind"]: FinalClause(**typed(FinalClause, item)) for item in record["final_clauses"]}
    life = life_cycle(agreement.signed_on, agreement.proof, actions, clauses)
    return Dossier(agreement, actions, clauses, life, status_periods(life), on)


def _rows(model: Any, items: list[dict[str, Any]]) -> list[Any]:
    """Make rows in their order; the place of each stands for its key."""
    return [model(id=place, **typed(model, item)) for place, item in enumerate(items, start=1)]


def _who(item: dict[str, Any]) -> dict[str, Any]:
    return {"party": Party(code=item["party"]["code"], names=item["party"]["names"]), "body": _body(item["body"])}


def _body(item: dict[str, Any] | None) -> Body | None:
    return Body(key=item["key"], kind=item["kind"], names=item["names"]) if item else None
