"""`/exports`: who took which list along, its file and manifest, the long ones while they are made, and repetition.

How a list is asked for is in `exports`, how two are compared in `comparing`, whether a file is genuine in `verifying`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import Response, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from registry.accounts.vocabulary import Permission
from registry.audit.vocabulary import Act
from registry.core.access import Access
from registry.core.errors import AccessDeniedError, GoneError, NotFoundError
from registry.core.i18n import N_, translation
from registry.core.messages import flatten
from registry.core.pagination import Paging
from registry.exports.criteria import criteria_lines
from registry.exports.formats import MEDIA_TYPES, WRITERS
from registry.exports.manifests import entry_of, manifest_of, written_manifest
from registry.exports.rendering import Export
from registry.exports.runs.files import ExportFiles
from registry.exports.runs.queries import closed_in, export_by_id, exports_by, exports_of_file, first_of_request
from registry.exports.runs.repeating import as_of_now
from registry.exports.runs.schemas import HistoryRequest, HistorySchema
from registry.exports.runs.services import cancel_export, note_download, request_export
from registry.http.access import current_user, required_user
from registry.http.auditing import note
from registry.http.context import current_registry, reading
from registry.http.exports import export_request, file_name
from registry.http.writing import language
from registry.web.export_words import actor_of, pair_of, request_of, who, words_of
from registry.web.helpers import say_remark
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from registry.accounts.queries import SignedIn
    from registry.exports.runs.models import ExportRun
    from registry.exports.schemas import ExportRequest

_PER_PAGE = 25
_FILTERS = ("actor", "sha256", "first_day", "last_day")


@blueprint.get("/exports")
def exports() -> ResponseReturnValue:
    """List exports, the newest first: one's own, and to those who read the log those of everybody."""
    user = required_user(Permission.EXPORT_LISTS)
    registry = current_registry()
    given = {name: value for name in _FILTERS if (value := request.args.get(name, "").strip())}
    filters: dict[str, Any] = given
    problems: list[tuple[str, str]] = []
    try:
        page = {"page": request.args["page"]} if request.args.get("page") else {}
        asked, number = HistorySchema(ZoneInfo(registry.settings.time_zone)).load({**given, **page})
    except ValidationError as error:
        problems = flatten(error.messages, gettext)
        asked, number = HistoryRequest(), 1
    if asked.actor:
        asked = replace(asked, actor=actor_of(asked.actor))
    paging = Paging(number, _PER_PAGE)
    with registry.database.read() as session:
        found, total = exports_by(session, asked, paging, user_id=_whose(user))
    if number > paging.last_page(total):
        return redirect(url_for("web.exports", page=paging.last_page(total), **filters))
    return render_template(
        "exports/history.html",
        exports=found,
        words={export.id: words_of(export) for export in found},
        pair=pair_of(found),
        sees_all=_whose(user) is None,
        total=total,
        page=number,
        last_page=paging.last_page(total),
        given=given,
        problems=problems,
        who=who,
        now=registry.clock.now(),
    ), 422 if problems else 200


@blueprint.get("/exports/background")
def long_export() -> ResponseReturnValue:
    """Show what a long export would hold, before it is asked for: it is made while its user does something else."""
    required_user(Permission.EXPORT_LISTS)
    export = _asked(request.args)
    return render_template(
        "exports/background.html",
        words=criteria_lines(export.request, export.total, translation(language()), export.unsaid),
        total=export.total,
        arguments=list(request.args.items(multi=True)),
    )


@blueprint.post("/exports")
def request_long_export() -> ResponseReturnValue:
    """Have an export made in the background."""
    user = required_user(Permission.EXPORT_LISTS)
    fields = MultiDict((name, value) for name, value in request.form.items(multi=True) if name != "csrf_token")
    return _queued(user, _asked(fields).request)


@blueprint.get("/exports/<int(max=2147483647):key>")
def export(key: int) -> ResponseReturnValue:
    """Show an export: how far it has come, what its file is, and how that is proven."""
    user = required_user(Permission.EXPORT_LISTS)
    registry = current_registry()
    with registry.database.read() as session:
        found = found_export(session, user, key)
        is_made = found.description is not None
        manifest = manifest_of(session, registry.log_key, found) if is_made else None
        entry = entry_of(session, found.id) if is_made else None
        first = first_of_request(session, found) if is_made else None
        closed = closed_in(session, found.id)
    _note_closed(closed)
    work, now = found.work, registry.clock.now()
    return render_template(
        "exports/export.html",
        export=found,
        words=words_of(found),
        who=who(found),
        manifest=manifest,
        entry=entry,
        first=first if first is not None and may_know(user, first) else None,
        is_silent=work is not None and work.is_silent(now),
        is_own=found.user_id == user.user_id,
        failure=say_remark(work.message, work.params) if work is not None and work.message else "",
        now=now,
    )


@blueprint.get("/exports/<int(max=2147483647):key>/progress.json")
def export_progress(key: int) -> ResponseReturnValue:
    """Answer how far an export has come, for the page that shows it."""
    user = required_user(Permission.EXPORT_LISTS)
    with current_registry().database.read() as session:
        found = found_export(session, user, key)
    work = found.work
    is_silent = work is not None and work.is_silent(current_registry().clock.now())
    return jsonify(
        state=found.state, done=work.done if work else 0, total=work.total if work else 0, is_silent=is_silent
    )


