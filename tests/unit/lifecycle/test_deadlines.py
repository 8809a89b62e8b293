"""Terms, renewals and the last day for notice."""

from __future__ import annotations

from datetime import date

import pytest

from registry.core.durations import Period, last_day_of_term
from registry.core.edtf import PartialDate
from registry.lifecycle.deadlines import last_day_for_notice, next_expiry
from registry.lifecycle.endings import end_by_notice
from registry.lifecycle.rules import status_on, status_periods
from registry.lifecycle.terms import period_on
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


def from_day(entry, term, renewal, notice=None, **more):
    """Make a life that renews itself from the day of its entry."""
    details = {"term": term, "renewal": renewal, **more}
    return life("1990-01-01", act("entry_into_force", entry), duration=("tacit_renewal", details), notice=notice)


@pytest.mark.parametrize(
    ("entry", "term", "renewal", "first_days"),
    [
        ("2001-01-31", "P1M", "P1M", ["2001-01-31", "2001-02-28", "2001-03-31", "2001-04-30", "2001-05-31"]),
        ("2000-08-31", "P6M", "P6M", ["2000-08-31", "2001-02-28", "2001-08-31", "2002-02-28", "2002-08-31"]),
        ("1998-07-31", "P5Y", "P5Y", ["1998-07-31", "2003-07-31", "2008-07-31", "2013-07-31"]),
        ("2000-02-29", "P1Y", "P1Y", ["2000-02-29", "2001-02-28", "2002-02-28", "2003-02-28", "2004-02-29"]),
        ("2000-02-29", "P5Y", "P3Y", ["2000-02-29", "2005-02-28", "2008-02-29", "2011-02-28"]),
        ("2001-01-31", "P1Y", "P1M", ["2001-01-31", "2002-01-31", "2002-02-28", "2002-03-31"]),
        ("2001-12-31", "P30D", "P30D", ["2001-12-31", "2002-01-30", "2002-03-01", "2002-03-31"]),
    ],
    ids=[
        "monthly from a 31st",
        "half-yearly from 31 August",
        "five years from a 31st",
        "yearly from the leap day",
        "five years and then three from the leap day",
        "a year, and then by the month",
        "by days",
    ],
)
def test_renewals_do_not_drift_and_leave_no_day_out(entry, term, renewal, first_days):
    case = from_day(entry, term, renewal)
    days = [date.fromisoformat(text) for text in first_days]
    for number, first in enumerate(days):
        period = next_expiry(case, first)
        assert (period.first_day, period.renewals, period.renews) == (first, number, True)
        if number:
            eve = next_expiry(case, date.fromordinal(first.toordinal() - 1))
            assert (eve.last_day.toordinal() + 1, eve.renewals) == (first.toordinal(), number - 1)


def test_no_term_before_its_first_day():
    case = from_day("2001-01-31", "P1Y", "P1Y")
    assert period_on(case, date(2001, 1, 30)) is None
    assert period_on(case, date(2001, 1, 31)).renewals == 0


