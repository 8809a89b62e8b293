"""Which articles a protocol amends. What is expected of real protocols was judged by reading them."""

from __future__ import annotations

import pytest

from registry.documents.amendments import amended_articles
from tests.helpers.corpora import corpora_folder, rows

#: (order, what it amends). Those with a source are the words of a real protocol; the others show how its kind of
#: order is put in the other languages.
ORDERS = [
    # kzby-037, Art. 1 and 2, and the Kazakh text.
    ("Пункт 1 статьи 6 Соглашения изложить в следующей редакции:\n\n«1. Перевозки…».", [("6", "changed", "agreement")]),
    (
        "Пункт 2 Статьи 11 Соглашения изложить в следующей редакции: «2. Разрешение по статье 3 исключить не требуется.».",
        [("11", "changed", "agreement")],
    ),
    ("Келісімнің 6-бабының 1-тармағы мынадай редакцияда жазылсын:", [("6", "changed", "agreement")]),
    # kzby-037, Art. 3: another instrument, which has points and no articles.
    (
        (
            "В Исполнительный протокол о правилах применения Соглашения от 19 января 2004 года внести следующие "
            "изменения:\n\nподпункт а) пункта 3 исключить;\n\nв пункте 7 слова «в статье 5» исключить."
        ),
        [],
    ),
    # kzby-044, Art. 2(3), 7(2), 10, 11.
    ("3. Пункт 2 статьи 3 Соглашения дополнить предложением следующего содержания:", [("3", "changed", "agreement")]),
    ("2. Статью 13 Соглашения дополнить пунктом 5 следующего содержания:", [("13", "changed", "agreement")]),
    ('Статью 20 Соглашения изложить в следующей редакции:\n"Статья 20 Студенты', [("20", "replaced", "agreement")]),
    (
        'Дополнить Соглашение статьей 20-1 следующего содержания:\n\n"Статья 20-1\n\nПрофессора',
        [("20-1", "inserted", "agreement")],
    ),
    # ru-nts-009, an exchange of notes.
    (
        (
            '1. В Протоколе:\n3) в Статьях 2, 4, 6 и 7 слова "и экспедиции" исключить;\n'
            '2. В Соглашении:\n3) в абзаце первом Статьи 7 слова "и экспедиции" исключить;'
        ),
        [(number, "changed", "protocol") for number in ("2", "4", "6", "7")] + [("7", "changed", "agreement")],
    ),
    # nl-BWBV0002152, Art. II(1) and III; nl-BWBV0003661; nl-BWBV0006223, an exchange of notes.
    (
        "1. In Article 1 of the Convention, the following shall be added as new paragraph 1 bis:",
        [("1", "changed", "convention")],
    ),
    (
        "Article 10 of the Agreement is amended by deleting the second paragraph thereof",
        [("10", "changed", "agreement")],
    ),
    (
        (
            "I have further the honour to propose that, following discussions, the boundary set out in Article 2 shall be "
            "expressed on WGS84 Datum and that accordingly the text in the English language of Article 1, paragraph 1, of "
            "the Agreement shall be replaced by the following:"
        ),
        [("1", "changed", "agreement")],
    ),
    # Put in other words, and in other languages.
    ("Статью 7 Договора исключить.", [("7", "deleted", "treaty")]),
    ("Статьи 13 – 15 исключить;", [(number, "deleted", None) for number in ("13", "15", "14")]),
    ("Статью 8 признать утратившей силу.", [("8", "deleted", None)]),
    ("Статьи 9 и 10 считать соответственно статьями 10 и 11.", [("9", "renumbered", None), ("10", "renumbered", None)]),
    ("После статьи 5 дополнить новой статьей 5-1 следующего содержания:", [("5-1", "inserted", None)]),
    (
        "Дополнить Соглашение новой статьей следующего содержания:\n«Статья 6-1\nСтороны …».",
        [("6-1", "inserted", "agreement")],
    ),
    ("В статье 7:\nа) в пункте 1 слова «три» заменить словом «пять»;", [("7", "changed", None)]),
    ("Статья 5 излагается в следующей редакции:", [("5", "replaced", None)]),
    ("20-бап мынадай редакцияда жазылсын:", [("20", "replaced", None)]),
    ("Келісім мынадай мазмұндағы 20-1-баппен толықтырылсын:", [("20-1", "inserted", "agreement")]),
    ("7-баптың 2-тармағындағы «а» деген сөздер «б» деген сөздермен ауыстырылсын;", [("7", "changed", None)]),
    ("5-бап алып тасталсын.", [("5", "deleted", None)]),
    ("Пункт 1 артыкула 6 Пагаднення выкласці ў наступнай рэдакцыі:", [("6", "changed", "agreement")]),
    ("Дапоўніць Пагадненне артыкулам 5-1 наступнага зместу:", [("5-1", "inserted", "agreement")]),
    ("Артыкул 9 выключыць.", [("9", "deleted", None)]),
    ("Article 5 of the Agreement shall be deleted and replaced by the following:", [("5", "replaced", "agreement")]),
    ("Article XII is hereby deleted.", [("12", "deleted", None)]),
    ("Paragraph 2 of Article 7 shall read as follows:", [("7", "changed", None)]),
    ('In Article 7(2), the words "one" shall be replaced by "two".', [("7", "changed", None)]),
    ("After Article 26 of the Convention a new Article 26A shall be added:", [("26a", "inserted", "convention")]),
    ("The following new Article shall be inserted after Article 5:\n“Article 5bis\n", [("5bis", "inserted", None)]),
    # No orders.
    ("Стороны могут исключить применение статьи 5 настоящего Протокола.", []),
    ("В случае изменений, предусмотренных статьей 19 Соглашения, Стороны вносят дополнения.", []),
    ("Статья 4 настоящего Протокола исключается из уведомления.", []),
    ("«Статью 7 исключить».", []),
    ("The policies referred to in Article I may be amended.", []),
    ("The text of Article 7 of Directive 77/799/EEC shall be replaced by the text of the said Article.", []),
    ("Осы Хаттаманың 4-бабы алып тасталсын.", []),
]


