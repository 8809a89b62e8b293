"""Past states put to the questions of a list: the filters of `search.conditions` on a record instead of on tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from registry.agreements.services import sort_title
from registry.agreements.vocabulary import MIXED
from registry.exports.rows import Row
from registry.revisions.queries import states
from registry.search.conditions import UNKNOWN_DECADE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy.orm import Session

    from registry.exports.schemas import ExportRequest
    from registry.search.schemas import ListRequest

_BATCH = 500


@dataclass(frozen=True)
class PastState:
    """A state that fits the filters: its revision, its agreement, and what it is put in order by."""

    revision: int
    agreement_id: int
    place: tuple[str, date | None, str]


def past_states(session: Session, request: ExportRequest, revisions: Sequence[int]) -> list[PastState]:
    """Return those of the revisions that fit the filters of a request, whatever its words."""
    found = []
    for start in range(0, len(revisions), _BATCH):
        for state in states(session, revisions[start : start + _BATCH]):
            row = Row(state.record, state.counted, request.on, request.language, None)
            if fits(row, request.search):
                found.append(PastState(state.revision, state.agreement_id, _place(state.record)))
    return found


def fits(row: Row, search: ListRequest) -> bool:
    """Return whether a record fits all filters of a list; the words are asked elsewhere."""
    chosen = {
        **{name: getattr(search, name) for name in (*_VALUES, *_TESTS)},
        "status": search.statuses(),
    }
    return all(
        bool(set(_VALUES[name](row)).intersection(wanted)) if name in _VALUES else _TESTS[name](row.record, wanted)
        for name, wanted in chosen.items()
        if wanted not in (None, ())
    )


def _levels(row: Row) -> list[str]:
    levels = [side["level"] for side in row.record["sides"]]
    return [*levels, MIXED] if row.record["level"] == MIXED else levels


def _members(row: Row) -> list[dict[str, Any]]:
    return [member for side in row.record["sides"] for member in side["members"]]


def _decade(row: Row) -> str:
    signed = row.record["signed_on"]
    return f"{signed[:3]}0" if signed else UNKNOWN_DECADE


#: What a record has of each filter that takes several values, any one of which may match.
_VALUES: dict[str, Callable[[Row], Iterable[str]]] = {
    "level": _levels,
    "kind": lambda row: [row.record["kind"]],
    "subject": lambda row: [item["code"] for item in row.record["subjects"]],
    "party": lambda row: [item["party"]["code"] for item in _members(row)],
    "body": lambda row: [item["body"]["key"] for item in _members(row) if item["body"]],
    "status": lambda row: [row.status],
    "proof": lambda row: [row.record["proof"]],
    "decade": lambda row: [_decade(row)],
    "language": lambda row: [item["language"] for item in row.record["languages"]],
}
_TESTS: dict[str, Callable[[dict[str, Any], Any], bool]] = {
    "has_text": lambda record, wanted: wanted == any(item["text_length"] > 0 for item in record["documents"]),
    "signed_from": lambda record, first: (record["signed_latest"] or "") >= first.earliest.isoformat(),
    "signed_to": lambda record, last: (
        bool(record["signed_earliest"]) and record["signed_earliest"] <= last.latest.isoformat()
    ),
}


def _place(record: dict[str, Any]) -> tuple[str, date | None, str]:
    earliest = record["signed_earliest"]
    return (
        record["registry_number"],
        date.fromisoformat(earliest) if earliest else None,
        sort_title(record["titles"]),
    )