@pytest.mark.parametrize(
    ("renewals", "day", "expected"),
    [
        (1, "2002-06-01", ("2002-12-31", 0, True)),
        (1, "2003-01-01", ("2003-12-31", 1, False)),
        (1, "2004-01-01", None),
        (3, "2005-12-31", ("2005-12-31", 3, False)),
        (3, "2006-01-01", None),
        (None, "2099-12-31", ("2099-12-31", 97, True)),
    ],
    ids=["first term of one renewal", "the only renewal", "after it", "the third of three", "after three", "no limit"],
)
def test_a_term_renews_as_often_as_the_clause_allows(renewals, day, expected):
    case = from_day("2001-01-01", "P2Y", "P1Y", renewals=renewals)
    term = next_expiry(case, date.fromisoformat(day))
    assert (term and (str(term.last_day), term.renewals, term.renews)) == expected


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (life("2000-01-01", IN_FORCE, duration=("fixed", {"term": "P5Y"})), ("2000-06-01", "2005-05-31")),
        (life("2000-01-01", IN_FORCE, duration=("fixed", {"term": "P5Y", "counts_from": "signature"})), ("2000-01-01", "2004-12-31")),
        (life("2000-01-01", IN_FORCE, duration=("fixed", {"ends_on": "2004-12-31"})), (None, "2004-12-31")),
        (life("2000-01-01", IN_FORCE, duration=("fixed", {"ends_on": "2004"})), None),
        (life("2000-01", IN_FORCE, duration=("fixed", {"term": "P5Y", "counts_from": "signature"})), None),
        (life("2000-01-01", IN_FORCE, duration=FOREVER), None),
        (life("2000-01-01", IN_FORCE), None),
        (life("2000-01-01", duration=("fixed", {"term": "P5Y"})), None),
        (life("2000-01-01", IN_FORCE, act("suspension", "2002-01-01"), duration=("fixed", {"term": "P5Y"})), None),
    ],
    ids=["from entry", "from signature", "to a day", "to a year", "from a month", "indefinite", "duration not seen",
         "entry not known", "suspended on that day"],
)  # fmt: skip
def test_the_next_expiry_is_a_day_or_nothing(case, expected):
    term = next_expiry(case, date(2003, 1, 1))
    assert (term and (term.first_day and str(term.first_day), str(term.last_day))) == expected
    assert term is None or not term.renews


@pytest.mark.parametrize(
    ("notice", "given", "without_effect_from"),
    [
        (("P6M", "from_receipt"), "2003-03-15", "2003-09-15"),
        (("P6M", "from_receipt"), "2003-08-31", "2004-02-29"),
        (("P90D", "from_sending"), "2003-03-15", "2003-06-13"),
        (("P6M", "from_receipt", "P5Y"), "2003-03-15", "2005-12-01"),
        (("P6M", "before_end_of_term"), "2004-11-30", "2005-06-01"),
        (("P6M", "before_end_of_term"), "2004-12-01", "2010-06-01"),
        (("P6Y", "before_end_of_term"), "2003-01-01", "2010-06-01"),
        (("P6M", "before_end_of_term", "P5Y"), "2003-01-01", "2010-06-01"),
        (("P3M", "before_end_of_calendar_year"), "2003-09-30", "2004-01-01"),
        (("P3M", "before_end_of_calendar_year"), "2003-10-01", "2005-01-01"),
        (("P18M", "before_end_of_calendar_year"), "2003-07-01", "2006-01-01"),
        (("P6M", "from_receipt"), "2003-03", None),
        (("P6M", "from_receipt"), None, None),
    ],
    ids=["from receipt", "from receipt to the leap day", "from sending, in days", "received before it may be given",
         "in time for the term", "a day too late rolls to the next", "a notice longer than the term",
         "not before five years", "in time for the year", "a day too late for the year",
         "a notice longer than the year", "given in a month", "not dated"],
)  # fmt: skip
def test_a_notice_takes_effect_as_its_clause_counts(notice, given, without_effect_from):
    case = life("2000-01-01", IN_FORCE, duration=FIVE_FIVE, notice=notice)
    ends = end_by_notice(case, PartialDate.parse(given) if given else None)
    assert (ends and str(ends)) == without_effect_from


@pytest.mark.parametrize(
    ("notice", "day", "expected"),
    [
        (("P6M", "before_end_of_term"), "2003-01-31", ("2008-07-30", "2008-01-30")),
        (("P6M", "before_end_of_term"), "2003-01-30", ("2003-07-30", "2003-01-30")),
        (("P6Y", "before_end_of_term"), "2000-01-01", ("2008-07-30", "2002-07-30")),
        (("P6M", "before_end_of_term", "P7Y"), "2000-01-01", ("2008-07-30", "2008-01-30")),
        (("P6M", "before_end_of_calendar_year", "P1Y"), "1998-08-01", ("2000-12-31", "2000-06-30")),
        (("P1Y", "before_end_of_calendar_year"), "2004-03-01", ("2005-12-31", "2004-12-31")),
    ],
    ids=["passed: the next term", "the last day itself", "longer than the term", "not before seven years",
         "not before a year, and too late for that one", "a year before the end of the year"],
)  # fmt: skip
def test_the_last_day_for_notice_and_the_notice_given_on_it_agree(notice, day, expected):
    case = from_day("1998-07-31", "P5Y", "P5Y", notice)
    deadline = last_day_for_notice(case, date.fromisoformat(day))
    assert (str(deadline.last_day_in_force), str(deadline.notice_by)) == expected
    ends = end_by_notice(case, PartialDate.from_date(deadline.notice_by))
    assert ends.toordinal() == deadline.last_day_in_force.toordinal() + 1
    late = date.fromordinal(deadline.notice_by.toordinal() + 1)
    assert end_by_notice(case, PartialDate.from_date(late)) > ends


