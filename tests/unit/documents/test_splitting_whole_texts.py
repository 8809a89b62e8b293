"""Closing words, other ways to count, hostile texts and whole real treaties are divided as they should be."""

from __future__ import annotations

import gzip
import json
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.documents.splitting import LONGEST_PIECE, MOST_PIECES, PieceKind, split
from tests.helpers.examples import examples
from tests.helpers.splitting import BODY, anchors, articles, joined, numbers, treaty, words

CLOSINGS = [
    "Совершено в г. Астане 19 января 2004 года в двух экземплярах.",
    "Совершенно в городе Астана 8 ноября 2011 года.",
    "В удостоверение чего, нижеподписавшиеся подписали настоящее Соглашение.",
    "2011 жылғы 8 қарашада Астана қаласында қазақ және орыс тілдерінде екі данада жасалды.",
    "Здзейснена ў горадзе Мінску 17 студзеня 1996 года.",
    "IN WITNESS WHEREOF the undersigned have signed this Agreement.",
    "DONE at Zagreb, this 12th day of December 1997.",
    "*Zu Urkund dessen* haben die Bevollmächtigten unterschrieben.",
    "Geschehen zu Bern am 15. Juni 2010.",
    "TEN BLIJKE WAARVAN de ondergetekenden dit Verdrag hebben ondertekend.",
    "Gedaan te Parijs, de 15e december 1956.",
    "EN FOI DE QUOI les soussignés ont signé le présent Accord.",
    "Fait à Luxembourg, le 25 septembre 1952.",
    "HECHO en la Ciudad de México, el 20 de mayo de 1996.",
]


@pytest.mark.parametrize("formula", CLOSINGS)
def test_the_closing_words_are_a_piece(formula):
    text = treaty("Article 1", "Article 2") + formula + "\n\nFor the Government\n"

    assert anchors(text) == ["article-1", "article-2", "closing"]
    assert words(text, "closing").startswith(formula)


def test_the_closing_words_are_found_after_a_lost_line_break():
    text = "Article 1\n\nThe texts are equally authentic.DONE at Dacca on the 30th of January 1980.\n"

    assert words(text, "closing") == "DONE at Dacca on the 30th of January 1980.\n"


def test_numbered_paragraphs_stand_for_articles_where_there_are_none():
    text = "Стороны согласились:\n\n1. Компетентными органами являются:\n\nа) министерства.\n\n2. Бланки выдаются.\n\n3. Всё.\n"

    assert anchors(text) == ["preamble", "paragraph-1", "paragraph-2", "paragraph-3"]
    assert [piece.label for piece in articles(text)] == ["1.", "2.", "3."]


PARAGRAPHS = [
    ("§ 1 Zweck\n\nText.\n\n§ 2 Mittel\n\nText.\n", ["section-1", "section-2"]),
    ("Nr. I\n\nEMBASSY\n\nSir.\n\nNr. II\n\nMINISTRY\n\nSir.\n", ["section-1", "section-2"]),
    ("No. III\n\nEMBASSY\n\nSir.\n\nNo. IV\n\nMINISTRY\n\nSir.\n", ["section-3", "section-4"]),
    ("I.\n\nText.\n\nII.\n\nText.\n\nIII.\n\nText.\n", ["paragraph-1", "paragraph-2", "paragraph-3"]),
    ("First. Peace.\n\nSecond. Lands.\n\nThird. Roads.\n", ["paragraph-1", "paragraph-2", "paragraph-3"]),
    ("1\n\nA Schedule.\n\n2\n\nOpen.\n\n3\n\nForce.\n", ["paragraph-1", "paragraph-2", "paragraph-3"]),
]


@pytest.mark.parametrize(("text", "expected"), PARAGRAPHS)
def test_other_ways_to_count_stand_for_articles_too(text, expected):
    assert anchors(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The notes read:\n\n1. One.\n2. Two.\n3. Three.\n\nThe reply reads:\n\n1. One.\n2. Two.\n3. Three.\n",
        "The list has:\n\n1. One.\n3. Three.\n4. Four.\n",
        "Two points:\n\n1. One.\n2. Two.\n",
        "I have the honour to refer to your note.\n",
    ],
)
def test_a_text_that_is_not_counted_without_a_doubt_is_one_piece(text):
    (piece,) = split(text)

    assert (piece.kind, piece.anchor, piece.number) == (PieceKind.PREAMBLE, "text", None)


