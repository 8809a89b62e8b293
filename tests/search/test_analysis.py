"""Words become terms the same way wherever and whenever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from registry.search.words.analysis import _stems, exact_form, fold_form, stem_form, stem_forms, words


@pytest.mark.parametrize(
    ("typed", "exact"),
    [
        ("Cоглашение", "соглашение"),
        ("ПОДЪЁМ", "подъем"),
        ("со\u00adгла\u200bшение", "соглашение"),
        ("Yкiметi", "укіметі"),
        ("Тreaty", "treaty"),
        ("аб’ява", "аб'ява"),
        ("№", "no"),
        ("и\u0306", "й"),
    ],
)
def test_the_exact_form_folds_case_invisible_signs_and_wrong_alphabets(typed, exact):
    assert exact_form(typed) == exact


def test_words_keep_their_places():
    text = "Торгово-экономическое (BLR-1996-003)"
    found = list(words(text))
    assert [word.text for word in found] == ["торгово", "экономическое", "blr", "1996", "003"]
    assert [text[word.start : word.end] for word in found] == ["Торгово", "экономическое", "BLR", "1996", "003"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("соглашение", "соглашениями"),
        ("подъем", "подъема"),
        ("объем", "объемом"),
        ("agreements", "agreement"),
        ("взаимопонимании", "взаимопонимание"),
    ],
)
def test_forms_of_a_word_have_one_stem(one, other):
    assert stem_form(one) == stem_form(other)


def test_kazakh_words_are_stemmed_and_folded():
    assert stem_form("келісімнің") == "келісім"
    assert fold_form("келісімнің") == "келисимнин"


def _uncached(word):
    return _stems.__wrapped__(word, "en" if word.isascii() else "ru")


def test_many_threads_get_the_same_stems():
    several = [
        f"{word}{ending}"
        for word in ("соглашени", "налогообложени", "agreement", "cooperation", "ratificat")
        for ending in ("е", "я", "ями", "s", "ion")
    ]
    alone = [_uncached(word) for word in several]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda _: [_uncached(word) for word in several], range(200)))
    assert all(found == alone for found in together)


@pytest.mark.parametrize("word", ["я\U00017000", "суд\U00018b00", "\U00017000я"])
def test_a_word_with_letters_that_have_no_name_is_its_own_stem(word):
    assert stem_forms(word, "ru") == (word,)
