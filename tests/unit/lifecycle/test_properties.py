"""Whatever a record says, every day has exactly one status, and it explains itself."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.core.durations import Period
from registry.core.edtf import PartialDate
from registry.lifecycle.deadlines import last_day_for_notice, next_expiry
from registry.lifecycle.explain import MESSAGES, explain, reasons_on
from registry.lifecycle.findings import findings
from registry.lifecycle.life import (
    Action,
    DenunciationClause,
    DurationClause,
    EntryIntoForceClause,
    LifeCycle,
    ProvisionalApplicationClause,
)
from registry.lifecycle.rules import status_on, status_periods
from registry.lifecycle.vocabulary import ActionKind, Certainty, DurationForm, EntryRule, NoticeCount, TermStart
from tests.helpers.examples import examples

DATES = st.dates(date(1990, 1, 1), date(2035, 12, 31)).flatmap(
    lambda day: st.sampled_from([PartialDate(str(day)), PartialDate(str(day)[:7]), PartialDate(str(day)[:4])])
)
MAYBE = st.none() | DATES
PERIODS = st.builds(Period, st.integers(0, 60), st.integers(0, 18), st.integers(1, 90))
ACTIONS = st.builds(
    Action, st.sampled_from(ActionKind), MAYBE, MAYBE, MAYBE, st.sampled_from([None, 1, 2]), st.sampled_from(Certainty)
)
LIVES = st.builds(
    LifeCycle,
    MAYBE,
    st.booleans() | st.just(True),
    st.lists(ACTIONS, max_size=7).map(tuple),
    st.none() | st.builds(EntryIntoForceClause, st.sampled_from(EntryRule), st.none() | PERIODS, MAYBE),
    st.none() | st.builds(ProvisionalApplicationClause, st.booleans(), MAYBE),
    st.none()
    | st.builds(
        DurationClause,
        st.sampled_from(DurationForm),
        st.none() | PERIODS,
        st.sampled_from(TermStart),
        MAYBE,
        st.none() | PERIODS,
        st.none() | st.integers(1, 5),
    ),
    st.none()
    | st.builds(DenunciationClause, st.none() | PERIODS, st.none() | st.sampled_from(NoticeCount), st.none() | PERIODS),
)


@settings(max_examples=examples(400), deadline=None)
@given(LIVES, st.dates(date(1980, 1, 1), date(2060, 1, 1)))
def test_every_day_has_one_status_that_explains_itself(life, day):
    periods = status_periods(life)
    assert periods[0].from_on == date.min
    assert periods[-1].to_on == date.max
    for earlier, later in pairwise(periods):
        assert earlier.to_on + timedelta(days=1) == later.from_on
    period = status_on(periods, day)
    assert period.covers(day)
    assert sum(item.covers(day) for item in periods) == 1
    sentences = explain(reasons_on(life, period, day), str, str)
    assert sentences
    assert all(sentence and "%(" not in sentence for sentence in sentences)
    findings(life)
    deadline = last_day_for_notice(life, day)
    if deadline is not None:
        assert day <= deadline.notice_by <= deadline.last_day_in_force
    term = next_expiry(life, day)
    if term is not None:
        assert day <= term.last_day


def test_every_sentence_is_whole():
    assert all(text[0].isupper() and text.endswith(".") for text in MESSAGES.values())
