"""Partial dates and periods."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.core.durations import Period, last_day_of_term
from registry.core.edtf import InvalidDateError, PartialDate, is_certainly_before, is_possibly_before


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("1996", "1996-01-01", "1996-12-31", "year"),
        ("1996-02", "1996-02-01", "1996-02-29", "month"),
        ("1997-02", "1997-02-01", "1997-02-28", "month"),
        ("1996-01-17", "1996-01-17", "1996-01-17", "day"),
    ],
)
def test_a_partial_date_means_a_span_of_days_and_keeps_its_text(text, first, last, precision):
    value = PartialDate.parse(text)
    assert (str(value), value.earliest.isoformat(), value.latest.isoformat(), value.precision) == (
        text,
        first,
        last,
        precision,
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "96",
        "1996-1",
        "1996-13",
        "1996-00",
        "1996-02-30",
        "1997-02-29",
        "0999",
        "3000",
        "1996/01",
        "1996-01-17T00",
        " 1996",
        "١٩٩٦",
    ],
)
def test_what_is_not_a_date_is_refused_with_a_reason(text):
    with pytest.raises(InvalidDateError) as caught:
        PartialDate.parse(text)
    assert str(caught.value)


@given(st.dates(date(1000, 1, 1), date(2999, 12, 31)))
def test_every_day_can_be_written_and_read(day):
    value = PartialDate.from_date(day)
    assert PartialDate.parse(str(value)) == value
    assert value.earliest == value.latest == day
    for text in (str(day)[:4], str(day)[:7]):
        assert PartialDate.parse(text).earliest <= day <= PartialDate.parse(text).latest


def test_partial_dates_are_compared_by_what_they_can_mean():
    year, month, day = (PartialDate.parse(text) for text in ("1996", "1996-06", "1996-07-01"))
    assert is_certainly_before(month, day)
    assert not is_certainly_before(year, day)
    assert is_possibly_before(year, day)
    assert is_possibly_before(day, year)
    assert not is_possibly_before(day, month)


@pytest.mark.parametrize("text", ["P5Y", "P6M", "P30D", "P1Y6M", "P49Y", "P1Y2M3D"])
def test_a_period_is_read_and_written(text):
    assert str(Period.parse(text)) == text


@pytest.mark.parametrize("text", ["", "P", "5Y", "P0Y", "PT5H", "P-5Y", "P5W", "p5y"])
def test_what_is_not_a_period_is_refused(text):
    with pytest.raises(ValueError, match=r"period"):
        Period.parse(text)


@pytest.mark.parametrize(
    ("start", "term", "last"),
    [
        ("1998-07-31", "P5Y", "2003-07-30"),
        ("1996-02-29", "P1Y", "1997-02-27"),
        ("1996-02-29", "P4Y", "2000-02-28"),
        ("2024-01-31", "P1M", "2024-02-28"),
        ("2013-05-14", "P49Y", "2062-05-13"),
    ],
)
def test_a_term_is_full_on_the_eve_of_the_same_day(start, term, last):
    assert last_day_of_term(date.fromisoformat(start), Period.parse(term)).isoformat() == last


def test_a_period_beyond_the_calendar_ends_with_it():
    assert Period(years=9000).after(date(2000, 1, 1)) == date.max
    assert Period(years=9000).before(date(2000, 1, 1)) == date.min
