"""Officers withdraw a document after a question; for everybody else it is gone, and nothing tells why."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from registry.documents.models import Document
from registry.http.csrf import FIELD
from registry.outbox.services import note_changes
from tests.helpers.accounts import browser, form_token, new_user, send, sign_in
from tests.helpers.documents import TEXT, documents_in, number_of, put_in

REASON = "Файл чужого <соглашения>"


@pytest.fixture
def number(registry):
    return number_of(registry)


def signed_in(app, registry, login, role):
    new_user(registry, login, role=role)
    made = browser(app)
    sign_in(made, login)
    return made


@pytest.fixture
def officer(app, registry):
    return signed_in(app, registry, "officer", "legal_officer")


def place(number, key):
    return f"/agreements/{number}/documents/{key}"


def test_an_officer_is_asked_and_gives_a_reason(officer, registry, number):
    key = put_in(registry, TEXT).document_id
    address = place(number, key)
    assert f"{address}/withdraw" in officer.get(address).text
    question = officer.get(f"{address}/withdraw")
    assert "cannot be undone" in question.text
    refused = send(officer, f"{address}/withdraw", reason="  ")
    assert refused.status_code == 422
    assert "Reason" in refused.text
    assert documents_in(registry)[0].withdrawn_at is None
    done = send(officer, f"{address}/withdraw", reason=REASON)
    assert (done.status_code, done.headers["Location"]) == (303, address)
    page = officer.get(address).text
    assert "The document is withdrawn." in page
    assert "by officer: Файл чужого &lt;соглашения&gt;" in page
    assert f"{address}/withdraw" not in page
    listed = officer.get(f"/agreements/{number}").text
    assert "Withdrawn documents" in listed
    assert "Файл чужого &lt;соглашения&gt;" in listed
    assert officer.get(f"{address}/withdraw").status_code == 410


@pytest.mark.parametrize("role", [None, "submitter", "auditor", "administrator"])
def test_only_legal_officers_withdraw(app, client, registry, number, role):
    key = put_in(registry, TEXT).document_id
    reader = signed_in(app, registry, "other", role) if role else client
    address = place(number, key)
    assert "/withdraw" not in reader.get(address).text
    assert reader.get(f"{address}/withdraw").status_code == 403
    token = form_token(reader.get("/account" if role else "/account/sign-in").text)
    assert reader.post(f"{address}/withdraw", data={FIELD: token, "reason": REASON}).status_code == 403
    assert documents_in(registry)[0].withdrawn_at is None


def test_a_withdrawal_without_the_token_of_its_form_does_nothing(officer, registry, number):
    key = put_in(registry, TEXT).document_id
    answer = officer.post(f"{place(number, key)}/withdraw", data={FIELD: "made up", "reason": REASON})
    assert answer.status_code == 400
    assert documents_in(registry)[0].withdrawn_at is None


@pytest.mark.parametrize(
    ("access", "status"),
    # Whoever could not see it is not told either that it was there.
    [("public", 410), ("internal", 404), ("restricted", 404)],
)
def test_for_readers_it_is_gone(officer, client, registry, number, access, status):
    key = put_in(registry, TEXT).document_id
    send(officer, f"{place(number, key)}/withdraw", reason=REASON)
    with registry.database.write("test") as uow:
        uow.session.execute(update(Document).values(access=access))
        note_changes(uow.session, set(uow.session.scalars(select(Document.agreement_id))))
    for path in ("", "/text.txt", "/articles"):
        answer = client.get(place(number, key) + path)
        assert answer.status_code == (403 if path == "/articles" else status), path
        assert "чужого" not in answer.text
        assert "officer" not in answer.text
    assert client.get(f"/agreements/{number}/text/ru?document={key}").status_code == 404
    assert client.get(f"/agreements/{number}/text/ru").status_code == 404


def test_its_text_leaves_lists_search_and_the_api(officer, client, registry, number):
    key = put_in(registry, TEXT).document_id
    assert client.get("/api/v1/agreements?q=дельфинарии").get_json()["total"] == 1
    send(officer, f"{place(number, key)}/withdraw", reason=REASON)
    for reader in (client, officer):
        assert reader.get("/api/v1/agreements?q=дельфинарии").get_json()["total"] == 0
        item = reader.get(f"/agreements/{number}.json").get_json()
        assert (item["has_text"], item.get("documents", [])) == (False, [])
        assert officer.get(f"{place(number, key)}/text.txt").status_code == 410
    page = client.get(f"/agreements/{number}").text
    assert place(number, key) not in page
    assert "Withdrawn" not in page
    # An officer cannot change it by an old page either.
    for path, given in (("", {"language": "ru", "role": "scan"}), ("/read", {})):
        answer = send(officer, place(number, key) + path, "/account", **given)
        assert answer.status_code == 409, path
