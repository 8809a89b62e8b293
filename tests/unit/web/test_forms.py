"""What was typed becomes JSON and comes back, whatever it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from registry.web.forms import Form, digest_of, read_date, typed_over, write_date


def over(content, *pairs, parts=("titles", "signed_on", "signatures", "final_clauses", "subjects", "kind")):
    found = typed_over(content, MultiDict(pairs), parts)
    return {name: value for name, value in found.items() if value is not None}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ([("kind", " treaty ")], {"kind": "treaty"}),
        ([("kind", "  ")], {}),
        ([("signed_on", "17.01.1996")], {"signed_on": "1996-01-17"}),
        ([("signed_on", "soon")], {"signed_on": "soon"}),
        ([("subjects", "a"), ("subjects", ""), ("subjects", "b")], {"subjects": ["a", "b"]}),
        # What an item comes with is nothing by itself.
        ([("titles.0.language", "ru"), ("titles.0.status", "authentic"), ("titles.0.text", "")], {}),
        ([("titles.3.language", "ru"), ("titles.3.text", "x")], {"titles": [{"language": "ru", "text": "x"}]}),
        (
            [("final_clauses.duration.term.number", "5"), ("final_clauses.duration.term.unit", "Y")],
            {"final_clauses": {"duration": {"term": "P5Y"}}},
        ),
        (
            [("final_clauses.duration.term.number", "some"), ("final_clauses.duration.term.unit", "M")],
            {"final_clauses": {"duration": {"term": "PsomeM"}}},
        ),
        ([("final_clauses.duration.counts_from", "signature"), ("final_clauses.duration.form", "")], {}),
        # Names that no form has are not read, nor what lies too deep.
        ([("titles.0.text.a.b.c.d", "x"), ("__class__", "x"), ("unknown.field", "x"), ("Titles.0", "x")], {}),
        ([("titles", "text"), ("titles.0.text", "x")], {"titles": "text"}),
    ],
)
def test_what_is_read_of_a_form(typed, kept):
    assert over({}, *typed) == kept


def test_what_the_form_has_no_field_for_stays_and_what_was_emptied_goes():
    before = {
        "kind": "treaty",
        "signatures": [
            {"side": 1, "person": {"ru": "А", "kk": "Ә"}, "source": "s1"},
            {"side": 2, "person": {"ru": "Б"}, "certainty": "reported"},
        ],
    }
    now = over(
        before,
        ("signatures.0.side", "1"),
        ("signatures.0.person.ru", ""),
        ("signatures.1.side", "2"),
        ("signatures.1.person.ru", "В"),
    )
    assert now == {
        "kind": "treaty",
        "signatures": [{"side": "2", "person": {"ru": "В"}, "certainty": "reported"}],
    }


def test_an_item_is_removed_by_its_path_and_nothing_else_is():
    content = {"sides": [{"members": [{"party": "KAZ"}, {"party": "BLR"}]}]}

    def without(path):
        typed = MultiDict([("sides.0.members.0.party", "KAZ"), ("sides.0.members.1.party", "BLR")])
        return typed_over(content, typed, ["sides"], path)

    assert without("sides.0.members.0") == {"sides": [{"members": [{"party": "BLR"}]}]}
    for path in ("sides.0.members.7", "nowhere.0", "sides", "sides.x", "sides.0.members.-1", ""):
        assert without(path) == content


@pytest.mark.parametrize("removed", ["signatures.0", "signatures.2"])
def test_an_item_that_is_removed_takes_no_other_with_it(removed):
    typed = MultiDict([("signatures.0.side", "1"), ("signatures.0.person.ru", ""), ("signatures.1.person.ru", "Б")])
    assert typed_over({}, typed, ["signatures"], removed) == {"signatures": [{"person": {"ru": "Б"}}]}
    assert typed_over({}, typed, ["signatures"], "signatures.1") == {"signatures": None}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1.2.1996", "1996-02-01"),
        ("02.1996", "1996-02"),
        ("1996", "1996"),
        ("1996-02-01", "1996-02-01"),
        ("96", "96"),
        ("17 ноября 2026 г.", "2026-11-17"),
        ("17 November 2026", "2026-11-17"),
        ("«17» ноября 2026 года", "2026-11-17"),
        ("November 17, 2026", "2026-11-17"),
        ("2026 жылғы 17 қараша", "2026-11-17"),
        ("ноябрь 2026", "2026-11"),
        ("11/26/2026", "11/26/2026"),
        ("26/11/2026", "2026-11-26"),
        ("17 November 2026, about", "17 November 2026, about"),
        ("31.02.2026", "2026-02-31"),
        ("soon", "soon"),
        ("", ""),
    ],
)
def test_dates_are_read_as_people_write_them(typed, kept):
    assert read_date(typed) == kept
    assert read_date(write_date(kept)) == kept


@given(st.text(max_size=40))
def test_whatever_was_typed_as_a_date_or_period_stands_there_again(typed):
    text = typed.replace("\r\n", "\n").strip()
    shown = Form(over({}, ("signed_on", typed))).value("signed_on")
    assert read_date(shown) == read_date(text)
    period = over({}, ("final_clauses.duration.term.number", typed), ("final_clauses.duration.term.unit", ""))
    assert Form(period).value("final_clauses.duration.term.number") in (text, text[1:-1])


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["titles", "text", "ru", "0", "x"]), inner),
        max_leaves=12,
    )
)
def test_content_of_any_shape_is_shown_and_typed_over(value):
    content = {"titles": value}
    form = Form(content)
    form.value("titles.0.text")
    form.values("titles")
    assert form.count("titles", 1) >= 1
    kept = over(content, ("titles.0.text", "typed"))
    assert kept["titles"][0]["text"] == "typed"
    assert digest_of(content, ["titles"]) == digest_of(dict(content), ["titles"])
