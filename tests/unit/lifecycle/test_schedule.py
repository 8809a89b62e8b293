"""What is due, why it cannot be said, and how long an answer holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.lifecycle.schedule import NotKnown, schedule_on
from tests.helpers.examples import examples
from tests.unit.lifecycle.lives import FIVE_FIVE, FOREVER, IN_FORCE, act, life

TERM = ("P6M", "before_end_of_term")
DAY = date(2003, 1, 1)
RENEWING = life("2000-01-01", IN_FORCE, duration=FIVE_FIVE, notice=TERM)


def due(case, day=DAY):
    found = schedule_on(case, day)
    return (
        found.expires_on and str(found.expires_on),
        found.renews,
        found.notice_by and str(found.notice_by),
        found.expiry_not_known,
        found.notice_not_known,
    )


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (RENEWING, ("2005-05-31", True, "2004-11-30", None, None)),
        (life("2000-01-01", IN_FORCE, duration=("fixed", {"term": "P5Y"})), ("2005-05-31", False, None, None, None)),
        (life("2000-01-01", IN_FORCE, duration=FOREVER, notice=("P6M", "from_receipt")), (None, False, None, None, None)),
        (life("2000-01-01", IN_FORCE, duration=FOREVER), (None, False, None, None, NotKnown.DENUNCIATION)),
        (
            life("2000-01-01", IN_FORCE, duration=("fixed", {"ends_on": "2004"}), notice=TERM),
            (None, False, None, NotKnown.END, NotKnown.END),
        ),
        (
            life("2000", IN_FORCE, duration=("fixed", {"term": "P5Y", "counts_from": "signature"}), notice=TERM),
            (None, False, None, NotKnown.START, NotKnown.START),
        ),
        (
            life("2000-01-01", IN_FORCE, duration=("until_object_done", {}), notice=("P6M", "from_sending")),
            (None, False, None, NotKnown.OBJECT, None),
        ),
        (life("2000-01-01"), (None, False, None, NotKnown.STATUS, NotKnown.STATUS)),
        (life("2000-01-01", act("entry_into_force", "2009-01-01"), duration=FIVE_FIVE), (None, False, None, None, None)),
        (
            life("2000-01-01", IN_FORCE, act("termination", effective_on="2004-03-01"), duration=FIVE_FIVE, notice=TERM),
            ("2004-02-29", False, None, None, None),
        ),
        (
            life("2000-01-01", IN_FORCE, act("termination", effective_on="2002-03-01"), duration=FIVE_FIVE, notice=TERM),
            (None, False, None, None, None),
        ),
    ],
    ids=["renewing", "fixed", "by notice at any time", "no clause on denunciation seen", "to some day of a year",
         "counted from a year", "until its object is done", "entry not known", "not yet in force", "ends by agreement",
         "ended"],
)  # fmt: skip
def test_a_deadline_is_a_day_a_reason_or_nothing(case, expected):
    assert due(case) == expected


@pytest.mark.parametrize(
    ("day", "good_until"),
    [("1999-06-01", "1999-12-31"), ("2003-01-01", "2004-11-30"), ("2004-12-01", "2005-05-31"), ("2005-06-01", "2009-11-30")],
)  # fmt: skip
def test_an_answer_holds_until_the_next_deadline_or_change_of_status(day, good_until):
    assert str(schedule_on(RENEWING, date.fromisoformat(day)).good_until) == good_until


CASES = [
    RENEWING,
    life("2000-01-01", act("entry_into_force", "2000-02-29"), duration=("tacit_renewal", {"term": "P1M", "renewal": "P1M"}), notice=("P7D", "before_end_of_term")),
    life("2000-01-01", IN_FORCE, duration=FOREVER, notice=("P6M", "before_end_of_calendar_year", "P5Y")),
    life("2000-01-01", IN_FORCE, act("suspension", "2001-02-01"), act("resumption", "2001-06-01"), duration=FIVE_FIVE, notice=TERM),
    life("2000-01-01", IN_FORCE, act("extension", "2004-01-01", until="2010-12-31"), duration=("fixed", {"term": "P5Y"}), notice=TERM),
    life("2000-01-01", IN_FORCE, act("denunciation", "2004-11-01"), duration=FIVE_FIVE, notice=TERM),
    life("2000-01-01", act("entry_into_force", "2001"), duration=FIVE_FIVE, notice=TERM),
]  # fmt: skip


@settings(deadline=None, max_examples=examples(150))
@given(
    st.sampled_from(CASES),
    st.dates(date(1999, 1, 1), date(2012, 1, 1)),
    st.integers(0, 3000),
)
def test_the_answer_is_the_same_for_every_day_for_which_it_is_said_to_hold(case, day, later):
    found = schedule_on(case, day)
    other = min(day + timedelta(days=later), found.good_until)
    assert schedule_on(case, other) == replace(found, good_until=found.good_until)
