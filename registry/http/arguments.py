"""Reads the arguments of a list from a query string, and writes them back."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError

from registry.core.errors import InvalidInputError
from registry.core.i18n import N_
from registry.search.schemas import LISTS, LenientListRequestSchema, ListRequest, ListRequestSchema

if TYPE_CHECKING:
    from collections.abc import Collection

    from werkzeug.datastructures import MultiDict


# Made once: to make a schema takes longer than to read a request with it.
_STRICT, _LENIENT = ListRequestSchema(), LenientListRequestSchema()


def given_in(args: MultiDict[str, str], lists: Collection[str]) -> dict[str, Any]:
    """Return what was given, for a schema: all values of what is in `lists`, the last of the rest, no empty ones."""
    given: dict[str, Any] = {}
    for name in args:
        values = [value for value in args.getlist(name) if value.strip()]
        if values:
            given[name] = values if name in lists else values[-1]
    return given


def list_request(args: MultiDict[str, str], *, strict: bool) -> ListRequest:
    """Read the arguments of a list; empty ones count as not given, since forms send every field.

    With `strict`, an argument that is not known is an error; pages read over what others add to links.
    Raises `InvalidInputError` that names every argument that cannot be used.
    """
    try:
        request: ListRequest = (_STRICT if strict else _LENIENT).load(given_in(args, LISTS))
    except ValidationError as error:
        raise InvalidInputError(error.messages, N_("Some of the filters cannot be used.")) from error
    return request


def arguments_of(request: ListRequest, **changes: object) -> list[tuple[str, str]]:
    """Return the arguments of a request as (name, value) pairs, with changes; None or () takes one away.

    What is at its default is left out, so that the same list always has the same address.
    """
    pairs: list[tuple[str, str]] = []
    default = ListRequest()
    for item in fields(ListRequest):
        value = changes.get(item.name, getattr(request, item.name))
        if value is None or value in ((), "", getattr(default, item.name)):
            continue
        pairs.extend((item.name, str(part)) for part in (value if isinstance(value, tuple) else (value,)))
    return pairs
