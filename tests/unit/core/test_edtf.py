"""Partial dates: what is accepted, what is refused and how the refusal reads, and the edges of what a date can mean."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.core.edtf import InvalidDateError, PartialDate, is_certainly_before, is_possibly_before


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "precision", "exact"),
    [
        ("2000", "2000-01-01", "2000-12-31", "year", False),
        ("1000", "1000-01-01", "1000-12-31", "year", False),
        ("2999", "2999-01-01", "2999-12-31", "year", False),
        ("2000-02", "2000-02-01", "2000-02-29", "month", False),
        ("1900-02", "1900-02-01", "1900-02-28", "month", False),
        ("2001-04", "2001-04-01", "2001-04-30", "month", False),
        ("2001-12", "2001-12-01", "2001-12-31", "month", False),
        ("2000-02-29", "2000-02-29", "2000-02-29", "day", True),
        ("2999-12-31", "2999-12-31", "2999-12-31", "day", True),
    ],
    ids=[
        "a year",
        "the first year",
        "the last year",
        "February of a leap year",
        "February of a century that is no leap year",
        "a month of thirty days",
        "December",
        "the leap day",
        "the last day",
    ],
)
def test_a_date_spans_the_days_that_it_can_mean(text, earliest, latest, precision, exact):
    value = PartialDate.parse(text)
    assert (value.earliest, value.latest) == (date.fromisoformat(earliest), date.fromisoformat(latest))
    assert (value.precision, value.is_exact, value.year) == (precision, exact, int(text[:4]))
    assert str(value) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "“” is not a date; write YYYY, YYYY-MM or YYYY-MM-DD."),
        ("96", "“96” is not a date; write YYYY, YYYY-MM or YYYY-MM-DD."),
        ("17.01.1996", "“17.01.1996” is not a date; write YYYY, YYYY-MM or YYYY-MM-DD."),
        ("1996-1-7", "“1996-1-7” is not a date; write YYYY, YYYY-MM or YYYY-MM-DD."),
        ("1996-01-17\n", "“1996-01-17\n” is not a date; write YYYY, YYYY-MM or YYYY-MM-DD."),
        ("19960117", "“19960117” is not a date; write YYYY, YYYY-MM or YYYY-MM-DD."),
        ("1996?", "“1996?” is not a date; write YYYY, YYYY-MM or YYYY-MM-DD."),
        ("１９９６", "“１９９６” is not a date; write YYYY, YYYY-MM or YYYY-MM-DD."),
        ("9" * 90, f"“{'9' * 40}” is not a date; write YYYY, YYYY-MM or YYYY-MM-DD."),
        ("0999", "0999: the year must lie between 1000 and 2999."),
        ("3000-01-01", "3000-01-01: the year must lie between 1000 and 2999."),
        ("1996-00", "1996-00: month 0 does not exist."),
        ("1996-13-01", "1996-13-01: month 13 does not exist."),
        ("1996-01-00", "1996-01-00: that month has no day 0."),
        ("1996-04-31", "1996-04-31: that month has no day 31."),
        ("1900-02-29", "1900-02-29: that month has no day 29."),
    ],
    ids=[
        "nothing",
        "two digits",
        "the usual form of the country",
        "digits left out",
        "a line break after it",
        "no hyphens",
        "EDTF level 1",
        "wide digits",
        "a long text is cut",
        "year too small",
        "year too great",
        "month nought",
        "month thirteen",
        "day nought",
        "31 April",
        "29 February of a common year",
    ],
)
def test_what_is_not_a_date_is_refused_and_the_refusal_says_what_to_write(text, message):
    with pytest.raises(InvalidDateError) as caught:
        PartialDate.parse(text)
    assert str(caught.value) == message
    assert caught.value.template % caught.value.params == message


@pytest.mark.parametrize(
    ("first", "second", "certainly", "possibly"),
    [
        ("1996-01-16", "1996-01-17", True, True),
        ("1996-01-17", "1996-01-17", False, False),
        ("1996-01-18", "1996-01-17", False, False),
        ("1995", "1996", True, True),
        ("1996", "1996", False, True),
        ("1996", "1996-01-01", False, False),
        ("1996", "1996-12-31", False, True),
        ("1996-05", "1996-06", True, True),
        ("1996-12-31", "1996", False, False),
        ("1996-12-30", "1996", False, True),
        ("1996", "1995", False, False),
    ],
    ids=[
        "the day before",
        "the same day",
        "the day after",
        "the year before",
        "the same year",
        "a year and its first day",
        "a year and its last day",
        "the month before",
        "the last day and its year",
        "the last day but one and its year",
        "the year after",
    ],
)
def test_order_is_certain_or_possible(first, second, certainly, possibly):
    pair = PartialDate.parse(first), PartialDate.parse(second)
    assert (is_certainly_before(*pair), is_possibly_before(*pair)) == (certainly, possibly)


def test_equality_is_that_of_the_text_and_there_is_no_order():
    assert PartialDate.parse("1996") == PartialDate("1996")
    assert PartialDate.parse("1996") != PartialDate.parse("1996-01")
    assert len({PartialDate("1996"), PartialDate("1996")}) == 1
    with pytest.raises(TypeError):
        PartialDate("1996") < PartialDate("1997")  # noqa: B015


def test_a_date_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        PartialDate.parse("1996").text = "1997"


PARTIAL = st.dates(date(1000, 1, 1), date(2999, 12, 31)).flatmap(
    lambda day: st.sampled_from([str(day), str(day)[:7], str(day)[:4]]).map(PartialDate.parse)
)


@given(PARTIAL, PARTIAL)
def test_what_is_certain_is_possible_and_never_holds_both_ways(first, second):
    if is_certainly_before(first, second):
        assert is_possibly_before(first, second)
        assert not is_possibly_before(second, first)


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused(text):
    try:
        value = PartialDate.parse(text)
    except InvalidDateError as error:
        assert str(error)
    else:
        assert value.text == text
        assert value.earliest <= value.latest
