"""What people do at once or twice on the pages of submissions: other tabs, other officers, their own earlier saves."""

from __future__ import annotations

from sqlalchemy import select

from registry.submissions.models import Submission
from tests.helpers.accounts import new_user
from tests.helpers.forms import Reader
from tests.helpers.submitting import WHAT, WHO, begun, filled_in, handed_in


def stored(registry, key):
    with registry.database.read() as session:
        return session.scalar(select(Submission.content).where(Submission.public_id == key))


def test_an_empty_item_that_is_removed_takes_no_filled_one_with_it(author, registry):
    key = begun(author)
    only_second = {name: "" if name == "signatures.0.person.en" else value for name, value in WHO.items()}
    only_second["signatures.0.office"] = ""
    author.open(f"/submissions/{key}/who").send(only_second, ("remove", "signatures.0"))
    assert [item["person"]["en"] for item in stored(registry, key)["signatures"]] == ["I. Ivanov"]
    author.open(f"/submissions/{key}/documents").send(button=("add", "sources"))
    author.send({"sources.1.locator": "Archive, file 7"}, ("remove", "sources.0"))
    assert [item["locator"] for item in stored(registry, key)["sources"]] == ["Archive, file 7"]


def test_a_form_goes_on_from_what_it_has_saved_itself_and_another_tab_does_not(author, registry):
    key = begun(author)
    pairs = [pair for pair in author.fields() if pair[0] not in WHAT]
    other = author.open(f"/submissions/{key}/what").fields()
    # The answer to this save never comes; the button sends what the form knew before it.
    author.client.post(f"/submissions/{key}/what", data={**dict(pairs), **WHAT, "autosave": "yes"})
    author.post(f"/submissions/{key}/what", [*pairs, *{**WHAT, "titles.0.text": "Longer"}.items()])
    assert author.first.status_code == 303
    assert stored(registry, key)["titles"][0]["text"] == "Longer"
    pairs = [pair for pair in other if pair[0] not in WHAT]
    author.post(f"/submissions/{key}/what", [*pairs, *{**WHAT, "titles.0.text": "From the other tab"}.items()])
    assert author.answer.status_code == 412
    assert stored(registry, key)["titles"][0]["text"] == "Longer"
    assert "You saved this step in another tab or window" in author.text
    assert "Somebody else" not in author.text


def test_an_officer_who_comes_too_late_sees_the_new_state_and_what_was_typed(author, officer, registry, app):
    new_user(registry, "second", "legal_officer", "S. Second")
    key = handed_in(author)
    second = Reader(app, "second")
    second.open(f"/submissions/{key}/review")
    officer.open(f"/submissions/{key}/review").send(button=("decision", "register"), form="review-form")
    second.send(
        {"text": "It is a commercial contract.", "remark:kind": "Is it?"}, ("decision", "reject"), form="review-form"
    )
    assert second.answer.status_code == 409
    for words in ("Registered", "O. Officer", "It is a commercial contract.", "Is it?"):
        assert words in second.text
    assert "Registry numbers look like" not in second.text
    assert f"/submissions/{key}" in second.page.xpath("//main//a/@href")


def test_submitting_in_a_second_tab_leads_on_to_the_receipt(author, registry):
    key = filled_in(author)
    first = author.open(f"/submissions/{key}/check").fields("hand-in")
    second = author.open(f"/submissions/{key}/check").fields("hand-in")
    author.post(f"/submissions/{key}/check", first)
    author.post(f"/submissions/{key}/check", second)
    assert author.path == f"/submissions/{key}/receipts/1"
    assert "handed in already" in author.text
