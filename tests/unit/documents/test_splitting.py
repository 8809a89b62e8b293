"""The text of a treaty is cut at its own articles, and at nothing that only speaks of articles."""

from __future__ import annotations

import pytest

from registry.documents.splitting import PieceKind, split
from tests.helpers.splitting import BODY, anchors, articles, numbers, treaty, words

HEADINGS = [
    # Russian, Kazakh and Belarusian texts of the collections of law.
    ("Статья 5", "5", "Статья 5", ""),
    (
        "Статья 7 Прибыль от предпринимательской деятельности",
        "7",
        "Статья 7",
        "Прибыль от предпринимательской деятельности",
    ),
    ("Статья 20-1", "20-1", "Статья 20-1", ""),
    ("Статья 5.1. Термины", "5.1", "Статья 5.1", "Термины"),
    ("СТАТЬЯ V", "5", "СТАТЬЯ V", ""),
    ("СТАТЬЯ ІІ", "2", "СТАТЬЯ ІІ", ""),
    ("Статья 1 бис", "1bis", "Статья 1 бис", ""),
    ("Статья первая", "1", "Статья первая", ""),
    ("Статья № 3", "3", "Статья № 3", ""),
    ("Статья N 3", "3", "Статья N 3", ""),
    ("1-статья", "1", "1-статья", ""),
    ("Статья11", "11", "Статья11", ""),
    ("5-бап", "5", "5-бап", ""),
    ("5 - бап", "5", "5 - бап", ""),
    ("5-БАП", "5", "5-БАП", ""),
    ("5 бап", "5", "5 бап", ""),
    ("5-бап. Роялти", "5", "5-бап", "Роялти"),
    ("Артыкул 5", "5", "Артыкул 5", ""),
    # English: the collections of the United Nations, of trade agreements, of treaties with Native nations.
    ("Article 5", "5", "Article 5", ""),
    ("ARTICLE V", "5", "ARTICLE V", ""),
    ("Article 5.", "5", "Article 5", ""),
    ("Article 5: Scope", "5", "Article 5", "Scope"),
    ("ARTICLE 3.01 Definitions", "3.01", "ARTICLE 3.01", "Definitions"),
    ("ARTICLE XIII.1 The Free Trade Commission", "13.1", "ARTICLE XIII.1", "The Free Trade Commission"),
    ("ARTICLE N.1 Coverage", "N.1", "ARTICLE N.1", "Coverage"),
    ("ARTICLE N-01 Coverage", "N-01", "ARTICLE N-01", "Coverage"),
    ("ARTICLE G-01 Scope And Coverage", "G-01", "ARTICLE G-01", "Scope And Coverage"),
    ("ARTICLE 1002 Waiver Of Customs Duties", "1002", "ARTICLE 1002", "Waiver Of Customs Duties"),
    ("ARTICLE - 1 Definitions", "1", "ARTICLE - 1", "Definitions"),
    ("ARTICLE FIRST", "1", "ARTICLE FIRST", ""),
    ("ARTICLE TWENTY-THREE Infrastructure Integration", "23", "ARTICLE TWENTY-THREE", "Infrastructure Integration"),
    ("ARTICLE 4TH.", "4", "ARTICLE 4TH", ""),
    ("Article 2d.", "2", "Article 2d", ""),
    ("Article 5 bis", "5bis", "Article 5 bis", ""),
    ("Article 17A", "17a", "Article 17A", ""),
    ("Article l4", "14", "Article l4", ""),
    ("ARTICLE 2. In consideration of the lands the United States agree to pay.", "2", "ARTICLE 2", ""),
    # German, French, Dutch, Spanish.
    ("Art. 35 Inkrafttreten", "35", "Art. 35", "Inkrafttreten"),
    ("3 Art. 1 Zweck", "1", "Art. 1", "Zweck"),
    ("Art. 4*a*", "4a", "Art. 4a", ""),
    ("Art. 105 c Veröffentlichung der Patentschrift", "105c", "Art. 105 c", "Veröffentlichung der Patentschrift"),
    ("Art. XXVIIIbis Zollverhandlungen", "28bis", "Art. XXVIIIbis", "Zollverhandlungen"),
    ("Art. 13–15", "13–15", "Art. 13–15", ""),
    ("Art. 6 WTO-Übereinkommen über die Landwirtschaft", "6", "Art. 6", "WTO-Übereinkommen über die Landwirtschaft"),
    ("Artikel 5", "5", "Artikel 5", ""),
    ("Artikel 10 (bis)", "10bis", "Artikel 10 (bis)", ""),
    ("Artikel twee", "2", "Artikel twee", ""),
    ("Article premier", "1", "Article premier", ""),
    ("Article 1er", "1", "Article 1er", ""),
    ("Article VIII – Bis", "8bis", "Article VIII – Bis", ""),
    ("Artículo 5", "5", "Artículo 5", ""),
    ("ARTÍCULO 3-01 Definiciones.", "3-01", "ARTÍCULO 3-01", "Definiciones."),
    # The other languages of the Charter of the United Nations.
    ("第一百一十條", "110", "第一百一十條", ""),
    ("第十五之二條", "15-2", "第十五之二條", ""),
    ("المادة 43", "43", "المادة 43", ""),
    # Letters of the other script that look alike.
    ("Cтатья 3", "3", "Cтатья 3", ""),
    ("Стaтья 3. Нaлоги", "3", "Стaтья 3", "Нaлоги"),
    ("CTATЬЯ V", "5", "CTATЬЯ V", ""),
    ("Стaтья пepвая", "1", "Стaтья пepвая", ""),
    ("3-бaп", "3", "3-бaп", ""),
    ("Apтыкул 3", "3", "Apтыкул 3", ""),
    ("Аrticle 3", "3", "Аrticle 3", ""),
    # Markdown, as downloaded texts have it.
    ("## Article 5. Scope", "5", "Article 5", "Scope"),
    ("**Статья 5**", "5", "Статья 5", ""),
]


