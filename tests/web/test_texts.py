"""The pages on which texts are read, put side by side, compared, and marked where they are amended."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import select, update

from registry.agreements.models import Agreement
from registry.core.edtf import PartialDate
from registry.documents.models import Document
from registry.lifecycle.models import Action
from registry.outbox.services import note_changes
from tests.helpers.accounts import new_user, sign_in
from tests.helpers.texts import attach

RUSSIAN = """Соглашение о налогах

Правительства согласились о нижеследующем:

Статья 1
Лица

1. Соглашение применяется к <b>резидентам</b>.

2. Резидентом является лицо.

Статья 20
Студенты

Стипендии студентов не облагаются налогом.

Статья 21

Прочие доходы.

Совершено в г. Минске 11 апреля 1997 г.
"""

KAZAKH = """Салықтар туралы келісім

Үкіметтер төмендегілер туралы келісті:

1-бап
Адамдар

1. Келісім резиденттерге қолданылады.

2. Адам резидент болып табылады.

20-бап

Студенттердің стипендияларына салық салынбайды.

1997 жылғы 11 сәуірде Минск қаласында екі данада жасалды.
"""

PROTOCOL = """Протокол о внесении изменений

Правительства согласились о нижеследующем:

Статья 1

Пункт 2 статьи 1 Соглашения изложить в следующей редакции:
«2. Резидентом является любое лицо.».

Статья 2

Дополнить Соглашение статьей 20-1 следующего содержания:
«Статья 20-1. Преподаватели».

Статья 3

