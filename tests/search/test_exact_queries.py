"""What the query language finds, beyond words: values, exclusions, times, numbers with a star, long texts."""

from __future__ import annotations

from datetime import date

import pytest

from registry.core.access import ANYBODY, OPERATOR
from registry.search.engine.fields import ArticleText
from registry.search.highlight import Highlighter
from registry.search.query_language.grammar import parse
from tests.search.conftest import record


def found(index, text):
    return index.search(parse(text)).keys


@pytest.fixture
def levels(index, library):
    """Put a record whose sides differ in level beside the others."""
    library.put(record(8, "Соглашение о приграничной торговле", levels=("governments", "ministries")))
    return index


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("level:(ministries heads_of_state)", {4, 6, 7, 8}),
        ("level:(ministries OR heads_of_state)", {4, 6, 7, 8}),
        ("level:(ministries AND governments)", {8}),
        ("level:(ministries -governments)", {6, 7}),
        ("kind:(protocol treaty)", {2, 4}),
        ("уровень:(министерства правительства) архіўнай", {6}),
    ],
)
def test_values_in_brackets(levels, text, keys):
    assert set(found(levels, text)) == keys


def test_values_hold_when_only_some_of_the_words_are_found(levels):
    hits = levels.search(parse("level:(ministries heads_of_state) дружбе марсиане торговле"))
    assert hits.answer.is_relaxed
    assert set(hits.keys) == {4, 8}


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("-level:ministries", {1, 2, 3, 4, 5}),
        ("NOT налогов", {4, 5, 6, 7}),
        ("-налогов -level:ministries", {4, 5}),
        ("-level:(ministries heads_of_state)", {1, 2, 3, 5}),
        ("NOT (налогов OR дружбе)", {5, 6, 7}),
        ("-марсиане", {1, 2, 3, 4, 5, 6, 7}),
    ],
)
def test_exclusions_alone_leave_the_others(index, text, keys):
    hits = index.search(parse(text))
    assert set(hits.keys) == keys
    assert not hits.answer.is_relaxed


def test_exclusions_alone_show_nothing_that_is_hidden(index, library):
    hidden = ArticleText(81, "1", "", "Тайная статья о марсианах", "ru", "restricted")
    library.put(
        record(8, "Соглашение о пчеловодстве", access="restricted"),
        record(9, "Соглашение о рыболовстве", articles=(hidden,)),
    )
    assert {8, 9} & set(index.search(parse("-налогов"), ANYBODY).keys) == {9}
    assert {8, 9} & set(index.search(parse("-налогов"), OPERATOR).keys) == {8, 9}
    # Who may not see the article does not learn from a missing agreement what stands in it.
    assert 9 in index.search(parse("-марсианах"), ANYBODY).keys
    assert 9 not in index.search(parse("-марсианах"), OPERATOR).keys


@pytest.fixture
def signings(index, library):
    """Put records beside the others that were signed in January 1996: on a day, and on some day of the month."""
    library.put(
        record(8, "О пчёлах", number="1996-01-17", signed=(date(1996, 1, 17), date(1996, 1, 17))),
        record(9, "О рыбах", number="1996-01", signed=(date(1996, 1, 1), date(1996, 1, 31))),
        record(10, "О птицах", number="1996-02-01", signed=(date(1996, 2, 1), date(1996, 2, 1))),
        record(11, "О змеях", text="Заседание прошло 5 января 1996 года", signed=(date(1997, 1, 1), date(1997, 1, 1))),
    )
    return index


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("signed:январь 1996", [8, 9]),
        ('signed:"17 января 1996"', [8, 9]),
        ("signed:[январь 1996 TO февраль 1996]", [8, 9, 10]),
        ("-signed:(январь 1996) signed:1996", [10]),
        ("signed:>01.1996", [10, 11]),
        ("рыбах январь 1996", [9]),
        ("in January 1996", [8, 9, 11]),
        ("1996-01-*", [8, 11]),
    ],
)
def test_months_and_times(signings, text, keys):
    assert sorted(found(signings, text)) == keys


