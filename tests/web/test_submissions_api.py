"""Submissions by the API: the whole way, and everything that somebody might try."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest
import sqlalchemy as sa

from registry.accounts.tokens import issue_token
from registry.agreements.models import Agreement
from registry.audit.models import Entry
from registry.core.clock import FixedClock
from registry.documents.models import Document, HeldFile
from registry.http.context import EXTENSION
from registry.submissions.models import Submission, SubmissionFile
from tests.conftest import TODAY
from tests.helpers.applications import application
from tests.helpers.documents import TEXT, files_below
from tests.helpers.submissions import key, memorandum, people_in

API = "/api/v1/submissions"


class Program:
    """A program that acts as a user, and sends what it has seen."""

    def __init__(self, app, token):
        self.client = app.test_client()
        self.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        self.token = token

    def ask(self, method, address, body=None, *, version=None, form=None, headers=(), **more):
        given = {"Authorization": f"Bearer {self.token}", **dict(headers)}
        if version is not None:
            given["If-Match"] = f'"{version}"'
        if form is not None:
            given["Idempotency-Key"] = form
        if body is not None:
            more["json"] = body
        return self.client.open(address, method=method, headers=given, **more)

    def begin(self, content=None, **start):
        made = self.ask("POST", API, {"kind": "new_agreement", **start}, form=key())
        assert made.status_code == 201, made.text
        if content is None:
            return made.json
        saved = self.ask("PUT", made.json["url"], {"content": content}, version=made.json["version"])
        assert saved.status_code == 200, saved.text
        return saved.json

    def submit(self, item, **body):
        return self.ask("POST", f"{item['url']}/submit", body, version=item["version"], form=key())

    def again(self, item):
        return self.ask("GET", item["url"]).json


@pytest.fixture
def programs(app, registry):
    people_in(registry)
    found = {}
    with registry.database.write("test") as uow:
        for login in ("author", "colleague", "stranger", "officer", "second_officer", "auditor", "administrator"):
            found[login] = Program(app, issue_token(uow, login, "test"))
    return found


def attach(program, item, data=TEXT, form=None, **said):
    given = {"file_name": "memorandum.txt", "language": "ru", "role": "certified_copy", **said}
    return program.ask(
        "POST", f"{item['url']}/files", form=form or key(), query_string=given, data=data, content_type="text/plain"
    )


def test_from_an_empty_account_to_the_agreement_in_the_search(app, registry, programs):
    author, officer = programs["author"], programs["officer"]
    assert author.ask("GET", API).json["total"] == 0
    draft = author.begin(memorandum(signed_on="5 October 2026"))
    assert [problem["field"] for problem in draft["problems"]] == ["signed_on"]
    refused = author.submit(draft)
    assert refused.status_code == 422
    assert refused.mimetype == "application/problem+json"
    assert refused.json["errors"][0]["field"] == "signed_on"

    saved = author.ask("PUT", draft["url"], {"content": memorandum()}, version=draft["version"])
    assert saved.headers["ETag"] == f'"{saved.json["version"]}"'
    assert saved.json["problems"] == []
    with_file = attach(author, saved.json)
    assert with_file.status_code == 201, with_file.text
    assert with_file.json["files"][0]["sha256"] == hashlib.sha256(TEXT.encode()).hexdigest()
    receipt = author.submit(with_file.json, text="Signed in Minsk.").json
    assert receipt["intake_number"] == "IN-2026-0001"
    assert receipt["submitted_at"] == "2026-11-24T09:00:00+00:00"
    assert receipt["submitted_at_local"] == "2026-11-24T14:00:00+05:00"
    assert receipt["content"] == memorandum()
    assert receipt["documents"][0]["file_name"] == "memorandum.txt"

    (waiting,) = officer.ask("GET", API).json["items"]
    waiting = officer.again(waiting)
    assert waiting["may"] == ["read", "comment", "assign", "return", "register", "reject"]
    returned = officer.ask(
        "POST",
        f"{waiting['url']}/return",
        {"remarks": [{"field": "signatures.0.person", "text": "Write the name in full."}]},
        version=waiting["version"],
    )
    assert returned.json["state"] == "returned"
    mended = memorandum()
    mended["signatures"][0]["person"] = {"ru": "Асан Асанов"}
    item = author.again(draft)
    assert item["events"][-1]["remarks"][0]["text"] == "Write the name in full."
    item = author.ask("PUT", draft["url"], {"content": mended}, version=item["version"]).json
    assert author.submit(item).json["round"] == 2

    item = officer.again(draft)
    shown = officer.ask("GET", f"{draft['url']}/changes").json
    assert {change["about"].split(":")[0] for change in shown["changes"]} >= {"Title", "Side", "Signature", "Text"}
    registered = officer.ask("POST", f"{draft['url']}/register", {"text": "In order."}, version=item["version"])
    assert registered.status_code == 200, registered.text
    number = registered.json["agreement"]
    assert author.again(draft)["state"] == "registered"

    reader = app.test_client()
    found = reader.get("/api/v1/agreements?q=пчеловодства").json["items"]
    assert [one["registry_number"] for one in found] == [number]
    record = reader.get(f"/api/v1/agreements/{number}").json
    assert record["documents"][0]["sha256"] == hashlib.sha256(TEXT.encode()).hexdigest()
    assert record["status"]["value"] == "in_force"
    history = reader.get(f"/agreements/{number}/history?lang=en").text
    assert "registration of submission IN-2026-0001" in history
    with registry.database.read() as session:
        acts = session.scalars(
            sa.select(Entry.act).where(Entry.object.like("submission %")).order_by(Entry.position)
        ).all()
    assert acts.count("submission.submitted") == 2
    assert acts[-1] == "submission.registered"


def test_nobody_comes_in_without_a_token_that_works(app):
    for token in ("", "nonsense", "a.b", "%00.x", "x" * 5000, None):
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        for method, address in (
            ("GET", API),
            ("POST", API),
            ("POST", f"{API}/x/register"),
            ("DELETE", f"{API}/x/files/y"),
        ):
            answer = app.test_client().open(address, method=method, headers=headers)
            assert answer.status_code == 401
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
            assert answer.json["status"] == 401


def test_a_browser_that_is_signed_in_is_nobody_here(app, registry, programs):
    """No page can make a browser submit something: its cookie is worth nothing to these addresses."""
    from tests.helpers.accounts import browser, new_user, sign_in

    new_user(registry, "visitor")
    client = browser(app)
    sign_in(client, "visitor")
    assert client.get(API).status_code == 401
    assert client.post(API, json={"kind": "new_agreement"}).status_code == 401


def test_a_closed_registry_is_open_to_its_programs(settings):
    app = application(replace(settings, public_read=False), FixedClock(TODAY))
    registry = app.extensions[EXTENSION]
    people_in(registry)
    with registry.database.write("test") as uow:
        author = Program(app, issue_token(uow, "author", "test"))
    assert author.ask("GET", API).status_code == 200
    assert app.test_client().get(API).status_code == 401
    registry.close()


def test_what_is_sent_twice_counts_once(registry, programs):
    author = programs["author"]
    first, second = (author.ask("POST", API, {"kind": "new_agreement"}, form="the-same-form") for _ in range(2))
    assert first.json["id"] == second.json["id"]
    item = author.ask("PUT", first.json["url"], {"content": memorandum()}, version=1).json
    files = [attach(author, item, form="the-same-file").json["files"] for _ in range(2)]
    assert files[0] == files[1]
    assert len(files[0]) == 1
    receipts = [
        author.ask("POST", f"{item['url']}/submit", {}, version=item["version"] + 1, form="the-same-submit").json
        for _ in range(2)
    ]
    assert receipts[0] == receipts[1]
    with registry.database.read() as session:
        assert session.scalar(sa.select(sa.func.count(Submission.id))) == 1
    # Another user with the same key is somebody else.
    assert (
        programs["stranger"].ask("POST", API, {"kind": "new_agreement"}, form="the-same-form").json["id"] != item["id"]
    )


def test_who_overwrites_is_shown_both(programs):
    author, colleague = programs["author"], programs["colleague"]
    item = author.begin({"kind": "treaty"})
    colleague.ask("PUT", item["url"], {"content": {"kind": "plan"}}, version=item["version"])
    stale = author.ask("PUT", item["url"], {"content": {"kind": "protocol"}}, version=item["version"])
    assert stale.status_code == 412
    assert stale.json["stored"]["content"] == {"kind": "plan"}
    assert stale.json["stored"]["changed_by"] == "Name of colleague"
    assert author.ask("PUT", item["url"], {"content": {}}).status_code == 428
    for tag in ('"x"', "*", '"1", "2"', 'W/"1"'):
        answer = author.ask("PUT", item["url"], {"content": {}}, headers={"If-Match": tag})
        assert answer.status_code in (412, 422, 428), tag
    assert author.again(item)["content"] == {"kind": "plan"}


def test_nothing_is_set_that_is_not_asked_for(registry, programs):
    author = programs["author"]
    for name in [
        "state",
        "intake_number",
        "created_by_id",
        "body_id",
        "version",
        "form_key",
        "public_id",
        "decided_by_id",
    ]:
        refused = author.ask("POST", API, {"kind": "new_agreement", name: "registered"}, form=key())
        assert refused.status_code == 422, refused.text
        item = author.begin({})
        assert author.ask("PUT", item["url"], {"content": {}, name: 1}, version=item["version"]).status_code == 422
        submitted = author.ask("POST", f"{item['url']}/submit", {name: "x"}, version=item["version"], form=key())
        assert submitted.status_code == 422
    with registry.database.read() as session:
        assert {row.state for row in session.scalars(sa.select(Submission))} == {"draft"}


def test_a_registry_number_cannot_be_asked_for(programs):
    item = programs["author"].begin(memorandum(registry_number="BLR-1996-003"))
    assert [problem["field"] for problem in item["problems"]] == ["registry_number"]
    assert programs["author"].submit(item).status_code == 422


ADDRESSES = [
    ("GET", "", None),
    ("PUT", "", {"content": {}}),
    ("POST", "/submit", {}),
    ("POST", "/comments", {"text": "x"}),
    ("POST", "/withdraw", {}),
    ("POST", "/assign", {"login": "officer"}),
    ("POST", "/return", {"text": "x"}),
    ("POST", "/register", {}),
    ("POST", "/reject", {"text": "x"}),
    ("GET", "/changes", None),
    ("GET", "/receipts/1", None),
    ("GET", "/files/FILE", None),
    ("DELETE", "/files/FILE", None),
]


@pytest.mark.parametrize("login", ["stranger", "administrator", "auditor", "officer"])
def test_what_is_not_ones_own_is_not_there(registry, programs, login):
    author, other = programs["author"], programs[login]
    draft = attach(author, author.begin(memorandum())).json
    address = draft["files"][0]["id"]
    before = author.again(draft)
    for method, path, body in ADDRESSES:
        url = draft["url"] + path.replace("FILE", address)
        answer = other.ask(method, url, body, version=draft["version"], form=key())
        readable = login == "auditor" and method == "GET"
        if login == "auditor" and not readable:
            assert answer.status_code == 403, (method, path)
        elif not readable:
            assert answer.status_code == 404, (method, path)
            missing = other.ask(method, f"{API}/{'x' * 22}{path}", body, version=1, form=key())
            same = {"title", "status", "detail"}
            assert {n: answer.json.get(n) for n in same} == {n: missing.json.get(n) for n in same}
    assert attach(other, draft).status_code == (403 if login == "auditor" else 404)
    assert author.again(draft) == before
    assert other.ask("GET", f"{API}?box=own").json["items"] == []


def test_an_auditor_reads_and_every_refusal_is_in_the_log(registry, programs):
    author, auditor = programs["author"], programs["auditor"]
    draft = attach(author, author.begin(memorandum())).json
    assert auditor.ask("GET", draft["files"][0]["url"]).data == TEXT.encode()
    assert auditor.ask("POST", API, {"kind": "new_agreement"}, form=key()).status_code == 403
    with registry.database.read() as session:
        entries = session.execute(
            sa.select(Entry.act, Entry.outcome).where(Entry.actor == "auditor").order_by(Entry.position)
        ).all()
    assert [tuple(row) for row in entries] == [("file.downloaded", "done"), ("access.denied", "refused")]


def test_files_leave_nothing_that_nobody_asked_for(registry, programs):
    author = programs["author"]
    folder = registry.settings.instance / "documents"
    item = author.begin({})
    for data, said, status in (
        (b"", {}, 422),
        (b"MZ\x90\x00 a program", {"file_name": "x.exe"}, 422),
        (TEXT, {"role": "king"}, 422),
        (TEXT, {"language": ""}, 422),
        (TEXT, {"file_name": ""}, 422),
        (b"x" * (registry.settings.most_bytes + 1), {}, 413),
    ):
        assert attach(author, item, data, **said).status_code == status, said
    assert files_below(folder) == []
    added = attach(author, item, file_name="../../etc/<b>passwd</b>.txt").json
    assert "/" not in added["files"][0]["file_name"]
    taken = author.ask("DELETE", added["files"][0]["url"])
    assert taken.json["files"] == []
    with registry.database.read() as session:
        assert session.scalar(sa.select(sa.func.count(SubmissionFile.id))) == 0
        assert session.scalar(sa.select(sa.func.count(HeldFile.id))) == 0


def test_files_of_what_was_rejected_are_kept(registry, programs):
    from datetime import timedelta

    from registry.documents.verifying import mend_storage, verify_storage

    author, officer = programs["author"], programs["officer"]
    item = attach(author, author.begin(memorandum())).json
    author.submit(item)
    item = officer.again(item)
    officer.ask("POST", f"{item['url']}/reject", {"text": "No."}, version=item["version"])
    report = verify_storage(registry.database, registry.storage, registry.clock.now() + timedelta(days=9), timedelta(0))
    assert report.is_well
    mend_storage(registry.database, registry.storage, report, "test")
    assert author.ask("GET", item["files"][0]["url"]).data == TEXT.encode()
    assert programs["stranger"].ask("GET", item["files"][0]["url"]).status_code == 404
    with registry.database.read() as session:
        assert session.scalar(sa.select(sa.func.count(Document.id))) == 0


def test_what_people_type_stays_what_it_is(programs):
    author = programs["author"]
    for words in ["<script>alert(1)</script>", "%(name)s %s", "'; drop table submission; --"]:
        item = author.begin({"titles": [{"language": "ru", "text": words}], "strange": words})
        assert item["content"]["strange"] == words
        assert author.again(item)["content"]["titles"][0]["text"] == words


def test_what_is_no_object_is_refused(programs):
    author = programs["author"]
    item = author.begin({"kind": "plan"})
    for body in [b"[]", b"5", b"{", b'{"content": NaN}', b'{"content": []}', b'{"content": {"a": NaN}}', b"\xff"]:
        answer = author.ask("PUT", item["url"], version=item["version"], data=body, content_type="application/json")
        assert answer.status_code in (400, 422)
        assert answer.mimetype == "application/problem+json"


def test_a_deep_or_large_draft_is_refused(programs):
    author = programs["author"]
    item = author.begin({})
    deep = json.loads('{"a":' * 50 + "1" + "}" * 50)
    large = {"abstract": "x" * 600_000}
    for content in (deep, large):
        answer = author.ask("PUT", item["url"], {"content": content}, version=item["version"])
        assert answer.status_code == 422


def test_a_number_that_nobody_can_store_is_a_problem(registry, programs):
    author = programs["author"]
    item = author.begin(memorandum(article_count=10**30))
    assert author.submit(item).status_code == 422
    with registry.database.read() as session:
        assert session.scalar(sa.select(sa.func.count(Agreement.id))) == 88


def test_two_officers_decide_and_one_of_them_wins(programs):
    author = programs["author"]
    item = author.begin(memorandum())
    author.submit(item)
    item = programs["officer"].again(item)
    codes = [
        programs[login].ask("POST", f"{item['url']}/reject", {"text": "No."}, version=item["version"]).status_code
        for login in ("officer", "second_officer")
    ]
    assert codes == [200, 409]