Протокол вступает в силу после уведомлений.
"""

#: kzby-014 is the agreement, kzby-044 the protocol of 2016 in force since 2 May 2018.
NUMBER, PROTOCOL_NUMBER = "BLR-1997-001", "BLR-2016-002"


@pytest.fixture
def texts(registry):
    with registry.database.write("test") as uow:
        attach(uow, "kzby-014", RUSSIAN)
        attach(uow, "kzby-014", KAZAKH, language="kk")
    return registry


@pytest.fixture
def amended(texts):
    with texts.database.write("test") as uow:
        attach(uow, "kzby-044", PROTOCOL)
    return texts


def words_of(page):
    """Return what a page says, without its elements."""
    return " ".join(unescape(re.sub("<[^>]+>", " ", page)).split())


def article(page, anchor):
    """Return the section of an article."""
    return page.partition(f'<section id="{anchor}"')[2].partition("</section>")[0]


def test_a_text_says_what_it_is_and_how_each_article_is_cited(texts, client):
    page = client.get(f"/agreements/{NUMBER}/text/ru").text
    assert "Unofficial text, not compared with the certified copy" in page
    citation = words_of(article(page, "article-20").partition('id="article-20-citation"')[2].partition("</p>")[0])
    assert citation.startswith(">Соглашение между Правительством Республики Казахстан")
    for part in ("Minsk, 11 April 1997.", f"No. {NUMBER}.", "Статья 20.", "Text in Russian: Unofficial text"):
        assert part in citation
    assert citation.endswith(f"http://localhost/agreements/{NUMBER}/text/ru#article-20")
    # The words of a text are never read as a part of the page.
    assert "&lt;b&gt;резидентам&lt;/b&gt;" in page


def test_the_words_of_a_search_are_marked_in_text_and_contents_in_all_their_forms(texts, client):
    page = client.get(f"/agreements/{NUMBER}/text/ru?q=студент").text
    assert "<mark>Студенты</mark>" in page
    assert "<mark>студентов</mark>" in page
    assert re.search(r'href="#article-20">.*<mark class="hits">2<', page)
    assert f'href="/agreements/{NUMBER}/text/kk?q=' in page
    kazakh = client.get(f"/agreements/{NUMBER}/text/kk?q=стипендия").text
    assert "<mark>стипендияларына</mark>" in kazakh


def test_two_languages_stand_side_by_side_article_by_article(texts, client):
    page = client.get(f"/agreements/{NUMBER}/text/ru?with=kk&q=резидент").text
    row = re.search(
        r'<div class="pair-row">\s*<div class="words"[^>]*>2\. .*?</div>\s*<div class="words".*?</div>', page, re.DOTALL
    )
    assert "лицо" in row[0]
    assert "болып табылады" in row[0]
    assert "<mark>резидент</mark>" in row[0]
    assert page.index("20-бап") > page.index("Статья 20")
    # Article 21 has no counterpart, and says so.
    alone = page.partition('id="article-21"')[2].partition("</section>")[0]
    assert "Nothing corresponds to this in the text in this language: Kazakh." in alone
    for words in ("Правительства согласились", "Прочие доходы", "Совершено", "Үкіметтер", "жасалды"):
        assert page.count(words) == 1


@pytest.mark.parametrize("other", ["en", "ru", "xx", "%00"])
def test_there_is_nothing_to_put_beside_a_text_but_another_language(texts, client, other):
    assert client.get(f"/agreements/{NUMBER}/text/ru?with={other}").status_code == 404


def test_versions_are_compared_word_by_word(texts, client):
    alone = client.get(f"/agreements/{NUMBER}/text/ru/diff").text
    assert "There is only one text in this language" in alone
    with texts.database.write("test") as uow:
        attach(
            uow, "kzby-014", RUSSIAN.replace("Стипендии студентов", "Доходы студентов").replace("Прочие доходы", "Иное")
        )
    page = client.get(f"/agreements/{NUMBER}/text/ru/diff").text
    changed = article(page, "article-20")
    assert re.search(r"<del [^>]*>Стипендии </del><ins [^>]*>Доходы </ins>студентов", changed)
    assert "2 pieces differ" in page
    assert re.search(r'<details class="same"><summary><span[^>]*>Статья 1<', page)
    read = client.get(f"/agreements/{NUMBER}/text/ru").text
    assert "version 1" in read
    assert f"/agreements/{NUMBER}/text/ru/diff?from=" in read
    # The earlier version stays readable, and says that it is one.
    with texts.database.read() as session:
        earlier = session.scalar(select(Document.id).where(Document.superseded_at.is_not(None)))
    old = client.get(f"/agreements/{NUMBER}/text/ru?document={earlier}").text
    assert "Another document has taken the place of this one" in old
    assert f"document={earlier}#article-20" in old


@pytest.mark.parametrize("key", ["1000000", "-1", "99999999999999999999"])
def test_only_texts_of_the_agreement_are_read_and_compared(texts, client, key):
    for query in (f"?document={key}", f"/diff?from={key}", f"/diff?to={key}"):
        assert client.get(f"/agreements/{NUMBER}/text/ru{query}").status_code == 404, query


def test_a_version_that_one_may_not_see_is_not_compared(texts, client):
    with texts.database.write("test") as uow:
        attach(uow, "kzby-014", RUSSIAN.replace("Стипендии", "Доходы"))
        uow.session.execute(update(Document).where(Document.superseded_at.is_not(None)).values(access="restricted"))
    page = client.get(f"/agreements/{NUMBER}/text/ru/diff").text
    assert "Стипендии" not in page
    assert "There is only one text in this language" in page
    new_user(texts)
    sign_in(client)
    assert "Стипендии" in client.get(f"/agreements/{NUMBER}/text/ru/diff").text


def test_an_amended_article_says_by_what_and_since_when(amended, client):
    page = client.get(f"/agreements/{NUMBER}/text/ru").text
    first = words_of(article(page, "article-1"))
    assert f"Changed in part by {PROTOCOL_NUMBER}, Статья 1 – in force since 2 May 2018. Пункт 2 статьи 1" in first
    assert f"/agreements/{PROTOCOL_NUMBER}/text/ru?role=unofficial_text#article-1" in article(page, "article-1")
    # The text has no article 20-1: it is announced where it would stand.
    assert "After this: article 20-1 – Inserted by" in words_of(article(page, "article-20"))
    assert 'class="amendments"' not in article(page, "article-21")
    assert "the registry consolidates nothing" in page
    assert "read automatically" in page


def test_the_kazakh_text_is_marked_by_the_russian_one_where_there_is_no_other(amended, client):
    page = client.get(f"/agreements/{NUMBER}/text/kk").text
    assert f"{PROTOCOL_NUMBER}, Статья 1" in words_of(article(page, "article-1"))


@pytest.mark.parametrize(
    ("kind", "on", "expected"),
    [
        ("entry_into_force", "2030-01-01", "signed, not in force."),
        ("provisional_application", "2017-03-01", "applied provisionally since 1 March 2017, not yet in force."),
        (None, None, "whether it is in force is not known."),
    ],
)
def test_a_protocol_that_is_not_in_force_says_what_it_is(amended, client, kind, on, expected):
    with amended.database.write("test") as uow:
        protocol = uow.session.scalar(select(Agreement.id).where(Agreement.reference == "kzby-044"))
        entry, *others = uow.session.scalars(select(Action).where(Action.agreement_id == protocol))
        for action in others if kind else [entry, *others]:
            uow.session.delete(action)
        if kind:
            entry.kind, entry.on, entry.effective_on = kind, PartialDate.parse(on), None
        note_changes(uow.session, [protocol])
    page = words_of(client.get(f"/agreements/{NUMBER}/text/ru").text)
    assert f"{PROTOCOL_NUMBER} – {expected} Articles: 1, 20-1." in page
    assert f"{PROTOCOL_NUMBER}, Статья 1 – {expected}" in page


def test_of_two_agreements_that_a_protocol_amends_each_has_its_own_marks(texts, client):
    """kzby-037 amends articles of the agreement kzby-027, and points of its executive protocol kzby-028."""
    with texts.database.write("test") as uow:
        attach(uow, "kzby-027", RUSSIAN)
        attach(uow, "kzby-028", RUSSIAN)
        attach(uow, "kzby-037", PROTOCOL)
        numbers = dict(uow.session.execute(select(Agreement.reference, Agreement.registry_number)).all())
    assert "Changed in part" in client.get(f"/agreements/{numbers['kzby-027']}/text/ru").text
    executive = client.get(f"/agreements/{numbers['kzby-028']}/text/ru").text
    assert "Changed in part" not in executive
    assert "Which articles it amends could not be read in its text." in executive


def test_a_protocol_that_one_may_not_see_leaves_no_mark(amended, client):
    with amended.database.write("test") as uow:
        uow.session.execute(update(Agreement).where(Agreement.reference == "kzby-044").values(access="restricted"))
        note_changes(uow.session, uow.session.scalars(select(Agreement.id)))
    page = client.get(f"/agreements/{NUMBER}/text/ru").text
    assert PROTOCOL_NUMBER not in page
    assert "amend" not in page.partition("<main")[2].lower().partition("</main>")[0]
    new_user(amended)
    sign_in(client)
    assert PROTOCOL_NUMBER in client.get(f"/agreements/{NUMBER}/text/ru").text


def test_a_protocol_whose_text_one_may_not_see_is_named_without_its_words(amended, client):
    with amended.database.write("test") as uow:
        protocol = select(Agreement.id).where(Agreement.reference == "kzby-044").scalar_subquery()
        uow.session.execute(update(Document).where(Document.agreement_id == protocol).values(access="internal"))
        note_changes(uow.session, uow.session.scalars(select(Agreement.id)))
    page = client.get(f"/agreements/{NUMBER}/text/ru").text
    assert "There is no text of it here" in page
    assert 'class="amendments"' not in page
    assert "Пункт 2 статьи 1 Соглашения изложить" not in page


def test_a_text_recognised_in_an_image_says_so(texts, client):
    with texts.database.write("test") as uow:
        uow.session.execute(update(Document).where(Document.language == "ru").values(method="ocr", confidence=87.4))
        note_changes(uow.session, uow.session.scalars(select(Agreement.id)))
    page = client.get(f"/agreements/{NUMBER}/text/ru").text
    assert "(confidence 87 %)" in page
    assert "compare them with the file before you cite" in page
