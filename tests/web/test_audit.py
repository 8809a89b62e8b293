"""`/audit`, what requests leave in the log, and that auditors write nothing."""

from __future__ import annotations

import csv
import html
import io
import json
from base64 import b64decode

import pytest
import sqlalchemy as sa

from registry.accounts.vocabulary import Role
from registry.agreements.models import Agreement
from registry.audit.heads import read_checkpoint
from registry.audit.merkle import is_included, leaf_hash
from registry.audit.models import Entry
from registry.audit.vocabulary import Act
from registry.http.csrf import FIELD
from tests.helpers.accounts import PASSWORD, browser, form_token, new_user, sign_in


@pytest.fixture
def auditor(app, registry):
    new_user(registry, login="auditor", role="auditor")
    made = browser(app)
    sign_in(made, login="auditor")
    return made


def last(registry, count=1):
    """Return the last entries: who, which act, about what, how it ended."""
    with registry.database.read() as session:
        found = session.scalars(sa.select(Entry).order_by(Entry.position.desc()).limit(count)).all()
        return [(item.actor, item.act, item.object, item.outcome) for item in reversed(found)]


@pytest.mark.parametrize("address", ["/audit", "/audit/0", "/audit/0.json", "/audit.csv", "/audit.json"])
@pytest.mark.parametrize(
    ("role", "status"),
    [(None, 403), ("submitter", 403), ("legal_officer", 403), ("auditor", 200), ("administrator", 200)],
)
def test_who_may_read_the_log(app, registry, address, role, status):
    made = browser(app)
    if role:
        new_user(registry, login="someone", role=role)
        sign_in(made, login="someone")
    assert made.get(address).status_code == status
    if role and status == 403:
        assert last(registry) == [("someone", Act.ACCESS_DENIED, f"GET {address}", "refused")]


def test_the_page_filters_and_leads_to_proofs(auditor, registry):
    page = auditor.get("/audit?act=user.added&actor=test").text
    assert "Addition of a user" in page
    assert "1 entry" in page
    assert "No entry fits" in auditor.get("/audit?object=nobody").text
    today = registry.clock.today().isoformat()
    assert "No entry fits" in auditor.get(f"/audit?first_day={today}&last_day=2000-01-01").text
    assert "1 entry" in auditor.get(f"/audit?act=user.added&first_day={today}&last_day={today}").text
    refused = auditor.get("/audit?act=no.such.act&first_day=x")
    assert refused.status_code == 422
    assert auditor.get("/audit?page=99").status_code == 302
    proof = auditor.get("/audit/3.json").get_json()
    head, signature = read_checkpoint(proof["checkpoint"])
    path = [b64decode(item) for item in proof["path"]]
    assert is_included(leaf_hash(proof["leaf"].encode()), 3, head.size, path, head.root)
    assert registry.log_key.is_signed(head, signature)
    assert json.loads(proof["leaf"]) == proof["entry"]
    for address in ("/audit/999999", "/audit/999999.json"):
        assert auditor.get(address).status_code == 404


def test_an_entry_has_a_page_with_its_proof(auditor):
    found = auditor.get("/audit/3.json").get_json()
    page = html.unescape(auditor.get("/audit/3").text)
    assert found["leaf"] in page
    assert found["checkpoint"].strip() in page
    assert all(item in page for item in found["path"])
    assert 'href="/audit/3.json"' in page


def test_details_are_said_in_words_with_the_json_beside_them(auditor, client):
    assert client.get("/agreements.csv?level=ministries").data
    page = html.unescape(auditor.get("/audit?act=list.exported&lang=ru").text)
    assert "<dt>Уровень</dt><dd>ministries</dd>" in page
    assert "<dt>Не публичны</dt><dd>—</dd>" in page
    assert '"not_public": []' in page.partition("<summary>JSON</summary>")[2]
    assert '<optgroup label="Выгрузки">' in page


@pytest.mark.parametrize("name", ["actors", "since", "until", "position"])
def test_a_filter_of_the_log_that_is_not_known_is_refused(auditor, name):
    for address in ("/audit", "/audit.csv", "/audit.json"):
        assert auditor.get(f"{address}?{name}=x").status_code == 422
        assert auditor.get(f"{address}?lang=en&{name}=").status_code == 200, "empty ones count as not given"


