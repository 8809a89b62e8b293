"""`/audit`: the log of what was done, for auditors and administrators, with the proof of each entry."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import orjson
from flask import Response, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from marshmallow import ValidationError

from registry.accounts.vocabulary import Permission
from registry.audit.proofs import entry_json, head_json, proof_json
from registry.audit.queries import all_entries, current_head, entries, prove_entry
from registry.audit.schemas import LogRequest, LogRequestSchema
from registry.audit.vocabulary import Act
from registry.core.errors import InvalidInputError
from registry.core.messages import flatten
from registry.core.pagination import Paging
from registry.exports.formats.csv import guard
from registry.http.access import required_user
from registry.http.auditing import note
from registry.http.context import current_registry
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.typing import ResponseReturnValue

_PER_PAGE = 50
_FILTERS = ("actor", "act", "object", "first_day", "last_day")
_COLUMNS = ("entry", "at", "actor", "act", "object", "outcome", "detail")


@blueprint.get("/audit")
def audit() -> ResponseReturnValue:
    """Show the log, the newest entries first; filters that cannot be used are named beside the form."""
    required_user(Permission.READ_AUDIT_LOG)
    registry = current_registry()
    problems: list[tuple[str, str]] = []
    try:
        asked, page = _asked()
    except InvalidInputError as error:
        problems = flatten(error.errors, gettext)
        asked, page = LogRequest(), 1
    paging = Paging(page, _PER_PAGE)
    with registry.database.read() as session:
        head = current_head(session)
        found, total = entries(session, asked, paging)
    filters: dict[str, Any] = _given()
    details = {entry.position: orjson.loads(entry.detail) for entry in found}
    if page > paging.last_page(total):
        return redirect(url_for("web.audit", page=paging.last_page(total), **filters))
    return render_template(
        "audit/log.html",
        entries=found,
        instants={entry.position: datetime.fromisoformat(entry.at) for entry in found},
        details=details,
        written={position: _written(detail) for position, detail in details.items() if detail},
        total=total,
        page=page,
        last_page=paging.last_page(total),
        given=filters,
        acts=_acts_by_kind(),
        problems=problems,
        checkpoint=registry.log_key.checkpoint(head, registry.log_key.sign(head)),
        public_key=registry.log_key.verifier(head.log),
    ), 422 if problems else 200


@blueprint.get("/audit/<int(max=2147483647):position>")
def audit_entry(position: int) -> ResponseReturnValue:
    """Show one entry with the proof that it is in the log."""
    proof = _proof_of(position)
    entry = proof["entry"]
    return render_template(
        "audit/entry.html",
        proof=proof,
        entry=entry,
        at=datetime.fromisoformat(entry["at"]),
        written=_written(entry),
        public_key=current_registry().log_key.verifier(proof["head"]["log"]),
    )


@blueprint.get("/audit/<int(max=2147483647):position>.json")
def audit_entry_json(position: int) -> ResponseReturnValue:
    """Answer one entry with the proof that it is in the log, as JSON."""
    return jsonify(_proof_of(position))


@blueprint.get("/audit.csv")
def audit_csv() -> ResponseReturnValue:
    """Download the entries that the filters leave, the oldest first, as CSV."""
    asked = _exported("csv")
    return _download(_csv_lines(asked), "text/csv", "audit-log.csv")


@blueprint.get("/audit.json")
def audit_json() -> ResponseReturnValue:
    """Download the entries that the filters leave, the oldest first, as JSON, with the signed head of the log."""
    asked = _exported("json")
    return _download(_json_parts(asked), "application/json", "audit-log.json")


def _proof_of(position: int) -> dict[str, Any]:
    required_user(Permission.READ_AUDIT_LOG)
    registry = current_registry()
    with registry.database.read() as session:
        proof = prove_entry(session, position)
    return proof_json(proof, registry.log_key.checkpoint(proof.head, registry.log_key.sign(proof.head)))


def _acts_by_kind() -> dict[str, list[Act]]:
    """Return the acts by what they are about, which is the first part of each name."""
    found: dict[str, list[Act]] = {}
    for act in Act:
        found.setdefault(act.partition(".")[0], []).append(act)
    return found


def _written(detail: Any) -> str:
    return orjson.dumps(detail, option=orjson.OPT_INDENT_2).decode()


def _asked() -> tuple[LogRequest, int]:
    schema = LogRequestSchema(ZoneInfo(current_registry().settings.time_zone))
    given = {name: value for name in request.args if (value := request.args[name].strip())}
    # The language of the answer may stand in every address, and is no filter.
    given.pop("lang", None)
    try:
        found: tuple[LogRequest, int] = schema.load(given)
    except ValidationError as error:
        raise InvalidInputError(error.messages) from error
    return found


def _given() -> dict[str, str]:
    return {name: value for name in _FILTERS if (value := request.args.get(name, "").strip())}


def _exported(form: str) -> LogRequest:
    """Return what is asked for of a download, after noting that it is taken along."""
    required_user(Permission.READ_AUDIT_LOG)
    asked, _ = _asked()
    note(Act.LOG_EXPORTED, form, detail={"criteria": _given()})
    return asked


def _download(parts: Iterator[str], kind: str, name: str) -> Response:
    answer = Response(parts, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _csv_lines(asked: LogRequest) -> Iterator[str]:
    registry = current_registry()

    def lines() -> Iterator[str]:
        yield "\ufeff" + _line(_COLUMNS)
        with registry.database.read() as session:
            for entry in all_entries(session, asked):
                values = (entry.position, entry.at, entry.actor, entry.act, entry.object, entry.outcome)
                yield _line([guard(value) for value in (*values, entry.detail)])

    return lines()


def _json_parts(asked: LogRequest) -> Iterator[str]:
    registry = current_registry()

    def parts() -> Iterator[str]:
        with registry.database.read() as session:
            head = current_head(session)
            checkpoint = registry.log_key.checkpoint(head, registry.log_key.sign(head))
            about: dict[str, Any] = {"head": head_json(head), "checkpoint": checkpoint}
            yield orjson.dumps(about).decode()[:-1] + ',"entries":['
            for place, entry in enumerate(all_entries(session, asked)):
                yield ("," if place else "") + "\n" + orjson.dumps(entry_json(entry)).decode()
            yield "\n]}\n"

    return parts()


def _line(cells: Any) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()
