"""The list of agreements: ids that the text matched, met with the filters, facets and order that SQL answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Integer, Select, and_, case, column, exists, func, literal, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from registry.agreements.models import Agreement, ConclusionLanguage, Side, SideMember, Subject, agreement_subject
from registry.agreements.queries import agreements_by_ids
from registry.agreements.vocabulary import MIXED, Kind, Level, Proof
from registry.core.errors import InvalidInputError
from registry.core.i18n import N_
from registry.core.messages import Message
from registry.lifecycle.models import StatusPeriod
from registry.lifecycle.vocabulary import Status
from registry.parties.models import Body, Party

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from registry.search.schemas import ListRequest

UNKNOWN_DECADE = "unknown"


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet: its token, its labels by language when it comes from the database, and its count."""

    value: str
    count: int
    labels: dict[str, str] | None = None
    selected: bool = False


@dataclass(frozen=True)
class Listing:
    """One page of the list, with what stands beside it."""

    agreements: list[Agreement]
    total: int
    facets: dict[str, list[FacetValue]]
    sort: str


def list_agreements(
    session: Session,
    request: ListRequest,
    today: date,
    ranked: Sequence[int] | None,
    *,
    facets: bool = True,
    whole: bool = False,
) -> Listing:
    """Return the page of the list that `request` asks for.

    `ranked` holds the ids that the text matched, best first, or is None when no words were given. Only these
    can appear, so totals and facets count just what the list shows.
    """
    conditions = _conditions(request, request.judged_on(today))
    scope = _scope(session, ranked)
    kept = _where(select(Agreement.id), conditions, scope)
    total = session.scalar(select(func.count()).select_from(kept.subquery())) or 0
    sort = request.sort or ("relevance" if ranked is not None else "-signed_on")
    if sort == "relevance" and ranked is None:
        sort = "-signed_on"
    ids = _page_of_ids(session, kept, request, sort, ranked)
    return Listing(
        agreements=agreements_by_ids(session, ids, whole=whole),
        total=total,
        facets=_facets(session, request, request.judged_on(today), conditions, scope) if facets else {},
        sort=sort,
    )


def matching_ids(session: Session, request: ListRequest, today: date, ranked: Sequence[int] | None) -> list[int]:
    """Return the ids of all agreements that the request matches, in its order, whatever the page: for downloads."""
    kept = _where(select(Agreement.id), _conditions(request, request.judged_on(today)), _scope(session, ranked))
    sort = request.sort or ("relevance" if ranked is not None else "-signed_on")
    if sort == "relevance" and ranked is not None:
        wanted = set(session.scalars(kept))
        return [key for key in ranked if key in wanted]
    return list(session.scalars(kept.order_by(*_order(sort))))


def status_counts(session: Session, request: ListRequest, today: date, ranked: Sequence[int] | None) -> dict[str, int]:
    """Count the agreements by their status on the day asked about, whatever status the request asks for."""
    day = request.judged_on(today)
    conditions = _conditions(request, day)
    conditions.pop("status", None)
    counted: Any = select(StatusPeriod.status, func.count()).select_from(Agreement)
    statement = _where(counted, conditions, _scope(session, ranked))
    statement = statement.join(StatusPeriod, _covers(day)).group_by(StatusPeriod.status)
    return {row[0]: row[1] for row in session.execute(statement)}


def _scope(session: Session, ranked: Sequence[int] | None) -> ColumnElement[bool] | None:
    """Keep to the ids that the text matched."""
    return None if ranked is None else among(session, ranked)


def among(session: Session, ids: Sequence[int]) -> ColumnElement[bool]:
    """Return that an agreement is among these. The ids travel as one value: a database bounds the number of values."""
    if session.get_bind().dialect.name == "postgresql":
        return Agreement.id == func.any(literal(list(ids), ARRAY(Integer)))
    values = func.json_each(str(list(ids))).table_valued(column("value", Integer))
    return Agreement.id.in_(select(values.c.value))


