"""Every format of an export read back by a library of another maker: the same values for all records."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import unicodedata
import zipfile
from datetime import UTC, date, datetime

import odfdo
import openpyxl
import orjson
import pypdfium2
import pytest
import sqlalchemy as sa
from openpyxl.utils.escape import unescape

from registry.agreements.models import Agreement
from registry.agreements.queries import agreements_by_ids
from registry.core.i18n import translation
from registry.exports.columns import COLUMNS
from registry.exports.formats import MEDIA_TYPES, WRITERS
from registry.exports.formats.csv import guard
from registry.exports.formats.pdf import drawable, shares_of, visual, wrapped
from registry.exports.formats.sheet import Sheet
from registry.exports.schemas import FORMATS, ExportOptions, ExportRequest
from registry.interchange.files import read_bytes, unquoted
from registry.interchange.imports import import_file
from registry.lifecycle.dossier import dossiers_of
from registry.search.schemas import ListRequest
from tests.conftest import TODAY
from tests.helpers.exports import asked, copied, exported
from tests.integration.test_revisions import bundled

#: What spreadsheets, XML and JSON could take for something else than a text.
VALUES = (
    '=HYPERLINK("http://example.org","click")',
    "=1+1",
    "+7 727 250 00 00",
    "-1",
    "@SUM(A1)",
    "'=already quoted",
    "''+twice quoted",
    "'tis plain",
    'a "quoted", text; with | signs',
    "line\nbreak\n\nand a paragraph",
    "tab\there",
    "two  spaces   and more",
    "ә ғ қ ң ө ұ ү һ і ў Ә Ғ Қ Ң Ө Ұ Ү Һ І Ў",
    "שלום עולם (אמנה 1995)",
    "مرحبا بالعالم",
    "عربي and English",
    "zero\u200bwidth\u200djoiner\u2060and\ufeffmark",
    "<b>bold</b> &amp; ]]>",
    "_x0041_ is no A",
    '{"a": [1]}',
    "1e5",
    "00123",
    "2020-01-01",
    "TRUE",
    "NULL",
    "#REF!",
    "U+2028\u2028separator",
    "https://example.org/a?b=1&c=2",
    "long " * 400,
)
NAMES = (
    "registry_number",
    "title_en",
    "title_ru",
    "signed_on",
    "entered_into_force_on",
    "status",
    "sources",
    "revision",
)


@pytest.fixture(scope="module")
def hostile(filled, databases, tmp_path_factory):
    """A registry in which the English titles are hostile, and the values that every format has to give back."""
    with copied(filled, databases, tmp_path_factory.mktemp("hostile")) as registry:
        records = bundled("agreements.json")["agreements"][: len(VALUES)]
        for record, value in zip(records, VALUES, strict=True):
            record["titles"] = [
                {"language": "en", "text": value, "status": "as_cited"},
                *(title for title in record["titles"] if title["language"] != "en"),
            ]
        data = orjson.dumps({"format": "treaty-registry/1", "agreements": records})
        report = import_file(registry.database, read_bytes(data, "hostile.json"), home_party="KAZ", actor="officer")
        assert report.problems == []
        registry.index.ensure()
        yield registry


@pytest.fixture(scope="module")
def expected(hostile):
    """The values, as the tables of the registry have them."""
    with hostile.database.read() as session:
        keys = list(session.scalars(sa.select(Agreement.id)))
        rows = {}
        for dossier in dossiers_of(session, agreements_by_ids(session, keys, whole=True), TODAY.date()):
            agreement = dossier.agreement
            titles = {title.language: title.text for title in reversed(agreement.titles)}
            rows[agreement.registry_number] = [
                agreement.registry_number,
                titles.get("en"),
                titles.get("ru"),
                str(agreement.signed_on) if agreement.signed_on else None,
                str(dossier.entry.on) if dossier.entry else None,
                str(dossier.period.status),
                " | ".join(source.locator for source in agreement.sources),
                agreement.revision,
            ]
    assert {unicodedata.normalize("NFC", value).strip() for value in VALUES} <= {row[1] for row in rows.values()}
    return rows


def render(registry, format_, **options):
    request = asked(registry, format=format_, columns=list(NAMES), options=ExportOptions(headings="names", **options))
    data, summary = exported(registry, request)
    assert summary.rows == 88
    return data


def same(rows, expected):
    """Compare rows, the first of which are the headings, with what was expected, number by number."""
    head, *body = rows
    assert tuple(head) == NAMES
    found = {row[0]: list(row) for row in body}
    assert len(body) == len(found)
    assert found == expected


def as_text(expected, ends="\n"):
    """Return the expected values as a format without types has them."""
    return {
        number: ["" if value is None else str(value).replace("\n", ends) for value in row]
        for number, row in expected.items()
    }


@pytest.mark.parametrize("guarded", [True, False])
def test_csv_is_read_back_by_a_strict_reader(hostile, expected, guarded):
    data = render(hostile, "csv", guard=guarded, bom=guarded)
    assert data.startswith(b"\xef\xbb\xbf") == guarded
    text = data.decode("utf-8-sig")
    assert not re.search(r"(?<!\r)\n(?=BLR-\d{4}-\d{3},)", text)
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    if guarded:
        formula = re.compile(r"[=+\-@\t\r]")
        assert not any(formula.match(cell) for row in rows for cell in row)
        rows = [[unquoted(cell) for cell in row] for row in rows]
    same(rows, as_text(expected))


def test_json_and_json_lines_are_read_back(hostile, expected):
    said = json.loads(render(hostile, "json"))
    assert said["agreements"] == 88
    assert said["export"]["columns"] == list(NAMES)
    same([NAMES, *(list(item.values()) for item in said["items"])], expected)
    lines = render(hostile, "jsonl").decode().split("\n")
    assert lines.pop() == ""
    same([NAMES, *(list(json.loads(line).values()) for line in lines)], expected)


def test_xlsx_is_read_back_by_openpyxl_with_real_dates_and_no_formula(hostile, expected):
    book = openpyxl.load_workbook(io.BytesIO(render(hostile, "xlsx")))
    page, criteria = book.worksheets
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == f"A1:H{len(expected) + 1}"
    assert page.column_dimensions["B"].width > page.column_dimensions["A"].width
    rows = []
    for row in page.iter_rows():
        assert not any(cell.data_type == "f" or cell.hyperlink for cell in row)
        rows.append([_plain(cell) for cell in row])
    same(rows, expected)
    exact = [cell for row in page.iter_rows(min_row=2) for cell in row[3:5] if cell.is_date]
    assert len(exact) >= 100
    assert {cell.number_format for cell in exact} == {"yyyy-mm-dd"}
    lines = {name.value: value.value for name, value in criteria.iter_rows()}
    assert lines["Records as of"] == "2026-11-24T09:00:00.000001Z"
    assert lines["Legal day"] == "2026-11-24"
    assert lines["Agreements"] == "88"


def _plain(cell):
    value = cell.value
    if isinstance(value, datetime):
        return value.date().isoformat()
    # ISO/IEC 29500 writes some letters as _x000D_, and what looks like that as _x005F_x000D_.
    return unescape(value) if isinstance(value, str) else value


def test_ods_is_read_back_by_odfdo(hostile, expected):
    data = render(hostile, "ods")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.infolist()[0].filename == "mimetype"
        assert archive.read("mimetype").decode() == MEDIA_TYPES["ods"]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    document = odfdo.Document(io.BytesIO(data))
    page, criteria = document.body.get_tables()
    rows = [[cell.value for cell in row.get_cells()] for row in page.iter_rows()]
    dates = [value for row in rows[1:] for value in row if isinstance(value, datetime | date)]
    assert len(dates) >= 100
    same([[_ods(value) for value in row] for row in rows], expected)
    assert criteria.get_value((0, 0)) == "Records as of"


def _ods(value):
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return int(value) if isinstance(value, int | float) or hasattr(value, "as_integer_ratio") else value


@pytest.mark.parametrize("format_", ["xlsx", "ods"])
def test_libreoffice_reads_the_same_values(hostile, expected, format_, tmp_path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not on this machine")
    path = tmp_path / f"list.{format_}"
    path.write_bytes(render(hostile, format_))
    as_csv = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,1"
    subprocess.run(
        [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", as_csv, path.name],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=240,
    )
    (made,) = tmp_path.glob("*.csv")
    rows = list(csv.reader(io.StringIO(made.read_text(encoding="utf-8-sig"), newline="")))
    wanted = as_text(expected)
    if format_ == "ods":
        # LibreOffice 7 loses tabs in every ODS, those that it wrote itself too.
        wanted = {number: [value.replace("\t", "") for value in row] for number, row in wanted.items()}
    same(rows, wanted)


def test_pdf_is_read_back_with_page_numbers_and_a_header_on_each_page(hostile, expected):
    columns = ["registry_number", "title_en", "signed_on", "status"]
    request = asked(hostile, format="pdf", columns=columns, options=ExportOptions(headings="names"))
    document = pypdfium2.PdfDocument(exported(hostile, request)[0])
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
        last = len(pages)
        found: dict[str, str] = {}
        for number, text in enumerate(pages, start=1):
            flat = " ".join(text.split())
            assert f"Page {number} of {last}" in flat
            assert "List of agreements" in flat
            assert "Records as of: 2026-11-24T09:00:00.000001Z · Legal day: 2026-11-24" in flat
            assert "registry_number title_en" in flat
            for found_number, cells in _cells(document[number - 1], expected):
                found[found_number] = found.get(found_number, "") + cells
    finally:
        document.close()
    assert set(found) == set(expected)
    for number, row in expected.items():
        wanted = row[1] or ""
        if re.search("[\u0590-\u06ff]", wanted):
            # PDFium puts the words of such a line into an order of its own, so each word is looked for.
            assert sorted(_squeezed(found[number])) == sorted(_squeezed(wanted)), number
            assert all(word in found[number] for word in re.findall("[\u0590-\u06ff]+", wanted)), number
        else:
            assert _squeezed(found[number]) == _squeezed(wanted), number


def _cells(page, expected):
    """Yield the number and the title of each row: what stands in these columns from one number to the next."""
    text = page.get_textpage()
    shares = shares_of([COLUMNS[name] for name in ("registry_number", "title_en", "signed_on", "status")])
    edges = [36 + sum(shares[:place]) for place in range(5)]
    turned = {
        "".join(sorted(number)): number
        for number, row in expected.items()
        if re.search("[\u0590-\u06ff]", row[1] or "")
    }
    tops = []
    for place in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(place)
        words = text.get_text_bounded(left, bottom, edges[1] - 1, top)
        # In a line with Hebrew or Arabic PDFium moves the Latin letters and the digits beside it too.
        number = words.strip()
        if number not in expected:
            number = turned.get("".join(sorted(number)), "")
        if number and left < edges[1] - 5 and right > left:
            tops.append((top, number))
    tops.sort(reverse=True)
    for place, (top, number) in enumerate(tops):
        end = tops[place + 1][0] if place + 1 < len(tops) else 45
        yield number, text.get_text_bounded(edges[1] - 1, end + 2.5, edges[2] - 2, top + 2)


def _squeezed(text):
    """Return a text without its spaces: where a line ends in a cell, the paper shows no space."""
    return re.sub(r"[\s\u2028\ufffe]+|\u00ad|\ufeff|\u2060|\u200b|\u200d", "", text)


def test_right_to_left_is_turned_and_what_the_font_lacks_is_marked():
    assert visual("a שלום b") == "a םולש b"
    assert visual("אמנה (ב)") == "(ב) הנמא"
    assert visual("(אמנה) 1995") == "(הנמא) 1995"
    assert visual("אמנה 1995 ב") == "ב 1995 הנמא"
    assert visual("Қазақстан") == "Қазақстан"
    assert drawable("ә ғ қ ң ө ұ ү һ і ў ʼ № « »") == "ә ғ қ ң ө ұ ү һ і ў ʼ № « »"
    assert drawable("中 😀") == "\ufffd \ufffd"
    assert wrapped("x" * 50, 40)[0] == "x" * len(wrapped("x" * 50, 40)[0])
    assert "".join(wrapped("x" * 50, 40)) == "x" * 50


@pytest.mark.parametrize(
    "value",
    ["=1", "+7", "-1", "@x", "\tx", "\rx", "'=1", "''=1", "'x", "''", "", "x=1", "'", "'''+", "plain"],
)
def test_the_guard_is_undone_by_the_import_whatever_the_value(value):
    assert not str(guard(value)).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unquoted(guard(value)) == value


def written(format_, rows, names=("registry_number", "title", "signed_on", "revision"), **given):
    """Write rows of values that no record could have."""
    request = ExportRequest(
        ListRequest(on=date(2020, 1, 1), sort="registry_number"),
        datetime(2025, 1, 1, tzinfo=UTC),
        format=format_,
        columns=names,
        **given,
    )
    columns = [COLUMNS[name] for name in names]
    sheet = Sheet(request, columns, list(names), [("Records as of", "x"), ("Legal day", "y")], 1, translation("en"))
    return b"".join(WRITERS[format_](sheet, iter(rows)))


@pytest.mark.parametrize("format_", FORMATS)
def test_broken_letters_and_endless_texts_break_no_format(format_):
    rows = [
        ["N1", "control \x00\x0b\uffff", "1899-12-31", 1],
        ["N2", "y" * 40_000, "1900-02-29x", 2],
        ["N3", None, None, 3],
    ]
    data = written(format_, rows)
    if format_ == "xlsx":
        page, criteria = openpyxl.load_workbook(io.BytesIO(data)).worksheets
        assert page["B2"].value == "control \ufffd\ufffd\ufffd"
        assert (page["C2"].value, page["C3"].value) == ("1899-12-31", "1900-02-29x")
        assert len(page["B3"].value) == 32_767
        assert criteria.max_row == 3
        assert criteria["B3"].value == "1"
    if format_ == "ods":
        page = odfdo.Document(io.BytesIO(data)).body.get_table(0)
        assert page.get_value((1, 1)) == "control \ufffd\ufffd\ufffd"
        assert len(page.get_value((1, 2))) == 40_000
    if format_ == "pdf":
        document = pypdfium2.PdfDocument(data)
        assert len(document) > 1
        assert sum(page.get_textpage().get_text_range().count("y") for page in document) >= 40_000
        document.close()
