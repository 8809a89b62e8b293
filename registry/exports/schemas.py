"""What is asked of an export: everything that its bytes depend on, in one value that can be kept and asked again."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError, validates
from marshmallow import fields as kinds

from registry.audit.leaves import written
from registry.core.access import Access
from registry.core.canonical import canonical
from registry.core.errors import InvalidInputError
from registry.core.i18n import N_
from registry.core.messages import Message
from registry.core.schemas import BaseSchema, Choice
from registry.exports.columns import COLUMNS, IMPORTED_COLUMNS
from registry.search.schemas import LISTS, SORTS, ListRequest, ListRequestSchema

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

FORMATS = ("csv", "xlsx", "ods", "json", "jsonl", "pdf")
GROUPINGS = ("level", "ministry", "year")
HEADINGS = ("labels", "names")
#: The languages of the interface; a test holds them against its own list.
EXPORT_LANGUAGES = ("en", "ru")

#: An export is always in an order of its own fields: how well words match changes with every other record.
EXPORT_SORTS = tuple(sort for sort in SORTS if sort != "relevance")

#: Arguments of a list that say nothing of what is in an export.
_PAGING = ("page", "per_page")


@dataclass(frozen=True)
class ExportOptions:
    """How an export is written, apart from what is in it.

    `bom` begins a CSV with a byte order mark, without which Excel misreads Cyrillic. `guard` writes an apostrophe
    before what a spreadsheet that opens a CSV would take for a formula (CWE-1236); the import takes it away again.
    `headings` are the names of the columns, which the import reads, or their labels in the language of the export.
    """

    bom: bool = True
    guard: bool = True
    headings: str = "labels"


@dataclass(frozen=True)
class ExportRequest:
    """An export, asked for completely: the same request gives the same bytes, whenever and on whichever node.

    `search` always says the legal day (`on` or `in_force_on`) and the order. `recorded_at` is the instant of which
    the records are; `clearance` says as whom they are read.
    """

    search: ListRequest
    recorded_at: datetime
    format: str = "csv"
    columns: tuple[str, ...] = IMPORTED_COLUMNS
    group_by: str | None = None
    language: str = "en"
    clearance: str = Access.PUBLIC
    options: ExportOptions = field(default_factory=ExportOptions)

    @property
    def on(self) -> date:
        """Return the legal day, by which the status of each agreement is judged."""
        day = self.search.in_force_on or self.search.on
        assert day is not None  # noqa: S101  `resolved` gives every request its day.
        return day

    def as_dict(self) -> dict[str, Any]:
        """Return the request as plain values of JSON, the same for the same request."""
        return {
            "search": criteria_of(self.search),
            "recorded_at": written(self.recorded_at),
            "format": self.format,
            "columns": list(self.columns),
            "group_by": self.group_by,
            "language": self.language,
            "clearance": str(self.clearance),
            "options": {item.name: getattr(self.options, item.name) for item in fields(ExportOptions)},
        }

    def canonical(self) -> bytes:
        """Return the request as canonical JSON (RFC 8785)."""
        return canonical(self.as_dict())


def request_from(values: Mapping[str, Any]) -> ExportRequest:
    """Read a request that `ExportRequest.as_dict` wrote. Raises `InvalidInputError` when it cannot be used any more."""
    try:
        search = ListRequestSchema().load(values["search"])
        recorded_at = datetime.fromisoformat(values["recorded_at"]).astimezone(UTC)
        asked = ExportSchema().load({name: values[name] for name in _KEPT})
        options = ExportOptions(**values["options"])
    except (ValidationError, KeyError, TypeError, ValueError) as error:
        errors = error.messages if isinstance(error, ValidationError) else {"request": [str(error)]}
        raise InvalidInputError(errors, N_("This export can no longer be made.")) from error
    return ExportRequest(
        search=search,
        recorded_at=recorded_at,
        options=options,
        **{**asked, "columns": tuple(asked["columns"]), "clearance": values["clearance"]},
    )


_KEPT = ("format", "columns", "group_by", "language")


class ExportSchema(BaseSchema):
    """Checks what an export adds to the arguments of a list. Without columns it is left to the format which ones."""

    format = Choice(FORMATS, load_default="csv")
    columns = kinds.List(Choice(COLUMNS), load_default=None, allow_none=True)
    group_by = Choice(GROUPINGS, load_default=None, allow_none=True)
    language = Choice(EXPORT_LANGUAGES, load_default="en")

    @validates("columns")
    def _columns(self, columns: list[str] | None, **_: object) -> None:
        if columns is None:
            return
        if not columns:
            raise ValidationError(Message(N_("Choose at least one column.")))
        if len(set(columns)) < len(columns):
            raise ValidationError(Message(N_("Each column can be chosen once only.")))


def criteria_of(search: ListRequest) -> dict[str, Any]:
    """Return the arguments of a list that are not at their default, as `ListRequestSchema` loads them."""
    default = ListRequest()
    found: dict[str, Any] = {}
    for item in fields(ListRequest):
        value = getattr(search, item.name)
        if item.name in _PAGING or value == getattr(default, item.name):
            continue
        # The values of a filter are alternatives: in which order they were chosen means nothing.
        found[item.name] = sorted(value) if item.name in LISTS else value if isinstance(value, bool) else str(value)
    return found
