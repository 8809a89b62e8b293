"""Exports in groups: by level, by ministry, or by year of signature, each group with its subtotal."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.core.i18n import N_, translation
from registry.exports.columns import pick
from registry.exports.formats.sheet import Closing, Opening
from registry.exports.rows import Row
from registry.lifecycle.labels import label_of
from registry.revisions.queries import states

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from registry.core.i18n import Translate
    from registry.exports.schemas import ExportRequest
    from registry.exports.selection import Selection

_BATCH = 500


@dataclass(frozen=True)
class Group:
    """The places of a selection that belong to one group, in their order, and the level of each agreement."""

    opening: Opening
    closing: Closing
    places: list[int]
    level_of: dict[int, str]

    def levels(self, places: Iterable[int]) -> Counter[str]:
        """Return how many of these places have each level."""
        return Counter(self.level_of[place] for place in places)


def grouped(session: Session, request: ExportRequest, selection: Selection) -> list[Group]:
    """Return the groups of an export in their order; an agreement of two ministries stands in the groups of both.

    Levels come in the order of the highest first, ministries by their names, years from the latest; what has no
    ministry or no year comes last.
    """
    translate = translation(request.language)
    by_value: dict[str, list[int]] = {}
    labels: dict[str, str] = {}
    levels: dict[int, str] = {}
    for start in range(0, len(selection), _BATCH):
        batch = list(selection.revisions[start : start + _BATCH])
        for place, state in enumerate(states(session, batch), start=start):
            row = Row(state.record, state.counted, request.on, request.language, None)
            levels[place] = state.record["level"]
            for value, name in _values(row, request, translate):
                by_value.setdefault(value, []).append(place)
                labels.setdefault(value, name)
    by = request.group_by or ""
    return [
        Group(
            Opening(by, value, labels[value]),
            Closing(by, value, labels[value], len(by_value[value])),
            by_value[value],
            levels,
        )
        for value in sorted(by_value, key=lambda value: _order(by, value, labels[value]))
    ]


def _values(row: Row, request: ExportRequest, translate: Translate) -> list[tuple[str, str]]:
    """Return the groups that a record belongs to: value and label of each."""
    if request.group_by == "level":
        level = row.record["level"]
        return [(level, translate(label_of("level", level)))]
    if request.group_by == "year":
        signed = row.record["signed_on"]
        return [(signed[:4], signed[:4])] if signed else [("", translate(N_("Year not known")))]
    found = [(body["key"], pick(body["names"], request.language)) for body in row.ministries]
    return found or [("", translate(N_("No ministry or agency")))]


_LEVELS = ("heads_of_state", "governments", "ministries", "mixed", "other")


def _order(by: str, value: str, name: str) -> tuple[bool, int, str, str]:
    if by == "level":
        return (False, _LEVELS.index(value), "", value)
    if by == "year":
        return (value == "", -int(value or 0), "", value)
    return (value == "", 0, name.casefold(), value)
