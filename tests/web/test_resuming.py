"""A session that ends while a long form is open loses nothing, and opens nothing to other sites."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from registry.http.context import EXTENSION
from registry.submissions.models import Submission
from tests.helpers.accounts import new_user, sign_in
from tests.helpers.forms import Reader
from tests.helpers.submitting import RELATIONS, WHAT, begun


@pytest.fixture
def registry(app):
    made = app.extensions[EXTENSION]
    new_user(made, "author", "submitter", "A. Author", body="kaz-ministry-of-finance")
    return made


@pytest.fixture
def author(app, registry):
    return Reader(app, "author")


TYPED = {**RELATIONS, "relations.0.kind": "implements", "relations.0.to": "BLR-1997-001"}
TYPED["relations.0.provisions"] = "Статья 3 <b>\"'&\n и 4"


def stored(registry, key):
    with registry.database.read() as session:
        return session.scalar(select(Submission.content).where(Submission.public_id == key))


def end_all(registry):
    from registry.accounts.models import SignIn

    with registry.database.write("test") as uow:
        uow.session.query(SignIn).update({"ended_at": registry.clock.now()})


@pytest.mark.parametrize("how", ["ended at the server", "signed out in another tab", "the cookie is gone"])
def test_what_was_typed_in_step_four_is_there_after_signing_in_again(author, registry, how):
    key = begun(author)
    author.send(WHAT)
    author.open(f"/submissions/{key}/relations")
    if how == "ended at the server":
        end_all(registry)
    elif how == "signed out in another tab":
        page, form = author.page, author.path
        author.open("/account").send(form="sign-out")
        author.page, author.path = page, form
    else:
        author.client.delete_cookie("registry")
    author.send(TYPED)
    assert author.answer.status_code == 403
    assert "Nothing that you typed is lost" in author.text
    assert "relations" not in stored(registry, key)
    # In the other tab; the page of the first one stays as it is.
    assert sign_in(author.client, "author").status_code == 303
    author.send(form="resume-form")
    assert author.first.status_code == 303
    assert stored(registry, key)["relations"] == [
        {"kind": "implements", "to": "BLR-1997-001", "provisions": "Статья 3 <b>\"'&\n и 4"}
    ]
    assert stored(registry, key)["subjects"] == RELATIONS["subjects"]


def test_a_form_that_saves_by_itself_is_told(author, registry):
    key = begun(author)
    pairs = [*author.fields(), ("autosave", "yes")]
    end_all(registry)
    author.post(f"/submissions/{key}/what", pairs)
    assert author.answer.status_code == 403
    assert "session has ended" in author.answer.json["message"]


def test_a_file_without_a_session_is_not_read_only_to_be_refused(author, registry):
    key = begun(author)
    author.open(f"/submissions/{key}/files/new")
    token = dict(author.fields("file-form"))["csrf_token"]
    end_all(registry)
    for size in (10, 3 * 1024 * 1024):
        fields = [("language", "ru"), ("title", "Annex"), ("csrf_token", token)]
        author.post(f"/submissions/{key}/files/new", fields, file=("a.txt", b"x" * size))
        assert author.answer.status_code == 403
        assert ("Annex" in author.answer.text) is (size == 10)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
        {"Origin": ""},
    ],
)
def test_what_another_site_sends_is_never_shown_as_typed(author, registry, headers):
    key = begun(author)
    author.post(f"/submissions/{key}/what", [("titles.0.text", "planted"), ("csrf_token", "guessed")], headers=headers)
    assert author.answer.status_code == 400
    assert "planted" not in author.answer.text
    author.client.delete_cookie("registry")
    author.post(f"/submissions/{key}/what", [("titles.0.text", "planted")], headers=headers)
    assert "planted" not in author.answer.text


def test_only_long_forms_are_carried_and_never_a_password(author):
    author.post("/account/sign-in", [("login", "author"), ("password", "hunter2 secret"), ("csrf_token", "old")])
    assert author.answer.status_code == 400
    assert "hunter2" not in author.answer.text


def test_whoever_signs_in_instead_gets_only_what_is_theirs(author, registry, app):
    new_user(registry, "stranger", "submitter", "S. Stranger", body="kaz-ministry-of-defence")
    key = begun(author)
    author.open(f"/submissions/{key}/what")
    end_all(registry)
    author.send(WHAT)
    sign_in(author.client, "stranger")
    author.send(form="resume-form")
    assert author.answer.status_code == 404
    assert stored(registry, key) == {}


@pytest.mark.parametrize(
    ("changed", "path", "headers"),
    [
        ({"kind": "treaty"}, "what", {}),
        ({"resumed": "x"}, "what", {}),
        ({}, "dates", {}),
        ({}, "what", {"Sec-Fetch-Site": "cross-site"}),
        ({}, "what", {"Origin": "https://evil.example"}),
    ],
)
def test_the_signature_holds_for_the_very_text_and_address_and_this_site_only(author, registry, changed, path, headers):
    key = begun(author)
    author.open(f"/submissions/{key}/what")
    end_all(registry)
    author.send(WHAT)
    fields = {**dict(author.fields("resume-form")), **changed}
    sign_in(author.client, "author")
    author.post(f"/submissions/{key}/{path}", list(fields.items()), headers=headers)
    assert author.answer.status_code == 400
    assert stored(registry, key) == {}
