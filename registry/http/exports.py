"""Exports as pages, API and command line ask for them: the arguments read, the request resolved, the entry written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import redirect, url_for
from marshmallow import ValidationError

from registry.audit.leaves import written
from registry.core.errors import InvalidInputError
from registry.core.i18n import N_
from registry.core.messages import Message
from registry.exports.rendering import Export
from registry.exports.schemas import ExportOptions, ExportSchema
from registry.exports.services import resolved
from registry.http.access import current_reader, current_user
from registry.http.arguments import arguments_of, list_request
from registry.http.context import current_registry, reading
from registry.http.delivery import deliver
from registry.http.moments import instant_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.datastructures import MultiDict
    from werkzeug.wrappers import Response as BaseResponse

    from registry.core.access import Reader
    from registry.exports.schemas import ExportRequest
    from registry.runtime import Registry

#: The arguments that an export adds to those of a list.
EXPORT_ARGUMENTS = ("columns", "group_by", "recorded_at", "headings", "bom", "guard")
_FLAGS = {"1": True, "0": False}


def export_request(
    session: Session,
    registry: Registry,
    args: MultiDict[str, str],
    reader: Reader,
    *,
    format_: str,
    language: str,
    strict: bool,
) -> ExportRequest:
    """Read the arguments of an export and resolve them; empty ones count as not given.

    `columns` is a list of names with commas, in their order. With `strict` an argument that is not known is an error.
    Raises `InvalidInputError` that names every argument that cannot be used.
    """
    given = {name: value for name in EXPORT_ARGUMENTS if (value := args.get(name, "").strip())}
    rest = args.copy()
    for name in EXPORT_ARGUMENTS:
        rest.poplist(name)
    search = list_request(rest, strict=strict)
    asked: dict[str, Any] = {"format": format_, "language": language}
    if "columns" in given:
        asked["columns"] = [name for name in given["columns"].replace(" ", "").split(",") if name]
    if "group_by" in given:
        asked["group_by"] = given["group_by"]
    errors: dict[str, Any] = {}
    recorded_at = None
    options = ExportOptions()
    try:
        loaded = ExportSchema().load(asked)
    except ValidationError as error:
        errors.update(dict(error.messages_dict))
    try:
        if "recorded_at" in given:
            recorded_at = instant_of(given["recorded_at"], registry.clock, registry.settings.time_zone)
    except ValidationError as error:
        errors["recorded_at"] = error.messages
    try:
        options = _options(given)
    except ValidationError as error:
        errors.update(dict(error.messages_dict))
    if errors:
        raise InvalidInputError(errors, N_("This export cannot be made."))
    return resolved(
        session,
        registry.clock,
        registry.settings.time_zone,
        search,
        reader,
        loaded,
        recorded_at=recorded_at,
        options=options,
    )


def _options(given: dict[str, str]) -> ExportOptions:
    errors: dict[str, list[Message]] = {
        name: [Message(N_("Write 1 or 0."))] for name in ("bom", "guard") if name in given and given[name] not in _FLAGS
    }
    if given.get("headings", "labels") not in ("labels", "names"):
        errors["headings"] = [Message(N_("Write “labels” or “names”."))]
    if errors:
        raise ValidationError(errors)
    return ExportOptions(
        bom=_FLAGS[given.get("bom", "1")],
        guard=_FLAGS[given.get("guard", "1")],
        headings=given.get("headings", "labels"),
    )


def export_of(args: MultiDict[str, str], *, format_: str, language: str, strict: bool) -> Export:
    """Return the export that a request of HTTP asks for, selected and not yet read."""
    registry, reader = current_registry(), current_reader()
    args = args.copy()
    args.poplist("lang")
    with reading(reader) as session:
        asked = export_request(session, registry, args, reader, format_=format_, language=language, strict=strict)
    return Export(registry.database, registry.index, asked)


def download(export: Export, *, may_wait: bool = True) -> BaseResponse:
    """Answer with an export.

    A long one is offered to a signed-in user as work that goes on without them, if whoever asks `may_wait`: a program
    wants the bytes and no page.
    """
    if may_wait and current_user() is not None and export.total > current_registry().settings.export_background:
        arguments = [*export_arguments(export.request), ("format", export.request.format)]
        return redirect(f"{url_for('web.long_export')}?{urlencode(arguments)}")
    return deliver(export, file_name(export.request))


def export_arguments(asked: ExportRequest) -> list[tuple[str, str]]:
    """Return the arguments of the permanent address of an export as (name, value) pairs, the record time among them."""
    default = ExportOptions()
    pairs = arguments_of(asked.search, page=1)
    pairs.append(("recorded_at", written(asked.recorded_at)))
    # Which columns are there without a choice may be another thing one day.
    pairs.append(("columns", ",".join(asked.columns)))
    if asked.group_by:
        pairs.append(("group_by", asked.group_by))
    if asked.options.headings != default.headings:
        pairs.append(("headings", asked.options.headings))
    for name in ("bom", "guard"):
        value = getattr(asked.options, name)
        if value != getattr(default, name):
            pairs.append((name, str(int(value))))
    pairs.append(("lang", asked.language))
    return pairs


def file_name(asked: ExportRequest) -> str:
    """Return what the file of an export is called."""
    return f"agreements-{asked.on.isoformat()}.{asked.format}"
