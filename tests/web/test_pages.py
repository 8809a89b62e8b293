"""The pages and the API, as readers and programs meet them."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import pytest
from markupsafe import escape

from registry.core.errors import ConfigurationError
from registry.http.context import EXTENSION
from tests.helpers.applications import application
from tests.helpers.texts import attach

NUMBER = "BLR-1997-001"


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/agreements",
        "/agreements?q=налог",
        "/agreements?in_force_on=1998-01-01",
        f"/agreements/{NUMBER}",
        "/overview",
        "/healthz",
        "/readyz",
    ],
)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_pages_answer_in_both_languages(client, address, language):
    answer = client.get(address, headers={"Accept-Language": language})
    assert answer.status_code == 200
    if answer.mimetype == "text/html":
        assert f'<html lang="{language}">' in answer.text


@pytest.mark.parametrize("languages", ["in turn", pytest.param("both", marks=pytest.mark.long)])
def test_every_agreement_has_a_page_and_json(client, languages):
    numbers = [
        row["registry_number"]
        for row in csv.DictReader(io.StringIO(client.get("/agreements.csv").data.decode("utf-8-sig")))
    ]
    assert len(numbers) > 80
    for count, number in enumerate(numbers):
        for day in ("", "1999-06-01") if languages == "both" else ("1999-06-01" if count % 4 > 1 else "",):
            for language in ("ru", "en") if languages == "both" else (("ru", "en")[count % 2],):
                page = client.get(f"/agreements/{number}?on={day}&lang={language}")
                assert page.status_code == 200
                assert number in page.text
        item = client.get(f"/api/v1/agreements/{number}").get_json()
        assert item["registry_number"] == number
        assert item["status"]["explanation"]
        assert item["sources"]


@pytest.mark.parametrize(
    "query",
    [
        '"unclosed',
        "AND OR",
        "level:",
        "(",
        ")",
        "NOT a",
        "*",
        "a" * 3000,
        "foo:bar",
        "\x00\x07",
        "=HYPERLINK(1)",
        "<script>alert(1)</script>",
    ],
)
def test_a_query_is_answered_or_refused_and_never_breaks_the_page(client, query):
    page = client.get("/agreements", query_string={"q": query})
    assert page.status_code in (200, 422)
    assert "<script>alert" not in page.text
    answer = client.get("/api/v1/agreements", query_string={"q": query})
    assert answer.status_code == page.status_code
    if answer.status_code == 422:
        assert answer.mimetype == "application/problem+json"
        problem = answer.get_json()
        assert problem["detail"]
        assert problem["errors"][0]["field"] == "q"


def test_a_refused_query_stays_in_the_box_and_the_place_is_marked(client):
    page = client.get("/agreements", query_string={"q": 'налог "без конца'}).text
    assert 'value="налог &#34;без конца"' in page
    assert "<mark>&#34;</mark>" in page
    assert "never closed" in page
    russian = client.get("/agreements", query_string={"q": 'налог "без конца', "lang": "ru"}).text
    assert "кавычк" in russian


@pytest.mark.parametrize(
    "arguments",
    [
        {"level": "kings"},
        {"in_force_on": "yesterday"},
        {"in_force_on": "1998-02-30"},
        {"signed_from": "96"},
        {"page": "0"},
        {"per_page": "1000"},
        {"sort": "fate"},
        {"subject": "alchemy"},
        {"party": "ZZZ"},
        {"body": "x"},
        {"status": "dead"},
        {"decade": "nineties"},
    ],
)
def test_a_wrong_filter_is_named(client, arguments):
    name = next(iter(arguments))
    answer = client.get("/api/v1/agreements", query_string=arguments)
    assert answer.status_code == 422
    assert any(error["field"].startswith(name) for error in answer.get_json()["errors"])
    assert client.get("/agreements", query_string=arguments).status_code == 422


DATES = ["вчера", "1996-13", "1996-02-30", "0999", "96"]


@pytest.mark.parametrize(
    "arguments",
    [
        *({name: value} for name in ("signed_from", "signed_to", "in_force_on", "on") for value in DATES),
        *({"q": f"signed:{value}"} for value in DATES),
        *({"q": f"signed:[{value} TO 2000]"} for value in DATES),
        {"q": "signed:[1996]"},
        {"q": "signed:[1996"},
        {"q": "signed:[2000 TO 1996]"},
        {"q": "signed:>2999"},
        {"q": "signed:"},
    ],
)
def test_a_wrong_date_is_explained_in_the_language_of_the_reader(client, arguments):
    told = {}
    for code in ("en", "ru"):
        answer = client.get("/api/v1/agreements", query_string={**arguments, "lang": code})
        told[code] = answer.get_json()["errors"][0]["message"]
        assert answer.status_code == 422
        assert escape(told[code]) in client.get("/agreements", query_string={**arguments, "lang": code}).text
    assert re.search("[а-я]{3}", re.sub("[«“].*?[»”]", "", told["ru"])), told
    assert not re.search("[A-Za-z]{3}", re.sub("signed|TO", "", told["ru"])), told


def test_the_hint_of_a_date_is_in_the_language_of_the_reader(client):
    assert 'title="YYYY, YYYY-MM or YYYY-MM-DD"' in client.get("/agreements?lang=en").text
    assert 'title="ГГГГ, ГГГГ-ММ или ГГГГ-ММ-ДД"' in client.get("/agreements?lang=ru").text


def test_the_api_refuses_what_it_does_not_know_and_pages_read_over_it(client):
    assert client.get("/api/v1/agreements?utm_source=x").status_code == 422
    assert client.get("/agreements?utm_source=x").status_code == 200


def test_the_list_of_the_api_has_the_promised_shape(client):
    answer = client.get("/api/v1/agreements?level=ministries&level=governments&per_page=3&q=сотрудничество").get_json()
    assert {"items", "total", "page", "per_page", "facets", "suggestion"} <= answer.keys()
    assert len(answer["items"]) == answer["per_page"] == 3
    assert {"value", "label", "count"} == answer["facets"]["level"][0].keys()
    promised = {
        "registry_number",
        "titles",
        "kind",
        "level",
        "parties",
        "signatures",
        "signed_on",
        "signed_at",
        "entered_into_force_on",
        "status",
        "subjects",
        "relations",
        "documents",
        "sources",
        "revision",
        "url",
        "snippets",
    }
    assert promised <= answer["items"][0].keys()
    assert all("**" in snippet for item in answer["items"] for snippet in item["snippets"])


def test_pages_of_the_list_do_not_overlap_and_miss_nothing(client):
    for sort in ("-signed_on", "signed_on", "title", "registry_number"):
        seen = []
        for page in range(1, 10):
            seen += [
                item["registry_number"]
                for item in client.get(f"/api/v1/agreements?sort={sort}&per_page=17&page={page}").get_json()["items"]
            ]
        total = client.get("/api/v1/agreements").get_json()["total"]
        assert len(seen) == len(set(seen)) == total


def test_an_unknown_address_is_a_page_and_below_the_api_a_problem(client):
    page = client.get("/agreements/BLR-1900-999")
    assert page.status_code == 404
    assert "BLR-1900-999" in page.text
    problem = client.get("/api/v1/agreements/BLR-1900-999")
    assert (problem.status_code, problem.mimetype) == (404, "application/problem+json")
    assert client.get("/nowhere").status_code == 404
    assert client.post("/agreements").status_code == 405


def test_an_unexpected_error_is_a_page_that_tells_nothing_of_the_inside(client, app, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("registry.web.views.overview.by_decade", broken)
    page = client.get("/overview")
    assert page.status_code == 500
    assert "secret detail" not in page.text
    assert "RuntimeError" not in page.text


def test_a_wrong_day_keeps_what_was_typed_and_says_what_is_wrong(client):
    page = client.get(f"/agreements/{NUMBER}?on=1998-02-31")
    assert page.status_code == 422
    assert 'value="1998-02-31"' in page.text
    assert "YYYY-MM-DD" in page.text


def test_the_page_of_an_agreement_answers_the_officer(client):
    page = client.get(f"/agreements/{NUMBER}?on=1997-12-12").text
    assert "Not in force" in page
    page = client.get(f"/agreements/{NUMBER}?on=2020-01-01").text
    assert "In force" in page
    assert "31 December 2020" in page, "the next day on which notice can end it"
    assert "30 June 2020" in page, "the last day for that notice"
    assert "BLR-2016-002" in page, "the protocol that amends it"
    assert 'lang="ru"' in page


def test_json_is_given_to_those_who_prefer_it(client):
    by_ending = client.get(f"/agreements/{NUMBER}.json").get_json()
    by_header = client.get(f"/agreements/{NUMBER}", headers={"Accept": "application/json"}).get_json()
    assert by_ending == by_header
    assert client.get(f"/agreements/{NUMBER}", headers={"Accept": "text/html,*/*"}).mimetype == "text/html"


def test_the_download_is_the_list_that_the_page_shows(client):
    arguments = {"in_force_on": "2015-05-01", "level": "governments"}
    rows = list(
        csv.DictReader(io.StringIO(client.get("/agreements.csv", query_string=arguments).data.decode("utf-8-sig")))
    )
    listed = client.get("/api/v1/agreements", query_string={**arguments, "per_page": 100}).get_json()
    assert [row["registry_number"] for row in rows] == [item["registry_number"] for item in listed["items"]]
    assert {row["status"] for row in rows} == {"in_force"}
    assert {row["status_on"] for row in rows} == {"2015-05-01"}


def test_security_headers_and_no_inline_code(client):
    for address in ("/", "/agreements", f"/agreements/{NUMBER}", "/overview", "/nowhere"):
        answer = client.get(address)
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe-inline" not in policy
        assert "default-src 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", answer.text)


def test_the_language_is_remembered_and_nobody_is_sent_elsewhere(client):
    answer = client.get("/language/ru?next=/overview")
    assert answer.headers["Location"] == "/overview"
    assert "lang=ru" in answer.headers["Set-Cookie"]
    assert '<html lang="ru">' in client.get("/overview").text
    for evil in ("https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)"):
        assert client.get("/language/en", query_string={"next": evil}).headers["Location"] == "/"
    assert client.get("/language/xx").status_code == 404


def test_a_closed_registry_shows_nothing(settings):
    app = application(replace(settings, public_read=False))
    reader = app.test_client()
    for address in ("/", "/agreements", "/agreements.csv", f"/agreements/{NUMBER}", "/api/v1/agreements", "/overview"):
        answer = reader.get(address)
        assert answer.status_code == 403
        assert "Правительств" not in answer.text
        assert "Government" not in answer.text
    assert reader.get("/healthz").status_code == 200
    app.extensions[EXTENSION].close()


def test_the_server_does_not_start_without_a_secret(settings):
    with pytest.raises(ConfigurationError, match="secret key"):
        application(replace(settings, secret_key=""))


def test_a_list_needs_as_many_queries_for_many_agreements_as_for_few(client, app):
    from sqlalchemy import event

    engine = app.extensions[EXTENSION].database.engine
    counted = []
    event.listen(engine, "before_cursor_execute", lambda *args: counted.append(args[2]))

    def queries(address):
        client.get(address)
        counted.clear()
        client.get(address)
        return len(counted)

    # What some records lack (a relation, an action of another agreement) is asked for only when it is there.
    assert queries("/agreements?per_page=100") <= queries("/agreements?per_page=5") + 4
    assert queries("/api/v1/agreements?per_page=100") <= queries("/api/v1/agreements?per_page=5") + 4


def test_formulas_are_made_harmless_in_the_download_and_come_back_whole():
    from registry.exports.formats.csv import guard as cell
    from registry.interchange.files import unquoted

    for value in ("=HYPERLINK(1)", "+7 727", "-1", "@x", "\tx"):
        assert cell(value).startswith("'")
        assert unquoted(cell(value)) == value
    assert cell("простой текст") == "простой текст"
    assert cell(None) is None


def test_an_address_that_asks_too_often_is_told_to_wait(settings):
    app = application(replace(settings, rate_limit="3 per minute"))
    reader = app.test_client()
    # What the machine asks of itself is not counted.
    assert [reader.get("/overview").status_code for _ in range(5)] == [200] * 5
    reader.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    answers = [reader.get("/overview").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]
    problem = reader.get("/api/v1/agreements")
    assert (problem.status_code, problem.mimetype) == (429, "application/problem+json")
    assert "3 per 1 minute" in problem.get_json()["detail"]
    assert reader.get("/healthz").status_code == 200
    app.extensions[EXTENSION].close()


def test_a_page_beyond_the_last_leads_to_the_last(client):
    answer = client.get("/agreements?level=heads_of_state&page=99")
    assert answer.status_code == 302
    assert client.get(answer.headers["Location"]).status_code == 200
    assert "page" not in answer.headers["Location"]
    assert client.get("/api/v1/agreements?page=99").get_json()["items"] == []


def test_a_query_on_the_wrong_keyboard_is_answered_with_the_right_one(client):
    page = client.get("/agreements", query_string={"q": "ljujdjh j lhe;,t"}).text
    assert "договор о дружбе" in page
    assert client.get("/api/v1/agreements", query_string={"q": "ghjnjrjk"}).get_json()["suggestion"] == "протокол"
    assert client.get("/api/v1/agreements", query_string={"q": "протокол"}).get_json()["suggestion"] is None


def test_a_feed_holds_the_newest_of_any_list(client, app):
    from xml.etree import ElementTree as ET

    answer = client.get("/feed.atom?level=ministries&q=сотрудничество")
    assert answer.mimetype == "application/atom+xml"
    name = "{http://www.w3.org/2005/Atom}"
    feed = ET.fromstring(answer.data)
    numbers = {entry.find(f"{name}link").get("href").rsplit("/", 1)[1] for entry in feed.iter(f"{name}entry")}
    listed = client.get("/api/v1/agreements?level=ministries&q=сотрудничество&per_page=100").get_json()["items"]
    assert numbers == {item["registry_number"] for item in listed}
    assert all(entry.find(f"{name}summary").text for entry in feed.iter(f"{name}entry"))
    assert all(feed.find(f"{name}{part}") is not None for part in ("title", "id", "updated", "author"))
    assert len(ET.fromstring(client.get("/feed.atom").data).findall(f"{name}entry")) == 50
    assert not ET.fromstring(client.get("/feed.atom?q=марсиане").data).findall(f"{name}entry")


def test_whether_the_text_is_stored_can_be_asked(client, app):
    def total(**arguments):
        return client.get("/api/v1/agreements", query_string=arguments).get_json()["total"]

    assert total(has_text="true") == 0
    assert total(has_text="false") == total()
    with app.extensions[EXTENSION].database.write("test") as uow:
        attach(uow, "kzby-014", "Статья 1\nТекст.")
    assert total(has_text="true") == 1
    assert client.get("/api/v1/agreements?has_text=perhaps").status_code == 422
