"""A text as folders, forms and the API give it, and the command made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from marshmallow import fields, post_load

from registry.core.access import Access
from registry.core.schemas import BaseSchema, Choice, Text
from registry.documents.vocabulary import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Languages in which texts can be stored: those of the registry first, then others in which states conclude.
TEXT_LANGUAGES = ("ru", "kk", "be", "en", "de", "fr", "nl", "es")

#: No treaty is longer; the longest known ones have some three million characters.
MAX_CHARACTERS = 10_000_000


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
