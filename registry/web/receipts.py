"""A receipt as PDF: number, time, hashes, files and every answer, in a font that has all letters of the registry."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from flask_babel import gettext
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from registry import exports
from registry.http.writing import label, language, pick
from registry.web.helpers import file_size, instant, title_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reportlab.platypus import Flowable

    from registry.submissions.models import Round, Submission
    from registry.web.submission_words import Row

_FONTS = Path(exports.__file__).parent / "fonts"
_PLAIN, _BOLD = "DejaVuSansCondensed", "DejaVuSansCondensed-Bold"
_MARGIN = 20 * mm
_LABELS = 55 * mm


def receipt_pdf(submission: Submission, receipt: Round, rows: Sequence[Row]) -> bytes:
    """Return the receipt of one round as PDF. The same receipt gives the same bytes."""
    _register_fonts()
    plain = ParagraphStyle("plain", fontName=_PLAIN, fontSize=9.5, leading=13)
    bold = ParagraphStyle("bold", parent=plain, fontName=_BOLD)
    heading = ParagraphStyle("heading", parent=bold, fontSize=13, leading=18, spaceBefore=10, spaceAfter=4)
    title = ParagraphStyle("title", parent=bold, fontSize=18, leading=24, spaceAfter=6)

    def table(pairs: Iterable[tuple[str, str]]) -> Flowable:
        # A paragraph reads marks in its text: what people wrote is escaped, so that it stays their text.
        cells = [[Paragraph(_text(name), bold), Paragraph(_text(value), plain)] for name, value in pairs]
        made = Table(cells, colWidths=[_LABELS, A4[0] - 2 * _MARGIN - _LABELS], splitInRow=1)
        made.setStyle(
            TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.3, "#d5dde2")])
        )
        return made

    story: list[Flowable] = [
        Paragraph(_text(gettext("Receipt %(number)s", number=receipt.intake_number)), title),
        Paragraph(
            _text(
                gettext(
                    "The treaty office has received this. Keep the number; it is not the registry number, which is "
                    "given at registration."
                )
            ),
            plain,
        ),
        Spacer(1, 8),
        table(_facts(submission, receipt)),
    ]
    if receipt.documents:
        story += [Paragraph(_text(gettext("Files")), heading), table(_files(receipt))]
    if rows:
        answers = [(row.label, row.value) for row in rows]
        story += [Paragraph(_text(gettext("What is submitted")), heading), table(answers)]
    written = io.BytesIO()
    SimpleDocTemplate(
        written,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=gettext("Receipt %(number)s", number=receipt.intake_number),
        lang=language(),
        invariant=1,
    ).build(story)
    return written.getvalue()


def _facts(submission: Submission, receipt: Round) -> list[tuple[str, str]]:
    body = pick(submission.body.names) if submission.body else gettext("Treaty office")
    facts = [
        (gettext("Intake number"), receipt.intake_number),
        (gettext("Round"), str(receipt.number)),
        (gettext("Received at"), f"{instant(receipt.submitted_at)} ({receipt.time_zone})"),
        (gettext("From"), f"{body} · {receipt.submitted_by.name}"),
        (gettext("What"), label("submission_kind", submission.kind)),
        *_concerned(submission),
        (gettext("SHA-256 of what was submitted"), receipt.sha256),
    ]
    if receipt.another_because:
        facts.append((gettext("Why it is another one"), receipt.another_because))
    return facts


def _concerned(submission: Submission) -> list[tuple[str, str]]:
    """Return the agreement that a submission is about, by number and title."""
    found = submission.agreement
    return [(gettext("Agreement"), f"{found.registry_number} · {title_of(found).text}")] if found else []


def _files(receipt: Round) -> list[tuple[str, str]]:
    return [
        (
            item["file_name"],
            "\n".join(
                (
                    f"{label('text_role', item['role'])}, {label('language', item['language'])}",
                    file_size(item["size"]),
                    f"SHA-256 {item['sha256']}",
                )
            ),
        )
        for item in receipt.documents
    ]


def _text(text: str) -> str:
    """Return a text as a paragraph takes it: its marks escaped, its lines kept, without what no font can draw."""
    drawn = "".join(character for character in text if character == "\n" or character.isprintable())
    return escape(drawn).replace("\n", "<br/>")


@cache
def _register_fonts() -> None:
    for name in (_PLAIN, _BOLD):
        pdfmetrics.registerFont(TTFont(name, str(_FONTS / f"{name}.ttf")))