def judged(text):
    return [(item.number, str(item.change), item.instrument) for item in amended_articles(text)]


@pytest.mark.parametrize(("order", "expected"), ORDERS)
def test_an_order_amends_what_it_names(order, expected):
    assert judged(order) == expected


def test_a_passage_is_quoted_with_its_place():
    text = "Статья 1\n\nСтатью  7 Соглашения\tисключить; статью 8 изложить в новой редакции.\n"
    found = amended_articles(text)
    assert [item.passage for item in found] == ["Статью 7 Соглашения исключить;", "статью 8 изложить в новой редакции."]
    assert text[found[0].start :].startswith("Статью  7")


def test_a_long_text_takes_time_in_proportion():
    # Every line looks like the beginning of an order, and of a quotation that does not end.
    text = "в статье 5 слова «" + "в пункте 1 " * 100 + "\n"
    assert amended_articles(text * 2_000) == []


#: The articles that each whole protocol amends, by reading it: kzby-037 Art. 1–2, kzby-044 Art. 1–12.
PROTOCOLS = {
    "kzby-037.ru": {"6": "changed", "11": "changed"},
    "kzby-037.kk": {"6": "changed", "11": "changed"},
    "kzby-044.ru": {
        **dict.fromkeys(("2", "3", "4", "5", "11", "12", "13", "14", "15"), "changed"),
        "20": "replaced",
        "20-1": "inserted",
        "26": "replaced",
    },
}


def test_whole_protocols_are_read_as_a_lawyer_reads_them_and_nothing_else_is(texts_folder):
    found = {
        path.name.removesuffix(".txt"): {item.number: str(item.change) for item in amended_articles(path.read_text())}
        for path in texts_folder.glob("*.txt")
    }
    assert {name: articles for name, articles in found.items() if articles} == PROTOCOLS


@pytest.mark.corpora
def test_of_treaties_of_the_world_only_those_that_amend_are_found():
    if corpora_folder() is None:
        pytest.skip("the corpora are not on this machine")
    found = {
        row["id"]: sorted({item.number for item in amended_articles(row["text"])})
        for folder, language in (("ru-agreements", "ru"), ("nl-treaties", "en"))
        for row in rows(folder)
        if row["language"] == language
    }
    assert {key: numbers for key, numbers in found.items() if numbers} == {
        "ru-nts-009": ["1", "2", "3", "4", "5", "6", "7", "8"],
        # A dissenting opinion of a state, annexed to the agreement, asks for a paragraph to be deleted.
        "ru-nts-025": ["7"],
        "nl-BWBV0002152": ["1", "5"],
        "nl-BWBV0003661": ["10"],
        "nl-BWBV0006223": ["1"],
    }
