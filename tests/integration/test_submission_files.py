"""Files of submissions, documents that come of them, and records that an author sees only in part."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from registry.agreements.models import Agreement, Relation
from registry.audit.models import Entry
from registry.core.errors import InvalidInputError, NotFoundError
from registry.documents.models import Document, HeldFile
from registry.outbox.services import note_changes
from registry.submissions.models import SubmissionFile
from registry.submissions.queries import seen_file, seen_submission
from registry.submissions.receiving import add_file, remove_file
from registry.submissions.schemas import DescribeFile, SaveDraft
from registry.submissions.services import save_draft
from tests.helpers.documents import TEXT, number_of
from tests.helpers.reviews import proposal, registered, returned
from tests.helpers.submissions import begin, hand_in, key, memorandum, people_in, version_of


@pytest.fixture
def people(registry):
    return people_in(registry)


def add(registry, person, public_id, text=TEXT, **said):
    command = DescribeFile(**{"language": "ru", "role": "certified_copy", "form_key": key(), **said})
    with registry.storage.spool.receive(registry.settings.most_bytes) as incoming:
        incoming.write(text.encode())
        return add_file(
            registry.database, registry.storage, registry.scanner, person, public_id, incoming, "text.txt", command
        )


def count(registry, model):
    with registry.database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model))


def test_a_document_joins_its_agreement(registry, people):
    number = number_of(registry)
    public_id = begin(registry, people.author, kind="document", agreement=number)
    with pytest.raises(InvalidInputError) as caught:
        hand_in(registry, people.author, public_id)
    assert set(caught.value.errors) == {"files"}
    add(registry, people.author, public_id, access="internal")
    second = add(registry, people.author, public_id, TEXT + "x")
    with pytest.raises(InvalidInputError) as caught:
        hand_in(registry, people.author, public_id)
    assert set(caught.value.errors) == {"files.1"}
    with registry.database.write("author") as uow:
        remove_file(uow, people.author, public_id, second)
    receipt = hand_in(registry, people.author, public_id)
    assert [item["role"] for item in receipt.documents] == ["certified_copy"]
    entries = count(registry, Entry)
    shown = proposal(registry, people.officer, public_id)
    assert [(change.part, change.before) for change in shown.changes] == [("documents", None)]
    assert (count(registry, Entry), count(registry, Document)) == (entries, 0), "a preview leaves nothing"
    assert registered(registry, people.officer, public_id) == number
    with registry.database.read() as session:
        (document,) = session.scalars(sa.select(Document)).all()
        assert (document.access, document.added_by, document.extraction.state) == ("internal", "officer", "queued")
        assert document.sha256 == session.scalar(sa.select(HeldFile.sha256))


def test_a_file_that_was_handed_in_stays_with_its_receipt(registry, people):
    public_id = begin(registry, people.author, memorandum())
    first = add(registry, people.author, public_id)
    hand_in(registry, people.author, public_id)
    returned(registry, people.officer, public_id)
    second = add(registry, people.author, public_id, TEXT + "x", role="scan")
    with registry.database.write("author") as uow:
        for file_id in (first, second, first):
            remove_file(uow, people.author, public_id, file_id)
        with pytest.raises(NotFoundError):
            remove_file(uow, people.author, public_id, second)
    hand_in(registry, people.author, public_id)
    with registry.database.read() as session:
        found = seen_submission(session, people.officer, public_id).submission
        assert [len(receipt.documents) for receipt in found.rounds] == [1, 0]
        assert found.present_files == []
        assert seen_file(session, people.officer, public_id, first).held.size == len(TEXT.encode())
    assert (count(registry, SubmissionFile), count(registry, HeldFile)) == (1, 1)


@pytest.mark.parametrize("name", ["", "\0", "x" * 40, "../x", "%", "ё"])
def test_what_is_no_name_is_not_there(registry, people, name):
    public_id = begin(registry, people.author)
    with registry.database.write("author") as uow:
        with pytest.raises(NotFoundError):
            save_draft(uow, people.author, name, SaveDraft({}, 1))
        with pytest.raises(NotFoundError):
            remove_file(uow, people.author, public_id, name)
        with pytest.raises(NotFoundError):
            seen_submission(uow.session, people.author, name)


def test_a_correction_leaves_what_its_author_does_not_see(registry, people):
    with registry.database.write("test") as uow:
        relation = uow.session.scalars(sa.select(Relation).limit(1)).one()
        other = uow.session.get_one(Agreement, relation.to_id)
        own = uow.session.get_one(Agreement, relation.from_id)
        other.access = "restricted"
        note_changes(uow.session, [other.id])
        number, hidden, key_of = own.registry_number, other.registry_number, own.id
        before = uow.session.scalar(sa.select(sa.func.count(Relation.id)).where(Relation.from_id == own.id))
    public_id = begin(registry, people.author, kind="correction", agreement=number)
    with registry.database.read() as session:
        content = dict(seen_submission(session, people.author, public_id).submission.content)
    assert hidden not in str(content)
    with pytest.raises(InvalidInputError, match="another look"):
        hand_in(registry, people.author, public_id)
    # Neither can its author find out by trying names.
    tried = {**content, "relations": [{"kind": "refers_to", "to": hidden}]}
    with registry.database.write("author") as uow:
        save_draft(uow, people.author, public_id, SaveDraft(tried, 1))
    with pytest.raises(InvalidInputError) as caught:
        hand_in(registry, people.author, public_id)
    assert "relations.0.to" in caught.value.errors
    with registry.database.write("author") as uow:
        changed = {**content, "article_count": 5}
        save_draft(uow, people.author, public_id, SaveDraft(changed, version_of(registry, public_id)))
    hand_in(registry, people.author, public_id)
    assert [change.part for change in proposal(registry, people.author, public_id).changes] == ["article_count"]
    registered(registry, people.officer, public_id)
    with registry.database.read() as session:
        after = session.scalar(sa.select(sa.func.count(Relation.id)).where(Relation.from_id == key_of))
    assert after == before
    with pytest.raises(NotFoundError):
        begin(registry, people.author, kind="correction", agreement=hidden)
