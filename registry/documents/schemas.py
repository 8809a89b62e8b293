"""Documents as folders, forms and the API give them, and the commands made from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from registry.core.access import Access
from registry.core.i18n import N_
from registry.core.messages import Message
from registry.core.schemas import BaseSchema, Choice, Text
from registry.documents.outline import PieceKind
from registry.documents.vocabulary import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Languages in which texts can be stored: those of the registry first, then others in which states conclude.
TEXT_LANGUAGES = ("ru", "kk", "be", "en", "de", "fr", "nl", "es")

#: No treaty is longer; the longest known ones have some three million characters.
MAX_CHARACTERS = 10_000_000

_MAX_ID = 2**31 - 1
_MOST_PIECES = 10_000


@dataclass(frozen=True)
class AttachText:
    """Command: a text of an agreement. `data` holds the bytes of the file from which `text` was read."""

    language: str
    role: str
    access: str
    file_name: str
    source: str | None
    text: str
    data: bytes


class AttachTextSchema(BaseSchema):
    """Checks a text. The text itself may have any characters but control characters."""

    language = Choice(TEXT_LANGUAGES, required=True)
    role = Choice(Role, load_default=str(Role.UNOFFICIAL_TEXT))
    access = Choice(Access, load_default=str(Access.PUBLIC))
    file_name = Text(required=True, max_length=300)
    source = Text(max_length=1000)
    text = Text(required=True, max_length=MAX_CHARACTERS)
    data = fields.Raw(required=True)

    @post_load
    def _command(self, data: Mapping[str, Any], **_: object) -> AttachText:
        return AttachText(**{"source": None, **data})


@dataclass(frozen=True)
class Description:
    """What a person says about a document; the bytes say the rest."""

    language: str
    role: str
    access: str | None = None
    title: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class AttachDocument(Description):
    """Command: a file that belongs to an agreement. `replaces` is the document whose place it takes."""

    replaces: int | None = None


class DescriptionSchema(BaseSchema):
    """Checks what a person says about a document."""

    language = Choice(TEXT_LANGUAGES, required=True)
    role = Choice(Role, required=True)
    access = Choice(Access)
    title = Text(max_length=1000)
    source = Text(max_length=1000)

    @post_load
    def _command(self, data: Mapping[str, Any], **_: object) -> Description:
        return Description(**data)


class AttachDocumentSchema(DescriptionSchema):
    """Checks what comes with a file."""

    replaces = fields.Integer(validate=validate.Range(1, _MAX_ID, error=N_("There is no document of this number.")))

    @post_load
    def _command(self, data: Mapping[str, Any], **_: object) -> AttachDocument:
        return AttachDocument(**data)


@dataclass(frozen=True)
class Border:
    """Where a piece of a text begins, and what it is called; `label` is taken from its first line when not given."""

    start: int
    kind: str
    number: str | None = None
    heading: str | None = None
    label: str | None = None
    part: str | None = None


@dataclass(frozen=True)
class CorrectArticles:
    """Command: the borders of articles, for a text of `length` characters."""

    length: int
    borders: tuple[Border, ...]


class BorderSchema(BaseSchema):
    """Checks one border."""

    start = fields.Integer(required=True, strict=True)
    kind = Choice(PieceKind, required=True)
    number = Text(max_length=24)
    heading = Text(max_length=1000)
    label = Text(max_length=300)
    part = Text(max_length=1000)

    @post_load
    def _border(self, data: Mapping[str, Any], **_: object) -> Border:
        return Border(**data)


class CorrectArticlesSchema(BaseSchema):
    """Checks a division: it begins with the text, goes upwards and stays inside."""

    length = fields.Integer(required=True, strict=True)
    borders = fields.List(
        fields.Nested(BorderSchema),
        required=True,
        validate=validate.Length(1, _MOST_PIECES, error=N_("Give the pieces of the text, one a line.")),
    )

    @validates_schema(skip_on_field_errors=True)
    def _rises(self, data: Mapping[str, Any], **_: object) -> None:
        starts = [border.start for border in data["borders"]]
        if starts[0] != 0:
            raise ValidationError(Message(N_("The first piece begins with the text itself, at 0.")), "borders")
        for before, after in zip(starts, [*starts[1:], data["length"]], strict=True):
            if after <= before:
                raise ValidationError(
                    Message(
                        N_("A piece that begins at %(before)s cannot be followed by one at %(after)s."),
                        before=before,
                        after=after,
                    ),
                    "borders",
                )

    @post_load
    def _command(self, data: Mapping[str, Any], **_: object) -> CorrectArticles:
        return CorrectArticles(data["length"], tuple(data["borders"]))
