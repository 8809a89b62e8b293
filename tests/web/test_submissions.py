"""The form of a submission without script: steps, drafts, errors, files, receipts, review."""

from __future__ import annotations

import re

from lxml import html
from sqlalchemy import func, select

from registry.submissions.models import Round, Submission, SubmissionFile
from tests.helpers.accounts import new_user
from tests.helpers.documents import TEXT
from tests.helpers.forms import Reader
from tests.helpers.submitting import DATES, RELATIONS, TITLE, WHAT, WHO, begun, filled_in, handed_in

_FILE = TEXT.encode()


def count(registry, table):
    with registry.database.read() as session:
        return session.scalar(select(func.count(table.id)))


def stored(registry, key):
    with registry.database.read() as session:
        return session.scalar(select(Submission.content).where(Submission.public_id == key))


def add_file(reader, key, data=_FILE, name="Меморандум.txt", **typed):
    reader.open(f"/submissions/{key}/files/new")
    reader.send({"language": "ru", "role": "authentic_text", **typed}, form="file-form", file=(name, data))


def test_a_ministry_fills_in_the_form_and_gets_a_receipt_as_page_and_pdf(author, registry):
    from pypdfium2 import PdfDocument

    key = filled_in(author)
    for words in (TITLE, "Ministry of Health of the Republic of Belarus", "5 October 2026", "5 years", "Agriculture"):
        assert words in author.text
    add_file(author, key)
    author.open(f"/submissions/{key}/check").send({"text": "Құрметті әріптестер"}, form="hand-in")
    assert author.path == f"/submissions/{key}/receipts/1"
    assert "IN-2026-0001" in author.text
    with registry.database.read() as session:
        receipt = session.scalar(select(Round))
        hashes = [receipt.sha256, receipt.documents[0]["sha256"]]
    pdf = author.client.get(f"/submissions/{key}/receipts/1.pdf")
    assert pdf.mimetype == "application/pdf"
    text = "".join(page.get_textpage().get_text_range() for page in PdfDocument(pdf.data))
    # A long line is broken in the table; a hash is whole without the breaks.
    text = text.replace("\r\n", "")
    for words in ("IN-2026-0001", "Меморандум.txt", TITLE, "Ministry of Finance", *hashes):
        assert words in text
        assert words in author.open(f"/submissions/{key}/receipts/1").text or words == TITLE


def test_what_was_typed_stands_in_the_form_again_right_or_wrong(author, registry):
    key = begun(author)
    wrong = {**WHAT, "kind": "", "titles.0.text": " «Меморандум» <b>\"&amp;'\n2-я строка ", "nature.value": "binding"}
    author.send(wrong)
    assert author.path == f"/submissions/{key}/what"
    shown = dict(author.fields())
    assert shown["titles.0.text"] == "«Меморандум» <b>\"&amp;'\n2-я строка"
    assert shown["nature.value"] == "binding"
    assert author.page.xpath("//*[@id='problems']")
    author.open(f"/submissions/{key}/dates").send(
        {**DATES, "signed_on": "31.02.2026", "actions.0.kind": "ratification"}
    )
    assert dict(author.fields())["signed_on"] == "31.02.2026"
    assert dict(author.fields())["final_clauses.duration.term.number"] == "5"
    assert stored(registry, key)["signed_on"] == "2026-02-31"
    assert any("no day 31" in text for text in author.problems)


def test_every_problem_leads_to_its_field_and_says_so_there(author):
    key = begun(author)
    for step in ("what", "who", "dates", "relations", "documents"):
        author.open(f"/submissions/{key}/{step}?check=yes")
        for link in author.page.xpath("//*[@id='problems']//a/@href"):
            assert author.page.xpath("//*[@id=$name]", name=link.rpartition("#")[2]), (step, link)
    author.open(f"/submissions/{key}/check").send(form="hand-in")
    assert author.answer.status_code == 422
    links = author.page.xpath("//*[@id='problems']//a/@href")
    assert len(links) >= 5
    for link in links:
        author.open(link.rpartition("#")[0])
        assert author.page.xpath("//*[@id=$name]", name=link.rpartition("#")[2]), link


def test_dates_are_typed_as_people_write_them_and_may_be_partial(author, registry):
    key = begun(author)
    for typed, kept in (("17.01.1996", "1996-01-17"), ("1.1996", "1996-01"), ("1996", "1996"), ("1996-01-17",) * 2):
        author.open(f"/submissions/{key}/dates").send({"signed_on": typed})
        assert stored(registry, key)["signed_on"] == kept
        author.open(f"/submissions/{key}/dates")
        assert dict(author.fields())["signed_on"] == ".".join(reversed(kept.split("-")))


