"""`/exports`: the form of an export, its permanent address, and the templates of users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from registry.accounts.vocabulary import Permission
from registry.core.errors import InvalidInputError, RegistryError
from registry.core.messages import flatten
from registry.exports.columns import COLUMNS, IMPORTED_COLUMNS, IN_WORDS, SHORT_COLUMNS, default_columns
from registry.exports.criteria import criteria_lines
from registry.exports.schemas import FORMATS
from registry.exports.templates.queries import template_of, templates_of
from registry.exports.templates.schemas import MAX_NAME, SaveTemplateSchema
from registry.exports.templates.services import delete_template, save_template
from registry.http.access import current_user, required_user
from registry.http.arguments import arguments_of, list_request
from registry.http.context import current_registry
from registry.http.errors import say_error
from registry.http.exports import download, export_arguments, export_of
from registry.http.writing import language
from registry.lifecycle.vocabulary import Status
from registry.search.saved.schemas import MAX_ADDRESS
from registry.search.schemas import ListRequest
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from registry.exports.rendering import Export
    from registry.exports.schemas import ExportRequest

#: The field of the form that says at which place a column stands; empty when the column is left out.
_PLACE = "place."
#: What the form can put into the numbers of its columns at once.
_PRESETS: dict[str, tuple[str, ...]] = {
    "none": (),
    "short": SHORT_COLUMNS,
    "import": IMPORTED_COLUMNS,
    "all": tuple(COLUMNS),
}
#: Arguments of the form alone: a preset that was chosen, and of which format and headings the columns are those that
#: nobody has chosen.
_FORM_ONLY = ("format", "template", "preset", "unchosen")
_SETTINGS = ("format", "columns", "group_by", "headings", "bom", "guard")


@blueprint.get("/exports/new")
def new_export() -> ResponseReturnValue:
    """Show the form of an export with the number of agreements, for the list that the same arguments show."""
    args = _chosen(request.args)
    format_ = args.get("format", "csv")
    problems: list[str] = []
    export = None
    try:
        export = export_of(_known(args), format_=format_, language=language(), strict=False)
    except InvalidInputError as error:
        problems = [text for _, text in flatten(error.errors, gettext)] or [say_error(error)]
    except RegistryError as error:
        problems = [say_error(error)]
    return render_template("exports/new.html", **_form(args, export, problems)), 422 if problems else 200


@blueprint.get("/exports/list")
def export_list() -> ResponseReturnValue:
    """Send the form of an export on to the permanent address of what it asks for."""
    args = _chosen(request.args)
    format_ = args.get("format", "csv")
    if format_ not in FORMATS:
        abort(404)
    try:
        export = export_of(_known(args), format_=format_, language=language(), strict=False)
    except RegistryError:
        # The form says what is wrong.
        return redirect(url_for("web.new_export", **_many(list(args.items(multi=True)))), 303)
    return redirect(_address(export, format_), 303)


@blueprint.get("/exports/list.<format_>")
def exported_list(format_: str) -> ResponseReturnValue:
    """Download a list. With `recorded_at` and a day in the address it is the same file for ever."""
    if format_ not in FORMATS:
        abort(404)
    return download(export_of(_known(request.args), format_=format_, language=language(), strict=False))


@blueprint.post("/exports/templates")
def save_export_template() -> ResponseReturnValue:
    """Save how the list is written that the form shows."""
    user = required_user(Permission.SAVE_TEMPLATES)
    given: dict[str, Any] = {name: request.form[name] for name in ("name", *_SETTINGS) if request.form.get(name)}
    if "columns" in given:
        given["columns"] = given["columns"].split(",")
    try:
        command = SaveTemplateSchema().load(given)
    except ValidationError as error:
        raise InvalidInputError(error.messages) from error
    with current_registry().database.write(user.login) as uow:
        template = save_template(uow, user.user_id, command)
        key = template.id
    flash(gettext("The template is saved."))
    search = list_request(MultiDict(parse_qsl(request.form.get("query", "")[:MAX_ADDRESS])), strict=False)
    return redirect(url_for("web.new_export", **_many(arguments_of(search, page=1)), template=key), 303)


@blueprint.post("/exports/templates/<int(max=2147483647):key>/delete")
def delete_export_template(key: int) -> ResponseReturnValue:
    """Delete a template of the user."""
    user = required_user(Permission.SAVE_TEMPLATES)
    with current_registry().database.write(user.login) as uow:
        delete_template(uow, user.user_id, key)
    flash(gettext("The template is deleted."))
    return redirect(url_for("web.new_export"), 303)


def _chosen(given: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return the arguments with the columns as one list, from the places of the form or from a template."""
    args = given.copy()
    places = [(name, value) for name, value in args.items() if name.startswith(_PLACE)]
    for name, _ in places:
        args.poplist(name)
    known = list(COLUMNS)
    wanted = [
        (int(value), known.index(name.removeprefix(_PLACE)), name.removeprefix(_PLACE))
        for name, value in places
        if name.removeprefix(_PLACE) in COLUMNS and value.strip().isdecimal() and len(value.strip()) <= 4  # noqa: PLR2004
    ]
    if wanted:
        # Of columns with the same number the one that stands first in the form comes first.
        columns = tuple(name for *_, name in sorted(wanted))
        # Columns that the form proposed by itself give way to those of the format that was chosen in it.
        if columns != _proposed(args.get("unchosen", "")):
            args["columns"] = ",".join(columns)
    if preset := _PRESETS.get(args.get("preset", "")):
        args["columns"] = ",".join(preset)
    user = current_user()
    key = args.get("template", "")
    if user is not None and key.isdecimal() and len(key) <= 9:  # noqa: PLR2004  As many digits as a key can have.
        with current_registry().database.read() as session:
            template = template_of(session, user.user_id, int(key))
        for name, value in (template.settings if template else {}).items():
            text = ",".join(value) if isinstance(value, list) else str(int(value)) if isinstance(value, bool) else value
            args.setdefault(name, text or "")
    return args


