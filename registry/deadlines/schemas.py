"""The arguments of a list of deadlines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marshmallow import fields, post_load
from marshmallow.validate import Range

from registry.agreements.vocabulary import Level
from registry.core.i18n import N_
from registry.core.schemas import BaseSchema, Choice, Text
from registry.lifecycle.schedule import DeadlineKind, NotKnown

#: How far ahead a list looks unless it is told otherwise, and at most.
USUAL_DAYS, MOST_DAYS = 365, 3660


@dataclass(frozen=True)
class DeadlineRequest:
    """What is asked for: deadlines of the next `days`, of one responsible body, level or kind where given.

    `not_known` asks for the agreements whose deadlines cannot be said for that reason instead.
    """

    days: int = USUAL_DAYS
    body: str | None = None
    level: str | None = None
    kind: str | None = None
    not_known: str | None = None
    page: int = 1


class DeadlineRequestSchema(BaseSchema):
    """The arguments as they stand in an address."""

    days = fields.Integer(
        load_default=USUAL_DAYS,
        validate=Range(1, MOST_DAYS, error=N_("Ask for the deadlines of 1 to 3660 days.")),
    )
    body = Text(load_default=None, max_length=80)
    level = Choice(Level, load_default=None)
    kind = Choice(DeadlineKind, load_default=None)
    not_known = Choice(NotKnown, load_default=None)
    page = fields.Integer(load_default=1, validate=Range(1, 1_000_000, error=N_("Pages count from 1.")))

    @post_load
    def _request(self, data: dict[str, Any], **_: object) -> DeadlineRequest:
        return DeadlineRequest(**data)