@blueprint.get("/exports/<int(max=2147483647):key>/file")
def export_file(key: int) -> ResponseReturnValue:
    """Download the file of an export, as long as it is kept; that is in the log too."""
    user = required_user(Permission.EXPORT_LISTS)
    registry = current_registry()
    with registry.database.read() as session:
        found = found_export(session, user, key)
    if found.expires_at is None:
        raise NotFoundError(N_("The file of this export is not kept here; make the same export again."))
    path = ExportFiles(registry.settings.exports_folder).path_of(found.id)
    if not found.has_file(registry.clock.now()) or not path.is_file():
        raise GoneError(N_("The file of this export was kept until its time was over; make the same export again."))
    with registry.database.write(user.login) as uow:
        note_download(uow, found)
    return send_file(path, found.media_type, as_attachment=True, download_name=found.file_name, etag=False)


@blueprint.get("/exports/<int(max=2147483647):key>/manifest.json")
def export_manifest(key: int) -> ResponseReturnValue:
    """Answer the signed manifest of an export."""
    user = required_user(Permission.EXPORT_LISTS)
    registry = current_registry()
    with registry.database.read() as session:
        found = found_export(session, user, key)
        answer = _manifest(session, found)
        closed = closed_in(session, found.id)
    _note_closed(closed)
    return answer


@blueprint.get("/exports/manifest/<sha256>")
def manifest_of_file(sha256: str) -> ResponseReturnValue:
    """Answer the manifest of the newest export that gave the file with this hash and that the reader may know of."""
    user = current_user()
    with current_registry().database.read() as session:
        known = [found for found in exports_of_file(session, sha256.lower()) if may_know(user, found)]
        answer = _manifest(session, known[0]) if known else None
        closed = closed_in(session, known[0].id) if known else []
    if answer is not None:
        _note_closed(closed)
        return answer
    raise NotFoundError(N_("No export of this registry that you may know of gave a file with this hash."))


@blueprint.post("/exports/<int(max=2147483647):key>/cancel")
def cancel(key: int) -> ResponseReturnValue:
    """Cancel an export of one's own that is not made yet; nothing of its file is left."""
    user = required_user(Permission.EXPORT_LISTS)
    registry = current_registry()
    with registry.database.write(user.login) as uow:
        cancel_export(uow, key, user.user_id)
    ExportFiles(registry.settings.exports_folder).remove(key)
    flash(gettext("The export is cancelled."))
    return redirect(url_for("web.export", key=key), 303)


@blueprint.post("/exports/<int(max=2147483647):key>/repeat")
def repeat(key: int) -> ResponseReturnValue:
    """Make an export again: the same file, or the same list as it is now."""
    user = required_user(Permission.EXPORT_LISTS)
    registry = current_registry()
    with registry.database.read() as session:
        found = found_export(session, user, key)
        asked = request_of(found)
        if request.form.get("when") == "now":
            asked = as_of_now(session, registry.clock, registry.settings.time_zone, asked, found.requested_at)
    return _queued(user, asked)


def may_know(user: SignedIn | None, export: ExportRun) -> bool:
    """Return whether somebody may know what is in an export: anybody what anybody took along, users what they did."""
    if export.user_id is None and export.clearance == Access.PUBLIC:
        return True
    is_theirs = user is not None and (_whose(user) is None or export.user_id == user.user_id)
    return user is not None and is_theirs and export.clearance in user.reader.sees


def _whose(user: SignedIn) -> int | None:
    """Return whose exports a user sees: their own, or everybody's (None)."""
    return None if user.may(Permission.READ_AUDIT_LOG) else user.user_id


def found_export(session: Session, user: SignedIn, key: int) -> ExportRun:
    """Return an export that a user may open. Raises `NotFoundError`, and `AccessDeniedError` after a loss of rights."""
    found = export_by_id(session, key, user_id=_whose(user))
    if found.clearance not in user.reader.sees:
        raise AccessDeniedError(N_("This export holds records that are not open to you any more."))
    return found


def _asked(fields: MultiDict[str, str]) -> Export:
    """Return the export that arguments ask for, selected and not yet read."""
    registry = current_registry()
    user = required_user(Permission.EXPORT_LISTS)
    arguments = fields.copy()
    format_, language_ = arguments.pop("format", "csv"), arguments.pop("lang", language())
    if format_ not in WRITERS:
        raise NotFoundError(N_("There is no such format."))
    with reading(user.reader) as session:
        asked = export_request(
            session, registry, arguments, user.reader, format_=format_, language=language_, strict=False
        )
    return Export(registry.database, registry.index, asked)


def _queued(user: SignedIn, asked: ExportRequest) -> ResponseReturnValue:
    """Have an export made, and lead to its page."""
    if asked.clearance not in user.reader.sees:
        raise AccessDeniedError(N_("This export holds records that are not open to you any more."))
    with current_registry().database.write(user.login) as uow:
        made = request_export(
            uow, asked, user_id=user.user_id, file_name=file_name(asked), media_type=MEDIA_TYPES[asked.format]
        )
    return redirect(url_for("web.export", key=made.id), 303)


def _note_closed(numbers: Sequence[str]) -> None:
    """Note that somebody read what names these agreements, which were not public when it was made."""
    if numbers and request.method != "HEAD":
        note(Act.LIST_READ, request.path, detail={"agreements": list(numbers)})


def _manifest(session: Session, found: ExportRun) -> Response:
    registry = current_registry()
    answer = Response(written_manifest(manifest_of(session, registry.log_key, found)), mimetype="application/json")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{found.file_name}.manifest.json")
    return answer