def _proposed(unchosen: str) -> tuple[str, ...] | None:
    """Return the columns that the form showed for a format and headings, as FORMAT.HEADINGS; None without these."""
    format_, _, headings = unchosen.partition(".")
    return default_columns(format_, headings) if headings else None


def _known(args: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return the arguments without those of the form alone."""
    known = args.copy()
    for name in _FORM_ONLY:
        known.poplist(name)
    return known


def _form(args: MultiDict[str, str], export: Export | None, problems: list[str]) -> dict[str, Any]:
    """Return what the form shows: what was given, also where it cannot be used."""
    user = current_user()
    templates = []
    if user is not None and user.may(Permission.SAVE_TEMPLATES):
        with current_registry().database.read() as session:
            templates = templates_of(session, user.user_id)
    try:
        search = list_request(_known(args), strict=False)
    except InvalidInputError:
        search = ListRequest()
    asked = export.request if export else None
    given = [name for name in args.get("columns", "").replace(" ", "").split(",") if name in COLUMNS]
    format_, headings = args.get("format", "csv"), args.get("headings") or "labels"
    columns = list(asked.columns if asked else dict.fromkeys(given) or default_columns(format_, headings))
    if args.get("preset") == "none":
        columns = []
    others = [name for name in COLUMNS if name not in columns]
    return {
        "problems": problems,
        "time_zone": current_registry().settings.time_zone,
        "export": export,
        "search": search,
        "given": args,
        "columns": columns,
        "all_columns": [*columns, *sorted(others, key=lambda name: name not in IN_WORDS)],
        "unchosen": "" if given else f"{format_}.{headings}",
        "preset_address": lambda preset: url_for("web.new_export", **_preset(args, preset)),
        "headings_of": COLUMNS,
        "criteria": criteria_lines(asked, export.total, gettext, export.unsaid) if asked and export else [],
        "with_unsaid": url_for("web.new_export", **_with_unsaid(args, asked)) if asked else "",
        "address": _address(export, args.get("format", "csv")) if export else "",
        "templates": templates,
        "template_address": lambda template: url_for(
            "web.new_export", **_many(arguments_of(search, page=1)), template=template.id
        ),
        "most": MAX_NAME,
    }


def _with_unsaid(args: MultiDict[str, str], asked: ExportRequest) -> dict[str, Any]:
    """Return the arguments of the form with agreements whose status cannot be said beside those that it asks for."""
    statuses = [("status", status) for status in (*asked.search.statuses(), str(Status.UNKNOWN))]
    kept = [(name, value) for name, value in args.items(multi=True) if name not in ("status", "preset", "unchosen")]
    return _many([*kept, *statuses])


def _preset(args: MultiDict[str, str], preset: str) -> dict[str, Any]:
    """Return the arguments of the form with the columns of a preset in the place of its own."""
    dropped = ("columns", "template", "preset", "unchosen")
    return _many(
        [*((name, value) for name, value in args.items(multi=True) if name not in dropped), ("preset", preset)]
    )


def _address(export: Export, format_: str) -> str:
    return url_for("web.exported_list", format_=format_, **_many(export_arguments(export.request)))


def _many(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    many: dict[str, Any] = {}
    for name, value in pairs:
        many.setdefault(name, []).append(value)
    return many
