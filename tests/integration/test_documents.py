"""Documents are attached, take the place of one another, are corrected, and never more open than their agreement."""

from __future__ import annotations

import hashlib
import json

import pytest
from sqlalchemy import select

from registry.agreements.models import Agreement
from registry.core.access import ANYBODY
from registry.core.errors import InvalidInputError, NotFoundError, RuleViolationError, StaleVersionError
from registry.documents.models import Document
from registry.documents.queries import articles_of, document_by_id, documents_of, text_in, versions_of
from registry.documents.schemas import Border, CorrectArticles, Description
from registry.documents.services import Attached, correct_articles, correct_document
from registry.interchange.files import read_bytes
from registry.interchange.imports import import_file
from registry.interchange.texts import import_texts
from registry.outbox.services import note_changes
from registry.search.query_language.grammar import parse
from tests.helpers.documents import TEXT, documents_in, files_below, put_in

OTHER = TEXT.replace("дельфинариях", "зоопарках").replace("дельфинарии", "зоопарки")


def found(registry, words):
    return len(registry.index.search(parse(words)).keys)


def changed(registry, document_id, change, command):
    with registry.database.write("officer") as uow:
        document = uow.session.get_one(Document, document_id)
        return change(uow, uow.session.get_one(Agreement, document.agreement_id), document, command)


def test_the_bytes_are_kept_and_the_text_is_found(registry):
    received = put_in(registry, TEXT, file_name="../Соглашение.txt", title="Соглашение", source="Архив")
    assert received.outcome == Attached.ADDED
    (document,) = documents_in(registry)
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    assert (document.sha256, document.size, document.kept) == (digest, len(TEXT.encode()), True)
    assert (document.file_name, document.media_type) == ("Соглашение.txt", "text/plain")
    assert (document.title, document.source, document.added_by) == ("Соглашение", "Архив", "officer")
    assert (document.extraction.state, document.method, document.version) == ("done", "text", 1)
    assert b"".join(registry.storage.read(digest)) == TEXT.encode()
    with registry.database.read() as session:
        articles = articles_of(session, document.id)
    assert [article.number for article in articles if article.kind == "article"] == ["1", "2"]
    assert found(registry, "дельфинарии") == 1


def test_a_text_takes_the_place_of_the_one_before_which_is_read_but_not_found(registry):
    first, second = put_in(registry, TEXT), put_in(registry, OTHER)
    assert second.outcome == Attached.REPLACED
    with registry.database.read() as session:
        newest = document_by_id(session, documents_in(registry)[0].agreement_id, second.document_id)
        assert [item.version for item in versions_of(session, newest)] == [2, 1]
        earlier = document_by_id(session, newest.agreement_id, first.document_id)
        assert (earlier.superseded_by_id, earlier.superseded_at is not None) == (newest.id, True)
        assert [item.id for item in versions_of(session, earlier)] == [newest.id, earlier.id]
        assert [item.id for item in documents_of(session, [newest.agreement_id])[newest.agreement_id]] == [newest.id]
        assert text_in(session, newest.agreement_id, "ru").id == newest.id
        assert text_in(session, newest.agreement_id, "ru", document_id=earlier.id).id == earlier.id
    assert (found(registry, "дельфинарии"), found(registry, "зоопарки")) == (0, 1)
    assert not registry.index.verify().keys()


def test_the_same_bytes_again_change_only_what_is_said_about_them(registry):
    put_in(registry, TEXT)
    assert put_in(registry, TEXT).outcome == Attached.UNCHANGED
    assert put_in(registry, TEXT, source="Архив").outcome == Attached.DESCRIBED
    # What is not said stays, and nothing is opened by saying less than before.
    assert put_in(registry, TEXT, access="internal").outcome == Attached.DESCRIBED
    assert put_in(registry, TEXT, access="public").outcome == Attached.UNCHANGED
    (document,) = documents_in(registry)
    assert (document.source, document.access, document.version) == ("Архив", "internal", 1)
    assert len(list(registry.storage.stored())) == 1


def test_another_version_is_as_open_as_the_one_before_unless_that_is_said(registry):
    put_in(registry, TEXT, access="restricted")
    put_in(registry, OTHER)
    assert documents_in(registry)[-1].access == "restricted"
    put_in(registry, TEXT + "!", access="public")
    assert documents_in(registry)[-1].access == "public"


def test_annexes_stand_beside_one_another_until_one_is_replaced(registry):
    first, second = put_in(registry, TEXT, role="annex"), put_in(registry, OTHER, role="annex")
    assert (first.outcome, second.outcome) == (Attached.ADDED, Attached.ADDED)
    assert put_in(registry, TEXT, role="annex").outcome == Attached.UNCHANGED
    third = put_in(registry, TEXT + "!", role="annex", replaces=first.document_id)
    assert third.outcome == Attached.REPLACED
    present = [item.id for item in documents_in(registry) if item.superseded_at is None]
    assert present == [second.document_id, third.document_id]
    with pytest.raises(NotFoundError, match="to be replaced"):
        put_in(registry, "?", role="annex", replaces=first.document_id)
    with pytest.raises(NotFoundError, match="to be replaced"):
        put_in(registry, "?", role="annex", replaces=second.document_id, reference="kzby-012")


