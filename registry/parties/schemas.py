"""Shapes of parties and bodies in files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from marshmallow import fields, post_load
from marshmallow.validate import Regexp

from registry.core.i18n import N_
from registry.core.schemas import BaseSchema, Choice, LangTextField, PartialDateField, Text
from registry.parties.models import BodyKind, PartyKind

if TYPE_CHECKING:
    from registry.core.db import LangText
    from registry.core.edtf import PartialDate


@dataclass(frozen=True)
class EnterParty:
    """Command: a party as the registry is to know it."""

    code: str
    kind: str
    names: LangText
    long_names: LangText = field(default_factory=dict)


@dataclass(frozen=True)
class EnterBody:
    """Command: a body as the registry is to know it."""

    key: str
    party: str
    kind: str
    names: LangText
    also_known_as: list[str] = field(default_factory=list)
    name_sources: str | None = None
    valid_from: PartialDate | None = None
    valid_until: PartialDate | None = None
    successor: str | None = None
    parent: str | None = None


@dataclass(frozen=True)
class AddBody:
    """Command: a body that the registry does not know; `predecessor` is the key of the one in whose place it comes."""

    key: str
    party: str
    kind: str
    names: LangText
    valid_from: PartialDate | None = None
    predecessor: str | None = None


@dataclass(frozen=True)
class RenameBody:
    """Command: the names of a body as they should be."""

    names: LangText


class PartySchema(BaseSchema):
    """A party: its ISO 3166-1 alpha-3 code and its names."""

    code = Text(
        required=True, validate=Regexp(r"^[A-Z]{3}$", error=N_("Write the ISO 3166-1 alpha-3 code, such as KAZ."))
    )
    kind = Choice(PartyKind, load_default=str(PartyKind.STATE))
    names = LangTextField(required=True)
    long_names = LangTextField()

    @post_load
    def _command(self, data: dict[str, Any], **_: object) -> EnterParty:
        return EnterParty(**data)


def _key() -> Text:
    return Text(
        required=True,
        max_length=80,
        validate=Regexp(r"^[a-z]{3}(-[a-z0-9]+)+$", error=N_("Write a key such as kaz-ministry-of-defence.")),
    )


class BodySchema(BaseSchema):
    """A body of a party."""

    key = _key()
    party = Text(required=True, max_length=3)
    kind = Choice(BodyKind, required=True)
    names = LangTextField(required=True)
    also_known_as = fields.List(Text(max_length=200))
    name_sources = Text()
    valid_from = PartialDateField()
    valid_until = PartialDateField()
    successor = Text(max_length=80)
    parent = Text(max_length=80)

    @post_load
    def _command(self, data: dict[str, Any], **_: object) -> EnterBody:
        return EnterBody(**data)


class AddBodySchema(BaseSchema):
    """A body that somebody adds by hand."""

    key = _key()
    party = Text(required=True, max_length=3)
    kind = Choice(BodyKind, required=True)
    names = LangTextField(required=True)
    valid_from = PartialDateField()
    predecessor = Text(max_length=80)

    @post_load
    def _command(self, data: dict[str, Any], **_: object) -> AddBody:
        return AddBody(**data)


class RenameBodySchema(BaseSchema):
    """The names of a body."""

    names = LangTextField(required=True)

    @post_load
    def _command(self, data: dict[str, Any], **_: object) -> RenameBody:
        return RenameBody(**data)
