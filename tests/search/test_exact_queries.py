"""What the query language finds, beyond words: values, exclusions, times, numbers with a star, long texts."""

from __future__ import annotations

import pytest

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