def test_a_text_without_line_breaks_has_its_articles():
    text = (
        "WE THE PEOPLES have agreed. Chapter I: Purposes and Principles Article 1 The Purposes are: peace. Article 2 The "
        "Organization acts in accordance with Article 1 and Article 3. Article 3 The Members are equal. Done at San Francisco."
    )

    assert numbers(text) == ["1", "2", "3"]
    assert words(text, "article-2").startswith("Article 2 The Organization")
    assert words(text, "article-3") == "Article 3 The Members are equal. "


def test_look_alike_letters_hide_no_article_after_a_lost_line_break():
    text = "Стороны согласились. Cтатья 1 Цели. Стороны сотрудничают. Стaтья 2 Сроки. Соглашение бессрочно."

    assert numbers(text) == ["1", "2"]


def test_an_article_is_found_that_a_lost_line_break_hides():
    text = (
        treaty("Article 24")
        + "Negotiated between the States. Article 25 Annexes The Annexes are part.\n\n"
        + treaty("Article 26")
    )

    assert numbers(text) == ["24", "25", "26"]


def test_a_long_piece_is_cut_at_ends_of_lines():
    text = "Article 1\n\n" + "The list of goods goes on.\n" * 2_000 + "\nArticle 2" + BODY
    found = split(text)

    assert [piece.anchor for piece in found] == ["article-1", "article-1-part-2", "article-1-part-3", "article-2"]
    assert all(text[piece.end - 1] == "\n" and piece.end - piece.start <= LONGEST_PIECE for piece in found)
    assert {piece.number for piece in found[:3]} == {"1"}


@pytest.mark.parametrize(
    "text", ["", "\n", "  ", "a", "\ufeff", "Статья", "Article", "1.", "§", "\r\n\r\n", "Article 1"]
)
def test_the_smallest_texts_are_whole(text):
    assert joined(text) == text


ALPHABETS = "ABCabc АБВабвёі ӘәІіҚқҢңҮүҰұ ЎўЎґ ÄÖÜäöüß éèçñ 第條一二三十百之 المادة١٢ ACaceopx№N 0123456789 .,:;()[]–—-«»“”\"'*#_|\t\n\r\x0b\x0c\x1c\x85\u2028\u00a0\u200b"
TOKENS = [
    "Статья 1", "Статья 2", "Статья 5-1", "5-бап", "Артыкул 1", "Article 1", "Article 2", "ARTICLE V", "Art. 1 ", "Art. 2 Zweck",
    "Artikel 1", "Artículo 1", "第一條", "第二條 ", "المادة 1", "Article premier", "Chapter I", "Глава II", "Teil A", "ANNEX I",
    "Cтaтья 3", "Статья 3 исключена.", "Приложение № 1", "к Соглашению", "N 1 қосымша", "Приложение 1", "Protocol", "Протокол", "DONE at ", "Совершено в ", " жасалды", "жылғы", "дана", "Fait à ", "1.", "2.", "3.",
    "I.", "II.", "First.", "Nr. I", "§ 1", "Соглашение", "PREAMBLE", "The Government of", "Ратифицировать", "#", "\n", "\n\n", " ",
    ". ", ", ", ": ", "(", ")", "«", "»", "\r\n", "of", "der", "слово", "words of a text",
]  # fmt: skip


@given(st.one_of(st.text(), st.text(ALPHABETS), st.lists(st.sampled_from(TOKENS), max_size=60).map("".join)))
@settings(deadline=None, max_examples=examples(400))
def test_the_pieces_are_a_partition_of_every_text(text):
    found = split(text)

    assert joined(text) == text
    assert all(piece.start < piece.end for piece in found)
    assert all(one.end == other.start for one, other in pairwise(found))
    assert len({piece.anchor for piece in found}) == len(found)


@given(st.lists(st.sampled_from(TOKENS), max_size=60).map("".join))
@settings(deadline=None, max_examples=examples(200))
def test_what_a_piece_is_called_fits_its_columns(text):
    for piece in split(text):
        assert 0 < len(piece.anchor) <= 80
        assert len(piece.number or "") <= 24
        assert len(piece.label) <= 300
        assert len(piece.heading) <= 1000
        assert len(piece.part) <= 1000


HOSTILE = [
    "Статья\n",
    "Статья 1\n",
    "5-бап\n",
    "Глава I\n",
    "ANNEX I\n",
    "Protocol\nArticle 1\n",
    "Article 1 The. ",
    "Совершено в ",
    " жасалды",
    '"Статья 1\n',
    "1. a\n2. b\n",
    "(a",
    "\n",
    " ",
    "*",
]