def test_the_log_is_downloaded_whole_and_that_is_logged(auditor, registry):
    with registry.database.read() as session:
        before = session.scalar(sa.select(sa.func.count(Entry.position)))
    answer = auditor.get("/audit.csv?actor=test")
    assert last(registry) == [("auditor", Act.LOG_EXPORTED, "csv", "done")]
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert {row["actor"] for row in rows} == {"test"}
    whole = auditor.get("/audit.json").get_json(force=True)
    assert [item["entry"] for item in whole["entries"]] == list(range(before + 2))
    assert read_checkpoint(whole["checkpoint"])[0].size == before + 2


def test_signing_in_and_out_is_logged_and_no_secret_with_it(app, registry):
    new_user(registry)
    made = browser(app)
    sign_in(made, password="not the password at all")
    assert last(registry) == [("", Act.SIGNED_IN, "officer", "refused")]
    sign_in(made, login=PASSWORD.replace(" ", ""))
    assert last(registry) == [("", Act.SIGNED_IN, "", "refused")], "what is no login may be a password"
    sign_in(made)
    assert last(registry) == [("officer", Act.SIGNED_IN, "officer", "done")]
    made.post("/account/sign-out", data={FIELD: form_token(made.get("/account").text)})
    assert last(registry) == [("officer", Act.SIGNED_OUT, "officer", "done")]
    with registry.database.read() as session:
        everything = repr(session.execute(sa.select(Entry.actor, Entry.object, Entry.detail)).all())
    assert PASSWORD.replace(" ", "") not in everything
    assert "127.0.0.1" not in everything


def test_downloads_are_logged_with_their_criteria(client, registry):
    assert client.get("/agreements.csv?level=ministries").data
    with registry.database.read() as session:
        entry = session.scalars(sa.select(Entry).order_by(Entry.position.desc())).first()
        found = session.scalar(sa.select(sa.func.count(Agreement.id)).where(Agreement.level == "ministries"))
    assert (entry.actor, entry.act, entry.object) == ("anybody", Act.LIST_EXPORTED, "export 1")
    detail = json.loads(entry.detail)
    assert (detail["agreements"], detail["not_public"]) == (found, [])
    assert detail["export"]["search"] == {"level": ["ministries"], "on": "2026-11-24", "sort": "-signed_on"}


#: What an auditor may send: the way in and out, and what is theirs alone. Nothing of it touches a record.
OWN = {
    "web.sign_in",
    "web.sign_out",
    "web.choose_password",
    "web.sign_in_code",
    "web.forgotten",
    "web.change_password",
    "web.second_factor",
    "web.begin_second_factor",
    "web.renew_recovery_codes",
    "web.end_sign_in",
    "web.end_other_sign_ins",
    "web.save",
    "web.save_export_template",
    "web.delete_export_template",
    "web.rename",
    "web.delete",
    "web.seen",
    "web.make_feed",
    "web.stop_feed",
    "web.request_long_export",
    "web.cancel",
    "web.repeat",
    # Files that are hashed and kept nowhere: nothing is written at all.
    "web.verify_files",
    "web.make_calendar",
    "web.end_calendar",
}


def test_auditors_write_nothing(app, registry, auditor):
    """Every route that can change something is either the user's own or refused; a new route has to be judged here."""
    routes = [rule for rule in app.url_map.iter_rules() if rule.methods - {"GET", "HEAD", "OPTIONS"}]
    token = form_token(auditor.get("/account").text)
    with registry.database.read() as session:
        revisions = session.execute(sa.text("select count(*) from revision")).scalar_one()
    for rule in routes:
        if rule.endpoint in OWN:
            continue
        address = rule.build(dict.fromkeys(rule.arguments, 1))[1]
        for method in rule.methods - {"GET", "HEAD", "OPTIONS"}:
            answer = auditor.open(address, method=method, data={FIELD: token})
            assert answer.status_code in (401, 403, 404), (rule.endpoint, method)
    with registry.database.read() as session:
        assert session.execute(sa.text("select count(*) from revision")).scalar_one() == revisions
    assert {rule.endpoint for rule in routes} >= OWN
    assert Role.AUDITOR in set(Role)
