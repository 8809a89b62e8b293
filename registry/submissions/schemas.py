"""Submissions as forms and the API give them, and the commands made from them.

The content of a submission is not checked here: it has the shape of the import's schemas, and `problems` asks those.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError, fields, post_load, validate

from registry.core.access import Access
from registry.core.i18n import N_
from registry.core.messages import Message
from registry.core.schemas import BaseSchema, Choice, Text
from registry.documents.schemas import TEXT_LANGUAGES
from registry.documents.vocabulary import Role
from registry.submissions.vocabulary import Kind, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

#: No record that anybody has typed comes near; what is larger is no record.
MOST_CHARACTERS = 500_000

_MOST_LEVELS = 12
_MOST_REMARKS = 200
_MOST_TEXT = 5000
_FORM_KEY = validate.Regexp(r"^[A-Za-z0-9_-]{8,64}$", error=N_("Give a key of 8 to 64 letters and digits."))


@dataclass(frozen=True)
class StartDraft:
    """Command: begin a submission. `form_key` is that of the form: the same one again begins nothing."""

    kind: str
    form_key: str
    agreement: str | None = None


@dataclass(frozen=True)
class SaveDraft:
    """Command: keep what was typed. With `step`, `content` holds the fields of that step, and the others stay."""

    content: dict[str, Any]
    version: int
    step: str | None = None
    another_because: str | None = None


@dataclass(frozen=True)
class HandIn:
    """Command: submit. `form_key` is that of the form: the same one again only gives the same receipt."""

    version: int
    form_key: str
    another_because: str | None = None
    text: str | None = None


@dataclass(frozen=True)
class DescribeFile:
    """Command: what the sender says about a file."""

    language: str
    role: str
    form_key: str
    access: str | None = None
    title: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class Remark:
    """A remark on one field, named by its path such as `sides.0.level`."""

    field: str
    text: str


@dataclass(frozen=True)
class Comment:
    """Command: remark something without deciding anything."""

    text: str
    form_key: str
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Decide:
    """Command: return, register, reject or withdraw what stood at `version`, for this reason.

    `seen_revision` is the revision of the agreement with which an officer compared what they register.
    """

    version: int
    text: str | None = None
    remarks: tuple[Remark, ...] = ()
    seen_revision: int | None = None


@dataclass(frozen=True)
class Assign:
    """Command: give what stood at `version` to the officer with this login, or to nobody."""

    version: int
    login: str | None = None


class JsonObject(fields.Field[dict[str, Any]]):
    """An object of any content, as JSON can hold it and of bounded size."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        del attr, data, kwargs
        if not isinstance(value, dict):
            raise ValidationError(Message(N_("An agreement is an object with named fields.")))
        try:
            size = len(json.dumps(value, allow_nan=False))
        except (ValueError, TypeError, RecursionError) as error:
            raise ValidationError(Message(N_("This cannot be written as JSON."))) from error
        if _depth(value) > _MOST_LEVELS:
            raise ValidationError(Message(N_("This cannot be written as JSON.")))
        if size > MOST_CHARACTERS:
            raise ValidationError(too_long(size))
        return value


def too_long(size: int) -> Message:
    """Return what to say of content that is larger than any record."""
    return Message(
        N_("This text has %(length)s characters; at most %(most)s are allowed."), length=size, most=MOST_CHARACTERS
    )


def _depth(value: Any) -> int:
    """Return how deeply objects and lists lie in one another."""
    level, depth = [value], 0
    while level:
        level = [
            inner
            for item in level
            for inner in (item.values() if isinstance(item, dict) else item)
            if isinstance(inner, dict | list)
        ]
        depth += 1
    return depth


