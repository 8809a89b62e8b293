"""What is different between two versions of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.documents.differences import Edit, compare, differences
from registry.documents.models import Article


def shown(before, after):
    signs = {Edit.SAME: "{}", Edit.DELETED: "[-{}-]", Edit.INSERTED: "[+{}+]"}
    return "".join(signs[item.edit].format(item.text) for item in differences(before, after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Стороны сотрудничают.", "Стороны сотрудничают.", "Стороны сотрудничают."),
        ("за 30 дней", "за 60 дней", "за [-30 -][+60 +]дней"),
        ("в силу.", "в силу, если", "в силу[-.-][+, если+]"),
        # A comma more is a comma, not a word.
        ("законы правила", "законы, правила", "законы[+, +]правила"),
        # Spaces and line breaks are no differences.
        ("one  two\nthree", "one two three", "one two three"),
        # What is the same by chance between two changes is marked with them.
        (
            "обмен опытом и знаниями в год",
            "передача технологий и оборудования в год",
            "[-обмен опытом и знаниями -][+передача технологий и оборудования +]в год",
        ),
        ("", "new", "[+new+]"),
        ("old", "", "[-old-]"),
        ("", "", ""),
    ],
)
def test_words_put_in_and_taken_out_are_marked(before, after, expected):
    assert shown(before, after) == expected


TEXTS = st.text(st.sampled_from("ab .,\n"), max_size=40)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_their_differences(before, after):
    found = differences(before, after)
    old = "".join(item.text for item in found if item.edit != Edit.INSERTED)
    new = "".join(item.text for item in found if item.edit != Edit.DELETED)
    assert "".join(old.split()) == "".join(before.split())
    assert "".join(new.split()) == "".join(after.split())


def test_texts_without_anything_in_common_are_compared_in_bounded_time():
    before = " ".join(f"a{number}" for number in range(200_000))
    after = " ".join(f"b{number}" for number in range(200_000))
    assert [item.edit for item in differences(before, after)] == [Edit.DELETED, Edit.INSERTED]
    assert {item.edit for item in differences(before.replace(" ", "\n"), after)} == {Edit.DELETED, Edit.INSERTED}


def article(number, text):
    return Article(
        kind="article",
        number=number,
        anchor=f"article-{number}",
        label=f"Article {number}",
        heading="",
        text=f"Article {number}\n{text}",
    )


def test_articles_are_compared_with_their_counterparts():
    before = [article("1", "One."), article("2", "Two."), article("3", "Three.")]
    after = [article("1", "One."), article("3", "Three and more."), article("4", "Four.")]
    found = [
        (item.before and item.before.number, item.after and item.after.number, item.is_same)
        for item in compare(before, after)
    ]
    assert found == [("1", "1", True), ("2", None, False), ("3", "3", False), (None, "4", False)]
