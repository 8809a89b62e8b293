"""Terms, renewals and the last day for notice."""

from __future__ import annotations

from datetime import date

import pytest

from registry.lifecycle.deadlines import last_day_for_notice, next_expiry
from tests.unit.lifecycle.lives import FIVE_FIVE, FOREVER, IN_FORCE, act, life

RENEWING = life("2000-01-01", IN_FORCE, duration=FIVE_FIVE, notice=("P6M", "before_end_of_term"))


@pytest.mark.parametrize(
    ("day", "first", "last", "renewals"),
    [
        ("2000-06-01", "2000-06-01", "2005-05-31", 0),
        ("2005-05-31", "2000-06-01", "2005-05-31", 0),
        ("2005-06-01", "2005-06-01", "2010-05-31", 1),
        ("2026-11-24", "2025-06-01", "2030-05-31", 5),
    ],
)
def test_a_renewed_term_rolls_to_the_day_that_is_asked_about(day, first, last, renewals):
    term = next_expiry(RENEWING, date.fromisoformat(day))
    assert (str(term.first_day), str(term.last_day), term.renewals, term.renews) == (first, last, renewals, True)


def test_a_term_that_begins_on_the_last_day_of_february_does_not_drift():
    leap = life(
        "2000-01-01",
        act("entry_into_force", "2000-02-29"),
        duration=("tacit_renewal", {"term": "P1Y", "renewal": "P1Y"}),
    )
    assert [str(next_expiry(leap, date(year, 6, 1)).last_day) for year in (2000, 2001, 2002, 2003)] == [
        "2001-02-27",
        "2002-02-27",
        "2003-02-27",
        "2004-02-28",
    ]


def test_the_last_renewal_ends_it():
    once = life("2000-01-01", IN_FORCE, duration=("tacit_renewal", {"term": "P5Y", "renewal": "P2Y", "renewals": 1}))
    assert next_expiry(once, date(2001, 1, 1)).renews
    assert not next_expiry(once, date(2006, 1, 1)).renews
    assert str(next_expiry(once, date(2006, 1, 1)).last_day) == "2007-05-31"
    assert next_expiry(once, date(2007, 6, 1)) is None


@pytest.mark.parametrize(
    ("case", "day", "notice_by", "last"),
    [
        (RENEWING, "2004-11-30", "2004-11-30", "2005-05-31"),
        (RENEWING, "2004-12-01", "2009-11-30", "2010-05-31"),
        (
            life("2000-01-01", IN_FORCE, duration=FIVE_FIVE, notice=("P1Y", "before_end_of_term")),
            "2003-01-01",
            "2004-05-31",
            "2005-05-31",
        ),
        (
            life("2000-01-01", IN_FORCE, duration=FOREVER, notice=("P6M", "before_end_of_calendar_year")),
            "2008-06-30",
            "2008-06-30",
            "2008-12-31",
        ),
        (
            life("2000-01-01", IN_FORCE, duration=FOREVER, notice=("P6M", "before_end_of_calendar_year")),
            "2008-07-01",
            "2009-06-30",
            "2009-12-31",
        ),
        (
            life("2000-01-01", IN_FORCE, duration=FOREVER, notice=("P6M", "before_end_of_calendar_year", "P5Y")),
            "2001-01-01",
            "2005-06-30",
            "2005-12-31",
        ),
    ],
)
def test_the_last_day_for_notice_rolls_when_it_has_passed(case, day, notice_by, last):
    deadline = last_day_for_notice(case, date.fromisoformat(day))
    assert (str(deadline.notice_by), str(deadline.last_day_in_force)) == (notice_by, last)


@pytest.mark.parametrize(
    "case",
    [
        life("2000-01-01", IN_FORCE, duration=FOREVER, notice=("P6M", "from_receipt")),
        life("2000-01-01", IN_FORCE, duration=FOREVER),
        life("2000-01-01", duration=FIVE_FIVE, notice=("P6M", "before_end_of_term")),
        life("2000-01-01", act("entry_into_force", "2000"), duration=FIVE_FIVE, notice=("P6M", "before_end_of_term")),
        life(
            "2000-01-01",
            IN_FORCE,
            act("termination", effective_on="2001-01-01"),
            duration=FIVE_FIVE,
            notice=("P6M", "before_end_of_term"),
        ),
    ],
    ids=["counts from receipt", "no clause", "entry not known", "entry partial", "ended"],
)
def test_no_last_day_where_none_can_be_reckoned(case):
    assert last_day_for_notice(case, date(2003, 1, 1)) is None
