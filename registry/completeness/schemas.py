"""What can be asked of the report: which agreements, which gaps, after how many years, in which order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from marshmallow import EXCLUDE, fields, post_load, validate

from registry.agreements.vocabulary import MIXED, Level
from registry.completeness.rules import DEFAULT_YEARS, MOST_YEARS
from registry.completeness.vocabulary import GapKind
from registry.core.i18n import N_
from registry.core.messages import Message
from registry.core.schemas import BaseSchema, Choice, Text

if TYPE_CHECKING:
    from registry.completeness.facts import Stated

SORTS = ("-gaps", "registry_number", "signed_on")

#: Arguments that can be given more than once: any of the values counts.
LISTS = ("gap", "level", "body")


@dataclass(frozen=True)
class ReportRequest:
    """What is asked for: gaps of these kinds, of agreements of these levels and bodies, in this order."""

    gap: tuple[GapKind, ...] = ()
    level: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    years: int = DEFAULT_YEARS
    sort: str = SORTS[0]
    page: int = 1

    @property
    def about(self) -> ReportRequest:
        """Return what the report depends on: everything but the page."""
        return replace(self, page=1)

    def takes(self, state: Stated) -> bool:
        """Return whether an agreement in this state is asked for."""
        levels = {*state.levels, *([MIXED] if len(state.levels) > 1 else [])}
        return (not self.level or bool(levels.intersection(self.level))) and (
            not self.body or bool(set(state.bodies).intersection(self.body))
        )

    def arguments(self, **changes: object) -> dict[str, Any]:
        """Return the request as arguments of its address, with changes; what is at its default is left out."""
        default = ReportRequest()
        given = {name: changes.get(name, getattr(self, name)) for name in self.__dataclass_fields__}
        return {
            name: [str(item) for item in value] if isinstance(value, tuple) else value
            for name, value in given.items()
            if value and value != getattr(default, name)
        }


class ReportRequestSchema(BaseSchema):
    """The arguments of the report; a program is told of those that are not known."""

    gap = fields.List(Choice(GapKind))
    level = fields.List(Choice([*Level, MIXED]))
    body = fields.List(Text(max_length=60))
    years = fields.Integer(
        validate=validate.Range(
            0, MOST_YEARS, error=Message(N_("Give a number of years from 0 to %(most)s."), most=MOST_YEARS)
        )
    )
    sort = Choice(SORTS)
    page = fields.Integer(validate=validate.Range(1, 10_000_000))

    @post_load
    def _request(self, data: dict[str, Any], **_: object) -> ReportRequest:
        for name in LISTS:
            data[name] = tuple(dict.fromkeys(data.get(name, ())))
        data["gap"] = tuple(GapKind(value) for value in data["gap"])
        return ReportRequest(**data)


class LenientReportRequestSchema(ReportRequestSchema):
    """The same for pages, which read over what others add to links."""

    class Meta:
        """Leave out what is not known."""

        unknown = EXCLUDE
