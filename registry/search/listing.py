"""The list of agreements: ids that the text matched, met with the filters and the order that SQL answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select

from registry.agreements.models import Agreement
from registry.search.conditions import among, conditions_of
from registry.search.facets import FacetValue, count_facets

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from registry.search.columns import Columns
    from registry.search.schemas import ListRequest


@dataclass(frozen=True)
class Listing:
    """One page of the list: the ids of its agreements, and what stands beside it."""

    ids: list[int]
    total: int
    facets: dict[str, list[FacetValue]]
    sort: str


def list_agreements(
    session: Session,
    request: ListRequest,
    today: date,
    ranked: Sequence[int] | None = None,
    *,
    columns: Columns | None = None,
    trusted: bool = False,
) -> Listing:
    """Return the page of the list that a request asks for.

    `ranked` are the ids that the words of the request matched, best first; None when it has no words. They are
    `trusted` when the index was complete and matched for the same reader: then each is known to exist. Facets are
    counted under all filters but their own, so that each count is what choosing the value would give, when the
    `columns` to count them in are given.
    """
    sort = sort_of(request, ranked)
    start = (request.page - 1) * request.per_page
    if sort == "relevance" and trusted and not request.is_filtered:
        # Nothing is left for the database to decide.
        conditions: dict[str, ColumnElement[bool]] = {}
        total, page = len(ranked or ()), list((ranked or ())[start : start + request.per_page])
    elif sort == "relevance":
        conditions = conditions_of(session, request, request.judged_on(today))
        ids = _ranked(session, conditions, among(session, ranked or ()), ranked or ())
        total, page = len(ids), ids[start : start + request.per_page]
    else:
        conditions = conditions_of(session, request, request.judged_on(today))
        kept = _kept(conditions, None if ranked is None else among(session, ranked))
        total = session.scalar(select(func.count()).select_from(kept.subquery())) or 0
        page = list(session.scalars(kept.order_by(*_order(sort)).offset(start).limit(request.per_page)))
    facets = count_facets(session, columns, request, request.judged_on(today), conditions, ranked) if columns else {}
    return Listing(page, total, facets, sort)


def matching_ids(session: Session, request: ListRequest, today: date, ranked: Sequence[int] | None = None) -> list[int]:
    """Return the ids of all agreements that the request matches, in its order, whatever the page: for downloads."""
    conditions = conditions_of(session, request, request.judged_on(today))
    scope = None if ranked is None else among(session, ranked)
    sort = sort_of(request, ranked)
    if sort == "relevance":
        return _ranked(session, conditions, scope, ranked or ())
    return list(session.scalars(_kept(conditions, scope).order_by(*_order(sort))))


def sort_of(request: ListRequest, ranked: Sequence[int] | None) -> str:
    """Return the order of a list: the one asked for; the best first when there are words, else the newest first."""
    sort = request.sort or ("relevance" if ranked is not None else "-signed_on")
    return "-signed_on" if sort == "relevance" and ranked is None else sort


def _kept(conditions: dict[str, ColumnElement[bool]], scope: ColumnElement[bool] | None) -> Any:
    return select(Agreement.id).where(*conditions.values(), *([] if scope is None else [scope]))


def _ranked(
    session: Session,
    conditions: dict[str, ColumnElement[bool]],
    scope: ColumnElement[bool] | None,
    ranked: Sequence[int],
) -> list[int]:
    """Return those of the ranked ids that the filters leave, in their order."""
    wanted = set(session.scalars(_kept(conditions, scope)))
    return [key for key in ranked if key in wanted]


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