def test_an_empty_file_is_refused_and_nothing_is_kept(registry):
    with pytest.raises(InvalidInputError) as refused:
        put_in(registry, b"")
    assert "empty" in str(refused.value.errors)
    assert documents_in(registry) == list(registry.storage.stored()) == files_below(registry.storage.root) == []


def test_a_document_is_never_more_open_than_its_agreement_and_follows_it(registry):
    put_in(registry, TEXT)
    put_in(registry, OTHER, language="kk", access="internal")
    record = {"access": "restricted"}
    with registry.database.read() as session:
        agreement = session.scalar(select(Agreement).where(Agreement.reference == "kzby-014"))
    bundle = json.loads(bundled_record())
    file = read_bytes(json.dumps({"agreements": [{**bundle, **record}]}).encode(), "records.json")
    report = import_file(registry.database, file, home_party="KAZ", actor="test")
    assert report.problems == []
    assert {item.access for item in documents_in(registry)} == {"restricted"}
    put_in(registry, TEXT + "!", language="en", access="public")
    assert {item.access for item in documents_in(registry)} == {"restricted"}
    with registry.database.read(ANYBODY) as session:
        assert documents_of(session, [agreement.id]) == {}


def bundled_record():
    from importlib.resources import files

    for record in json.loads((files("registry") / "data" / "agreements.json").read_text("utf-8"))["agreements"]:
        if record["reference"] == "kzby-014":
            return json.dumps({key: value for key, value in record.items() if key != "relations"})
    raise AssertionError


def test_what_is_said_about_a_document_is_corrected_without_touching_its_bytes(registry):
    key = put_in(registry, TEXT).document_id
    assert changed(registry, key, correct_document, Description("kk", "translation", "internal", "Мәтін", None))
    assert not changed(registry, key, correct_document, Description("kk", "translation", "internal", "Мәтін", None))
    (document,) = documents_in(registry)
    assert (document.language, document.role, document.access, document.title) == (
        "kk",
        "translation",
        "internal",
        "Мәтін",
    )
    assert document.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    put_in(registry, OTHER, language="kk", role="scan")
    with pytest.raises(RuleViolationError, match="another document of this role"):
        changed(registry, key, correct_document, Description("kk", "scan", "public"))


def test_articles_are_divided_as_a_person_says_and_stay_so(registry):
    from registry.documents.reading import read_file, read_next
    from registry.documents.work import queue_extraction

    key = put_in(registry, TEXT).document_id
    with registry.database.read() as session:
        text = "".join(article.text for article in articles_of(session, key))
    place = text.index("Споры решаются")
    borders = (Border(0, "front"), Border(place, "article", "7", "Споры решаются"))
    assert changed(registry, key, correct_articles, CorrectArticles(len(text), borders)) == 2
    with pytest.raises(StaleVersionError):
        changed(registry, key, correct_articles, CorrectArticles(len(text) + 1, borders))

    def read_again(*, divide_anew):
        with registry.database.write("officer") as uow:
            queue_extraction(uow, uow.session.get_one(Document, key), divide_anew=divide_anew)
        assert read_next(registry.database, registry.storage, read_file) == key
        with registry.database.read() as session:
            articles = articles_of(session, key)
            assert "".join(article.text for article in articles) == text
            return [(article.anchor, article.number) for article in articles]

    assert read_again(divide_anew=False) == [("front", None), ("article-7", "7")]
    assert documents_in(registry)[0].divided_by == "officer"
    assert ("article-2", "2") in read_again(divide_anew=True)
    assert documents_in(registry)[0].divided_by is None


def test_imported_texts_are_kept_and_those_from_before_gain_their_bytes(registry, tmp_path):
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "kzby-014.ru.txt").write_text(TEXT, "utf-8")

    def load(**options):
        said = {"role": "unofficial_text", "access": "public", "actor": "test", **options}
        report = import_texts(registry.database, registry.storage, folder, **said)
        assert report.problems == []
        return dict(report.outcomes)

    assert load(dry_run=True) == {Attached.ADDED: 1}
    assert list(registry.storage.stored()) == []
    assert load() == {Attached.ADDED: 1}
    (document,) = documents_in(registry)
    assert b"".join(registry.storage.read(document.sha256)) == TEXT.encode()
    with registry.database.write("test") as uow:
        uow.session.get_one(Document, document.id).kept = False
        note_changes(uow.session, [document.agreement_id])
    registry.storage.set_aside(document.sha256)
    assert load() == {Attached.KEPT: 1}
    assert registry.storage.size(document.sha256) == document.size
    assert load() == {Attached.UNCHANGED: 1}
