"""What people type, and what they find."""

from __future__ import annotations

import contextlib
import time

import pytest

from registry.search.highlight import Highlighter
from registry.search.query_language.errors import QuerySyntaxError
from registry.search.query_language.grammar import parse
from tests.search.conftest import record


def found(index, text):
    return index.search(parse(text)).keys


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("двойного налогообложения", 1),
        ("double taxation", 1),
        ("избежание двойное налогообложение", 1),
        ('"избежании двойного налогообложения"', 1),
        ("косвенный налог", 3),
        ("дружба", 4),
        ("Friendship treaties", 4),
        ("Минске", 4),
        ("назарбаева", 5),
        ("BLR-1992-005", 5),
        ("blr 1992 005", 5),
        ("№ 10", 5),
        ("16.09.1992", 5),
        ("супрацоўніцтве", 6),
        ("подъема", 7),
    ],
)
def test_words_put_the_agreement_first(index, words, first):
    assert found(index, words)[0] == first


def test_a_base_agreement_comes_before_its_protocol(index):
    assert found(index, "двойного налогообложения")[:2] == [1, 2]


def test_every_word_must_match(index):
    assert found(index, "протокол двойного налогообложения") == [2]


def test_the_words_of_a_phrase_keep_their_order_and_their_stop_words(index):
    assert 4 not in found(index, '"сотрудничестве и дружбе"')
    assert found(index, "«о дружбе и сотрудничестве»") == [4]
    assert found(index, '"между Комитетом и Министерством"') == [7]


def test_a_phrase_does_not_run_from_one_title_into_the_next(index):
    assert found(index, '"сотрудничестве достық"') == []


def test_stop_words_alone_are_words(index):
    assert set(found(index, "между")) >= {1, 7}


def test_a_letter_of_the_wrong_alphabet_is_folded(index):
    # The title of record 5 begins with a Latin C.
    assert 5 in found(index, "соглашение воздушного транспорта")
    assert found(index, "cоглaшение воздушного") == [5]


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("келісім", 5),
        ("келисим", 5),
        ("достық", 4),
        ("достык", 4),
        ("ынтымақ", 4),
        ("супрацоунiцтве", 6),
        ("архіўнай", 6),
        ("архіўн*", 6),
    ],
)
def test_kazakh_and_belarusian_are_found_folded_and_by_their_beginning(index, words, key):
    assert key in found(index, words)


def test_the_beginning_of_a_word(index):
    assert set(found(index, "налогооблож*")) == {1, 2}


def test_operators_and_brackets(index):
    assert set(found(index, "дружбе OR косвенных")) == {3, 4}
    assert set(found(index, "(дружбе ИЛИ косвенных) NOT экспорте")) == {4}
    assert found(index, "налогообложения -протокол")[0] == 1
    assert 2 not in found(index, "налогообложения -протокол")


def test_fields_in_english_and_russian(index):
    assert found(index, "kind:protocol") == [2]
    assert set(found(index, "level:ministries")) == {6, 7}
    assert set(found(index, "уровень:министерства")) == {6, 7}
    assert found(index, "вид:договор дружбе") == [4]
    assert found(index, "place:Минск") == [4]
    assert found(index, "title:Минск") == []


def test_nothing_with_all_words_falls_back_to_any_and_says_so(index):
    hits = index.search(parse("дружбе марсиане"))
    assert hits.answer.is_relaxed
    assert hits.keys == [4]
    assert not index.search(parse("марсиане")).answer.is_relaxed


def test_the_answer_says_how_the_words_were_read(index):
    assert (
        index.search(parse("Двойного НАЛОГООБЛОЖЕНИЯ -протокол")).read_as
        == "двойного AND налогообложения AND NOT протокол"
    )


def test_highlights_mark_inflected_forms_and_keep_the_text_whole():
    text = "Об избежании двойного налогообложения"
    segments = Highlighter(parse("двойное налогообложение")).segments(text)
    assert [item.text for item in segments if item.is_match] == ["двойного", "налогообложения"]
    assert "".join(item.text for item in segments) == text


