"""The one use case of every list: page, API, download and command line ask here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.agreements.models import Agreement
from registry.agreements.queries import agreements_by_ids
from registry.core.access import OPERATOR
from registry.search.conditions import among, refuse_unknown
from registry.search.highlight import Highlighter
from registry.search.listing import Listing, list_agreements, matching_ids
from registry.search.query_language.grammar import parse, read
from registry.search.query_language.thesaurus import expand

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from registry.core.access import Reader
    from registry.core.pagination import Paging
    from registry.search.columns import FacetColumns
    from registry.search.engine.index import SearchIndex, TextHits
    from registry.search.query_language.tree import Node
    from registry.search.schemas import ListRequest


@dataclass(frozen=True)
class Answer:
    """A page of the list, how the words were read, and what the status is on the day asked about.

    `partial` are a few agreements that have some of the words where only few have all; they are shown apart and
    counted nowhere. `filtered_out` says how many agreements the words alone would have found when the filters left
    none. `is_shortened` says that the query was long, so that only its first words were looked for.
    """

    listing: Listing
    request: ListRequest
    judged_on: date
    hits: TextHits | None
    highlighter: Highlighter
    partial: list[int]
    suggestion: str | None = None
    filtered_out: int = 0
    is_shortened: bool = False

    @property
    def status_counts(self) -> dict[str, int]:
        """Return the agreements by their status on the day asked about, whatever status the request asks for."""
        return {value.value: value.count for value in self.listing.facets.get("status", ()) if value.count}

    def articles(self, most: int) -> dict[int, list[int]]:
        """Return for each agreement of the page the ids of the articles that match best, best first."""
        if self.hits is None:
            return {}
        found = self.hits.answer.ranking.best_articles(self.listing.ids, most)
        if self.partial and self.hits.answer.partial_ranking is not None:
            found |= self.hits.answer.partial_ranking.best_articles(self.partial, most)
        return found


def find(
    session: Session,
    index: SearchIndex,
    columns: FacetColumns,
    request: ListRequest,
    today: date,
    reader: Reader = OPERATOR,
    *,
    position: tuple[str, int] | None = None,
) -> Answer:
    """Answer a request for a list of agreements; `session` must be one for the same reader.

    `position` is that of the database when the caller has just asked for it.
    Raises `QuerySyntaxError` when the words cannot be read, and `InvalidInputError` when a filter names a subject,
    party or body that is not known.
    """
    refuse_unknown(session, request)
    asked = read(request.q)
    node = asked.node
    hits = index.search(node, reader, expanded=request.expand, position=position) if node is not None else None
    ranked = hits.keys if hits is not None else None
    trusted = hits is not None and hits.is_complete
    listing = list_agreements(session, request, today, ranked, columns=columns.current(position), trusted=trusted)
    return Answer(
        listing=listing,
        request=request,
        judged_on=request.judged_on(today),
        hits=hits,
        highlighter=Highlighter(hits.answer.widened if hits is not None else None),
        partial=_partial(session, request, today, hits, listing),
        suggestion=(
            index.suggest(request.q, reader) if hits is not None and (not ranked or hits.answer.is_relaxed) else None
        ),
        filtered_out=len(ranked) if ranked and not listing.total else 0,
        is_shortened=asked.is_shortened,
    )


def _partial(session: Session, request: ListRequest, today: date, hits: TextHits | None, listing: Listing) -> list[int]:
    """Return those of the agreements with some of the words that the filters leave; on the first page only."""
    if hits is None or not hits.answer.partial or request.page > 1 or listing.sort != "relevance":
        return []
    if hits.is_complete and not request.is_filtered:
        # Nothing is left to ask: they were matched for this reader, and no filter stands.
        return hits.answer.partial
    return matching_ids(session, replace(request, sort="relevance"), today, hits.answer.partial)


def highlighter_for(node: Node | None, *, expanded: bool = True) -> Highlighter:
    """Return what marks the words of a query in a text."""
    return Highlighter(expand(node)[0] if node is not None and expanded else node)


def find_all_ids(
    session: Session, index: SearchIndex, request: ListRequest, today: date, reader: Reader = OPERATOR
) -> list[int]:
    """Return the ids of every agreement that the request matches, in its order: for downloads.

    Raises the same errors as `find`.
    """
    refuse_unknown(session, request)
    node = parse(request.q)
    hits = index.search(node, reader, expanded=request.expand) if node is not None else None
    return matching_ids(session, request, today, hits.keys if hits is not None else None)


def find_newest(
    session: Session, index: SearchIndex, request: ListRequest, today: date, paging: Paging, reader: Reader = OPERATOR
) -> tuple[list[Agreement], int]:
    """Return a page of the agreements of a list, whole, and how many there are: for feeds.

    Those that were entered or changed last come first. Raises the same errors as `find`.
    """
    node = parse(request.q)
    if node is not None and index.search(node, reader, expanded=request.expand).answer.is_relaxed:
        # A feed tells what is new under all of the words; until something is, there is nothing to tell.
        return [], 0
    ids = find_all_ids(session, index, replace(request, sort="registry_number"), today, reader)
    newest = session.scalars(
        select(Agreement.id)
        .where(among(session, ids))
        .order_by(Agreement.revised_at.desc(), Agreement.registry_number.desc())
        .offset(paging.offset)
        .limit(paging.per_page)
    )
    return agreements_by_ids(session, list(newest), whole=True), len(ids)