@pytest.mark.parametrize(("line", "number", "label", "heading"), HEADINGS)
def test_a_heading_is_read(line, number, label, heading):
    text = f"The Parties have agreed as follows:\n\n{line}{BODY}"
    found = articles(text)

    assert [(piece.number, piece.label, piece.heading) for piece in found] == [(number, label, heading)]
    assert text[found[0].start :].startswith(line)


REFERENCES = [
    "in accordance with\nArticle 9 of this Agreement",
    "Article 9 shall apply to goods in transit",
    "Article 9, paragraph 2, shall apply",
    "Article III:2 of GATT 1994 applies",
    "the provisions of\nArticle 9\nof this Agreement",
    "Artikel 9 Absatz 4 der Verordnung wird gestrichen",
    "Artikel XI GATT 1994 wird zum Bestandteil erklärt",
    "Artikel 9 der Verwaltungsvereinbarung gilt",
    "Artikel 71–76 sollen gelten",
    "Art. 2 bis 6 gelten entsprechend",
    "предусмотренных\nстатьей 9",
    "Статья 9 Соглашения применяется",
    "Стaтья 9 Coглашения применяется",
    "Статья 9 исключена из перечня обязательств Сторон",
    "Article 9 is deleted.",
    "Статью 9 Соглашения изложить в следующей редакции:",
    '"Статья 9 Студенты или стажеры',
    "«Статья 9",
    "9-баптың 1-тармағында көзделген құжат",
    "第九條所指之人員，不得拘留。",
    "Articles of agreement made and concluded at the city of Washington",
    "Article of a treaty made at Leech Lake",
]


@pytest.mark.parametrize("words_of_article", REFERENCES)
def test_what_refers_to_an_article_is_no_heading(words_of_article):
    text = treaty("Article 1", "Article 2") + words_of_article + "\n\n" + treaty("Article 3")

    assert numbers(text) == ["1", "2", "3"]