def test_highlights_leave_out_what_is_excluded_and_cut_a_passage():
    highlighter = Highlighter(parse("налог -имущество"))
    long = "слово " * 60 + "налогов и имущество " + "слово " * 60
    passage = highlighter.snippet(long, length=100)
    assert [item.text for item in passage if item.is_match] == ["налогов"]
    assert sum(len(item.text) for item in passage) < 180
    assert highlighter.snippet("ничего") == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ghjnjrjk", "протокол"),
        ("cjukfitybt", "соглашение"),
        ("protokol", "протокол"),
        ("nazarbayev druzhba", "назарбаев дружба"),
        ("druzhbe", "дружбе"),
        ("пратокол", "протокол"),
        ("протакол дружбы", "протокол дружбы"),
        ("соглошение", "соглашение"),
        ("акшутвырз", None),
        ("марсиане", None),
        ("протокол", None),
        ('"пратокол"', None),
    ],
)
def test_what_was_meant_is_offered_in_words_that_are_there(index, typed, meant):
    offered = index.suggest(typed)
    assert offered == meant
    if offered:
        assert index.search(parse(offered)).keys


@pytest.mark.parametrize("typed", ["", "   ", "qq", "a" * 200, "1996", "[];',.`", "'", "\x00", "ё" * 50])
def test_nothing_is_offered_for_nothing(index, typed):
    assert index.suggest(typed) is None


def test_words_like_a_word(index):
    assert found(index, "дружбу~") == [4]
    assert found(index, "назарбоев~") == [5]
    assert found(index, "назорбоев~2") == [5]
    assert found(index, "назорбоев~1") == []


def test_letters_left_open(index):
    assert set(found(index, "налогообло*ия")) == {1, 2}
    assert found(index, "назарба?в") == [5]
    assert 5 in found(index, "кел?с?м")


def test_words_near_one_another(index):
    assert found(index, '"договор сотрудничестве"') == []
    assert found(index, '"договор сотрудничестве"~4') == [4]


def test_signed_in_a_time_with_words_and_brackets(index, library):
    from datetime import date

    library.put(
        record(60, "Соглашение о пчёлах", signed=(date(1996, 1, 1), date(1996, 12, 31))),
        record(61, "Соглашение о мёде", signed=(date(2001, 5, 3), date(2001, 5, 3))),
        record(62, "Соглашение о воске"),
    )
    assert found(index, "signed:1996") == [60]
    assert found(index, "signed:[1996-06 TO 2001-05-02]") == [60]
    assert found(index, "signed:[1996 TO *]") == [60, 61]
    assert found(index, "signed:03.05.2001") == [61]
    assert found(index, "signed:[* TO *]") == [60, 61]
    assert set(found(index, "мёде OR signed:1996")) == {60, 61}
    assert found(index, "соглашение NOT signed:[* TO *] воске") == [62]


HOSTILE = [
    "аа*",
    "аб?*?*?*?*",
    "сс*с*с*с*с*",
    "a" * 1990 + "~2",
    " ".join(["слово~2"] * 60),
    "aa" + "*a" * 900,
    '"a b"~20 ' * 50,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_queries_are_answered_in_time(index, text):
    begun = time.monotonic()
    with contextlib.suppress(QuerySyntaxError):
        index.search(parse(text))
    assert time.monotonic() - begun < 5


_LONG = "Общие положения о порядке работы. " * 40
PASSAGES = [
    # query, what the passage holds, what stands elsewhere in the long text and is passed over
    ("налог дивиденды", "Налог на дивиденды взимается", "Налоги названы здесь. "),
    ('"порядок ввоза"', "порядок ввоза товаров", "порядок иной. "),
    ("ввоз*", "О ввозе товаров", "Вводные слова. "),
    ("подъём", "О Подъёме уровня", "Подземные воды. "),
]


@pytest.mark.parametrize(("query", "wanted", "elsewhere"), PASSAGES)
def test_the_passage_of_a_long_text_is_where_most_of_the_query_stands(query, wanted, elsewhere):
    text = f"{_LONG}{elsewhere}{_LONG}{wanted} по правилам. {_LONG}"
    passage = Highlighter(parse(query)).snippet(text, "ru")
    assert wanted in "".join(piece.text for piece in passage)
    assert any(piece.is_match for piece in passage)
