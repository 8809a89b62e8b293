"""`/completeness`: what is missing, contradictory or not verified, by agreement and by body, and how that changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select

from registry.agreements.vocabulary import MIXED, Level
from registry.audit.vocabulary import Act
from registry.completeness.report import Report, make_report
from registry.completeness.rules import MOST_YEARS
from registry.completeness.schemas import SORTS, ReportRequest
from registry.completeness.vocabulary import WHY, GapKind
from registry.core.errors import InvalidInputError
from registry.core.messages import flatten
from registry.core.pagination import DEFAULT_PER_PAGE, Paging
from registry.http.access import current_reader
from registry.http.auditing import note, note_list
from registry.http.context import current_registry, reading
from registry.http.findings import gap_json, report_csv, report_json, report_request, titles_in_language
from registry.parties.models import Body
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from registry.completeness.report import Point

#: The size of a drawing in its own units.
_WIDTH, _HEIGHT = 200, 40


@blueprint.get("/completeness")
def completeness() -> ResponseReturnValue:
    """Show the report; filters that cannot be used are named beside the form."""
    problems: list[tuple[str, str]] = []
    try:
        asked = report_request(request.args, strict=False)
    except InvalidInputError as error:
        problems = flatten(error.errors, gettext)
        asked = ReportRequest()
    with reading(current_reader()) as session:
        report = _report(session, asked)
        paging = Paging(asked.page, DEFAULT_PER_PAGE)
        last_page = paging.last_page(len(report.rows))
        if asked.page > last_page:
            return redirect(url_for("web.completeness", **asked.arguments(page=last_page)))
        rows = list(report.rows[paging.offset : paging.offset + paging.per_page])
        note_list(session, [row.agreement_id for row in rows])
        # Only bodies of what the reader sees: the list of all bodies would tell of agreements that they do not.
        offered = [row.key for row in _report(session, ReportRequest(years=asked.years)).bodies]
        found = session.execute(select(Body.key, Body.names).where(Body.key.in_(offered)))
        names = {row.key: row.names for row in found}
        return render_template(
            "completeness/completeness.html",
            report=report,
            asked=asked,
            rows=[(row, [gap_json(gap) for gap in row.gaps]) for row in rows],
            titles=titles_in_language(session, rows),
            body_names=names,
            kinds=list(GapKind),
            levels=[*Level, MIXED],
            sorts=SORTS,
            why=WHY,
            most_years=MOST_YEARS,
            drawings={kind: drawing(report.trend, kind) for kind in GapKind},
            last_page=last_page,
            problems=problems,
        ), 422 if problems else 200


@blueprint.get("/completeness.csv")
def completeness_csv() -> Response:
    """Download the gaps that the same arguments show, one in each line."""
    return _download("csv", "text/csv")


@blueprint.get("/completeness.json")
def completeness_json() -> Response:
    """Download the report that the same arguments show, with its counts and its past."""
    return _download("json", "application/json")


def drawing(trend: Sequence[Point], kind: GapKind) -> dict[str, Any]:
    """Return the line of one kind of gap over time, in the units of the drawing: from nothing to all agreements."""
    most = max([1, *(point.agreements for point in trend)])
    step = _WIDTH / max(1, len(trend) - 1)
    places = [
        (round(count * step, 1), round(_HEIGHT - point.counts[kind] / most * (_HEIGHT - 2) - 1, 1))
        for count, point in enumerate(trend)
    ]
    if len(places) == 1:
        places.append((float(_WIDTH), places[0][1]))
    return {"width": _WIDTH, "height": _HEIGHT, "points": " ".join(f"{x},{y}" for x, y in places)}


def _report(session: Session, asked: ReportRequest) -> Report:
    registry = current_registry()
    return make_report(session, registry.ledger, asked, registry.clock.today(), registry.settings.time_zone)


def _download(form: str, media_type: str) -> Response:
    asked = report_request(request.args, strict=False)
    reader = current_reader()
    with reading(reader) as session:
        report = _report(session, asked)
        note_list(session, [row.agreement_id for row in report.rows])
        body: bytes | Iterator[str]
        body = report_json(session, report, asked) if form == "json" else iter(list(report_csv(session, report)))
    criteria = asked.arguments(page=None)
    note(Act.LIST_EXPORTED, f"completeness {form}", detail={"criteria": criteria, "agreements": len(report.rows)})
    answer = Response(body, mimetype=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="completeness-{report.on.isoformat()}.{form}"'
    return answer