def _covers(day: date) -> ColumnElement[bool]:
    return and_(StatusPeriod.agreement_id == Agreement.id, StatusPeriod.from_on <= day, StatusPeriod.to_on >= day)


def decade_of() -> ColumnElement[str]:
    """Return the decade of signature as SQL: `1990`, or `unknown`."""
    decade = func.substr(Agreement.signed_on, 1, 3).concat("0")
    return case((Agreement.signed_on.is_(None), UNKNOWN_DECADE), else_=decade)


def _conditions(request: ListRequest, day: date) -> dict[str, ColumnElement[bool]]:  # noqa: C901  One step a filter.
    """Return one condition for each argument that filters, by the name of its facet."""
    found: dict[str, ColumnElement[bool]] = {}
    if request.level:
        plain = [value for value in request.level if value != MIXED]
        by_side = _exists(Side.agreement_id == Agreement.id, Side.level.in_(plain))
        found["level"] = or_(by_side, Agreement.level == MIXED) if MIXED in request.level else by_side
    if request.kind:
        found["kind"] = Agreement.kind.in_(request.kind)
    if request.proof:
        found["proof"] = Agreement.proof.in_(request.proof)
    if request.subject:
        found["subject"] = _exists(
            agreement_subject.c.agreement_id == Agreement.id,
            agreement_subject.c.subject_id == Subject.id,
            Subject.code.in_(request.subject),
        )
    if request.party:
        found["party"] = _member(SideMember.party_id == Party.id, Party.code.in_(request.party))
    if request.body:
        found["body"] = _member(SideMember.body_id == Body.id, Body.key.in_(request.body))
    if request.statuses():
        found["status"] = _exists(_covers(day), StatusPeriod.status.in_(request.statuses()))
    if request.decade:
        found["decade"] = decade_of().in_(request.decade)
    if request.language:
        found["language"] = _exists(
            ConclusionLanguage.agreement_id == Agreement.id, ConclusionLanguage.language.in_(request.language)
        )
    if request.has_text is not None:
        found["has_text"] = Agreement.has_text.is_(request.has_text)
    if request.signed_from:
        found["signed_from"] = Agreement.signed_latest >= request.signed_from.earliest
    if request.signed_to:
        found["signed_to"] = Agreement.signed_earliest <= request.signed_to.latest
    return found


