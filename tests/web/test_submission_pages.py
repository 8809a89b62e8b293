"""What the pages of a submission say: which agreement it is about, in which order, what was asked for, what follows."""

from __future__ import annotations

import re

import pytest

from tests.helpers.forms import Reader
from tests.helpers.submitting import DATES, STEPS, begun, filled_in, handed_in

_TITLE_OF_1997 = "double taxation"


def test_every_page_names_the_agreement_that_an_act_is_about(author, officer):
    from pypdfium2 import PdfDocument

    key = begun(author, "action", "BLR-1997-001")
    pages = [(author, f"/submissions/{key}/{step}") for step in ("dates", "documents", "check", "files/new")]
    author.open(f"/submissions/{key}/dates")
    author.send({"actions.0.kind": "notification", "actions.0.side": "1", "actions.0.on": "01.10.2026"})
    author.send({"sources.0.locator": "Note 7"})
    for reader, path in pages:
        named = reader.open(path).page.xpath("//main//a[@href='/agreements/BLR-1997-001']")
        assert named, path
        assert _TITLE_OF_1997 in reader.text.lower(), path
    assert "Side: 1" not in author.open(f"/submissions/{key}/check").text
    rows = {row.xpath("dt")[0].text: row.xpath("dd")[0].text for row in author.page.xpath("//dl[@class='answers']/div")}
    assert rows["Act 1 · Side"] in ("Kazakhstan", "Belarus")
    author.send(form="hand-in")
    for reader, path in (
        (author, f"/submissions/{key}/receipts/1"),
        (author, f"/submissions/{key}"),
        (author, "/submissions"),
        (officer, "/submissions"),
        (officer, f"/submissions/{key}/review"),
    ):
        assert reader.open(path).page.xpath("//main//a[@href='/agreements/BLR-1997-001']"), path
        assert _TITLE_OF_1997 in reader.text.lower(), path
    pdf = author.client.get(f"/submissions/{key}/receipts/1.pdf").data
    assert "BLR-1997-001" in "".join(page.get_textpage().get_text_range() for page in PdfDocument(pdf))
    officer.open(f"/submissions/{key}/review").send(button=("decision", "register"), form="review-form")
    assert "It is entered in the record of BLR-1997-001" in officer.text
    assert "registered as" not in officer.text


def test_answers_stand_in_the_order_of_the_form(author, officer):
    key = handed_in(author)
    labels = [item.text for item in officer.open(f"/submissions/{key}/review").page.xpath("//dl[@class='answers']//dt")]
    wanted = ["Kind", "Title 1 · Text", "Signature 1 · Side", "Date of signature", "Subjects", "Files"]
    places = [labels.index(label) for label in wanted if label in labels]
    assert len(places) >= 5
    assert places == sorted(places)
    shown = [item.text for item in author.open(f"/submissions/{key}").page.xpath("//dl[@class='answers']//dt")]
    assert [label for label in labels if label in shown] == shown


def test_the_office_remarks_on_what_is_missing_and_both_see_what_was_asked_for_and_changed(author, officer):
    key = handed_in(author)
    officer.open(f"/submissions/{key}/review").send(
        {"remark:files": "Send the signed text.", "remark:final_clauses.denunciation": "What is the notice?"},
        ("decision", "return"),
        form="review-form",
    )
    author.open(f"/submissions/{key}/dates")
    assert "What is the notice?" in author.text
    author.send({"final_clauses.denunciation.notice.number": "6", "final_clauses.denunciation.notice.unit": "M"})
    author.open(f"/submissions/{key}/check")
    for reader in (author, officer):
        if reader is officer:
            author.send(form="hand-in")
            officer.open(f"/submissions/{key}/review")
        for words in ("Send the signed text.", "What is the notice?", "What was changed since"):
            assert words in reader.text
        changed = reader.page.xpath("//section[@aria-labelledby='returned-heading']//tbody/tr")
        assert [row.xpath("td")[1].text_content() for row in changed] == ["6 months"]


def test_term_renewal_and_notice_are_said_before_entry_into_force(author, officer, app):
    clauses = {
        "final_clauses.duration.form": "tacit_renewal",
        "final_clauses.duration.renewal.number": "3",
        "final_clauses.duration.renewal.unit": "Y",
        "final_clauses.denunciation.notice.number": "6",
        "final_clauses.denunciation.notice.unit": "M",
        "final_clauses.denunciation.counts": "before_end_of_term",
    }
    key = filled_in(author, {**STEPS, "dates": {**DATES, **clauses}})
    author.send(form="hand-in")
    officer.open(f"/submissions/{key}/review").send(button=("decision", "register"), form="review-form")
    number = re.search(r"registered as (BLR-2026-\d+)", officer.text)[1]
    said = " ".join(
        Reader(app).open(f"/agreements/{number}").page.xpath("//dl[@class='clauses']")[0].text_content().split()
    )
    for words in ("First term: 5 years", "Each renewal: 3 years", "Period of notice: 6 months", "end of the term"):
        assert words in said
    assert "See the article" not in said


def test_what_is_to_be_reported_is_chosen_already(author):
    author.open("/submissions/new?kind=action&agreement=BLR-1997-001&act=notification&side=2")
    author.send(form="begin-form")
    shown = dict(author.fields())
    assert (shown["actions.0.kind"], shown["actions.0.side"]) == ("notification", "2")


def test_an_address_of_no_submission_says_nothing_of_registry_numbers(author):
    author.open("/submissions/nothing-here")
    assert author.answer.status_code == 404
    assert "Registry numbers look like" not in author.text
    assert author.page.xpath("//main//a[@href='/submissions']")


def test_a_named_body_that_the_registry_does_not_know_is_shown_once(author, officer, app):
    who = {**STEPS["who"], "sides.1.members.0.body": "", "sides.1.members.0.name": "Bureau of Rare Dolphins"}
    key = filled_in(author, {**STEPS, "who": who})
    author.send(form="hand-in")
    officer.open(f"/submissions/{key}/review").send(button=("decision", "register"), form="review-form")
    number = re.search(r"registered as (BLR-2026-\d+)", officer.text)[1]
    assert Reader(app).open(f"/agreements/{number}").text.count("Bureau of Rare Dolphins") == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"signed_on": "11/26/2026"}, "“11/26/2026” is not a date. Write day, month and year, such as 17.01.1996"),
        ({"signed_on": "31.02.2026"}, "31.02.2026: that month has no day 31."),
        ({"final_clauses.duration.term.unit": ""}, "“5” is not a length of time. Write a number and choose years"),
        ({"final_clauses.duration.term.number": "five"}, "“five” is not a length of time."),
    ],
)
def test_messages_speak_the_language_of_the_form(author, typed, said):
    key = begun(author)
    author.open(f"/submissions/{key}/dates").send({**DATES, **typed})
    assert any(said in text for text in author.problems), author.problems
    assert not re.search(r"YYYY|P5Y|ISO", " ".join(author.problems))
