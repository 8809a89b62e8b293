"""The list of documents on the page of an agreement says of each what one must know before one opens it."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from registry.documents.models import Document
from registry.documents.vocabulary import standing
from registry.outbox.services import note_changes
from tests.helpers.documents import TEXT, documents_in, number_of, put_in


@pytest.fixture
def number(registry):
    return number_of(registry)


def test_the_list_says_what_each_document_is(client, registry, number):
    put_in(registry, TEXT, role="certified_copy")
    put_in(registry, TEXT + "!", role="scan")
    put_in(registry, TEXT + "!!", role="translation", language="kk")
    put_in(registry, TEXT + "!!!", role="unofficial_text", language="en")
    with registry.database.write("test") as uow:
        uow.session.execute(update(Document).where(Document.role == "scan").values(method="ocr", confidence=87.4))
        note_changes(uow.session, set(uow.session.scalars(select(Document.agreement_id))))
    page = client.get(f"/agreements/{number}").text
    listed = page.partition('aria-labelledby="documents"')[2].partition("</section>")[0]
    rows = {item.role: row for item, row in zip(documents_in(registry), _rows(listed, registry), strict=True)}
    # Twelve annexes without titles are told apart by their files.
    assert "<small>text.txt</small>" in rows["certified_copy"]
    assert "an authentic text" in rows["certified_copy"]
    assert "in an authentic language" in rows["scan"]
    assert "recognised in an image, may have mistakes (confidence 87 %)" in rows["scan"]
    assert "read from the file" in rows["certified_copy"]
    for item in documents_in(registry):
        assert f'title="{item.sha256}">{item.sha256[:12]}…' in rows[item.role]
    assert ">translation<" in rows["translation"]
    assert ">translation<" in rows["unofficial_text"]


def _rows(listed, registry):
    """Return the row of each document, in the order of their ids."""
    rows = [row for row in listed.split("<tr>") if "<td" in row]
    return [next(row for row in rows if f'/documents/{item.id}"' in row) for item in documents_in(registry)]


@pytest.mark.parametrize(
    ("size", "english", "russian"),
    [(0, "0 byte", "0 Б"), (999, "999 byte", "999 Б"), (1000, "1 kB", "1 кБ"), (52_428_800, "52.4 MB", "52,4 МБ")],
)
def test_sizes_are_written_in_the_language_of_the_reader(client, registry, number, size, english, russian):
    key = put_in(registry, TEXT, read=False).document_id
    with registry.database.write("test") as uow:
        uow.session.execute(update(Document).where(Document.id == key).values(size=size))
        note_changes(uow.session, set(uow.session.scalars(select(Document.agreement_id))))
    for language, written in (("en", english), ("ru", russian)):
        page = client.get(f"/agreements/{number}?lang={language}").text.replace("\u00a0", " ")
        assert f"<small>{written}, SHA-256" in page


@pytest.mark.parametrize(
    ("role", "language", "concluded", "authentic", "expected"),
    [
        ("authentic_text", "ru", "", "", "authentic"),
        ("certified_copy", "kk", "ru", "ru", "authentic"),
        ("official_translation", "ru", "ru", "ru", "translation"),
        ("translation", "en", "", "", "translation"),
        ("unofficial_text", "ru", "ru kk", "ru kk", "authentic_language"),
        ("scan", "kk", "ru kk", "ru", "unknown"),
        ("scan", "en", "ru kk", "ru kk", "translation"),
        ("annex", "ru", "", "", "unknown"),
    ],
)
def test_standing_follows_from_role_and_languages(role, language, concluded, authentic, expected):
    found = standing(role, language, concluded=concluded.split(), authentic=authentic.split())

    assert found == expected
