"""What the treaty office decides: returned with remarks, registered with all that follows, rejected, withdrawn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa

from registry.accounts.models import User
from registry.agreements.models import Agreement
from registry.audit.models import Entry
from registry.core.access import ANYBODY
from registry.core.errors import (
    AccessDeniedError,
    InvalidInputError,
    NotFoundError,
    RuleViolationError,
    StaleVersionError,
)
from registry.core.pagination import Paging
from registry.deadlines.services import issue_calendar_address
from registry.mail.models import MailMessage
from registry.mail.services import use_post
from registry.mail.transport import open_post
from registry.revisions.models import Revision
from registry.submissions.decisions import reject
from registry.submissions.errors import DraftConflictError
from registry.submissions.queries import inbox, notifications, officers, seen_submission
from registry.submissions.schemas import Comment, Decide, SaveDraft, StartDraft
from registry.submissions.services import comment, create_draft, save_draft, withdraw
from tests.helpers.documents import number_of
from tests.helpers.reviews import assigned, proposal, registered, rejected, returned
from tests.helpers.submissions import begin, hand_in, key, memorandum, people_in, submitted, version_of

SOURCE = {"id": "s1", "kind": "official_text", "locator": "note of the embassy, 3 November 2026"}


@pytest.fixture
def people(registry):
    return people_in(registry)


def record(registry, number):
    """Return the last revision of an agreement."""
    with registry.database.read() as session:
        found = session.scalar(
            sa.select(Revision)
            .join(Agreement, Agreement.id == Revision.agreement_id)
            .where(Agreement.registry_number == number)
            .order_by(Revision.number.desc())
            .limit(1)
        )
        session.expunge_all()
        return found


def acts(registry, public_id):
    with registry.database.read() as session:
        return list(
            session.scalars(
                sa.select(Entry.act).where(Entry.object == f"submission {public_id}").order_by(Entry.position)
            )
        )


def told(registry, person):
    with registry.database.read() as session:
        return [item.notice for item in notifications(session, person.user_id)]


def test_the_whole_way_of_a_memorandum(registry, people):
    public_id = submitted(registry, people.author)
    returned(registry, people.officer, public_id, ("signatures.0.person", "Write the name in full."))
    with registry.database.read() as session:
        last = seen_submission(session, people.author, public_id).submission.events[-1]
        assert last.remarks == [{"field": "signatures.0.person", "text": "Write the name in full."}]
    mended = memorandum()
    mended["signatures"][0]["person"] = {"ru": "Асан Асанов"}
    with registry.database.write("colleague") as uow:
        save_draft(uow, people.colleague, public_id, SaveDraft(mended, version_of(registry, public_id)))
    second = hand_in(registry, people.colleague, public_id)
    assert (second.number, second.intake_number) == (2, "IN-2026-0001")
    number = registered(registry, people.officer, public_id)
    revision = record(registry, number)
    assert (revision.actor, revision.reason) == ("officer", "registration of submission IN-2026-0001")
    assert '"Асан Асанов"' in revision.snapshot
    with registry.database.read() as session:
        found = seen_submission(session, people.author, public_id).submission
        assert (found.state, found.agreement.registry_number) == ("registered", number)
        assert [item.number for item in found.rounds] == [1, 2]
        assert found.rounds[0].sha256 != found.rounds[1].sha256
    assert told(registry, people.author) == ["registered", "returned"]
    assert told(registry, people.colleague) == ["registered"]
    assert acts(registry, public_id) == [
        "submission.started",
        "submission.saved",
        "submission.submitted",
        "submission.returned",
        "submission.saved",
        "submission.submitted",
        "submission.registered",
    ]


def test_an_act_is_added_and_the_status_follows(registry, people):
    number = number_of(registry)
    before = record(registry, number)
    content = {
        "actions": [{"kind": "denunciation", "on": "2026-11-03", "side": 1, "source": "s1"}],
        "sources": [SOURCE],
    }
    public_id = submitted(registry, people.author, content, kind="action", agreement=number)
    shown = proposal(registry, people.officer, public_id)
    parts = {(change.part, change.field) for change in shown.changes}
    assert parts == {("actions", None), ("sources", None)}
    assert record(registry, number).number == before.number
    assert registered(registry, people.officer, public_id) == number
    assert record(registry, number).number == before.number + 1


def test_an_act_needs_its_source_among_those_of_the_record(registry, people):
    content = {"actions": [{"kind": "ratification", "on": "2026-11-03", "source": "s77"}, {"kind": "dance"}]}
    public_id = begin(registry, people.author, content, kind="action", agreement=number_of(registry))
    with pytest.raises(InvalidInputError) as caught:
        hand_in(registry, people.author, public_id)
    assert set(caught.value.errors) == {"actions.1.kind"}
    with registry.database.write("author") as uow:
        good = {"actions": [{"kind": "ratification", "on": "2026-11-03", "source": "s77"}]}
        save_draft(uow, people.author, public_id, SaveDraft(good, version_of(registry, public_id)))
    with pytest.raises(InvalidInputError) as caught:
        hand_in(registry, people.author, public_id)
    assert set(caught.value.errors) == {"actions"}


def correction(registry, person, number, **changed):
    public_id = begin(registry, person, kind="correction", agreement=number)
    with registry.database.read() as session:
        content = dict(seen_submission(session, person, public_id).submission.content)
    with registry.database.write(person.login) as uow:
        save_draft(uow, person, public_id, SaveDraft({**content, **changed}, 1))
    hand_in(registry, person, public_id)
    return public_id


def test_a_correction_shows_only_what_it_changes(registry, people):
    number = number_of(registry)
    public_id = correction(registry, people.author, number, article_count=77)
    shown = proposal(registry, people.author, public_id)
    assert [(change.part, change.after) for change in shown.changes] == [("article_count", 77)]
    registered(registry, people.officer, public_id)
    assert '"article_count":77' in record(registry, number).snapshot


def test_what_others_changed_meanwhile_is_said_and_stays(registry, people):
    number = number_of(registry)
    first = correction(registry, people.author, number, article_count=77)
    second = correction(registry, people.stranger, number, abstract={"en": "About dolphins."})
    third = correction(registry, people.stranger, number, article_count=78)
    compared = proposal(registry, people.officer, second).revision
    registered(registry, people.officer, first)
    with pytest.raises(StaleVersionError):
        registered(registry, people.officer, second, seen_revision=compared)
    shown = proposal(registry, people.officer, second)
    assert [change.part for change in shown.since] == ["article_count"]
    assert [change.part for change in shown.changes] == ["abstract"]
    assert shown.contested == []
    assert proposal(registry, people.stranger, second).since == []
    registered(registry, people.officer, second)
    kept = record(registry, number).snapshot
    assert '"article_count":77' in kept
    assert "About dolphins." in kept
    assert proposal(registry, people.officer, third).contested == ["article_count"]


def test_two_officers_decide_and_the_second_is_told(registry, people):
    public_id = submitted(registry, people.author)
    version = version_of(registry, public_id)
    returned(registry, people.officer, public_id, version=version)
    with pytest.raises(RuleViolationError):
        rejected(registry, people.second_officer, public_id, version=version)
    hand_in(registry, people.author, public_id)
    with pytest.raises(DraftConflictError):
        rejected(registry, people.second_officer, public_id, version=version)


def test_who_submitted_does_not_register(registry, people):
    public_id = submitted(registry, people.officer)
    with pytest.raises(RuleViolationError, match="Who submitted"):
        registered(registry, people.officer, public_id)
    assert registered(registry, people.second_officer, public_id).startswith("BLR-2026-")


def test_a_registration_that_fails_leaves_nothing(registry, people):
    with registry.database.read() as session:
        count = session.scalar(sa.select(sa.func.count(Agreement.id)))
    # The same title and date as another agreement, of which nobody has said that it is another one.
    first = submitted(registry, people.author, memorandum(signed_on=None, sides=memorandum()["sides"]))
    second = submitted(registry, people.stranger, memorandum(signed_on=None))
    number = registered(registry, people.officer, first)
    version = version_of(registry, second)
    assert number in str(proposal(registry, people.officer, second).obstacle)
    # Its author may not be told what they might not see.
    assert proposal(registry, people.stranger, second).obstacle is None
    with pytest.raises(RuleViolationError, match=number):
        registered(registry, people.officer, second)
    assert version_of(registry, second) == version
    with registry.database.read() as session:
        assert session.scalar(sa.select(sa.func.count(Agreement.id))) == count + 1


def test_what_looks_like_another_needs_a_reason_that_is_kept(registry, people):
    registered(registry, people.officer, submitted(registry, people.author))
    public_id = begin(registry, people.stranger, memorandum(signed_on="2026-10-07"))
    with pytest.raises(InvalidInputError) as caught:
        hand_in(registry, people.stranger, public_id)
    assert set(caught.value.errors) == {"another_because"}
    receipt = hand_in(registry, people.stranger, public_id, because="It is about wild bees.")
    assert receipt.another_because == "It is about wild bees."
    assert receipt.duplicates[0]["reasons"] == ["same_title", "close_date", "same_parties"]
    assert registered(registry, people.officer, public_id)


def test_a_rejection_needs_a_reason_and_ends_it(registry, people):
    public_id = submitted(registry, people.author)
    with pytest.raises(InvalidInputError):
        rejected(registry, people.officer, public_id, text=None)
    rejected(registry, people.officer, public_id)
    with pytest.raises(RuleViolationError):
        returned(registry, people.officer, public_id)
    with pytest.raises(RuleViolationError), registry.database.write("author") as uow:
        withdraw(uow, people.author, public_id, Decide(version_of(registry, public_id)))
    assert told(registry, people.author) == ["rejected"]


def test_the_inbox_and_its_officers(registry, people):
    first = submitted(registry, people.author)
    second = begin(registry, people.author, memorandum(signed_on="2020-01-01"))
    assigned(registry, people.officer, first, "second_officer")
    assert told(registry, people.second_officer) == ["assigned"]
    with registry.database.read(ANYBODY) as session:
        assert [item.public_id for item in inbox(session, people.officer, Paging()).items] == [first]
        mine = inbox(session, people.second_officer, Paging(), assigned_to_me=True)
        assert [item.assigned_to.login for item in mine.items] == ["second_officer"]
        assert inbox(session, people.officer, Paging(), assigned_to_me=True).total == 0
        assert inbox(session, people.author, Paging()).total == 0
        assert inbox(session, people.auditor, Paging(), ("draft",)).items[0].public_id == second
        assert {user.login for user in officers(session)} >= {"officer", "second_officer"}
    with pytest.raises(NotFoundError):
        assigned(registry, people.officer, first, "author")


def test_remarks_go_both_ways_once(registry, people):
    public_id = submitted(registry, people.author)
    form = key()
    for _ in range(2):
        with registry.database.write("officer") as uow:
            comment(uow, people.officer, public_id, Comment("Where is the annex?", form))
    assert told(registry, people.author) == ["commented"]
    with pytest.raises(AccessDeniedError), registry.database.write("auditor") as uow:
        comment(uow, people.auditor, public_id, Comment("I only read.", key()))


def test_authors_are_told_by_mail_where_there_is_a_server(registry, people):
    mail = replace(registry.settings, smtp_host="127.0.0.1", mail_from="registry@example.org")
    with registry.database.write("test") as uow:
        uow.session.get_one(User, people.author.user_id).email = "author@example.org"
    public_id = submitted(registry, people.author)
    returned(registry, people.officer, public_id)
    use_post(registry.database, open_post(mail))
    hand_in(registry, people.colleague, public_id)
    registered(registry, people.officer, public_id)
    with registry.database.read() as session:
        (message,) = session.scalars(sa.select(MailMessage)).all()
    # The first return came before there was a server; the colleague has no address.
    assert message.recipient == "author@example.org"
    assert message.subject == "Treaty registry / Реестр договоров: IN-2026-0001"


def test_mail_leads_to_the_submission_in_the_language_of_its_reader(registry, people):
    mail = replace(registry.settings, smtp_host="127.0.0.1", mail_from="registry@example.org")
    post = open_post(mail)
    use_post(registry.database, post)
    with registry.database.write("test") as uow:
        uow.session.get_one(User, people.author.user_id).email = "author@example.org"
        issue_calendar_address(uow, people.author.user_id, "ru")
    public_id = submitted(registry, people.author)
    known = replace(registry.settings, public_url="https://registry.example.org/")
    with registry.database.write("officer") as uow:
        command = Decide(version_of(registry, public_id), "It is no agreement.")
        reject(uow, people.officer, public_id, command, known)
    with registry.database.read() as session:
        (message,) = session.scalars(sa.select(MailMessage)).all()
    assert message.subject == "Реестр договоров: IN-2026-0001"
    text = post.sealer.open(message.sealed_text)
    assert text.endswith(f"\n\nhttps://registry.example.org/submissions/{public_id}")
    assert "rejected" not in text


def test_of_two_who_take_a_number_at_once_each_gets_their_own(registry, people):
    drafts = [
        begin(registry, people.author, memorandum(signed_on=f"20{place}-01-01", titles=[title(place)]))
        for place in range(10, 14)
    ]
    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(lambda draft: hand_in(registry, people.author, draft), drafts))
    assert sorted(receipt.intake_number for receipt in receipts) == [f"IN-2026-000{place}" for place in range(1, 5)]


def test_one_form_sent_four_times_at_once_counts_once(registry, people):
    form = key()

    def start(_):
        with registry.database.write("author") as uow:
            return create_draft(uow, people.author, StartDraft("new_agreement", form)).public_id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(start, range(4)))) == 1
        public_id = begin(registry, people.author, memorandum())
        receipts = pool.map(lambda _: hand_in(registry, people.author, public_id, form, version=2).id, range(4))
        assert len(set(receipts)) == 1


def title(place):
    return {"language": "ru", "text": f"Протокол о пчёлах № {place}", "status": "authentic"}
