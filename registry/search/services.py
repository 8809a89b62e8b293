"""The one use case of every list: page, API, download and command line ask here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.agreements.models import Agreement
from registry.agreements.queries import agreements_by_ids
from registry.search.highlight import Highlighter
from registry.search.listing import Listing, among, list_agreements, matching_ids, refuse_unknown, status_counts
from registry.search.query_language.grammar import parse
from registry.search.query_language.thesaurus import expand

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from registry.search.engine.index import SearchIndex, TextHits
    from registry.search.schemas import ListRequest


@dataclass(frozen=True)
class Answer:
    """A page of the list, how the words were read, and what the status is on the day asked about."""

    listing: Listing
    request: ListRequest
    judged_on: date
    hits: TextHits | None
    highlighter: Highlighter
    status_counts: dict[str, int]
    suggestion: str | None = None


def find(session: Session, index: SearchIndex, request: ListRequest, today: date, *, whole: bool = False) -> Answer:
    """Answer a request for a list of agreements.

    Raises `QuerySyntaxError` when the words cannot be read, and `InvalidInputError` when a filter names a subject,
    party or body that is not known.
    """
    refuse_unknown(session, request)
    node = parse(request.q)
    hits = index.search(node, expanded=request.expand) if node is not None else None
    ranked = hits.keys if hits is not None else None
    return Answer(
        listing=list_agreements(session, request, today, ranked, whole=whole),
        request=request,
        judged_on=request.judged_on(today),
        hits=hits,
        highlighter=Highlighter(expand(node)[0] if node is not None and request.expand else node),
        status_counts=status_counts(session, request, today, ranked),
        suggestion=index.suggest(request.q) if hits is not None and (not hits.keys or hits.relaxed) else None,
    )


def find_all_ids(session: Session, index: SearchIndex, request: ListRequest, today: date) -> list[int]:
    """Return the ids of every agreement that the request matches, in its order: for downloads.

    Raises the same errors as `find`.
    """
    refuse_unknown(session, request)
    node = parse(request.q)
    hits = index.search(node, expanded=request.expand) if node is not None else None
    return matching_ids(session, request, today, hits.keys if hits is not None else None)


def find_newest(session: Session, index: SearchIndex, request: ListRequest, today: date, most: int) -> list[Agreement]:
    """Return the agreements of a list that were entered or changed last, whole, at most `most` of them: for feeds."""
    ids = find_all_ids(session, index, request, today)
    newest = session.scalars(
        select(Agreement.id)
        .where(among(session, ids))
        .order_by(Agreement.revised_at.desc(), Agreement.registry_number.desc())
        .limit(most)
    )
    return agreements_by_ids(session, list(newest), whole=True)
