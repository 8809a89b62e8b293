"""Shapes of the commands of saved searches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marshmallow import fields, post_load
from marshmallow.validate import Length, Range

from registry.core.i18n import N_
from registry.core.schemas import BaseSchema, Text
from registry.search.schemas import MAX_QUERY

MAX_NAME = 120

#: Longer than any address that the registry itself writes for a list, and far less than a request may hold.
MAX_ADDRESS = 8000


@dataclass(frozen=True)
class SaveSearch:
    """Command: a list to be saved, by its arguments as (name, value) pairs."""

    name: str
    arguments: list[tuple[str, str]]


class SaveFormSchema(BaseSchema):
    """The form beside a list: the query string of the list, and a name unless its words are to be its name."""

    name = Text(max_length=MAX_NAME)
    query = fields.String(
        load_default="", validate=Length(max=MAX_ADDRESS, error=N_("The address of this list is too long to be saved."))
    )


class SavedListSchema(BaseSchema):
    """What is saved of a list: its name and its arguments, as texts that every database can keep."""

    name = Text(required=True, max_length=MAX_NAME)
    arguments = fields.List(fields.Tuple((Text(max_length=40), Text(max_length=MAX_QUERY))), load_default=list)

    @post_load
    def _command(self, data: dict[str, Any], **_: object) -> SaveSearch:
        return SaveSearch(**data)


class RenameSchema(BaseSchema):
    """The form by which a saved search gets another name."""

    name = Text(required=True, max_length=MAX_NAME)


class SeenSchema(BaseSchema):
    """The form by which a user says that what a page showed is seen; `shown_at` is when that page was made."""

    shown_at = fields.AwareDateTime(
        format="iso",
        error_messages=dict.fromkeys(("invalid", "invalid_awareness"), N_("This is not a moment in time.")),
    )


class PageSchema(BaseSchema):
    """Which page of the saved searches is shown."""

    page = fields.Integer(load_default=1, validate=Range(1, 1_000_000, error=N_("Pages count from 1.")))