@pytest.mark.parametrize("renewals", [0, 1, 6, 40])
def test_the_count_from_the_first_day_is_the_count_of_the_whole(renewals):
    start = date(2000, 2, 29)
    case = from_day("2000-02-29", "P1Y", "P1Y")
    last = last_day_of_term(start, Period(years=1 + renewals))
    assert (period_on(case, last).last_day, period_on(case, last).renewals) == (last, renewals)


NOTICED = act("denunciation", "2004-11-01")


def test_an_extended_term_does_not_end_before_the_day_that_is_asked_about():
    extension = act("extension", "2004-01-01", until="2010-12-31")
    case = life("2000-01-01", IN_FORCE, extension, duration=("fixed", {"ends_on": "2004-12-31"}))
    assert next_expiry(case, date(2006, 1, 1)).last_day == date(2010, 12, 31)


def test_an_extended_term_of_some_length_ends_with_its_extension():
    extension = act("extension", "2004-01-01", until="2010-12-31")
    case = life("2000-01-01", IN_FORCE, extension, duration=("fixed", {"term": "P5Y"}))
    assert next_expiry(case, date(2006, 1, 1)).last_day == date(2010, 12, 31)


def test_a_term_that_was_denounced_does_not_renew():
    case = life("2000-01-01", IN_FORCE, NOTICED, duration=FIVE_FIVE, notice=("P6M", "before_end_of_term"))
    assert not next_expiry(case, date(2004, 12, 15)).renews


@pytest.mark.parametrize(
    ("case", "day"),
    [
        (life("2000-01-01", IN_FORCE, NOTICED, duration=FIVE_FIVE, notice=("P6M", "before_end_of_term")), "2004-12-15"),
        (
            life("2000-01-01", IN_FORCE, duration=("fixed", {"term": "P5Y"}), notice=("P6M", "before_end_of_calendar_year")),
            "2005-01-01",
        ),
    ],
    ids=["denounced already", "a fixed term that ends within the year"],
)  # fmt: skip
def test_no_deadline_lies_beyond_the_end(case, day):
    deadline = last_day_for_notice(case, date.fromisoformat(day))
    assert deadline is None or status_on(status_periods(case), deadline.last_day_in_force).status == "in_force"


def test_an_agreement_that_was_extended_can_be_left_at_its_new_end():
    extension = act("extension", "2004-01-01", until="2010-12-31")
    case = life(
        "2000-01-01",
        IN_FORCE,
        extension,
        duration=("fixed", {"term": "P5Y"}),
        notice=("P6M", "before_end_of_term"),
    )
    deadline = last_day_for_notice(case, date(2006, 1, 1))
    assert (deadline.notice_by, deadline.last_day_in_force) == (date(2010, 6, 30), date(2010, 12, 31))


def test_an_extension_after_the_last_renewal_counts():
    extension = act("extension", "2012-01-01", until="2015-12-31")
    once = ("tacit_renewal", {"term": "P5Y", "renewal": "P5Y", "renewals": 1})
    case = life("2000-01-01", IN_FORCE, extension, duration=once)
    assert next_expiry(case, date(2004, 1, 1)).renews
    for year in (2009, 2013):
        term = next_expiry(case, date(year, 1, 1))
        assert (term.last_day, term.renews) == (date(2015, 12, 31), False)


def test_an_extension_without_an_end_has_no_known_end():
    case = life("2000-01-01", IN_FORCE, act("extension", "2004-01-01"), duration=("fixed", {"term": "P5Y"}))
    assert next_expiry(case, date(2004, 6, 1)) is None
    assert next_expiry(case, date(2006, 1, 1)) is None
