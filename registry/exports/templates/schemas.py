"""Shapes of the commands of export templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marshmallow import fields, post_load

from registry.core.schemas import Choice, Text
from registry.exports.schemas import HEADINGS, ExportSchema

MAX_NAME = 120


@dataclass(frozen=True)
class SaveTemplate:
    """Command: how lists are written, under a name."""

    name: str
    settings: dict[str, Any]


class TemplateSchema(ExportSchema):
    """What a template holds: what an export adds to a list, and its options. The language is the reader's."""

    class Meta:
        """Options of the schema."""

        exclude = ("language",)

    headings = Choice(HEADINGS, load_default="labels")
    bom = fields.Boolean(load_default=True)
    guard = fields.Boolean(load_default=True)


class SaveTemplateSchema(TemplateSchema):
    """The form that saves a template."""

    name = Text(required=True, max_length=MAX_NAME)

    @post_load
    def _command(self, data: dict[str, Any], **_: object) -> SaveTemplate:
        return SaveTemplate(data.pop("name"), data)
