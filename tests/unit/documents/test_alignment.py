"""Which pieces of two texts belong together."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.documents.alignment import aligned, aligned_paragraphs
from registry.documents.splitting import split


@dataclass(frozen=True)
class Piece:
    kind: str
    number: str | None
    anchor: str


def piece(anchor):
    """Make «article-5», «annex-1», «annex-article-2», «preamble» into pieces as the splitter names them."""
    kind, _, number = anchor.removeprefix("annex-").rpartition("-") if "article" in anchor else anchor.partition("-")
    return Piece(kind if "article" not in anchor else "article", number or None, anchor)


def pairs(left, right):
    found = aligned([piece(name) for name in left.split()], [piece(name) for name in right.split()])
    return " ".join(
        f"{pair.left.anchor if pair.left else ''}={pair.right.anchor if pair.right else ''}" for pair in found
    )


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("", "", ""),
        (
            "preamble article-1 closing",
            "preamble article-1 closing",
            "preamble=preamble article-1=article-1 closing=closing",
        ),
        # An article that was put in, and one that is missing.
        (
            "article-5 article-5-1 article-6",
            "article-5 article-6",
            "article-5=article-5 article-5-1= article-6=article-6",
        ),
        ("article-1 article-3", "article-1 article-2 article-3", "article-1=article-1 =article-2 article-3=article-3"),
        # Two different ones at the same place are no pair.
        ("article-1 article-2", "article-1 article-7", "article-1=article-1 article-2= =article-7"),
        # An annex counts its own articles; when one text lacks the body's last article, the annex's is not taken for it.
        (
            "article-1 article-2 annex-1 annex-article-1 annex-article-2",
            "article-1 annex-1 annex-article-1 annex-article-2",
            "article-1=article-1 article-2= annex-1=annex-1 annex-article-1=annex-article-1 annex-article-2=annex-article-2",
        ),
        # An annex whose heading was not seen in one text: its articles are known by their numbers.
        (
            "article-2 annex-1 annex-article-1",
            "article-2 article-1",
            "article-2=article-2 annex-1= annex-article-1=article-1",
        ),
        # Only one has a preamble.
        ("article-1", "preamble article-1", "=preamble article-1=article-1"),
    ],
)
def test_pieces_are_paired_by_their_names_and_numbers(left, right, expected):
    assert pairs(left, right) == expected


PIECES = st.lists(
    st.builds(
        lambda kind, number, annex: Piece(kind, number, f"{annex}{kind}-{number}"),
        st.sampled_from(["preamble", "article", "annex", "closing"]),
        st.sampled_from([None, "1", "2", "3", "3-1", "4"]),
        st.sampled_from(["", "annex-"]),
    ),
    max_size=12,
)


@given(PIECES, PIECES)
def test_nothing_is_lost_nothing_comes_twice_and_both_orders_are_kept(left, right):
    found = aligned(left, right)
    assert [pair.left for pair in found if pair.left] == left
    assert [pair.right for pair in found if pair.right] == right
    assert all(pair.left or pair.right for pair in found)
    assert all(
        (pair.left.kind, pair.left.number) == (pair.right.kind, pair.right.number)
        for pair in found
        if pair.left and pair.right
    )


@given(PIECES)
def test_a_text_is_aligned_with_itself(pieces):
    assert [(pair.left, pair.right) for pair in aligned(pieces, pieces)] == [(item, item) for item in pieces]


@given(PIECES, PIECES)
def test_no_more_could_be_paired_in_order(left, right):
    """The weights of all pairs add up to the most that any choice gives, found by trying in the schoolbook way."""

    def weight(one, other):
        if (one.kind, one.number) != (other.kind, other.number):
            return None
        return 4 if one.anchor == other.anchor else 1 if one.number is None else 2

    table = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i, one in enumerate(left):
        for j, other in enumerate(right):
            table[i + 1][j + 1] = max(table[i][j + 1], table[i + 1][j], table[i][j] + (weight(one, other) or 0))
    assert sum(weight(p.left, p.right) for p in aligned(left, right) if p.left and p.right) == table[-1][-1]


@pytest.mark.parametrize(
    ("left", "right", "count"),
    [
        ("1. One.\n2. Two.", "1. Раз.\n2. Два.", 2),
        # Letters of two alphabets, with the same numbers around them.
        ("1. One:\na) a;\nb) b.", "1. Раз:\nа) а;\nб) б.", 3),
        # One more line below a number: paired by the numbers.
        ("1. One.\nmore\n2. Two.", "1. Раз.\n2. Два.", 2),
        ("Intro\n1. One.\n2. Two.", "Введение\nещё\n1. Раз.\n2. Два.", 3),
        # The numbers do not agree: whole articles.
        ("1. One.\n3. Three.", "1. Раз.\n2. Два.", 1),
        ("1. One.\n2. Two.", "Раз.\n1. Два.", 1),
        ("", "Раз", 1),
    ],
)
def test_paragraphs_are_paired_where_their_numbers_agree(left, right, count):
    found = aligned_paragraphs(left, right)
    assert len(found) == count
    assert " ".join(" ".join(one for one, _ in found).split()) == " ".join(left.split())
    assert " ".join(" ".join(other for _, other in found).split()) == " ".join(right.split())


def test_a_long_text_is_aligned_quickly():
    # Ten thousand pieces of the same name on both sides, and ten thousand of different ones.
    same = [Piece("article", "1", "article-1")] * 300
    many = [Piece("article", str(number), f"article-{number}") for number in range(10_000)]
    found = aligned([*many, *same], [*same, *many[5_000:]])
    assert sum(pair.left is not None and pair.right is not None for pair in found) == 5_001


def test_two_languages_of_real_agreements_are_aligned_article_by_article(texts_folder):
    for path in texts_folder.glob("*.kk.txt"):
        kazakh = split(path.read_text())
        russian = split(path.with_name(path.name.replace(".kk.", ".ru.")).read_text())
        assert [piece.anchor for piece in kazakh] == [piece.anchor for piece in russian]
        assert all(pair.left and pair.right for pair in aligned(kazakh, russian))