@pytest.mark.parametrize(
    "line",
    [
        "Статья 3 исключена.", "Статья 3. (Исключена)", "Статья 3 – исключена", "Статья 3 утратила силу", "3-бап алып тасталды",
        "Статья 3 исключена Протоколом от 1 мая 2001 г.", "Статья 3 утратила силу (Протокол 2001 г.)", "Артыкул 3 выключаны",
        "Article 3 [deleted]", "Article 3 deleted.", "Art. 3 aufgehoben", "Article 3 abrogé", "Artikel 3 vervallen",
    ],
)  # fmt: skip
def test_an_article_that_was_taken_out_keeps_its_number(line):
    text = treaty("Article 1", "Article 2") + line + "\n\n" + treaty("Article 4")

    assert numbers(text) == ["1", "2", "3", "4"]
    assert words(text, "article-3") == line + "\n\n"


def test_an_article_that_an_amendment_takes_out_of_another_treaty_is_no_article_where_its_own_comes():
    text = treaty("Статья 1") + "Статья 2 исключена.\n\n" + treaty("Статья 2", "Статья 3")

    assert numbers(text) == ["1", "2", "3"]
    assert words(text, "article-1").endswith("Статья 2 исключена.\n\n")


ANNEXES = [
    ("Приложение № 1\nк Соглашению между Правительством", "annex-1", "Приложение № 1"),
    ("Приложение N 1\nк Соглашению между Правительством", "annex-1", "Приложение N 1"),
    ("Приложение N 1", "annex-1", "Приложение N 1"),
    ("Приложение N 1 к Соглашению между Сторонами", "annex-1", "Приложение N 1"),
    ("ПРИЛОЖЕНИЕ №1\nк настоящему Соглашению", "annex-1", "ПРИЛОЖЕНИЕ №1"),
    ("Пpилoжение № 1 к\nСоглашению", "annex-1", "Пpилoжение № 1"),
    ("Приложение\nк Протоколу о порядке", "annex", "Приложение"),
    ("№ 1 қосымша", "annex-1", "№ 1 қосымша"),
    ("N 1 қосымша", "annex-1", "N 1 қосымша"),
    ("№ 1-қосымша", "annex-1", "№ 1-қосымша"),
    ("1-қосымша", "annex-1", "1-қосымша"),
    ("Дадатак № 1\nда Пагаднення", "annex-1", "Дадатак № 1"),
    ("Додаток № 1\nдо Угоди", "annex-1", "Додаток № 1"),
    ("ANNEX N", "annex-n", "ANNEX N"),
]


@pytest.mark.parametrize("closing", ["", "Совершено в г. Минске 17 января 1996 года.\n\nЗа Правительство\n\n"])
@pytest.mark.parametrize(("heading", "anchor", "label"), ANNEXES)
def test_an_annex_is_a_piece(heading, anchor, label, closing):
    annex = heading + "\n\nПЕРЕЧЕНЬ\n\nТовары.\n"
    text = treaty("Статья 1", "Статья 2") + closing + annex
    found = split(text)

    assert [piece.anchor for piece in found] == ["article-1", "article-2", *(["closing"] if closing else []), anchor]
    assert (found[-1].kind, found[-1].label) == (PieceKind.ANNEX, label)
    assert text[found[-1].start :] == annex


def test_annexes_that_are_counted_have_their_own_articles():
    text = treaty(
        "Статья 1", "Статья 2", "Приложение № 1\nк Соглашению\n\nСтатья 1", "Статья 2", "Приложение № 2\nк Соглашению"
    )

    assert anchors(text) == [
        "article-1", "article-2", "annex-1", "annex-1-article-1", "annex-1-article-2", "annex-2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "sentence",
    [
        "The goods that are listed in\nAnnex 1\nto this Agreement are free.\n",
        "Перечень, который содержит\nПриложение № 1\nи который изменяют Стороны.\n",
        "Приложение № 1 является неотъемлемой частью Соглашения.\n",
    ],
)
def test_what_refers_to_an_annex_is_no_annex(sentence):
    assert anchors(treaty("Статья 1", "Статья 2") + sentence) == ["article-1", "article-2"]