def test_a_day_of_the_month_that_was_named_is_marked():
    segments = Highlighter(parse("январь 1996")).segments("Подписано 17.01.1996 в Минске")
    assert [segment.text for segment in segments if segment.is_match] == ["17.01.1996"]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("дружб?", {4}),
        ("дружб? сотрудничестве", {4}),
        ("дружбы?", set()),
        ("Где дружба?", {4}),
    ],
)
def test_a_question_mark_is_a_letter_unless_it_ends_a_question(index, text, keys):
    assert set(found(index, text)) == keys


@pytest.fixture
def numbers(index, library):
    """Put records with registry numbers and references beside the others."""
    library.put(
        record(8, "О пчёлах", number=["BLR-1997-001", "kzby-014"]),
        record(9, "О рыбах", number=["BLR-1997-012", "kzby-015"]),
        record(10, "О птицах", number=["BLR-1998-001", "kzby-027"], articles=[(90, "1", "См. BLR-1997-013")]),
    )
    return index


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("kzby-01*", {8, 9}),
        ("KZBY-0*", {8, 9, 10}),
        ("BLR-1997-*", {8, 9, 10}),
        ("number:BLR-1997-*", {8, 9}),
        ("BLR-1997-01*", {9, 10}),
        ("number:BLR-1997-01*", {9}),
        ("text:BLR-1997-01*", {10}),
        ("BLR-1997*", {8, 9, 10}),
        ("BLR-1997-001*", {8}),
        ("kzby-3*", set()),
        ("рыбах kzby-0*", {9}),
    ],
)
def test_numbers_that_begin_so(numbers, text, keys):
    assert set(found(numbers, text)) == keys


def test_a_number_that_begins_so_is_marked():
    segments = Highlighter(parse("BLR-1997-0*")).segments("См. BLR-1997-013 и BLR-1997-113")
    assert [segment.text for segment in segments if segment.is_match] == ["BLR", "1997", "013"]


def test_numbers_that_begin_so_are_bounded_and_that_is_said(numbers, monkeypatch):
    monkeypatch.setattr("registry.search.engine.leaves.MOST_TERMS", 5)
    hits = numbers.search(parse("number:kzby-0*"))
    assert hits.answer.cut_short == ["kzby-0*"]
    assert hits.keys


@pytest.fixture
def names(index, library):
    """Put records beside the others whose texts name people and places."""
    library.put(
        record(8, "О пчёлах", articles=[(81, "1", "Принято Президентом А. Г. ЛУКАШЕНКО"), (82, "2", "О мёде")]),
        record(9, "On fish", articles=[ArticleText(91, "1", "", "Done by N. Nazarbayev at Dushanbe", "en", "public")]),
        record(10, "О птицах", articles=[(101, "1", "Поездка Назарбаева в Душанбе; порт открыт")]),
        record(
            11, "О змеях", articles=[ArticleText(111, "1", "", "Слово Лукашенко и Тихановской", "ru", "restricted")]
        ),
    )
    return index


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Lukashenko", {8}),
        ("лукашэнка", {8}),
        ("Назарбаев", {5, 9, 10}),
        ("Nazarbayev", {5, 9, 10}),
        ("text:Nazarbayev", {9, 10}),
        ("article:(Dushanbe Nazarbayev)", {9, 10}),
        ("article:(Lukashenko мёд)", set()),
        ("Душанбе", {9, 10}),
        # Words that are no names are not found in the other alphabet.
        ("text:port", set()),
        # Who may not see a text does not find the names in it.
        ("Tikhanovskaya", set()),
    ],
)
def test_names_in_texts_are_found_in_the_other_alphabet(names, text, keys):
    hits = names.search(parse(text))
    assert set(hits.keys) == keys


def test_who_may_see_a_text_finds_its_names(names):
    assert set(names.search(parse("Tikhanovskoy"), OPERATOR).keys) == {11}
    assert set(names.search(parse("Lukashenko"), OPERATOR).keys) == {8, 11}


def test_the_article_that_names_somebody_is_shown(names):
    ranking = names.search(parse("Lukashenko")).answer.ranking
    assert ranking.best_articles([8], 3) == {8: [81]}
