"""Findings and gaps in the reader's language, and the report of gaps as rows of a table and as JSON."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import orjson
from flask import url_for
from flask_babel import gettext
from marshmallow import ValidationError
from sqlalchemy import select

from registry.agreements.models import Title
from registry.agreements.rules import MESSAGES as LEVEL_MESSAGES
from registry.completeness.schemas import LISTS, LenientReportRequestSchema, ReportRequest, ReportRequestSchema
from registry.completeness.vocabulary import KIND_OF, MEND, WHY, GapKind
from registry.completeness.vocabulary import MESSAGES as GAP_MESSAGES
from registry.core.errors import InvalidInputError
from registry.core.i18n import N_
from registry.exports.formats.csv import guard
from registry.http.arguments import given_in
from registry.http.writing import label, language
from registry.lifecycle.findings import MESSAGES as LIFE_MESSAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy.orm import Session
    from werkzeug.datastructures import MultiDict

    from registry.completeness.report import Report, Row
    from registry.core.findings import Finding

_STRICT, _LENIENT = ReportRequestSchema(), LenientReportRequestSchema()

MESSAGES = {**LEVEL_MESSAGES, **LIFE_MESSAGES, **GAP_MESSAGES}

#: Parameters of findings that are values of a vocabulary, and those that are lists of such values.
_VOCABULARIES = {"proof": "proof"}
_LISTS = {"acts": "action", "languages": "language"}

#: How many titles are read at a time.
_BATCH = 500

COLUMNS = ("registry_number", "title", "levels", "bodies", "gap", "code", "severity", "what", "why", "mend", "url")


def report_request(args: MultiDict[str, str], *, strict: bool) -> ReportRequest:
    """Read the arguments of the report; empty ones count as not given. Raises `InvalidInputError`."""
    try:
        asked: ReportRequest = (_STRICT if strict else _LENIENT).load(given_in(args, LISTS))
    except ValidationError as error:
        raise InvalidInputError(error.messages, N_("Some of the filters cannot be used.")) from error
    return asked


def say_finding(finding: Finding) -> str:
    """Return a finding as a sentence; values of vocabularies in it are named by their labels."""
    params = {name: _say(name, value) for name, value in finding.params.items()}
    template: str = gettext(MESSAGES[finding.code])
    return template % params


def say_mend(finding: Finding) -> str:
    """Return how a finding is mended, nothing where there is nothing to mend."""
    return gettext(MEND[finding.code]) if finding.code in MEND else ""


def gap_json(gap: Finding) -> dict[str, str]:
    """Return a gap: its kind, what is missing, why that matters, and how it is mended."""
    kind = KIND_OF[gap.code]
    return {
        "gap": str(kind),
        "code": gap.code,
        "severity": str(gap.severity),
        "what": say_finding(gap),
        "why": gettext(WHY[kind]),
        "mend": gettext(MEND[gap.code]),
    }


def report_csv(session: Session, report: Report) -> Iterator[str]:
    """Yield the header and one line for each gap, in the order of the report."""
    yield "\ufeff" + _line((*COLUMNS, "judged_on", "years"))
    for item in _items(session, report):
        for gap in item["gaps"]:
            about = {**item, **gap, "levels": "; ".join(item["levels"]), "bodies": "; ".join(item["bodies"])}
            yield _line([*(str(guard(about[name])) for name in COLUMNS), report.on.isoformat(), str(report.years)])


def report_json(session: Session, report: Report, asked: ReportRequest) -> bytes:
    """Return the report with its counts, its bodies and its past as JSON."""
    return orjson.dumps(
        {
            "judged_on": report.on.isoformat(),
            "years": report.years,
            "criteria": asked.arguments(page=None),
            "agreements": report.agreements,
            "agreements_with_gaps": len(report.rows),
            "kinds": [
                {"gap": kind, "label": label("gap", kind), "agreements": report.counts[kind], "why": gettext(WHY[kind])}
                for kind in GapKind
            ],
            "bodies": [
                {
                    "body": row.key,
                    "agreements": row.agreements,
                    "with_gaps": row.incomplete,
                    "kinds": _plain(row.counts),
                }
                for row in report.bodies
            ],
            "trend": [
                {"day": point.day.isoformat(), "agreements": point.agreements, "kinds": _plain(point.counts)}
                for point in report.trend
            ],
            "items": list(_items(session, report)),
        },
        option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE,
    )


def titles_in_language(session: Session, rows: list[Row]) -> dict[int, Title]:
    """Return the title of each agreement in the reader's language, or else in the first of those that it has."""
    order = [language(), "ru", "en", "kk", "be"]
    found: dict[int, Title] = {}
    keys = [row.agreement_id for row in rows]
    for title in session.scalars(select(Title).where(Title.agreement_id.in_(keys)).order_by(Title.id)):
        before = found.get(title.agreement_id)
        if before is None or _rank(order, title) < _rank(order, before):
            found[title.agreement_id] = title
    return found


def _rank(order: list[str], title: Title) -> int:
    return order.index(title.language) if title.language in order else len(order)


def _items(session: Session, report: Report) -> Iterator[dict[str, Any]]:
    for start in range(0, len(report.rows), _BATCH):
        rows = list(report.rows[start : start + _BATCH])
        titles = titles_in_language(session, rows)
        for row in rows:
            yield {
                "registry_number": row.state.number,
                "title": titles[row.agreement_id].text if row.agreement_id in titles else "",
                "levels": list(row.state.levels),
                "bodies": list(row.state.bodies),
                "url": url_for("web.agreement", number=row.state.number, _external=True),
                "gaps": [gap_json(gap) for gap in row.gaps],
            }


def _plain(counts: Mapping[GapKind, int]) -> dict[str, int]:
    return {str(kind): count for kind, count in counts.items()}


def _say(name: str, value: str) -> str:
    if name.endswith("level"):
        return label("level", value)
    if name in _VOCABULARIES:
        return label(_VOCABULARIES[name], value)
    if name in _LISTS:
        return ", ".join(label(_LISTS[name], item) for item in value.split(", "))
    return value


def _line(cells: list[str] | tuple[str, ...]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()
