"""Periods by the calendar: how they are read and written, where they end, and what the ends of months do to them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.core.durations import Period, last_day_of_term
from registry.core.edtf import InvalidDateError


def day(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "parts", "written"),
    [
        ("P5Y", (5, 0, 0), "P5Y"),
        ("P6M", (0, 6, 0), "P6M"),
        ("P30D", (0, 0, 30), "P30D"),
        ("P1Y6M", (1, 6, 0), "P1Y6M"),
        ("P1Y2M3D", (1, 2, 3), "P1Y2M3D"),
        ("P05Y", (5, 0, 0), "P5Y"),
        ("P0Y6M", (0, 6, 0), "P6M"),
        ("P18M", (0, 18, 0), "P18M"),
        ("P999Y9999M99999D", (999, 9999, 99999), "P999Y9999M99999D"),
    ],
    ids=[
        "years",
        "months",
        "days",
        "years and months",
        "all three",
        "leading nought",
        "a part of nothing is left out",
        "eighteen months stay eighteen months",
        "the longest",
    ],
)
def test_a_period_is_read_and_written(text, parts, written):
    period = Period.parse(text)
    assert (period.years, period.months, period.days) == parts
    assert str(period) == written
    assert Period.parse(written) == period


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is not a period"),
        ("P", "is not a period"),
        ("5Y", "is not a period"),
        ("P5", "is not a period"),
        ("P1.5Y", "is not a period"),
        ("P-5Y", "is not a period"),
        ("P2W", "is not a period"),
        ("PT5H", "is not a period"),
        ("P6M1Y", "is not a period"),
        ("P1000Y", "is not a period"),
        ("P5Y ", "is not a period"),
        ("P٥Y", "is not a period"),
        ("P0Y", "longer than nothing"),
        ("P0Y0M0D", "longer than nothing"),
    ],
    ids=[
        "nothing",
        "P alone",
        "without P",
        "without a unit",
        "a fraction",
        "negative",
        "weeks",
        "hours",
        "months before years",
        "four digits of years",
        "a space after it",
        "other digits",
        "no years",
        "nothing of everything",
    ],
)
def test_what_is_not_a_period_is_refused(text, reason):
    with pytest.raises(InvalidDateError, match=reason) as caught:
        Period.parse(text)
    assert isinstance(caught.value, ValueError)
    assert caught.value.template % caught.value.params == str(caught.value)


@pytest.mark.parametrize(
    ("start", "period", "after"),
    [
        ("2001-01-31", "P1M", "2001-02-28"),
        ("2000-01-31", "P1M", "2000-02-29"),
        ("2001-01-31", "P2M", "2001-03-31"),
        ("2001-08-31", "P6M", "2002-02-28"),
        ("2000-02-29", "P1Y", "2001-02-28"),
        ("2000-02-29", "P4Y", "2004-02-29"),
        ("1896-02-29", "P4Y", "1900-02-28"),
        ("2000-12-31", "P1D", "2001-01-01"),
        ("1998-07-01", "P30D", "1998-07-31"),
        ("2000-01-31", "P1M1D", "2000-03-01"),
        ("2000-11-15", "P18M", "2002-05-15"),
    ],
    ids=[
        "a month after 31 January is the last of February",
        "… of a leap year",
        "two months after 31 January are not two shortened ones",
        "half a year from 31 August",
        "a year from the leap day",
        "four years from the leap day",
        "four years from the leap day to a century",
        "over the end of the year",
        "thirty days are not a month",
        "months are counted before days",
        "eighteen months",
    ],
)
def test_a_period_is_counted_by_the_calendar(start, period, after):
    assert Period.parse(period).after(day(start)) == day(after)


@pytest.mark.parametrize(
    ("end", "period", "before"),
    [
        ("2005-05-31", "P6M", "2004-11-30"),
        ("2005-08-31", "P6M", "2005-02-28"),
        ("2004-08-31", "P6M", "2004-02-29"),
        ("2003-07-30", "P6M", "2003-01-30"),
        ("2004-02-29", "P1Y", "2003-02-28"),
        ("2005-01-01", "P1D", "2004-12-31"),
        ("2005-12-31", "P90D", "2005-10-02"),
    ],
    ids=[
        "from a 31st to a 30th",
        "to the end of February",
        "… of a leap year",
        "to the same day",
        "from the leap day",
        "over the start of the year",
        "days are days",
    ],
)
def test_a_period_is_counted_back_by_the_calendar(end, period, before):
    assert Period.parse(period).before(day(end)) == day(before)


@pytest.mark.parametrize(
    ("start", "term", "last"),
    [
        ("1998-07-31", "P5Y", "2003-07-30"),
        ("2000-01-01", "P1Y", "2000-12-31"),
        ("2000-02-29", "P1Y", "2001-02-27"),
        ("2000-03-01", "P1Y", "2001-02-28"),
        ("2003-03-01", "P1Y", "2004-02-29"),
        ("2001-01-31", "P1M", "2001-02-27"),
        ("2001-05-10", "P1D", "2001-05-10"),
        ("2001-05-10", "P30D", "2001-06-08"),
    ],
    ids=[
        "five years from a 31st",
        "a calendar year",
        "a year from the leap day",
        "a year from 1 March",
        "a year to the leap day",
        "a month from 31 January",
        "a single day",
        "thirty days",
    ],
)
def test_a_term_takes_in_its_first_day_and_is_full_on_the_eve(start, term, last):
    assert last_day_of_term(day(start), Period.parse(term)) == day(last)


@pytest.mark.parametrize("period", [Period(years=9000), Period(months=120_000), Period(days=4_000_000)], ids=str)
def test_beyond_the_calendar_stands_its_last_or_first_day(period):
    start = date(2000, 1, 1)
    assert period.after(start) == date.max
    assert period.before(start) == date.min
    assert last_day_of_term(start, period) == date.max


def test_a_period_many_times_over_is_counted_in_one_step():
    start = date(2000, 1, 31)
    step_by_step = start
    for _ in range(12):
        step_by_step = Period(months=1).after(step_by_step)
    assert Period(months=1).times(12).after(start) == date(2001, 1, 31)
    assert step_by_step == date(2001, 1, 29), "month by month it would drift"
    assert Period(1, 2, 3).times(3) == Period(3, 6, 9)


PERIODS = st.builds(Period, st.integers(0, 99), st.integers(0, 120), st.integers(1, 400))
DAYS = st.dates(date(1000, 1, 1), date(2999, 12, 31))


@given(PERIODS)
def test_every_period_is_read_as_it_was_written(period):
    assert Period.parse(str(period)) == period


@given(DAYS, PERIODS)
def test_a_term_is_followed_by_the_day_after_the_period(start, period):
    last = last_day_of_term(start, period)
    assert start <= last < period.after(start)
    assert last + timedelta(days=1) == period.after(start)
    assert period.before(start) < start


@given(DAYS, DAYS, PERIODS)
def test_who_begins_earlier_does_not_end_later(first, second, period):
    earlier, later = sorted((first, second))
    assert period.after(earlier) <= period.after(later)
