"""Exports over HTTP: the form, the permanent address, templates, the API, and the same by the command line."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from registry.audit.models import Entry
from registry.audit.vocabulary import Act
from registry.cli import main
from registry.exports.schemas import FORMATS
from registry.exports.templates.models import ExportTemplate
from registry.exports.templates.services import MOST
from tests.helpers.accounts import new_user, sign_in
from tests.helpers.servers import environment

FIELD = "csrf_token"


def token_of(text):
    return re.search(r'name="csrf_token" value="([^"]+)"', text)[1]


def address_in(text):
    return unescape(re.search(r'class="download" href="([^"]+)"', text)[1])


def test_the_form_leads_to_a_permanent_address_that_gives_the_same_file_for_ever(client, registry):
    page = client.get("/agreements?level=ministries&q=сотрудничество")
    assert "/exports/new?q=" in page.text
    form = client.get("/exports/new?level=ministries&q=сотрудничество")
    assert form.status_code == 200
    address = address_in(form.text)
    assert address.startswith("/exports/list.csv?")
    assert "recorded_at=2026-11-24T09:00:00.000000Z" in address
    assert "on=2026-11-24" in address
    first = client.get(address)
    assert first.headers["Content-Disposition"] == 'attachment; filename="agreements-2026-11-24.csv"'
    assert client.get(address).data == first.data
    count = int(re.search(r'<h2 id="asked">(\d+) agreement', form.text)[1])
    assert count == len(first.text.splitlines()) - 1 > 0


def test_columns_are_put_in_order_by_their_numbers_without_script(client):
    answer = client.get(
        "/exports/list?format=jsonl&level=ministries&place.title=2&place.registry_number=1&place.signed_on=&place.status=2"
        "&group_by=&in_force_on=&on=&recorded_at=&headings=labels&bom=1&guard=1&sort="
    )
    assert answer.status_code == 303
    assert "columns=registry_number,title,status" in answer.headers["Location"]
    line = json.loads(client.get(answer.headers["Location"]).text.splitlines()[0])
    assert list(line) == ["registry_number", "title", "status"]


@pytest.mark.parametrize("format_", FORMATS)
def test_page_and_api_give_the_same_file(client, format_):
    arguments = "level=ministries&columns=registry_number,title,signed_on&group_by=year&lang=ru"
    page = client.get(f"/exports/list.{format_}?{arguments}")
    api = client.get(f"/api/v1/exports/list.{format_}?{arguments}")
    assert page.status_code == 200
    assert page.data == api.data
    assert page.mimetype == api.mimetype


def test_the_command_line_gives_the_same_file(client, settings, tmp_path):
    arguments = (
        "level=ministries&columns=registry_number,title&group_by=level&on=2015-05-01&recorded_at=2026-11-24T09:00:00Z"
    )
    answer = client.get(f"/exports/list.csv?{arguments}&headings=names&bom=0&lang=en")
    path = tmp_path / "list.csv"
    result = CliRunner().invoke(
        main,
        [
            *("export", "--filter", "level=ministries", "--filter", "on=2015-05-01", "--group-by", "level"),
            *("--columns", "registry_number,title", "--recorded-at", "2026-11-24T09:00:00Z", "--no-bom"),
            *("--output", str(path)),
        ],
        env=environment(settings),
        catch_exceptions=False,
    )
    assert result.exit_code == 0, result.output
    assert path.read_bytes() == answer.data
    refused = CliRunner().invoke(main, ["export", "--columns", "password"], env=environment(settings))
    assert refused.exit_code == 2
    assert "password" in refused.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("recorded_at=nonsense", "Write a day as YYYY-MM-DD, or an instant"),
        ("recorded_at=2099-01-01", "Nobody knows yet"),
        ("group_by=party", "“party” is not known here"),
        ("columns=password", "“password” is not known here"),
        ("headings=loud", "Write “labels” or “names”."),
        ("bom=perhaps", "Write 1 or 0."),
        ("level=nobody", "“nobody” is not known here"),
        ("q=%22open", ""),
    ],
)
def test_what_cannot_be_exported_is_explained(client, arguments, said):
    form = client.get(f"/exports/new?{arguments}")
    assert form.status_code == 422
    assert said in unescape(form.text)
    assert 'role="alert"' in form.text
    assert client.get(f"/exports/list.csv?{arguments}").status_code == 422
    api = client.get(f"/api/v1/exports/list.csv?{arguments}")
    assert api.status_code == 422
    assert api.mimetype == "application/problem+json"
    sent = client.get(f"/exports/list?{arguments}")
    assert sent.status_code == 303
    assert sent.headers["Location"].startswith("/exports/new?")


def test_there_is_no_other_format_and_no_other_argument(client):
    for address in ("/exports/list.exe", "/exports/list?format=exe", "/api/v1/exports/list.exe"):
        assert client.get(address).status_code == 404
    assert client.get("/api/v1/exports/list.csv?utm_source=x").status_code == 422
    assert client.get("/exports/list.csv?utm_source=x&columns=title").status_code == 200
    said = client.get("/api/v1/exports?lang=ru").get_json()
    assert [item["name"] for item in said["formats"]] == list(FORMATS)
    assert next(item for item in said["columns"] if item["name"] == "signed_on") == {
        "name": "signed_on",
        "heading": "Дата подписания",
        "kind": "date",
        "default": True,
    }


def test_an_export_is_noted_with_all_that_it_was(client, registry):
    assert client.get("/exports/list.json?level=ministries&group_by=year").data
    with registry.database.read() as session:
        entry = session.scalars(sa.select(Entry).order_by(Entry.position.desc())).first()
    assert (entry.actor, entry.act, entry.object.split()[0]) == ("anybody", Act.LIST_EXPORTED, "export")
    detail = json.loads(entry.detail)
    assert detail["export"]["group_by"] == "year"
    assert detail["export"]["clearance"] == "public"
    assert detail["agreements"] == 28


def test_a_template_keeps_columns_and_options_for_its_user_only(client, app, registry):
    new_user(registry)
    sign_in(client)
    page = client.get(
        "/exports/new?level=ministries&format=xlsx&columns=title,registry_number&group_by=year&headings=names"
    )
    data = {
        name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text)
    }
    saved = client.post("/exports/templates", data={**data, "name": "  Годовой список "})
    assert saved.status_code == 303
    again = client.get(saved.headers["Location"])
    assert "The template is saved." in again.text
    assert "level=ministries" in address_in(again.text)
    assert "columns=title,registry_number&group_by=year&headings=names" in address_in(again.text)
    assert address_in(again.text).startswith("/exports/list.xlsx")
    with registry.database.read() as session:
        (template,) = session.scalars(sa.select(ExportTemplate))
        assert (template.name, template.settings["columns"]) == ("Годовой список", ["title", "registry_number"])
    # The same name again replaces it; what is no export is refused.
    client.post("/exports/templates", data={**data, "name": "Годовой список", "columns": "title"})
    assert client.post("/exports/templates", data={**data, "name": "x", "columns": "password"}).status_code == 422
    assert client.post("/exports/templates", data={**data, "name": ""}).status_code == 422
    with registry.database.read() as session:
        (template,) = session.scalars(sa.select(ExportTemplate))
        assert template.settings["columns"] == ["title"]
        acts = list(session.scalars(sa.select(Entry.act).where(Entry.act.startswith("export_template"))))
    assert acts == ["export_template.saved", "export_template.saved"]

    other = app.test_client()
    assert "columns=title" not in address_in(other.get(f"/exports/new?template={template.id}").text)
    new_user(registry, "second@example.org")
    sign_in(other, "second@example.org")
    theirs = other.get(f"/exports/new?template={template.id}")
    assert "columns=title" not in address_in(theirs.text)
    token = token_of(theirs.text)
    assert other.post(f"/exports/templates/{template.id}/delete", data={FIELD: token}).status_code == 404
    assert client.post(f"/exports/templates/{template.id}/delete", data={FIELD: data[FIELD]}).status_code == 303
    with registry.database.read() as session:
        assert session.scalar(sa.select(sa.func.count(ExportTemplate.id))) == 0


def test_there_is_an_end_of_templates(client, registry):
    new_user(registry)
    sign_in(client)
    token = token_of(client.get("/exports/new").text)
    with registry.database.write("tester") as uow:
        user = uow.session.execute(sa.text("select id from user_account")).scalar_one()
        uow.session.add_all(
            ExportTemplate(user_id=user, name=f"t{place}", settings={}, saved_at=registry.clock.now())
            for place in range(MOST)
        )
    refused = client.post("/exports/templates", data={FIELD: token, "name": "one more"})
    assert refused.status_code == 409
    assert client.post("/exports/templates", data={FIELD: token, "name": "t1", "columns": "title"}).status_code == 303


def test_nobody_saves_a_template_without_signing_in(client):
    page = client.get("/exports/new")
    assert "Sign in to save templates" in page.text
    assert client.post("/exports/templates", data={"name": "x"}).status_code in (302, 303, 400, 403)