class StartDraftSchema(BaseSchema):
    """Checks the beginning of a submission."""

    kind = Choice(Kind, required=True)
    agreement = Text(max_length=60)
    form_key = fields.String(required=True, validate=_FORM_KEY)

    @post_load
    def _command(self, data: Mapping[str, Any], **_: object) -> StartDraft:
        if data["kind"] != Kind.NEW_AGREEMENT and "agreement" not in data:
            raise ValidationError(Message(N_("Say which agreement this concerns.")), "agreement")
        if data["kind"] == Kind.NEW_AGREEMENT and "agreement" in data:
            raise ValidationError(Message(N_("A new agreement is none that is registered already.")), "agreement")
        return StartDraft(**data)


class SaveDraftSchema(BaseSchema):
    """Checks what surrounds the content of a draft."""

    content = JsonObject(required=True)
    version = fields.Integer(required=True)
    step = Choice(Step)
    another_because = Text(max_length=_MOST_TEXT)

    @post_load
    def _command(self, data: Mapping[str, Any], **_: object) -> SaveDraft:
        return SaveDraft(**data)


class HandInSchema(BaseSchema):
    """Checks a submission's handing in."""

    version = fields.Integer(required=True)
    form_key = fields.String(required=True, validate=_FORM_KEY)
    another_because = Text(max_length=_MOST_TEXT)
    text = Text(max_length=_MOST_TEXT)

    @post_load
    def _command(self, data: Mapping[str, Any], **_: object) -> HandIn:
        return HandIn(**data)


class DescribeFileSchema(BaseSchema):
    """Checks what comes with a file."""

    language = Choice(TEXT_LANGUAGES, required=True)
    role = Choice(Role, required=True)
    access = Choice(Access)
    title = Text(max_length=1000)
    source = Text(max_length=1000)
    form_key = fields.String(required=True, validate=_FORM_KEY)

    @post_load
    def _command(self, data: Mapping[str, Any], **_: object) -> DescribeFile:
        return DescribeFile(**data)


class RemarkSchema(BaseSchema):
    """Checks a remark on a field."""

    field = Text(
        required=True,
        max_length=200,
        validate=validate.Regexp(r"^[A-Za-z0-9_.-]+$", error=N_("Name a field, such as sides.0.level.")),
    )
    text = Text(required=True, max_length=_MOST_TEXT)

    @post_load
    def _remark(self, data: Mapping[str, Any], **_: object) -> Remark:
        return Remark(**data)


class _RemarksSchema(BaseSchema):
    text = Text(max_length=_MOST_TEXT)
    remarks = fields.List(fields.Nested(RemarkSchema), validate=validate.Length(max=_MOST_REMARKS))


class CommentSchema(_RemarksSchema):
    """Checks a comment."""

    text = Text(required=True, max_length=_MOST_TEXT)
    form_key = fields.String(required=True, validate=_FORM_KEY)

    @post_load
    def _command(self, data: Mapping[str, Any], **_: object) -> Comment:
        return Comment(**{**data, "remarks": tuple(data.get("remarks", ()))})


class DecideSchema(_RemarksSchema):
    """Checks a decision."""

    version = fields.Integer(required=True)
    seen_revision = fields.Integer()

    @post_load
    def _command(self, data: Mapping[str, Any], **_: object) -> Decide:
        return Decide(**{**data, "remarks": tuple(data.get("remarks", ()))})


class AssignSchema(BaseSchema):
    """Checks an assignment."""

    version = fields.Integer(required=True)
    login = Text(max_length=254, allow_none=True)

    @post_load
    def _command(self, data: Mapping[str, Any], **_: object) -> Assign:
        return Assign(**data)


@dataclass(frozen=True)
class Problem:
    """What keeps a draft from being submitted: the step and the path of the field, and what is wrong."""

    step: str
    field: str
    message: Message


@dataclass(frozen=True)
class Pending:
    """A submission that is open and may be of the same agreement: how alike (of 100), and why."""

    public_id: str
    intake_number: str | None
    titles: dict[str, str]
    score: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Duplicate:
    """A registered agreement that may be the one that is submitted: how alike (of 100), and why."""

    registry_number: str
    titles: dict[str, str]
    signed_on: str | None
    score: int
    reasons: tuple[str, ...] = field(default_factory=tuple)