SEQUENCES = [
    ("inserted articles", ["Статья 5", "Статья 5-1", "Статья 5-2", "Статья 6"], ["5", "5-1", "5-2", "6"]),
    ("chapters in the numbers", ["ARTICLE 1.1", "ARTICLE 1.2", "ARTICLE 2.1"], ["1.1", "1.2", "2.1"]),
    ("a number left out", ["Article 1", "Article 2", "Article 5", "Article 6"], ["1", "2", "5", "6"]),
    ("an article of another treaty", ["Article 1", "Article 2", "Article 9", "Article 3"], ["1", "2", "3"]),
    ("a quoted Article 1", ["Article 1", "Article 2", "Article 1", "Article 3"], ["1", "2", "3"]),
    ("a misread number", ["Article 28", "Article 39", "Article 30"], ["28", "39", "30"]),
    ("a repeated number for the next", ["Article 9", "Article 9", "Article 11"], ["9", "9", "11"]),
    ("a span of repealed articles", ["Art. 12", "Art. 13–15", "Art. 16"], ["12", "13–15", "16"]),
    ("references in capitals' style", [*(f"ARTICLE {i}" for i in range(1, 7)), "Article 3"], [*"123456"]),
]  # fmt: skip


@pytest.mark.parametrize(("_what", "headings", "expected"), SEQUENCES, ids=[row[0] for row in SEQUENCES])
def test_the_sequence_decides(_what, headings, expected):
    assert numbers(treaty(*headings)) == expected


def test_a_count_begins_anew_in_an_annex():
    text = treaty("Article 1", "Article 2", "ANNEX II\n\nRULES OF ORIGIN\n\nArticle 1", "Article 2")
    found = split(text)

    assert anchors(text) == ["article-1", "article-2", "annex-2", "annex-2-article-1", "annex-2-article-2"]
    assert [piece.part for piece in found] == ["", "", "", "ANNEX II", "ANNEX II"]
    assert (found[2].kind, found[2].number, found[2].label) == (PieceKind.ANNEX, "2", "ANNEX II")


def test_a_count_begins_anew_in_a_protocol_of_the_same_file():
    text = (
        treaty("Art. 1", "Art. 2")
        + "Geschehen zu Bern am 15. Juni 2010.\n\nProtokoll\n\nBei der Unterzeichnung wird vereinbart:\n\n"
        + treaty("Art. 1", "Art. 2")
        + "Geschehen zu Bern am 15. Juni 2010.\n"
    )

    assert anchors(text) == [
        "article-1", "article-2", "closing",
        "protocol", "protocol-article-1", "protocol-article-2", "protocol-closing",
    ]  # fmt: skip


def test_two_languages_of_one_file_have_their_own_articles():
    text = (
        "The Kingdom and the Republic,\n\nHave agreed as follows:\n\n"
        + treaty("Article 1", "Article 2")
        + "DONE at Oslo on 1 May 1990.\n\nVerdrag tussen het Koninkrijk en de Republiek\n\n"
        + "Het Koninkrijk en de Republiek,\n\nZijn overeengekomen:\n\n"
        + treaty("Artikel 1", "Artikel 2")
    )

    assert anchors(text) == [
        "preamble", "article-1", "article-2", "closing",
        "front", "preamble-b", "article-1-b", "article-2-b",
    ]  # fmt: skip


def test_a_table_of_contents_is_no_article():
    contents = "CONTENTS\n\nArticle 1 Scope ........ 2\nArticle 2 Terms ........ 3\nArticle 3 Aims ........ 4\n\n"
    text = (
        contents + "The Parties,\n\nHave agreed:\n\n" + treaty("Article 1 Scope", "Article 2 Terms", "Article 3 Aims")
    )

    assert numbers(text) == ["1", "2", "3"]
    assert "........" not in "".join(words(text, f"article-{number}") for number in "123")


def test_repealed_articles_without_words_stay_articles():
    assert numbers("Art. 1\n\nArt. 2\n\nArt. 3\n\nArt. 4\n\nDie Kosten trägt der ersuchende Staat.\n") == [*"1234"]


def test_an_agreement_that_is_quoted_as_a_whole_has_its_articles():
    text = "“ARTICLE I. The Indians cede their lands.\n\n“ARTICLE II. The United States agree to pay.\n"

    assert numbers(text) == ["1", "2"]


def test_a_title_on_the_line_below_the_label_is_the_heading():
    text = "Artikel 1\n\nBegripsomschrijvingen\n\nVoor de toepassing van dit Verdrag:\n\nArtikel 2\n\nDe Partijen werken samen.\n"

    assert [piece.heading for piece in articles(text)] == ["Begripsomschrijvingen", ""]


