"""Search down to the article: words in one article, the number of an article, and which article is shown."""

from __future__ import annotations

import pytest

from registry.core.access import ANYBODY, OPERATOR, Access, Reader
from registry.search.engine.fields import ArticleText
from registry.search.query_language.grammar import parse
from tests.search.conftest import record

TAXES = "Соглашение о налогах"
DIVIDENDS = "Статья 10. Дивиденды, выплачиваемые компанией, могут облагаться налогом."
INTEREST = "Статья 11. Проценты, возникающие в государстве, облагаются налогом. Подписано 17 января 1996 г."
FINAL = "Статья 28. Соглашение вступает в силу с даты обмена ратификационными грамотами, закон № 123-І."


@pytest.fixture
def texts(index, library):
    library.put(
        record(20, TAXES, articles=[(201, "10", DIVIDENDS), (202, "11", INTEREST), (203, "28", FINAL)]),
        record(
            21, "Соглашение о банках", articles=[(211, "1", "Проценты по вкладам."), (212, "2", "Дивиденды банков.")]
        ),
        record(22, "Меморандум о процентах", articles=[(221, None, "Текст без дивидендов и процентов")]),
    )
    return index


def found(index, text, reader=ANYBODY):
    return index.search(parse(text), reader).keys


def best(index, text, agreement, reader=ANYBODY):
    return index.search(parse(text), reader).answer.ranking.best_articles([agreement], 3).get(agreement, [])


def test_words_of_the_text_find_the_agreement_and_its_articles(texts):
    assert found(texts, "ратификационные грамоты") == [20]
    assert best(texts, "ратификационные грамоты", 20) == [203]
    assert best(texts, "дивиденды", 20) == [201]
    assert best(texts, "проценты налог", 20)[0] == 202


def test_words_that_meet_in_one_article_come_before_words_that_are_scattered(texts):
    assert found(texts, "дивиденды проценты")[0] == 22


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("article:(дивиденды проценты)", {22}),
        ("article:(дивиденды NOT процентов)", {20, 21}),
        ("статья:28", {20}),
        ("article:10 дивиденды", {20}),
        ("article:1", {21}),
        ("text:ратификационными", {20}),
        ("текст:соглашение", {20}),
        ("title:налогах text:дивиденды", {20}),
        ('article:"облагаются налогом"', {20}),
        ('"облагаются налогом"', {20}),
        ('"могут облагаться" NOT title:банках', {20}),
        ('"дивидендов процентов"~3', {22}),
        ("17.01.1996", {20}),
        ("17 января 1996 г.", {20}),
        ("17 January 1996", {20}),
        ("№ 123-I", {20}),
        ("дивиденд* процент*", {20, 21, 22}),
        ("title:(соглашение банках)", {21}),
    ],
)
def test_what_can_be_asked_of_articles(texts, query, keys):
    assert set(found(texts, query)) & {20, 21, 22} == keys


def test_an_article_of_a_changed_text_is_forgotten(texts, library):
    library.put(record(20, TAXES, articles=[(204, "1", "Совсем другой текст.")]))
    assert found(texts, "ратификационные грамоты") == []
    assert best(texts, "другой текст", 20) == [204]
    assert texts.verify().keys() == set()


def test_verify_notices_an_article_that_the_index_lacks_or_has_twice(texts, library):
    found(texts, "дивиденды")
    library.records[21] = record(21, "Соглашение о банках", articles=[(211, "1", "Проценты."), (213, "3", "Новая.")])
    assert texts.verify().stale == [21]
    texts.mend(texts.verify())
    assert texts.verify().keys() == set()


SECRET = "секретнейший"


@pytest.fixture
def guarded(texts, library):
    """An agreement with an open text and two that are not, and one record that is not open itself."""

    def article(key, text, access):
        return ArticleText(key, str(key), "", text, "ru", access)

    library.put(
        record(
            30,
            "Соглашение об охране",
            articles=[
                article(301, "Общие слова об охране", "public"),
                article(302, "Внутренние слова об охране", "internal"),
                article(303, f"Закрытые слова: {SECRET}", "restricted"),
            ],
        ),
        record(31, "Закрытый протокол об охране", access="restricted", articles=[article(311, "Охрана", "public")]),
    )
    return texts


@pytest.mark.parametrize(
    ("query", "public", "internal", "restricted"),
    [
        ("охрана", {30}, {30}, {30, 31}),
        (SECRET, set(), set(), {30}),
        (f'"{SECRET}"', set(), set(), {30}),
        ("секретнейш*", set(), set(), {30}),
        ("секретнейшйи~2", set(), set(), {30}),
        ("article:303", set(), set(), {30}),
        ("article:302", set(), {30}, {30}),
        ("внутренние", set(), {30}, {30}),
        ("охрана NOT внутренние", {30}, set(), {31}),
        ("охрана NOT закрытый", {30}, {30}, set()),
        (f"охрана NOT {SECRET}", {30}, {30}, {31}),
        ("kind:agreement охрана", {30}, {30}, {30, 31}),
    ],
)
def test_a_reader_finds_what_they_may_see_and_learns_nothing_of_the_rest(guarded, query, public, internal, restricted):
    for reader, expected in (
        (ANYBODY, public),
        (Reader(Access.INTERNAL), internal),
        (OPERATOR, restricted),
    ):
        hits = guarded.search(parse(query), reader)
        assert set(hits.keys) & {30, 31} == expected, reader
        if SECRET in query and reader == ANYBODY and not hits.keys:
            assert all(count == 0 for _, count in hits.answer.words)


def test_articles_and_suggestions_keep_the_secret(guarded):
    assert best(guarded, "слова охрана", 30) == [301]
    assert set(best(guarded, "слова охрана", 30, OPERATOR)) == {301, 302, 303}
    assert guarded.suggest("секритнейший", OPERATOR) == SECRET
    assert guarded.suggest("секритнейший", ANYBODY) is None


def test_how_rare_a_word_is_depends_on_what_the_reader_may_see(guarded, library):
    before = guarded.search(parse("охрана"), ANYBODY).answer.ranking.score_of(30)
    library.put(*(record(40 + key, "Охрана", access="restricted") for key in range(20)))
    assert guarded.search(parse("охрана"), ANYBODY).answer.ranking.score_of(30) == before
    assert guarded.search(parse("охрана"), OPERATOR).answer.ranking.score_of(30) != before
