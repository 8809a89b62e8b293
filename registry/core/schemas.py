"""The base schema and the fields that all slices share. Shape is checked here; law is checked in `rules.py`."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from marshmallow import RAISE, Schema, ValidationError, fields

from registry.core.durations import Period
from registry.core.edtf import PartialDate
from registry.core.i18n import N_
from registry.core.messages import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from enum import StrEnum

    from registry.core.db import LangText

LANGUAGES = ("en", "ru", "kk", "be")

#: No single text of a record is longer; more than this in one field is a mistake of the file, not a title.
MAX_TEXT = 20_000


class BaseSchema(Schema):
    """A schema that refuses what it does not know, so that a misspelt field never vanishes silently."""

    class Meta:
        """Options of all schemas."""

        unknown = RAISE


class Text(fields.String):
    """A text: NFC, trimmed, without control characters, not empty, of bounded length."""

    def __init__(self, *, max_length: int = MAX_TEXT, **kwargs: Any) -> None:
        """Bound the text at `max_length` characters."""
        super().__init__(**kwargs)
        self.max_length = max_length

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        return clean_text(text, self.max_length)


def clean_text(value: str, max_length: int = MAX_TEXT) -> str:
    """Return `value` in Unicode NFC and trimmed.

    Raises `ValidationError` when it is empty, too long or holds control characters other than line breaks
    and tabs: PostgreSQL refuses NUL and no text of a treaty needs the others.
    """
    text = unicodedata.normalize("NFC", value).strip()
    if not text:
        raise ValidationError(Message(N_("Give a text, or leave the field out when it is not known.")))
    if len(text) > max_length:
        raise ValidationError(
            Message(
                N_("This text has %(length)s characters; at most %(most)s are allowed."),
                length=len(text),
                most=max_length,
            )
        )
    for position, character in enumerate(text):
        if unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t\r":
            raise ValidationError(
                Message(
                    N_("Character %(position)s is a control character (U+%(code)s); remove it."),
                    position=position + 1,
                    code=f"{ord(character):04X}",
                )
            )
    return text


class Choice(fields.String):
    """One value of a closed vocabulary."""

    def __init__(self, vocabulary: type[StrEnum] | Iterable[str], **kwargs: Any) -> None:
        """Allow the values of `vocabulary`."""
        super().__init__(**kwargs)
        self.vocabulary = [str(value) for value in vocabulary]

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).strip()
        if text not in self.vocabulary:
            raise ValidationError(
                Message(
                    N_("“%(value)s” is not known here; use one of: %(choices)s."),
                    value=text[:80],
                    choices=", ".join(self.vocabulary),
                )
            )
        return text


class PartialDateField(fields.Field[PartialDate]):
    """A partial date as an EDTF level 0 string: `1996`, `1996-01` or `1996-01-17`."""

    def _serialize(self, value: PartialDate | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        del attr, obj, kwargs
        return None if value is None else str(value)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> PartialDate:
        del attr, data, kwargs
        if not isinstance(value, str):
            raise ValidationError(Message(N_("Write the date as text: YYYY, YYYY-MM or YYYY-MM-DD.")))
        try:
            return PartialDate.parse(value.strip())
        except ValueError as error:
            raise ValidationError(_message_of(error)) from error


class PeriodField(fields.Field[Period]):
    """A length of time as ISO 8601 writes it: `P5Y`, `P6M`, `P30D`."""

    def _serialize(self, value: Period | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        del attr, obj, kwargs
        return None if value is None else str(value)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Period:
        del attr, data, kwargs
        if not isinstance(value, str):
            raise ValidationError(Message(N_("Write the period as text, such as P5Y or P6M.")))
        try:
            return Period.parse(value.strip())
        except ValueError as error:
            raise ValidationError(_message_of(error)) from error


class LangTextField(fields.Field["LangText"]):
    """A text in one or more languages: `{"en": "...", "ru": "..."}`."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> LangText:
        del attr, data, kwargs
        if not isinstance(value, dict) or not value:
            raise ValidationError(Message(N_("Give the text by language, such as {“en”: “…”, “ru”: “…”}.")))
        unknown = [str(key) for key in value if key not in LANGUAGES]
        if unknown:
            raise ValidationError(
                Message(
                    N_("Language “%(value)s” is not known here; use one of: %(choices)s."),
                    value=unknown[0][:80],
                    choices=", ".join(LANGUAGES),
                )
            )
        texts: LangText = {}
        for language in LANGUAGES:
            if language in value:
                if not isinstance(value[language], str):
                    raise ValidationError({language: [Message(N_("Not a valid string."))]})
                texts[language] = clean_text(value[language])
        return texts


def _message_of(error: ValueError) -> Message:
    """Keep the template of an error that has one, so that it can be translated."""
    template = getattr(error, "template", None)
    return Message(template, **getattr(error, "params", {})) if template else Message("%(reason)s", reason=str(error))
