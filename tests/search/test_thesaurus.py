"""Words of one language find records of another, and the answer says what was added."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from registry.search.highlight import Highlighter
from registry.search.query_language.grammar import parse
from registry.search.query_language.thesaurus import expand
from registry.search.query_language.tree import read_as
from registry.search.words.analysis import words
from tests.search.conftest import record


def test_words_of_one_language_find_records_of_another(index, library):
    library.put(record(50, "Дорожная карта развития"), record(51, "Жол картасы"))
    hits = index.search(parse("road map"))
    assert set(hits.keys) == {50, 51}
    assert "дорожная карта" in hits.also
    assert index.search(parse("road map"), expanded=False).keys == []


def test_ones_own_words_come_first(index, library):
    library.put(record(50, "Дорожная карта"), record(51, "Roadmap"))
    assert index.search(parse("roadmap")).keys == [51, 50]
    assert index.search(parse("дорожной картой")).keys == [50, 51]


def test_the_longest_term_wins():
    node, also = expand(parse("double taxation"))
    assert "двойное налогообложение" in also
    assert "(double AND taxation) OR" in read_as(node)


@pytest.mark.parametrize("text", ['"road map"', "roadmap*", "title:roadmap", "NOT roadmap слово", "марсиане"])
def test_what_is_meant_as_it_stands_is_not_widened(text):
    node = parse(text)
    assert expand(node) == (node, [])


def test_other_words_of_the_query_still_have_to_match(index, library):
    library.put(record(50, "Дорожная карта развития промышленности"), record(51, "Дорожная карта образования"))
    assert index.search(parse("roadmap образования")).keys == [51]
    assert 51 not in index.search(parse("roadmap -образования")).keys


def test_highlights_mark_what_was_added():
    node, _ = expand(parse("roadmap"))
    marked = [item.text for item in Highlighter(node).segments("Новая дорожная карта") if item.is_match]
    assert marked == ["дорожная", "карта"]


def test_every_concept_has_a_term_in_every_language_and_each_is_a_word():
    content = json.loads((files("registry") / "data" / "thesaurus.json").read_text(encoding="utf-8"))
    for concept in content["terms"]:
        assert set(concept) == {"en", "ru", "kk", "be"}
        assert all(list(words(term)) for terms in concept.values() for term in terms)
