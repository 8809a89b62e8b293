"""Which recorded states an export consists of, and in which order.

Of an agreement that has not changed since the instant, today's tables say all: the filters of the list and the search
index answer. Of one that has changed, its state of then is read and put to the same questions (`past`).
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, literal, select

from registry.agreements.models import Agreement
from registry.core.access import Access, Reader
from registry.core.errors import InvalidInputError, RegistryError
from registry.core.i18n import N_
from registry.core.messages import Message
from registry.core.uow import seen_in
from registry.exports.past import past_states
from registry.exports.past_words import search_past
from registry.lifecycle.models import StatusPeriod
from registry.lifecycle.vocabulary import Status
from registry.revisions.models import Revision
from registry.search.conditions import among, conditions_of, covers, refuse_unknown
from registry.search.query_language.grammar import read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from registry.exports.schemas import ExportRequest
    from registry.search.engine.index import SearchIndex, TextHits
    from registry.search.query_language.tree import Node

    #: What an agreement is put in order by: its number, its earliest day of signature, its title.
    Place = tuple[str, date | None, str]

_BATCH = 1000


class IndexBehindError(RegistryError):
    """The index cannot answer for the newest changes yet, so that the same export could differ in a moment."""


@dataclass(frozen=True)
class Selection:
    """The revisions of an export in their order, and of each the status on the legal day where it is known already.

    Arrays hold a list of a hundred thousand in little more than a megabyte.
    """

    revisions: array[int]
    statuses: array[int]
    known: tuple[tuple[str, str | None] | None, ...]

    def __len__(self) -> int:
        """Return how many agreements there are."""
        return len(self.revisions)


def select_states(session: Session, index: SearchIndex, request: ExportRequest) -> Selection:
    """Return the states that a request asks for; the session must be one for the request's reader.

    Raises `QuerySyntaxError` when the words cannot be read, `InvalidInputError` when a filter names what is not known
    or words have too many forms, and `IndexBehindError` when the index has not caught up yet.
    """
    search = request.search
    refuse_unknown(session, search)
    node = read(search.q).node
    unchanged = None if node is None else _present(index, node, request)
    known: list[tuple[str, str | None] | None] = [None]
    places: dict[tuple[str, str | None], int] = {}
    found: list[tuple[Place, int, int]] = []
    seen: set[int] = set()
    for row in _unchanged(session, request, unchanged):
        place = 0
        if row.status is not None:
            status = (row.status, row.reason)
            place = places.setdefault(status, len(known))
            if place == len(known):
                known.append(status)
        found.append(((row.registry_number, row.signed_earliest, row.sort_title), row.revision, place))
        seen.add(row.revision)
    # What another process changes between the two questions is in both answers, with the same state of then.
    past = past_states(session, request, _changed_since(session, request))
    if node is not None and past:
        hits = search_past(
            session,
            node,
            [state.revision for state in past],
            request.recorded_at,
            expanded=search.expand,
        )
        matching = set(_exactly(hits))
        past = [state for state in past if state.agreement_id in matching]
    found += [(state.place, state.revision, 0) for state in past if state.revision not in seen]
    _sort(found, search.sort or "-signed_on")
    return Selection(array("q", [item[1] for item in found]), array("h", [item[2] for item in found]), tuple(known))


def count_unsaid(session: Session, index: SearchIndex, request: ExportRequest) -> int | None:
    """Return how many agreements the filter by status leaves out because their status on the day cannot be said.

    None when no status is asked for, or this one too. It is counted among the same recorded states as the export, with
    all its other filters; raises as `select_states` does.
    """
    asked = request.search.statuses()
    if not asked or Status.UNKNOWN in asked:
        return None
    search = replace(request.search, status=(str(Status.UNKNOWN),))
    return len(select_states(session, index, replace(request, search=search)))


def _present(index: SearchIndex, node: Node, request: ExportRequest) -> list[int]:
    """Return the agreements of today that have the words."""
    hits = index.search(node, Reader(Access(request.clearance)), expanded=request.search.expand)
    if not hits.is_complete:
        raise IndexBehindError(N_("The search index has not caught up with the newest changes; try again in a moment."))
    return _exactly(hits)


def _exactly(hits: TextHits) -> list[int]:
    """Return what has all the words. What has some of them, which a page shows for want of better, is not exported.

    Of words with open letters not all forms may be looked for, and which ones depends on all other records: they are
    refused.
    """
    if hits.answer.cut_short:
        words = hits.answer.cut_short[0]
        message = Message(N_("Too many words fit “%(words)s” for an export; write more letters."), words=words)
        raise InvalidInputError({"q": [message]})
    return [] if hits.answer.is_relaxed else hits.keys


def _newest_known(session: Session, request: ExportRequest) -> Any:
    """Return the number of the newest revision of an agreement that the reader may see and that was made by then."""
    numbers = select(func.max(Revision.number)).where(
        Revision.agreement_id == Agreement.id, Revision.recorded_at <= request.recorded_at, *_open(session)
    )
    return numbers.correlate(Agreement).scalar_subquery()


def _open(session: Session) -> list[ColumnElement[bool]]:
    sees = seen_in(session)
    return [Revision.access.in_(sees)] if sees is not None else []


def _later(session: Session, request: ExportRequest) -> ColumnElement[bool]:
    later = exists().where(
        Revision.agreement_id == Agreement.id, Revision.recorded_at > request.recorded_at, *_open(session)
    )
    return later.correlate(Agreement)


def _unchanged(session: Session, request: ExportRequest, matching: list[int] | None) -> Iterator[Any]:
    """Yield the agreements that today's tables answer for, with their revision and their status on the day."""
    conditions = conditions_of(session, replace(request.search, q=""), request.on)
    by_title = request.search.sort == "title"
    statement = (
        select(
            Agreement.registry_number,
            Agreement.signed_earliest,
            (Agreement.sort_title if by_title else literal("")).label("sort_title"),
            Revision.id.label("revision"),
            StatusPeriod.status,
            StatusPeriod.reason,
        )
        .select_from(Agreement)
        .join(
            Revision,
            (Revision.agreement_id == Agreement.id) & (Revision.number == _newest_known(session, request)),
        )
        .outerjoin(StatusPeriod, covers(request.on))
        .where(*conditions.values(), ~_later(session, request))
        .execution_options(yield_per=_BATCH)
    )
    if matching is not None:
        statement = statement.where(among(session, matching))
    with session.execute(statement) as rows:
        yield from rows


def _changed_since(session: Session, request: ExportRequest) -> list[int]:
    """Return the revisions of then of the agreements that have changed since."""
    statement = (
        select(Revision.id)
        .select_from(Agreement)
        .join(
            Revision,
            (Revision.agreement_id == Agreement.id) & (Revision.number == _newest_known(session, request)),
        )
        .where(_later(session, request))
        .order_by(Revision.id)
    )
    return list(session.scalars(statement))


def _sort(found: list[tuple[Place, int, int]], sort: str) -> None:
    """Put states in order as the list does, by code points: a database sorts by the rules of its own locale."""
    is_newest_first = sort == "-signed_on"
    found.sort(key=lambda item: item[0][0], reverse=is_newest_first)
    if sort == "title":
        found.sort(key=lambda item: item[0][2])
    elif sort in ("signed_on", "-signed_on"):
        sign = -1 if is_newest_first else 1
        found.sort(key=lambda item: (item[0][1] is None, sign * item[0][1].toordinal() if item[0][1] else 0))