def test_signatures_are_added_and_removed_without_script(author, registry):
    key = begun(author)
    author.open(f"/submissions/{key}/who").send(WHO, ("add", "signatures"))
    assert "signatures.2.person.en" in dict(author.fields())
    # The page can be loaded anew: an empty item is asked for, not stored.
    author.open(f"/submissions/{key}/who?added=signatures")
    author.send({"signatures.2.person.en": "Third"}, ("remove", "signatures.0"))
    people = [item["person"]["en"] for item in stored(registry, key)["signatures"]]
    assert people == ["I. Ivanov", "Third"]
    author.open(f"/submissions/{key}/who").send(button=("add", "sides.1.members"))
    author.send({"sides.1.members.1.party": "KAZ"})
    assert len(stored(registry, key)["sides"][1]["members"]) == 2
    assert stored(registry, key)["signatures"][0]["party"] == "BLR"


def test_a_body_that_is_not_known_by_its_name_is_asked_about(author, registry):
    key = begun(author)
    author.open(f"/submissions/{key}/who").send({**WHO, "sides.1.members.0.body": "Минздрав Беларуси здравоохранения"})
    assert author.path.endswith("/who")
    options = author.page.xpath("//input[@name='choose:sides.1.members.0']/@value")
    assert options[0] == "blr-ministry-of-health"
    assert options[-1] == "-"
    author.send({"choose:sides.1.members.0": "-"})
    member = stored(registry, key)["sides"][1]["members"][0]
    assert member == {"party": "BLR", "name": "Минздрав Беларуси здравоохранения"}
    author.open(f"/submissions/{key}/who").send({"sides.1.members.0.body": "здравоохранения"})
    author.send({"choose:sides.1.members.0": "blr-ministry-of-health"})
    assert stored(registry, key)["sides"][1]["members"][0]["body"] == "blr-ministry-of-health"


def test_a_related_agreement_is_found_by_words(author, registry):
    key = begun(author)
    author.open(f"/submissions/{key}/relations")
    author.send({**RELATIONS, "relations.0.kind": "implements", "relations.0.to": "двойного налогообложения"})
    numbers = author.page.xpath("//input[@name='choose:relations.0']/@value")
    assert "BLR-1997-001" in numbers
    author.send({"choose:relations.0": "BLR-1997-001"})
    assert stored(registry, key)["relations"] == [{"kind": "implements", "to": "BLR-1997-001"}]


def test_a_draft_that_looks_like_a_registered_agreement_is_warned_about_and_needs_a_reason(author, registry):
    from registry.agreements.queries import agreement_by_number

    with registry.database.read() as session:
        title = agreement_by_number(session, "BLR-1997-001").titles[0]
        known = {"titles.0.text": title.text, "titles.0.language": title.language}
    key = begun(author)
    author.send({**WHAT, "kind": "agreement", **known})
    author.send({**WHO, "sides.0.level": "governments", "sides.1.level": "governments"})
    author.send({**DATES, "signed_on": "11.04.1997"})
    assert "BLR-1997-001" in author.text
    author.send(RELATIONS)
    author.send({})
    assert author.path == f"/submissions/{key}/check"
    beside = author.page.xpath("//section[@class='similar']//div[@class='compare']")
    assert "11 April 1997" in beside[0].text_content()
    author.send(form="hand-in")
    assert author.answer.status_code == 422
    assert any("BLR-1997-001" in text for text in author.problems)
    author.send({"another_because": "Signed again, about capital gains only."}, form="hand-in")
    assert author.path == f"/submissions/{key}/receipts/1"
    assert "about capital gains only" in author.text


def test_files_are_added_shown_and_taken_out(author, registry):
    key = begun(author, "document", "BLR-1997-001")
    author.open(f"/submissions/{key}/documents").send(button=("go", "file"))
    assert author.path == f"/submissions/{key}/files/new"
    author.send({"language": "ru"}, form="file-form")
    assert author.answer.status_code == 422
    assert dict(author.fields("file-form"))["language"] == "ru"
    add_file(author, key, b"")
    assert author.answer.status_code == 422
    assert "empty" in author.text
    add_file(author, key)
    assert author.path == f"/submissions/{key}/documents"
    (link,) = author.page.xpath("//ul[@class='files']//a/@href")
    answer = author.client.get(link)
    assert answer.data == TEXT.encode()
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    (file,) = author.page.xpath("//button[@name='remove_file']/@value")
    author.send(button=("remove_file", file))
    assert "No file yet" in author.text
    assert count(registry, SubmissionFile) == 0


def test_what_is_missing_at_the_beginning_is_called_by_its_question(author):
    author.open("/submissions/new")
    author.post("/submissions/new", [pair for pair in author.fields("begin-form") if pair[0] != "kind"])
    (link,) = author.page.xpath("//*[@id='problems']//a")
    assert link.text_content().startswith("What do you submit? ")


