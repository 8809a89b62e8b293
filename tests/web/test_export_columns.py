"""Which columns an export has when nobody chooses, what a page of paper has room for, and what a filter leaves out."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape

import pypdfium2
import pytest

from registry.core.errors import InvalidInputError
from registry.exports.columns import COLUMNS, IMPORTED_COLUMNS, SHORT_COLUMNS, WORDED_COLUMNS, default_columns
from registry.exports.formats.pdf import shares_of
from registry.exports.runs.models import ExportRun
from registry.search.schemas import ListRequest
from tests.conftest import TODAY
from tests.helpers.exports import asked, exported


def address_in(text):
    return unescape(re.search(r'class="download" href="([^"]+)"', text)[1])


def rows_of(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    ("format_", "headings", "columns"),
    [
        ("pdf", "labels", SHORT_COLUMNS),
        ("pdf", "names", SHORT_COLUMNS),
        ("csv", "labels", WORDED_COLUMNS),
        ("csv", "names", IMPORTED_COLUMNS),
        ("xlsx", "labels", WORDED_COLUMNS),
        ("ods", "names", IMPORTED_COLUMNS),
        ("json", "labels", IMPORTED_COLUMNS),
        ("jsonl", "labels", IMPORTED_COLUMNS),
    ],
)
def test_the_address_carries_the_columns_that_nobody_has_chosen(client, format_, headings, columns):
    assert default_columns(format_, headings) == columns
    page = client.get(f"/exports/new?level=ministries&format={format_}&headings={headings}")
    assert f"columns={','.join(columns)}&" in address_in(page.text)


def test_a_list_in_words_has_no_tokens_and_one_for_the_import_has(client):
    worded = rows_of(client.get("/exports/list.csv?level=ministries&lang=ru").data)
    assert "Межведомственное" in worded[1] or "Министерства и ведомства" in worded[1]
    assert not {"ministries", "in_force", "unknown"}.intersection(value for row in worded for value in row)
    named = rows_of(client.get("/exports/list.csv?level=ministries&headings=names&lang=ru").data)
    assert named[0] == list(IMPORTED_COLUMNS)
    assert "ministries" in named[1]


def test_a_pdf_can_be_read_and_breaks_no_number_day_or_word_of_its_headings(client):
    document = pypdfium2.PdfDocument(client.get("/exports/list.pdf?lang=ru&level=ministries").data)
    try:
        assert document[0].get_width() > document[0].get_height()
        text = "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
    assert re.search(r"BLR-\d{4}-\d{3}", text)
    assert re.search(r"\d{4}-\d\d-\d\d", text)
    assert "Министерства и ведомства" in " ".join(text.split())


@pytest.mark.parametrize("columns", [list(COLUMNS), list(IMPORTED_COLUMNS), list(COLUMNS)[:14]])
def test_so_many_columns_that_none_can_be_read_are_refused_for_paper(client, columns):
    with pytest.raises(InvalidInputError):
        shares_of([COLUMNS[name] for name in columns])
    arguments = f"level=ministries&columns={','.join(columns)}"
    page = client.get(f"/exports/new?{arguments}&format=pdf")
    assert page.status_code == 422
    assert "leave out some, or choose XLSX" in page.text
    assert client.get(f"/exports/list.pdf?{arguments}").status_code == 422
    problem = client.get(f"/api/v1/exports/list.pdf?{arguments}").get_json()
    assert "columns" in json.dumps(problem["errors"])
    assert client.get(f"/exports/list.xlsx?{arguments}").status_code == 200


def test_the_room_of_a_page_goes_to_all_columns():
    shares = shares_of([COLUMNS[name] for name in SHORT_COLUMNS])
    assert sum(shares) == pytest.approx(841.89 - 72, abs=0.1)
    assert min(shares) > 55


def test_a_form_that_proposed_columns_takes_those_of_the_format_that_is_chosen_then(client):
    form = client.get("/exports/new?level=ministries").text
    fields = re.findall(r'name="(place\.\w+|unchosen)"[^>]*? value="([^"]*)"', form)
    assert dict(fields)["unchosen"] == "csv.labels"
    sent = client.get("/exports/list", query_string=[("format", "pdf"), ("level", "ministries"), *fields])
    assert f"columns={','.join(SHORT_COLUMNS)}&" in sent.location
    fields = [(name, "" if name == "place.notes" else value) for name, value in fields]
    sent = client.get("/exports/list", query_string=[("format", "xlsx"), *fields])
    assert f"columns={','.join(name for name in WORDED_COLUMNS if name != 'notes')}&" in sent.location


def test_presets_are_links_and_words_come_first(client):
    form = client.get("/exports/new?level=ministries&format=xlsx").text
    links = [unescape(link) for link in re.findall(r'href="(/exports/new\?[^"]*preset=[^"]+)"', form)]
    assert len(links) == 4
    chosen = {}
    for link in links:
        assert "level=ministries" in link
        page = client.get(link)
        assert page.status_code == 200
        chosen[link.rpartition("=")[2]] = re.findall(r'name="place\.(\w+)"[^>]* value="\d+"', page.text)
    assert chosen == {
        "none": [],
        "short": list(SHORT_COLUMNS),
        "import": list(IMPORTED_COLUMNS),
        "all": list(COLUMNS),
    }
    order = re.findall(r'name="place\.(\w+)"', client.get(links[0]).text)
    assert order[:4] == ["kind_label", "level_label", "status_label", "reason_label"]
    assert "the one that stands first here comes first" in form


def test_what_a_filter_by_status_leaves_out_is_said_in_form_file_and_manifest(client, registry):
    arguments = "level=ministries&in_force_on=2020-01-01"
    form = client.get(f"/exports/new?{arguments}").text
    left_out = int(re.search(r"(\d+) agreements? of this search (?:is|are) left out", form)[1])
    total = int(re.search(r'id="asked">(\d+) agreement', form)[1])
    wider = client.get(unescape(re.search(r'<a href="([^"]+)"[^>]*>Include them', form)[1])).text
    assert int(re.search(r'id="asked">(\d+) agreement', wider)[1]) == total + left_out
    assert "Include them" not in wider
    words = "Left out, since their status on that day cannot be said"
    answer = client.get(f"/exports/list.json?{arguments}")
    assert {"name": words, "value": str(left_out)} in answer.get_json()["criteria"]
    with registry.database.read() as session:
        described = json.loads(session.get_one(ExportRun, 1).description)
    assert described["left_out_status_unknown"] == left_out
    assert [words, str(left_out)] in described["criteria"]["words"]
    document = pypdfium2.PdfDocument(client.get(f"/exports/list.pdf?{arguments}").data)
    try:
        assert f"{left_out}" in " ".join(document[0].get_textpage().get_text_range().split())
    finally:
        document.close()


def test_what_is_left_out_is_counted_among_the_states_of_then(registry):
    request = asked(registry, ListRequest(in_force_on=TODAY.date()), format="json")
    first, _ = exported(registry, request)
    assert exported(registry, request)[0] == first
    every = asked(registry, ListRequest(on=TODAY.date()), format="json", columns=["status"])
    statuses = [item["status"] for item in json.loads(exported(registry, every)[0])["items"]]
    said = {line["name"]: line["value"] for line in json.loads(first)["criteria"]}
    assert said["Left out, since their status on that day cannot be said"] == str(statuses.count("unknown"))
