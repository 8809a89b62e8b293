"""Words that stand together in an article, or are its heading, bring it and its agreement to the front."""

from __future__ import annotations

import pytest

from registry.core.access import ANYBODY
from registry.search.engine.fields import ArticleText
from registry.search.query_language.grammar import parse
from tests.search.conftest import record

SCATTERED = (
    "Постоянно проживающие граждане имеют право на учёбу. Они могут быть приняты в любое другое место, а также в "
    "медицинское учреждение."
)
CLOSE = "Прибыль облагается налогом через постоянные и иные учреждения этого же предприятия на территории Сторон."
TOGETHER = "Прибыль облагается налогом, если предприятие имеет постоянное учреждение в другом государстве Сторон."


def article(key, number, text, heading="", language="ru"):
    return ArticleText(key, number, heading, text, language, "public")


@pytest.fixture
def texts(index, library):
    heading = "Постоянное учреждение"
    library.put(
        record(30, "Соглашение о гражданах", articles=[article(301, "1", SCATTERED)]),
        record(31, "Соглашение о доходах", articles=[article(311, "1", CLOSE)]),
        record(32, "Соглашение о прибыли", articles=[article(321, "1", TOGETHER)]),
        record(
            33,
            "Соглашение об имуществе",
            articles=[
                article(331, "4", f"Резидент. {TOGETHER}", "Резидент"),
                article(332, "5", f"{heading}. Этот термин означает место деятельности.", heading),
            ],
        ),
    )
    return index


def ranked(index, text):
    return index.search(parse(text), ANYBODY).keys


@pytest.mark.parametrize("text", ["постоянное учреждение", "Постоянного учреждения", "permanent establishment"])
def test_the_nearer_the_words_the_higher_and_the_heading_highest(texts, text):
    assert ranked(texts, text)[:4] == [33, 32, 31, 30]
    assert texts.search(parse(text), ANYBODY).answer.ranking.best_articles([33], 2)[33] == [332, 331]


def test_small_words_between_them_part_no_words(index, library):
    library.put(
        record(40, "Соглашение А", articles=[article(401, "1", "Оно о порядке вступления его в новую силу Сторон.")]),
        record(41, "Соглашение Б", articles=[article(411, "1", "Оно о порядке вступления в силу и о Сторонах его.")]),
    )
    assert ranked(index, "вступление в силу")[:2] == [41, 40]


def test_the_explanation_says_what_standing_together_gave(texts):
    node = parse("постоянное учреждение")
    score = texts.search(node, ANYBODY).answer.ranking.score_of(32)
    near, _ = texts.explain(node, 32, ANYBODY)
    far, _ = texts.explain(node, 30, ANYBODY)
    assert near.together > far.together == 0
    assert near.score == pytest.approx(score, abs=0.01)


def test_what_is_excluded_or_has_open_letters_gives_no_bonus(texts):
    assert 32 in ranked(texts, "постоян* учреждение -роялти")
    parts, _ = texts.explain(parse("постоян* учреждение -роялти"), 32, ANYBODY)
    assert parts.together == 0


def test_articles_in_the_language_of_the_query_are_shown_first(index, library):
    words = "миграция тіркеу регистрация"
    library.put(
        record(50, "Миграция", articles=[article(501, "1", words, language="kk"), article(502, "1", words)]),
    )
    shown = lambda text: index.search(parse(text), ANYBODY).answer.ranking.best_articles([50], 2)[50]  # noqa: E731
    assert shown("миграция") == [502, 501]
    assert shown("тіркеу миграция") == [501, 502]