def test_the_same_form_sent_twice_does_its_work_once(author, registry):
    author.open("/submissions/new")
    pairs = [(name, value) for name, value in author.fields("begin-form") if name != "kind"]
    places = set()
    for _ in range(2):
        author.post("/submissions/new", [*pairs, ("kind", "new_agreement")])
        places.add(author.path)
    assert len(places) == 1
    assert count(registry, Submission) == 1
    key = filled_in(author)
    pairs = author.fields("hand-in")
    for _ in range(2):
        author.post(f"/submissions/{key}/check", pairs)
        assert author.path == f"/submissions/{key}/receipts/1"
    assert count(registry, Round) == 1
    # Back to the form, as the back button leads: what was handed in is shown, and can be changed no more.
    author.open(f"/submissions/{key}/what")
    assert author.path == f"/submissions/{key}"
    author.open(f"/submissions/{key}")
    pairs = [*(pair for pair in author.fields("comment-form") if pair[0] != "text"), ("text", "Once")]
    for _ in range(2):
        author.post(f"/submissions/{key}/comments", pairs)
    assert author.text.count("Once") == 1


def test_two_tabs_are_shown_side_by_side_and_nothing_is_overwritten(author, registry, app):
    new_user(registry, "colleague", "submitter", "C. Colleague", body="kaz-ministry-of-finance")
    other = Reader(app, "colleague")
    key = begun(author)
    author.send(WHAT)
    author.open(f"/submissions/{key}/what")
    other.open(f"/submissions/{key}/what").send({"titles.0.text": "Theirs", "kind": "protocol"})
    author.send({"titles.0.text": "Mine", "abstract.en": "Only mine"})
    assert author.answer.status_code == 412
    assert "C. Colleague" in author.text
    assert stored(registry, key)["titles"][0]["text"] == "Theirs"
    for words in ("Theirs", "Mine", "Protocol", "Only mine"):
        assert words in author.text
    author.send({"take:titles": "mine", "take:kind": "stored", "take:abstract": "mine"}, form="compare-form")
    now = stored(registry, key)
    assert (now["titles"][0]["text"], now["kind"], now["abstract"]) == ("Mine", "protocol", {"en": "Only mine"})


def test_who_works_on_another_step_is_not_disturbed(author, registry, app):
    key = begun(author)
    author.send(WHAT)
    author.open(f"/submissions/{key}/what")
    Reader(app, "author").open(f"/submissions/{key}/dates").send(DATES)
    author.send({"titles.0.text": "Another title"})
    assert author.first.status_code == 303
    assert stored(registry, key)["titles"][0]["text"] == "Another title"
    assert stored(registry, key)["signed_on"] == "2026-10-05"


def test_a_form_saves_by_itself_and_says_so(author, registry):
    key = begun(author)
    pairs = [*((n, v) for n, v in author.fields() if n not in WHAT), *WHAT.items(), ("autosave", "yes")]
    answer = author.client.post(f"/submissions/{key}/what", data=dict(pairs))
    assert answer.json["version"] == 2
    assert answer.json["message"].startswith("Saved at")
    assert stored(registry, key)["titles"][0]["text"] == TITLE
    stale = author.client.post(
        f"/submissions/{key}/what", data={**dict(pairs), "titles.0.text": "x", "base": "old", "form_number": ""}
    )
    assert stale.status_code == 412
    assert stored(registry, key)["titles"][0]["text"] == TITLE


def test_the_office_returns_with_remarks_on_fields_and_registers_the_mended_form(author, officer, registry, app):
    key = handed_in(author)
    officer.open("/submissions")
    assert "IN-2026-0001" in officer.text
    assert "due 8 December 2026" in officer.text
    officer.open(f"/submissions/{key}/review").send({"login": "officer"}, form="assign-form")
    assert "O. Officer" in officer.text
    officer.send({"remark:signed_on": "The text says 6 October."}, ("decision", "return"), form="review-form")
    assert "Returned for correction" in officer.text
    author.open("/submissions")
    assert "The treaty office returned it for correction." in author.text
    author.open(f"/submissions/{key}/dates")
    assert "The text says 6 October." in author.text
    author.send({"signed_on": "06.10.2026"})
    author.open(f"/submissions/{key}/check").send(form="hand-in")
    assert author.path == f"/submissions/{key}/receipts/2"
    assert "IN-2026-0001" in author.text
    officer.open(f"/submissions/{key}/review").send(button=("decision", "register"), form="review-form")
    assert officer.path == f"/submissions/{key}", officer.problems
    number = re.search(r"registered as (BLR-2026-\d+)", officer.text)[1]
    reader = Reader(app).open(f"/agreements/{number}")
    assert TITLE in reader.text
    found = reader.open("/agreements?q=дельфинариев")
    assert number in found.text
    assert "registered it" in author.open("/submissions").text


