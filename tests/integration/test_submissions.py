"""Drafts are kept as typed, handed in once, and answered with a receipt that nothing changes."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from registry.core.canonical import sha256_of
from registry.core.errors import AccessDeniedError, InvalidInputError, NotFoundError, RuleViolationError
from registry.core.pagination import Paging
from registry.submissions.errors import DraftConflictError
from registry.submissions.models import Round, Submission
from registry.submissions.queries import own_submissions, seen_submission
from registry.submissions.schemas import HandIn, SaveDraft, StartDraft
from registry.submissions.services import create_draft, draft_problems, save_draft, submit
from tests.conftest import TODAY
from tests.helpers.submissions import begin, hand_in, key, memorandum, people_in, version_of


@pytest.fixture
def people(registry):
    return people_in(registry)


def seen(registry, person, public_id):
    with registry.database.read() as session:
        found = seen_submission(session, person, public_id)
        session.expunge_all()
        return found


def problems(registry, person, public_id):
    with registry.database.read() as session:
        found = draft_problems(session, person, seen_submission(session, person, public_id).submission, TODAY.date())
        return {(item.step, item.field): str(item.message) for item in found}


def test_a_draft_keeps_exactly_what_was_typed(registry, people):
    typed = {
        "signed_on": "31.02.20xx",
        "titles": [{"language": "ru", "text": "  \0 половина \ud800"}],
        "sides": "not a list",
        "unknown": {"x": [1, None, True]},
    }
    public_id = begin(registry, people.author, typed)
    found = seen(registry, people.author, public_id)
    assert found.submission.content == typed
    assert found.submission.version == 2
    wrong = problems(registry, people.author, public_id)
    assert ("dates", "signed_on") in wrong
    assert ("who", "sides") in wrong
    assert ("what", "unknown") in wrong
    assert ("documents", "sources") in wrong


def test_what_python_takes_for_the_same_is_not_the_same(registry, people):
    public_id = begin(registry, people.author, {"article_count": 1})
    with registry.database.write("author") as uow:
        save_draft(uow, people.author, public_id, SaveDraft({"article_count": True}, 2))
    assert seen(registry, people.author, public_id).submission.content["article_count"] is True


def test_all_that_is_wrong_with_a_field_is_said(registry, people):
    wrong = {"title": 1, "sources": [{"id": "s1", "kind": "press", "locator": "x"}] * 2}
    public_id = begin(registry, people.author, memorandum(**wrong))
    with pytest.raises(InvalidInputError) as caught:
        hand_in(registry, people.author, public_id)
    assert set(caught.value.errors) == {"title", "sources"}


def test_a_step_replaces_its_own_fields_only(registry, people):
    public_id = begin(registry, people.author, {"kind": "treaty", "abstract": {"ru": "x"}, "signed_on": "19"})
    with registry.database.write("author") as uow:
        save_draft(uow, people.author, public_id, SaveDraft({"kind": "plan", "signed_on": "1999"}, 2, "what"))
    assert seen(registry, people.author, public_id).submission.content == {"signed_on": "19", "kind": "plan"}


def test_the_same_form_sent_twice_begins_one_draft(registry, people):
    command = StartDraft("new_agreement", key())
    found = set()
    for _ in range(2):
        with registry.database.write("author") as uow:
            found.add(create_draft(uow, people.author, command).public_id)
    assert len(found) == 1


def test_who_saves_over_another_version_is_shown_both(registry, people):
    public_id = begin(registry, people.author, {"kind": "treaty"})
    with registry.database.write("colleague") as uow:
        save_draft(uow, people.colleague, public_id, SaveDraft({"kind": "protocol"}, 2))
    with pytest.raises(DraftConflictError) as caught, registry.database.write("author") as uow:
        save_draft(uow, people.author, public_id, SaveDraft({"kind": "plan"}, 2))
    assert caught.value.given == {"kind": "plan"}
    assert caught.value.stored.content == {"kind": "protocol"}
    assert caught.value.stored.version == 3
    assert caught.value.stored.changed_by == "Name of colleague"
    # The same words again overwrite nothing, so that a page can be sent again.
    with registry.database.write("author") as uow:
        assert save_draft(uow, people.author, public_id, SaveDraft({"kind": "protocol"}, 2)).version == 3


def test_handing_in_gives_a_number_and_a_receipt(registry, people):
    public_id = begin(registry, people.author, memorandum())
    receipt = hand_in(registry, people.author, public_id)
    assert receipt.intake_number == "IN-2026-0001"
    assert receipt.sha256 == sha256_of(receipt.content.encode())
    assert json.loads(receipt.content) == memorandum()
    found = seen(registry, people.author, public_id).submission
    assert (found.state, found.intake_number) == ("submitted", "IN-2026-0001")
    # Ten working days after Tuesday, 24 November 2026.
    assert found.due_on.isoformat() == "2026-12-08"


def test_handing_in_twice_gives_the_same_receipt(registry, people):
    public_id = begin(registry, people.author, memorandum())
    form = key()
    first, second = (hand_in(registry, people.author, public_id, form, version=2) for _ in range(2))
    assert first.id == second.id
    with pytest.raises(RuleViolationError):
        hand_in(registry, people.author, public_id, version=3)
    with registry.database.read() as session:
        assert session.scalar(sa.select(sa.func.count(Round.id))) == 1


def test_numbers_have_no_gaps(registry, people):
    numbers = []
    for place in range(3):
        title = {"language": "ru", "text": f"№ {place}" * 9, "status": "authentic"}
        content = memorandum(signed_on=f"2026-0{place + 1}-05", titles=[title])
        public_id = begin(registry, people.author, content)
        with registry.database.write("author") as uow:
            submit(uow, people.author, public_id, HandIn(2, key()), registry.settings)
            uow.undo()
        numbers.append(hand_in(registry, people.author, public_id).intake_number)
    assert numbers == ["IN-2026-0001", "IN-2026-0002", "IN-2026-0003"]


def test_what_is_wrong_is_not_handed_in(registry, people):
    public_id = begin(registry, people.author, memorandum(signed_on="2026-02-31", subjects=["beekeeping"]))
    with pytest.raises(InvalidInputError) as caught:
        hand_in(registry, people.author, public_id)
    assert set(caught.value.errors) == {"signed_on", "subjects.0"}
    assert seen(registry, people.author, public_id).submission.state == "draft"


@pytest.mark.parametrize("statement", ["update submission_round set sha256 = ''", "delete from submission_round"])
def test_the_database_refuses_to_change_a_receipt(registry, people, statement):
    public_id = begin(registry, people.author, memorandum())
    hand_in(registry, people.author, public_id)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), registry.database.write("test") as uow:
        uow.session.execute(sa.text(statement))


def test_nobody_else_finds_a_draft(registry, people):
    public_id = begin(registry, people.author, memorandum())
    for person in (people.stranger, people.officer, people.administrator):
        with pytest.raises(NotFoundError):
            seen(registry, person, public_id)
        with pytest.raises(NotFoundError), registry.database.write(person.login) as uow:
            save_draft(uow, person, public_id, SaveDraft({}, 2))
    for person in (people.colleague, people.auditor):
        assert seen(registry, person, public_id).submission.public_id == public_id
    with pytest.raises(AccessDeniedError), registry.database.write("auditor") as uow:
        save_draft(uow, people.auditor, public_id, SaveDraft({}, 2))


@pytest.mark.parametrize("who", ["auditor", "administrator"])
def test_who_may_not_submit_begins_nothing(registry, people, who):
    with pytest.raises(AccessDeniedError):
        begin(registry, getattr(people, who))


def test_the_list_of_a_body_holds_the_drafts_of_colleagues(registry, people):
    public_id = begin(registry, people.author, memorandum())
    with registry.database.read() as session:
        assert [item.public_id for item in own_submissions(session, people.colleague, Paging()).items] == [public_id]
        assert own_submissions(session, people.stranger, Paging()).total == 0


def test_addresses_cannot_be_guessed(registry, people):
    found = {begin(registry, people.author) for _ in range(3)}
    assert len(found) == 3
    assert all(len(public_id) >= 22 for public_id in found)
    with registry.database.read() as session:
        assert session.scalar(sa.select(sa.func.count(Submission.id))) == 3
    assert version_of(registry, found.pop()) == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"signed_on": "2031-01-01", "signatures": None}, "signed_on"),
        (
            {
                "sides": [
                    {"level": "ministries", "members": [{"party": "KAZ"}], "source": "s1"},
                    {
                        "level": "ministries",
                        "members": [{"party": "BLR", "body": "kaz-ministry-of-finance"}],
                        "source": "s1",
                    },
                ]
            },
            "sides.1.members.0.body",
        ),
    ],
)
def test_what_no_record_may_say_cannot_be_submitted(registry, people, changed, field):
    public_id = begin(registry, people.author, memorandum(**changed))
    assert field in {path for _, path in problems(registry, people.author, public_id)}
    with pytest.raises(InvalidInputError) as raised:
        hand_in(registry, people.author, public_id)
    assert field in raised.value.errors


def test_a_draft_does_not_grow_beyond_any_record_step_by_step(registry, people):
    public_id = begin(registry, people.author, {"abstract": {"en": "x" * 300_000}})
    command = SaveDraft({"sources": [{"id": "s1", "quote": "y" * 300_000}]}, 2, "documents")
    with pytest.raises(InvalidInputError), registry.database.write("author") as uow:
        save_draft(uow, people.author, public_id, command)
    assert seen(registry, people.author, public_id).submission.version == 2