@pytest.mark.parametrize(
    ("line", "length"),
    [
        *((line, 250_000) for line in HOSTILE),
        *(pytest.param(line, 1_000_000, marks=pytest.mark.long) for line in HOSTILE),
    ],
)
def test_hostile_texts_take_a_time_in_proportion_to_their_length(line, length):
    text = (line * 100_000)[:length]
    started = time.process_time()
    found = split(text)
    taken = time.process_time() - started

    assert "".join(text[piece.start : piece.end] for piece in found) == text
    # A calm machine needs less than two seconds for a million; what grows with the square of the length needs minutes.
    assert taken < 8 * length / 1_000_000


#: How many articles each text has, counted by reading them. The last has numbered paragraphs instead.
COUNTED = {
    "kzby-009.kk": 7, "kzby-009.ru": 7, "kzby-012.kk": 21, "kzby-012.ru": 21, "kzby-013.ru": 12, "kzby-014.ru": 29,
    "kzby-020.kk": 8, "kzby-020.ru": 8, "kzby-027.ru": 20, "kzby-030.ru": 16, "kzby-033.kk": 3, "kzby-033.ru": 3,
    "kzby-035.ru": 14, "kzby-037.kk": 4, "kzby-037.ru": 4, "kzby-038.ru": 15, "kzby-039.ru": 12, "kzby-040.kk": 8,
    "kzby-040.ru": 8, "kzby-044.ru": 14, "kzby-046.ru": 12, "kzby-053.ru": 17, "kzby-028.ru": 9,
}  # fmt: skip


@pytest.mark.parametrize("name", COUNTED)
def test_the_texts_of_kazakhstan_and_belarus_have_their_articles(texts_folder, name):
    text = (texts_folder / f"{name}.txt").read_text(encoding="utf-8")
    found = split(text)

    assert joined(text) == text
    assert numbers(text) == [str(number) for number in range(1, COUNTED[name] + 1)]
    assert found[0].kind is PieceKind.FRONT
    assert found[0].end <= found[1].start
    assert found[-1].kind is PieceKind.CLOSING or name == "kzby-039.ru"
    assert sum(piece.kind is PieceKind.PREAMBLE for piece in found) == (name != "kzby-039.ru")


@pytest.fixture
def corpora_folder():
    """The public corpora of treaties that only development machines have."""
    folder = Path(__file__).parents[3].parent / "shared" / "corpora"
    if not folder.is_dir():
        pytest.skip("the corpora of treaties are not on this machine")
    return folder


MARKED = ("ARTICLE ", "ARTÍCULO ", "ARTICULO ")


def records(folder, name):
    with gzip.open(folder / name / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def test_the_conventions_of_the_united_nations_have_as_many_articles_as_their_source_says(corpora_folder):
    wrong = [
        (record["id"], found, record["articles"])
        for record in records(corpora_folder, "multilingual")
        if record["articles"] and (found := len(articles(record["text"]))) != record["articles"]
    ]

    assert wrong == []


def test_the_charter_is_cut_in_all_its_languages_though_it_has_no_line_breaks(corpora_folder):
    charters = [record for record in records(corpora_folder, "multilingual") if record["id"].startswith("unc-")]

    assert {record["language"]: numbers(record["text"]) for record in charters} == {
        language: [str(number) for number in range(1, 112)] for language in ("ar", "en", "es", "fr", "ru", "zh-Hans")
    }


def test_trade_agreements_have_the_articles_that_their_source_marks(corpora_folder):
    """The headings of this corpus come from mark-up, in capitals; a heading that is no article is rare."""
    marked = found = pieces = 0
    for record in records(corpora_folder, "tota"):
        text = record["text"]
        cut = split(text)
        places = {text.find(piece.label, piece.start) for piece in cut if piece.kind is PieceKind.ARTICLE}
        marked += sum(line.startswith(MARKED) for line in text.splitlines())
        found += sum(text.startswith(MARKED, place) for place in places)
        pieces += len(cut)

    assert found / marked > 0.99
    assert 40_000 < pieces < 43_000


def test_a_text_made_of_headings_has_a_bounded_number_of_pieces():
    text = "\n\n".join(f"Статья {number}\nТекст." for number in range(1, 2 * MOST_PIECES))
    pieces = split(text)
    assert pieces[0].number == "1"
    assert "".join(text[piece.start : piece.end] for piece in pieces) == text
    assert len(pieces) <= MOST_PIECES + len(text) // LONGEST_PIECE + 1
