"""What is said of a submission before anybody decides: errors at their fields, gaps, contradictions, doubtful files."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from registry.accounts.tokens import issue_token
from registry.agreements.models import Agreement
from registry.documents.models import Document
from tests.helpers.submissions import memorandum, people_in
from tests.helpers.submitting import RELATIONS, WHAT, WHO, begun, filled_in
from tests.web.test_submissions import _FILE, add_file, stored
from tests.web.test_submissions_api import Program


def test_who_may_see_it_is_asked_and_shown_to_the_office(author, officer, registry):
    key = filled_in(author)
    assert stored(registry, key)["access"] == "public"
    author.open(f"/submissions/{key}/what").send({"access": "internal"})
    add_file(author, key, access="restricted")
    author.open(f"/submissions/{key}/check").send({}, form="hand-in")
    officer.open(f"/submissions/{key}/review")
    assert re.search("Who may see it *internal", officer.text)
    assert "restricted" in officer.text
    officer.send({}, button=("decision", "register"), form="review-form")
    with registry.database.read() as session:
        agreement = session.scalars(select(Agreement).order_by(Agreement.id.desc())).first()
        document = session.scalars(select(Document).where(Document.agreement_id == agreement.id)).one()
        assert (agreement.access, document.access) == ("internal", "restricted")


def test_what_the_form_does_not_ask_for_is_not_taken_from_it(author, registry):
    key = begun(author)
    made_by_hand = {"reference": "mine", "article_count": "7", "notes.0.en": "x", "registry_number": "BLR-2026-999"}
    author.open(f"/submissions/{key}/what").send({**WHAT, **made_by_hand})
    author.open(f"/submissions/{key}/relations").send({**RELATIONS, "competent_bodies.0.side": "1"})
    assert set(stored(registry, key)) == {"kind", "titles", "access", "subjects"}


def test_a_body_of_another_state_is_an_error_at_its_field(author, registry):
    key = begun(author)
    foreign = {**WHO, "sides.1.members.0.body": "Министерство финансов Республики Казахстан"}
    author.open(f"/submissions/{key}/who").send(foreign)
    assert author.path.endswith("/who")
    assert "Body “kaz-ministry-of-finance” is one of KAZ, and cannot act for BLR." in author.text


def test_gaps_are_named_before_anybody_submits_or_registers(author, officer, registry):
    key = filled_in(author)
    author.open(f"/submissions/{key}/who").send({"signatures.1.person.en": "", "signatures.1.office": ""})
    author.open(f"/submissions/{key}/check")
    gaps = "".join(author.page.xpath("//section[@aria-labelledby='gaps-heading']//li/text()"))
    assert "No text can be read here." in gaps
    assert "Signatories are known for side 1 only." in gaps
    author.send({}, form="hand-in")
    officer.open(f"/submissions/{key}/review")
    assert "No text can be read here." in officer.text


def test_what_contradicts_itself_through_a_submission_is_said_before_it_is_registered(author, officer):
    key = begun(author, "action", "BLR-1997-001")
    typed = {"actions.0.kind": "ratification", "actions.0.on": "01.01.1990", "actions.0.side": "1"}
    author.open(f"/submissions/{key}/dates").send(typed)
    author.open(f"/submissions/{key}/check")
    said = "An act of 1990-01-01 comes before the signature."
    assert said in author.text
    assert author.page.xpath("//section[@aria-labelledby='contradictions-heading']//li")
    author.send({}, form="hand-in")
    assert said in officer.open(f"/submissions/{key}/review").text


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("text.pdf", b"%PDF-1.7 garbage", "The end of this PDF is missing"),
        ("text.svg", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "This is a drawing"),
    ],
)
def test_a_file_in_which_no_text_can_be_read_is_remarked_on(author, officer, name, data, said):
    key = filled_in(author)
    add_file(author, key, data, name)
    assert said in author.text
    assert said in author.open(f"/submissions/{key}/check").text
    author.send({}, form="hand-in")
    assert said in officer.open(f"/submissions/{key}/review").text


def test_two_files_of_one_role_and_language_are_named_at_once(author):
    key = filled_in(author)
    add_file(author, key, name="first.txt")
    add_file(author, key, _FILE + b" ", name="second.txt")
    said = "“second.txt” has the role and language of “first.txt”; only annexes may be several."
    assert said in author.text
    assert said in author.open(f"/submissions/{key}/check").text


def test_problems_gaps_and_contradictions_stand_side_by_side(app, registry):
    people_in(registry)
    with registry.database.write("test") as uow:
        author = Program(app, issue_token(uow, "author", "test"))
    item = author.begin(memorandum(signed_on=None, signatures=None))
    assert item["problems"] == []
    codes = {gap["code"] for gap in item["gaps"]}
    assert {"signature_date_missing", "no_signatory_known", "no_text"} <= codes
    assert item["contradictions"] == []
    act = {"kind": "ratification", "on": "2026-01-01", "source": "s1"}
    item = author.begin(memorandum(actions=[act]))
    assert [found["code"] for found in item["contradictions"]] == ["action_before_signature"]
    changes = author.ask("GET", f"{item['url']}/changes").json
    assert changes["contradictions"] == item["contradictions"]
    future = author.begin(memorandum(signed_on="2031-01-01"))
    assert [problem["field"] for problem in future["problems"]] == ["signed_on"]
    assert future["gaps"] == []


def test_suggestions_come_from_what_the_user_may_see(author):
    items = author.client.get("/submissions/suggest/bodies?q=минфин").json["items"]
    assert items == [] or all("value" in item for item in items)
    bodies = author.client.get("/submissions/suggest/bodies?q=health bel").json["items"]
    assert [item["label"] for item in bodies] == ["blr-ministry-of-health"]
    for party in ("KAZ", "BLR"):
        narrowed = author.client.get(f"/submissions/suggest/bodies?q=ministry&party={party}").json["items"]
        assert {item["label"][:3] for item in narrowed} == {party.lower()}
    found = author.client.get("/submissions/suggest/agreements?q=налогообложения").json["items"]
    assert "BLR-1997-001" in [item["value"] for item in found]
    assert author.client.get('/submissions/suggest/agreements?q="unclosed').json == {"items": []}