def _exists(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return that rows exist which fit an agreement, whatever rows of the same tables a facet has joined."""
    return exists().where(*conditions).correlate(Agreement)


def _member(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return _exists(Side.agreement_id == Agreement.id, SideMember.side_id == Side.id, *conditions)


def _where(
    statement: Select[Any], conditions: dict[str, ColumnElement[bool]], scope: ColumnElement[bool] | None, but: str = ""
) -> Select[Any]:
    """Apply all conditions except that of facet `but`: a facet counts what choosing another value would give."""
    chosen = [condition for name, condition in conditions.items() if name != but]
    return statement.where(*chosen, *([] if scope is None else [scope]))


def _order(sort: str) -> list[Any]:
    """Return the order of a sort; the registry number decides between equals, so that pages never overlap."""
    signed = Agreement.signed_earliest
    unknown_last = case((signed.is_(None), 1), else_=0)
    orders: dict[str, list[Any]] = {
        "-signed_on": [unknown_last, signed.desc(), Agreement.registry_number.desc()],
        "signed_on": [unknown_last, signed, Agreement.registry_number],
        "title": [Agreement.sort_title, Agreement.registry_number],
        "registry_number": [Agreement.registry_number],
    }
    return orders[sort]


def _page_of_ids(
    session: Session, kept: Select[Any], request: ListRequest, sort: str, ranked: Sequence[int] | None
) -> list[int]:
    start = (request.page - 1) * request.per_page
    if sort == "relevance" and ranked is not None:
        wanted = set(session.scalars(kept))
        return [key for key in ranked if key in wanted][start : start + request.per_page]
    return list(session.scalars(kept.order_by(*_order(sort)).offset(start).limit(request.per_page)))


def _facets(
    session: Session,
    request: ListRequest,
    day: date,
    conditions: dict[str, ColumnElement[bool]],
    scope: ColumnElement[bool] | None,
) -> dict[str, list[FacetValue]]:
    """Count every value of every facet under all other filters."""
    ids = func.count(Agreement.id.distinct())
    base = select(Agreement.id).select_from(Agreement)
    side = base.join(Side, Side.agreement_id == Agreement.id)
    member = side.join(SideMember, SideMember.side_id == Side.id)
    tokens: dict[str, Any] = {
        "level": side.with_only_columns(Side.level, ids).group_by(Side.level),
        "kind": base.with_only_columns(Agreement.kind, ids).group_by(Agreement.kind),
        "status": base.join(StatusPeriod, _covers(day))
        .with_only_columns(StatusPeriod.status, ids)
        .group_by(StatusPeriod.status),
        "proof": base.with_only_columns(Agreement.proof, ids).group_by(Agreement.proof),
        "decade": base.with_only_columns(decade_of().label("decade"), ids).group_by(text("decade")),
    }
    labelled: dict[str, Any] = {
        "subject": base.join(agreement_subject, agreement_subject.c.agreement_id == Agreement.id)
        .join(Subject, Subject.id == agreement_subject.c.subject_id)
        .with_only_columns(Subject.code, Subject.labels, ids)
        .group_by(Subject.code, Subject.labels),
        "party": member.join(Party, Party.id == SideMember.party_id)
        .with_only_columns(Party.code, Party.names, ids)
        .group_by(Party.code, Party.names),
        "body": member.join(Body, Body.id == SideMember.body_id)
        .with_only_columns(Body.key, Body.names, ids)
        .group_by(Body.key, Body.names),
    }
    found: dict[str, list[FacetValue]] = {}
    for name, statement in tokens.items():
        chosen = request.statuses() if name == "status" else getattr(request, name)
        counts = {row[0]: row[1] for row in session.execute(_where(statement, conditions, scope, but=name))}
        found[name] = [
            FacetValue(value, counts.get(value, 0), selected=value in chosen) for value in _values(name, counts, chosen)
        ]
    for name, statement in labelled.items():
        rows = session.execute(_where(statement, conditions, scope, but=name)).all()
        chosen = getattr(request, name)
        values = [FacetValue(value, count, labels, value in chosen) for value, labels, count in rows]
        found[name] = sorted(values, key=lambda item: (-item.count, item.value))
    return found


def _values(name: str, counts: dict[str, int], chosen: Sequence[str]) -> list[str]:
    """Return the values of a facet in the order of its vocabulary: those that occur, and those that were chosen."""
    orders: dict[str, Sequence[str]] = {
        "level": list(Level),
        "kind": list(Kind),
        "status": list(Status),
        "proof": list(Proof),
    }
    order = orders.get(name) or sorted({*counts, *chosen})
    return [str(value) for value in order if value in counts or value in chosen]


def refuse_unknown(session: Session, request: ListRequest) -> None:
    """Raise `InvalidInputError` when a subject, party or body that nobody knows is asked for.

    An empty list would say that there are no such agreements; the truth is that there is no such word.
    """
    errors: dict[str, list[Message]] = {}
    for name, model, key in (
        ("subject", Subject, Subject.code),
        ("party", Party, Party.code),
        ("body", Body, Body.key),
    ):
        asked = set(getattr(request, name))
        if asked:
            unknown = asked - set(session.scalars(select(key).select_from(model).where(key.in_(asked))))
            if unknown:
                errors[name] = [Message(N_("“%(value)s” is not known here."), value=min(unknown))]
    if errors:
        raise InvalidInputError(errors)