@pytest.mark.parametrize(
    "body",
    [
        "\n\nThe Parties shall cooperate.\n",
        "\nwithin the limits of their\nlaws and regulations.\n",
        "\nThe Delaware tribe hereby cede to the\nUnited States all their lands.\n",
        "\n1. Each Party\n2. Both Parties\n",
    ],
)
def test_the_first_words_of_an_article_are_no_heading(body):
    assert [piece.heading for piece in articles(f"Article 1{body}\nArticle 2{body}")] == ["", ""]


CHAPTERS = [
    ("Глава II. Налоги\n\nСтатья 1", "Глава II. Налоги"),
    ("Глава II\n\nНалоги\n\nСтатья 1", "Глава II. Налоги"),
    ("РАЗДЕЛ I. Общие положения\nСтатья 1", "РАЗДЕЛ I. Общие положения"),
    ("2-бөлiм. Жалпы ережелер\n\n1-бап", "2-бөлiм. Жалпы ережелер"),
    ("CHAPTER TWENTY ONE Dispute Settlement\n\nARTICLE 21.1", "CHAPTER TWENTY ONE Dispute Settlement"),
    ("Kapitel 1 Allgemeine Bestimmungen\n\nArt. 1 Name", "Kapitel 1 Allgemeine Bestimmungen"),
    ("Erster Teil Grundlagen\n\nArt. 1", "Erster Teil Grundlagen"),
    ("PART II\nSection 1. General\nArticle 1", "PART II / Section 1. General"),
    ("Глaвa II. Налоги\n\nСтатья 1", "Глaвa II. Налоги"),
]


@pytest.mark.parametrize(("headings", "part"), CHAPTERS)
def test_the_headings_of_chapters_belong_to_the_article_below(headings, part):
    text = f"The Parties have agreed as follows:\n\n{headings}{BODY}"
    (article,) = articles(text)

    assert article.part == part
    assert text[article.start :].startswith(headings)


def test_a_chapter_holds_until_the_next_of_its_level():
    text = (
        "PART I\n\nCHAPTER 1\n\n" + treaty("Article 1", "Article 2")
        + "CHAPTER 2\n\n" + treaty("Article 3")
        + "PART II\n\n" + treaty("Article 4")
    )  # fmt: skip

    assert [piece.part for piece in articles(text)] == [
        "PART I / CHAPTER 1",
        "PART I / CHAPTER 1",
        "PART I / CHAPTER 2",
        "PART II",
    ]


def test_what_stands_before_the_text_is_front():
    text = (
        "# source: a collection of laws; not the certified copy\n\n"
        "О ратификации Соглашения между Республикой Казахстан и Республикой Беларусь\n\n"
        "Ратифицировать Соглашение, подписанное 17 января 1996 г. в Минске.\n\n"
        "Президент Республики Казахстан\n\n"
        "Примечание. Текст международного Соглашения не является официальным.\n\n"
        "приложение\n\n"
        "Соглашение между Республикой Казахстан и Республикой Беларусь\n\n"
        "(Бюллетень международных договоров РК, 1999 г., N 4, ст. 79) (Вступило в силу 31 июля 1998 года)\n\n"
        "Республика Казахстан и Республика Беларусь, именуемые в дальнейшем Сторонами,\n\n"
        "согласились о нижеследующем:\n\n"
        "Статья 1\n\nСтороны сотрудничают.\n\n"
        "Совершено в Минске 17 января 1996 г. в двух экземплярах.\n"
    )

    assert anchors(text) == ["front", "preamble", "article-1", "closing"]
    assert words(text, "preamble").startswith("Республика Казахстан и Республика Беларусь, именуемые")


def test_a_ratification_law_with_articles_is_front():
    law = "ЗАКОН\n\nСтатья 1\n\nРатифицировать Соглашение.\n\n"
    text = law + "СОГЛАШЕНИЕ\n\nСтороны,\n\nсогласились:\n\n" + treaty("Статья 1", "Статья 2")

    assert numbers(text) == ["1", "2"]
    assert "Ратифицировать" in words(text, "front")