def test_a_decision_that_is_not_possible_keeps_what_the_officer_typed(author, officer, registry):
    key = handed_in(author)
    officer.open(f"/submissions/{key}/review")
    officer.send(button=("decision", "return"), form="review-form")
    assert officer.answer.status_code == 422
    officer.send({"remark:kind": "Is it?"}, form="review-form")
    assert officer.answer.status_code == 422
    assert officer.page.xpath("//textarea[@name='remark:kind']")[0].text.strip() == "Is it?"
    author.open(f"/submissions/{key}").send({"text": "Wait"}, form="comment-form")
    author.open(f"/submissions/{key}").send({"text": "Mistake"}, form="withdraw-form")
    officer.send({"text": "Too late"}, ("decision", "reject"), form="review-form")
    assert officer.answer.status_code in (404, 409)
    assert "Withdrawn" in officer.open(f"/submissions/{key}").text


def test_who_submitted_does_not_register(officer, registry, app):
    key = handed_in(officer)
    officer.open(f"/submissions/{key}/review").send({"text": "ok"}, ("decision", "register"), form="review-form")
    assert officer.answer.status_code == 409
    assert "cannot register" in officer.text
    assert officer.page.xpath("//textarea[@id='text']")[0].text.strip() == "ok"


def test_an_act_and_a_correction_show_what_they_change(author, officer, registry):
    act = begun(author, "action", "BLR-1997-001")
    author.send(
        {
            "actions.0.kind": "denunciation",
            "actions.0.side": "1",
            "actions.0.on": "01.10.2026",
            "actions.0.act.en": "Note 7",
        }
    )
    author.send({"sources.0.locator": "Note 7, archive"})
    assert author.path == f"/submissions/{act}/check"
    for page in (author, officer.open(f"/submissions/{act}")):
        assert page.text
    changed = author.page.xpath("//div[@class='changes']")[0].text_content()
    assert "Denunciation" in changed
    author.send(form="hand-in")
    officer.open(f"/submissions/{act}/review")
    assert "Denunciation" in officer.page.xpath("//div[@class='changes']")[0].text_content()
    correction = begun(author, "correction", "BLR-1997-001")
    fields = dict(author.fields())
    assert fields["kind"]
    author.send({"abstract.en": "About taxes on income."})
    author.open(f"/submissions/{correction}/check")
    rows = [" ".join(row.text_content().split()) for row in author.page.xpath("//div[@class='changes']//tbody/tr")]
    assert len(rows) == 1, rows
    assert "About taxes on income." in rows[0]


def test_hostile_texts_stay_texts_on_every_page(author, officer, registry, app):
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>'\"&{{7*7}}"
    key = begun(author)
    author.send(
        {
            **WHAT,
            "titles.0.text": evil,
            "abstract.en": evil,
            "nature.judged_by": evil,
            "nature.reason.en": evil,
            "nature.value": "binding",
        }
    )
    author.open(f"/submissions/{key}/who")
    author.send(
        {**WHO, "signatures.0.person.en": evil, "signatures.0.position.en": evil, "sides.0.members.0.name": evil}
    )
    author.open(f"/submissions/{key}/dates").send({**DATES, "signed_at.en": evil})
    author.open(f"/submissions/{key}/relations").send(RELATIONS)
    author.open(f"/submissions/{key}/documents").send({"sources.0.locator": evil, "sources.0.quote": evil})
    add_file(author, key, name="<img src=x onerror=alert(3)>.txt", title=evil, source=evil)
    pages = [f"/submissions/{key}/{step}" for step in ("what", "who", "dates", "relations", "documents", "check")]
    author.open(f"/submissions/{key}/check").send({"text": evil}, form="hand-in")
    assert author.path.endswith("/receipts/1"), author.problems
    author.open(f"/submissions/{key}").send({"text": evil}, form="comment-form")
    officer.open(f"/submissions/{key}/review")
    officer.send({"remark:kind": evil, "text": evil}, ("decision", "return"), form="review-form")
    pages += ["/submissions", f"/submissions/{key}", f"/submissions/{key}/receipts/1"]
    for path in pages:
        text = author.open(path).answer.text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert not html.fromstring(text).xpath("//*[@onerror]")
        assert "49" not in "".join(author.page.xpath("//main//h1/text()"))
    assert author.client.get(f"/submissions/{key}/receipts/1.pdf").data.startswith(b"%PDF")
    author.open(f"/submissions/{key}/check").send({"text": "again"}, form="hand-in")
    officer.open(f"/submissions/{key}/review").send(button=("decision", "register"), form="review-form")
    number = re.search(r"registered as (\S+-\d{4}-\d+)", officer.text)[1]
    for path in (f"/agreements/{number}", f"/agreements/{number}/history", f"/agreements?q={number}"):
        text = Reader(app).open(path).answer.text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
