"""A document that should not be here is withdrawn: nobody finds it any more, and what it had put away comes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from registry.agreements.models import Agreement
from registry.core.access import ANYBODY, OPERATOR
from registry.core.errors import NotFoundError, RuleViolationError
from registry.documents.extraction import Extracted
from registry.documents.models import Article, Document, Extraction
from registry.documents.queries import document_by_id, documents_of, text_in, texts_in, versions_of, withdrawn_from
from registry.documents.reading import read_next
from registry.documents.schemas import DescriptionSchema, WithdrawDocument
from registry.documents.services import correct_document, withdraw_document
from registry.documents.storage.interface import QUARANTINE
from registry.documents.verifying import mend_storage, verify_storage
from registry.documents.work import queue_extraction, take
from registry.search.query_language.grammar import parse
from tests.helpers.documents import TEXT, documents_in, files_below, put_in
from tests.helpers.servers import command

OTHER = TEXT.replace("дельфинарии", "океанариумы")


def withdraw(registry, key, reason="Belongs to another agreement"):
    """Withdraw a document; return the id of the version that came back."""
    with registry.database.write("officer") as uow:
        document = uow.session.get_one(Document, key)
        agreement = uow.session.get_one(Agreement, document.agreement_id)
        returned = withdraw_document(uow, agreement, document, WithdrawDocument(reason))
        return returned.id if returned is not None else None


def present(registry):
    return {item.id for item in documents_in(registry) if item.superseded_at is None}


def found(registry, words):
    return registry.index.search(parse(words), OPERATOR).keys


def test_a_withdrawn_text_is_found_nowhere(registry):
    key = put_in(registry, TEXT).document_id
    assert found(registry, "дельфинарии")
    assert withdraw(registry, key) is None
    assert not found(registry, "дельфинарии")
    assert registry.index.verify().keys() == set()
    with registry.database.read() as session:
        document = document_by_id(session, documents_in(registry)[0].agreement_id, key)
        agreement_id = document.agreement_id
        assert (document.withdrawn_by, document.withdrawal_reason) == ("officer", "Belongs to another agreement")
        assert document.withdrawn_at == registry.clock.now()
        assert [item.id for item in withdrawn_from(session, agreement_id)] == [key]
        assert documents_of(session, [agreement_id]) == {}
        assert text_in(session, agreement_id, "ru", document_id=key) is None
        assert texts_in(session, agreement_id, "ru") == []
        assert session.scalar(select(func.count()).select_from(Article).where(Article.document_id == key)) == 0


def test_withdrawn_documents_are_as_open_as_they_were(registry):
    key = put_in(registry, TEXT, access="restricted").document_id
    withdraw(registry, key)
    agreement_id = documents_in(registry)[0].agreement_id
    for reader, keys in ((ANYBODY, []), (OPERATOR, [key])):
        with registry.database.read(reader) as session:
            assert [item.id for item in withdrawn_from(session, agreement_id)] == keys


def test_the_version_whose_place_a_mistake_took_comes_back(registry):
    first = put_in(registry, TEXT).document_id
    second = put_in(registry, OTHER).document_id
    assert present(registry) == {second}
    assert withdraw(registry, second) == first
    assert present(registry) == {first}
    assert found(registry, "дельфинарии")
    assert not found(registry, "океанариумы")


def test_the_latest_version_stays_when_one_before_it_is_withdrawn(registry):
    first, second, third = (put_in(registry, f"{TEXT} {turn}").document_id for turn in range(3))
    assert withdraw(registry, second) is None
    assert present(registry) == {third}
    with registry.database.read() as session:
        versions = versions_of(session, session.get_one(Document, third))
        assert [item.id for item in versions] == [third, first]
    # The one before the withdrawn one follows at once when the latest is withdrawn as well.
    assert withdraw(registry, third) == first


def test_an_earlier_version_does_not_push_another_document_from_its_place(registry):
    first = put_in(registry, TEXT).document_id
    second = put_in(registry, OTHER).document_id
    description = DescriptionSchema().load({"language": "ru", "role": "scan"})
    with registry.database.write("officer") as uow:
        document = uow.session.get_one(Document, second)
        correct_document(uow, uow.session.get_one(Agreement, document.agreement_id), document, description)
    third = put_in(registry, TEXT + "!").document_id
    assert withdraw(registry, second) is None
    assert present(registry) == {third}
    with registry.database.read() as session:
        assert session.get_one(Document, first).superseded_by_id == third


def test_what_is_withdrawn_is_neither_withdrawn_again_nor_changed_nor_read_nor_replaced(registry):
    key = put_in(registry, TEXT).document_id
    withdraw(registry, key)
    with pytest.raises(RuleViolationError, match="was withdrawn"):
        withdraw(registry, key)
    with registry.database.write("officer") as uow:
        document = uow.session.get_one(Document, key)
        agreement = uow.session.get_one(Agreement, document.agreement_id)
        with pytest.raises(RuleViolationError, match="was withdrawn"):
            queue_extraction(uow, document)
        with pytest.raises(RuleViolationError, match="was withdrawn"):
            correct_document(uow, agreement, document, DescriptionSchema().load({"language": "ru", "role": "scan"}))
    with pytest.raises(NotFoundError, match="to be replaced"):
        put_in(registry, OTHER, replaces=key)


def test_the_same_bytes_can_be_attached_anew(registry):
    key = put_in(registry, TEXT).document_id
    withdraw(registry, key)
    again = put_in(registry, TEXT)
    assert (again.outcome, present(registry)) == ("added", {again.document_id})
    assert found(registry, "дельфинарии")


def test_a_reading_that_goes_on_writes_nothing_into_a_withdrawn_document(registry):
    key = put_in(registry, TEXT, read=False).document_id

    def read(path, **_):
        withdraw(registry, key)
        return Extracted("text/plain", TEXT)

    read_next(registry.database, registry.storage, read)
    (document,) = documents_in(registry)
    assert (document.text_length, document.method) == (0, None)
    with registry.database.read() as session:
        assert session.get(Extraction, key) is None
    assert take(registry.database) is None


@pytest.mark.parametrize("shared", [False, True])
def test_bytes_stay_until_they_are_set_aside_unless_another_document_has_them(registry, shared):
    key = put_in(registry, TEXT, read=False).document_id
    if shared:
        put_in(registry, TEXT, reference="kzby-015", read=False)
    withdraw(registry, key)
    digest = documents_in(registry)[0].sha256
    assert registry.storage.size(digest) is not None
    report = verify_storage(registry.database, registry.storage, datetime.now(UTC), timedelta(0))
    assert [file.key for file in report.orphans] == ([] if shared else [digest])
    assert report.missing == []
    mend_storage(registry.database, registry.storage, report, "test")
    assert (registry.storage.size(digest) is not None) is shared
    assert (registry.storage.root / QUARANTINE).exists() is not shared
    assert verify_storage(registry.database, registry.storage, datetime.now(UTC)).is_well


def test_a_wrong_document_to_replace_is_noticed_before_the_bytes_are_kept(registry):
    with pytest.raises(NotFoundError, match="to be replaced"):
        put_in(registry, TEXT, replaces=999, read=False)
    assert files_below(registry.storage.root) == []


def test_the_command_withdraws_and_says_what_came_back(settings, registry):
    first = put_in(registry, TEXT).document_id
    second = put_in(registry, OTHER).document_id
    done = command(settings, "documents", "withdraw", str(second), "--reason", "чужой файл")
    assert done.returncode == 0, done.stderr
    assert f"document {first} is the present version again" in done.stdout.decode()
    assert documents_in(registry)[1].withdrawal_reason == "чужой файл"
    assert f"{second}\t" in (listed := command(settings, "documents", "list").stdout.decode())
    assert "withdrawn" in listed
    refused = command(settings, "documents", "withdraw", str(second), "--reason", "again")
    assert refused.returncode != 0
    assert "was withdrawn" in refused.stderr.decode()
    assert command(settings, "documents", "withdraw", "999", "--reason", "x").returncode != 0
    assert command(settings, "documents", "withdraw", str(first), "--reason", " ").returncode != 0
