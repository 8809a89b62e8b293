"""`/completeness`: the page, its filters and its downloads, for everybody as far as they may see."""

from __future__ import annotations

import csv
import io
import json

import pytest
import sqlalchemy as sa

from registry.agreements.models import Agreement
from registry.audit.models import Entry
from registry.completeness.vocabulary import GapKind
from registry.http.context import EXTENSION
from registry.outbox.services import note_changes
from tests.helpers.accounts import browser, new_user, sign_in

NUMBER = "BLR-1996-003"


def close(app, number=NUMBER):
    with app.extensions[EXTENSION].database.write("officer") as uow:
        key = uow.session.scalar(sa.select(Agreement.id).where(Agreement.registry_number == number))
        uow.session.execute(sa.update(Agreement).where(Agreement.id == key).values(access="restricted"))
        note_changes(uow.session, [key])


def entries(app):
    with app.extensions[EXTENSION].database.read() as session:
        return [
            (entry.act, entry.actor, entry.object, json.loads(entry.detail))
            for entry in session.scalars(sa.select(Entry).order_by(Entry.position))
        ]


def test_the_page_says_what_is_missing_why_it_matters_and_how_it_is_mended(client):
    page = client.get("/completeness?sort=registry_number").text
    assert "88 agreements were judged" in page
    assert "No authentic text" in page
    assert "Only the authentic text can be interpreted" in page
    assert "Attach a certified copy from the custodian" in page
    assert f'href="/agreements/{NUMBER}#findings"' in client.get(
        "/completeness?sort=registry_number&page=1"
    ).text + "".join(client.get(f"/completeness?sort=registry_number&page={number}").text for number in (2, 3))
    assert page.count("<polyline") == len(GapKind)
    assert " style=" not in page


def test_the_page_speaks_russian(client):
    page = client.get("/completeness?lang=ru").text
    assert "Нет аутентичного текста" in page
    assert "Приложите заверенную копию" in page


def test_the_page_of_an_agreement_shows_the_same_gaps_with_how_they_are_mended(client):
    page = client.get(f"/agreements/{NUMBER}").text
    assert "No text can be read here." in page
    assert "Attach a certified copy" in page
    item = client.get(f"/api/v1/agreements/{NUMBER}").json
    assert "no_text" in {finding["code"] for finding in item["findings"]}


def test_filters_are_kept_in_the_form_and_in_the_downloads(client):
    page = client.get("/completeness?gap=entry_into_force&level=ministries&years=10").text
    assert '<option value="entry_into_force" selected>' in page
    assert 'value="10"' in page
    assert "/completeness.csv?gap=entry_into_force&amp;level=ministries&amp;years=10" in page


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("years=-1", "Give a number of years from 0 to 100."),
        ("gap=nothing", "is not known here"),
        ("years=x", "Not a valid integer."),
    ],
)
def test_a_filter_that_cannot_be_used_is_named(client, query, message):
    answer = client.get(f"/completeness?{query}")
    assert answer.status_code == 422
    assert message in answer.text


def test_a_page_behind_the_last_leads_to_the_last(client):
    answer = client.get("/completeness?gap=text&page=99")
    assert answer.status_code == 302
    assert client.get(answer.location).status_code == 200


def test_the_csv_has_a_line_for_each_gap(client):
    answer = client.get("/completeness.csv?gap=entry_into_force")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="completeness-2026-11-24.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    whole = client.get("/completeness.json?gap=entry_into_force").json
    assert len(rows) == sum(len(item["gaps"]) for item in whole["items"])
    assert {row["registry_number"] for row in rows} == {item["registry_number"] for item in whole["items"]}
    assert all(row["what"] and row["why"] and row["mend"] and row["title"] and row["url"] for row in rows)


def test_the_json_has_counts_bodies_and_the_past(client):
    whole = client.get("/completeness.json?years=5").json
    assert (whole["agreements"], whole["years"], whole["criteria"]) == (88, 5, {"years": 5})
    assert [kind["gap"] for kind in whole["kinds"]] == list(GapKind)
    assert whole["trend"][-1]["kinds"] == {kind["gap"]: kind["agreements"] for kind in whole["kinds"]}
    assert whole["bodies"][0].keys() == {"body", "agreements", "with_gaps", "kinds"}


def test_the_public_sees_the_report_over_what_is_public(app, client):
    close(app)
    assert "87 agreements were judged" in client.get("/completeness").text
    assert NUMBER not in client.get("/completeness.csv").text
    assert NUMBER not in client.get("/completeness.json").text
    registry = app.extensions[EXTENSION]
    new_user(registry, login="auditor", role="auditor")
    auditor = browser(app)
    sign_in(auditor, login="auditor")
    assert "88 agreements were judged" in auditor.get("/completeness").text
    assert NUMBER in auditor.get("/completeness.csv").text


def test_a_download_and_the_reading_of_what_is_closed_are_in_the_log(app, client):
    client.get("/completeness.csv?gap=text")
    acts = entries(app)
    assert [item[:3] for item in acts[-1:]] == [("list.exported", "anybody", "completeness csv")]
    assert acts[-1][3] == {"criteria": {"gap": ["text"]}, "agreements": acts[-1][3]["agreements"]}
    close(app)
    new_user(app.extensions[EXTENSION], login="auditor", role="auditor")
    auditor = browser(app)
    sign_in(auditor, login="auditor")
    auditor.get("/completeness.json")
    assert [item[:3] for item in entries(app)[-2:]] == [
        ("list.read", "auditor", "/completeness.json"),
        ("list.exported", "auditor", "completeness json"),
    ]
