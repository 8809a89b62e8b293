"""The arguments of every list of agreements: the same for pages, API, downloads and the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from marshmallow import EXCLUDE, fields, post_load
from marshmallow.validate import Range, Regexp

from registry.agreements.vocabulary import MIXED, Kind, Level, Proof
from registry.core.i18n import N_
from registry.core.pagination import DEFAULT_PER_PAGE, MAX_PER_PAGE
from registry.core.schemas import LANGUAGES, BaseSchema, Choice, PartialDateField, Text
from registry.lifecycle.vocabulary import Status

if TYPE_CHECKING:
    from datetime import date

    from registry.core.edtf import PartialDate

SORTS = ("relevance", "-signed_on", "signed_on", "title", "registry_number")
MAX_QUERY = 2000

#: Arguments that can be given more than once: any one of the values may match.
LISTS = ("level", "kind", "subject", "party", "body", "status", "proof", "decade", "language")


@dataclass(frozen=True)
class ListRequest:
    """What is asked of the list: words, filters, the day on which status is judged, order and page."""

    q: str = ""
    level: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    party: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    proof: tuple[str, ...] = ()
    decade: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    in_force_on: date | None = None
    on: date | None = None
    signed_from: PartialDate | None = None
    signed_to: PartialDate | None = None
    has_text: bool | None = None
    expand: bool = True
    sort: str | None = None
    page: int = 1
    per_page: int = DEFAULT_PER_PAGE

    @property
    def is_filtered(self) -> bool:
        """Return whether anything but words narrows the list."""
        return bool(
            any(getattr(self, name) for name in (*LISTS, "in_force_on", "signed_from", "signed_to"))
            or self.has_text is not None
        )

    def judged_on(self, today: date) -> date:
        """Return the day on which the status of each agreement is judged."""
        return self.in_force_on or self.on or today

    def statuses(self) -> tuple[str, ...]:
        """Return the statuses asked for on the day of `judged_on`; with `in_force_on` alone those in force."""
        return self.status or ((str(Status.IN_FORCE),) if self.in_force_on else ())


def _many(item: fields.Field[Any]) -> fields.List[Any]:
    return fields.List(item, load_default=())


class ListRequestSchema(BaseSchema):
    """Checks the arguments. Loads a mapping of text values, lists for the arguments in `LISTS`."""

    q = fields.String(load_default="")
    level = _many(Choice([*Level, MIXED]))
    kind = _many(Choice(Kind))
    subject = _many(Text(max_length=60))
    party = _many(Text(max_length=3))
    body = _many(Text(max_length=80))
    status = _many(Choice(Status))
    proof = _many(Choice(Proof))
    decade = _many(Text(validate=Regexp(r"^(\d{3}0|unknown)$", error=N_("Write a decade as 1990, or “unknown”."))))
    language = _many(Choice(LANGUAGES))
    in_force_on = fields.Date(error_messages={"invalid": N_("Write the day as YYYY-MM-DD, such as 1998-01-01.")})
    on = fields.Date(error_messages={"invalid": N_("Write the day as YYYY-MM-DD, such as 1998-01-01.")})
    signed_from = PartialDateField()
    signed_to = PartialDateField()
    has_text = fields.Boolean()
    expand = fields.Boolean(load_default=True)
    sort = Choice(SORTS)
    page = fields.Integer(load_default=1, validate=Range(1, 1_000_000, error=N_("Pages count from 1.")))
    per_page = fields.Integer(
        load_default=DEFAULT_PER_PAGE,
        validate=Range(1, MAX_PER_PAGE, error=N_("A page holds between 1 and 100 agreements.")),
    )

    @post_load
    def _request(self, data: dict[str, Any], **_: object) -> ListRequest:
        data["q"] = data["q"].strip()
        for name in LISTS:
            data[name] = tuple(dict.fromkeys(data[name]))
        return ListRequest(**data)


class LenientListRequestSchema(ListRequestSchema):
    """The same for pages, whose addresses may carry what other sites add to links."""

    class Meta:
        """Options of the schema."""

        unknown = EXCLUDE


class DaySchema(BaseSchema):
    """The day on which one agreement is judged."""

    on = fields.Date(error_messages={"invalid": N_("Write the day as YYYY-MM-DD, such as 1998-01-01.")})
