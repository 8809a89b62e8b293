"""Contradictions are reported, never raised; good records have none."""

from __future__ import annotations

import pytest

from registry.lifecycle.findings import MESSAGES, findings
from registry.lifecycle.rules import status_periods
from tests.unit.lifecycle.lives import FIVE_FIVE, FOREVER, IN_FORCE, act, life

ROWS = [
    ("in_force_before_signature", life("2000-01-01", act("entry_into_force", "1999-01-01"))),
    ("two_entries", life("2000-01-01", IN_FORCE, act("entry_into_force", "2001-01-01"))),
    ("entry_differs_from_clause", life("2000-01-01", IN_FORCE, entry="on_signature")),
    (
        "second_termination",
        life("2000-01-01", IN_FORCE, act("termination", effective_on="2005-01-01"), act("denunciation", "2004-01-01")),
    ),
    (
        "action_after_end",
        life("2000-01-01", IN_FORCE, act("termination", effective_on="2005-01-01"), act("amendment", "2006-01-01")),
    ),
    ("action_before_signature", life("2000-01-01", act("ratification", "1999-01-01"))),
    ("ended_before_entry", life("2000-01-01", IN_FORCE, act("denunciation", "2000-02-01"))),
    ("resumption_without_suspension", life("2000-01-01", IN_FORCE, act("resumption", "2005-01-01"))),
    (
        "overlapping_suspensions",
        life("2000-01-01", IN_FORCE, act("suspension", "2005-01-01"), act("suspension", "2006-01-01")),
    ),
    ("extension_without_term", life("2000-01-01", IN_FORCE, act("extension", "2005-01-01"), duration=FOREVER)),
    ("signature_date_missing", life(None, IN_FORCE)),
    ("entry_date_missing", life("2000-01-01")),
    ("duration_missing", life("2000-01-01", IN_FORCE)),
    ("end_date_missing", life("2000-01-01", IN_FORCE, act("termination", "2005-01-01"), duration=FOREVER)),
]


@pytest.mark.parametrize(("code", "case"), ROWS, ids=[row[0] for row in ROWS])
def test_a_finding_is_reported_and_the_status_still_answers(code, case):
    found = {finding.code: finding for finding in findings(case)}
    assert code in found
    assert MESSAGES[code] % found[code].params
    assert status_periods(case)


def test_every_message_has_a_row():
    assert {code for code, _ in ROWS} == set(MESSAGES)


@pytest.mark.parametrize(
    "case",
    [
        life("2000-01-01", IN_FORCE, duration=FOREVER),
        life(
            "2000-01-01",
            act("initialling", "1999-01-01"),
            act("ratification", "2000-03-01", side=1),
            IN_FORCE,
            duration=FIVE_FIVE,
        ),
        life(
            "2000-01-01", IN_FORCE, act("suspension", "2005-01-01"), act("resumption", "2006-01-01"), duration=FOREVER
        ),
        life("2000", act("entry_into_force", "2000-06-01"), duration=FOREVER),
    ],
)
def test_a_good_record_has_no_findings(case):
    assert findings(case) == []


ENDED = act("termination", effective_on="2005-01-01", key="end")
SUSPENDED = act("suspension", "2005-01-01", key="first")

# (what the row says, life, expected: every finding as (code, severity, params, keys))
WHOLE = [
    ("nothing is known", life(None),
     [("signature_date_missing", "note", {}, ()), ("entry_date_missing", "note", {}, ()), ("duration_missing", "note", {}, ())]),
    ("announced only: nothing is asked for", life(None, seen=False), []),
    ("28: in force before it was signed", life("2000-01-01", act("entry_into_force", "1999", key="e"), duration=FOREVER),
     [("in_force_before_signature", "warning", {"entry": "1999", "signed": "2000-01-01"}, ("e",))]),
    ("28: by its own clause", life("2000-01-01", entry="on_date", entry_on="1999-12-31", duration=FOREVER),
     [("in_force_before_signature", "warning", {"entry": "1999-12-31", "signed": "2000-01-01"}, ())]),
    ("24: entered twice", life("2000-01-01", act("entry_into_force", "2000-06-01", key="a"), act("entry_into_force", "2000-07-01", key="b"), duration=FOREVER),
     [("two_entries", "error", {}, ("a", "b"))]),
    ("24: not on the day that the clause yields", life("2000-01-01", act("entry_into_force", "2000-06-01", key="e"), entry="on_date", entry_on="2000-05", duration=FOREVER),
     [("entry_differs_from_clause", "warning", {"entry": "2000-06-01", "clause": "2000-05"}, ("e",))]),
    ("an act before the signature", life("2000-01-01", act("notification", "1999-12-31", side=1, key="n"), IN_FORCE, duration=FOREVER),
     [("action_before_signature", "warning", {"date": "1999-12-31"}, ("n",))]),
    ("an act on the first day after the end", life("2000-01-01", IN_FORCE, ENDED, act("amendment", "2005-01-01", key="late"), duration=FOREVER),
     [("action_after_end", "warning", {"date": "2005-01-01"}, ("late",))]),
    ("an act after the term", life("2000-01-01", IN_FORCE, act("extension", "2006-01-01", until="2004-01-01", key="late"), duration=("fixed", {"term": "P5Y"})),
     [("action_after_end", "warning", {"date": "2006-01-01"}, ("late",))]),
    ("54: ended before it began", life("2000-01-01", IN_FORCE, act("termination", "2000-02-01", effective_on="2000-03-01", key="t"), duration=FOREVER),
     [("action_after_end", "warning", {"date": "2000-06-01"}, ()), ("ended_before_entry", "error", {"date": "2000-03-01"}, ("t",))]),
    ("54: ended twice", life("2000-01-01", IN_FORCE, ENDED, act("supersession", "2006-01-01", key="s"), duration=FOREVER),
     [("second_termination", "warning", {}, ("end", "s"))]),
    ("54: ended, but when is not known", life("2000-01-01", IN_FORCE, act("withdrawal", key="w"), duration=FOREVER), [("end_date_missing", "warning", {}, ("w",))]),
    ("54: an extension of what has no term", life("2000-01-01", IN_FORCE, act("extension", "2005-01-01", key="x"), duration="not_stated"), [("extension_without_term", "warning", {}, ("x",))]),
    ("72: resumed before it was suspended", life("2000-01-01", IN_FORCE, SUSPENDED, act("resumption", "2004-01-01", key="r"), duration=FOREVER),
     [("resumption_without_suspension", "warning", {}, ("r",))]),
    ("72: resumed twice", life("2000-01-01", IN_FORCE, SUSPENDED, act("resumption", "2006-01-01"), act("resumption", "2007-01-01", key="r"), duration=FOREVER),
     [("resumption_without_suspension", "warning", {}, ("r",))]),
    ("57: suspended while suspended", life("2000-01-01", IN_FORCE, act("suspension", "2006-01-01", key="second"), SUSPENDED, duration=FOREVER),
     [("overlapping_suspensions", "warning", {}, ("first", "second"))]),
    ("57: suspended again on the last day of a suspension", life("2000-01-01", IN_FORCE, act("suspension", "2005-01-01", until="2005-06-30", key="a"), act("suspension", "2005-06-30", key="b"), duration=FOREVER),
     [("overlapping_suspensions", "warning", {}, ("a", "b"))]),
]  # fmt: skip


@pytest.mark.parametrize(("case", "expected"), [row[1:] for row in WHOLE], ids=[row[0] for row in WHOLE])
def test_a_record_has_these_findings_and_no_others(case, expected):
    found = [(item.code, str(item.severity), item.params, item.action_keys) for item in findings(case)]
    assert found == expected
    for code, _, params, _ in found:
        assert "%(" not in MESSAGES[code] % params


GOOD = [
    ("12: in force on signature", life("2000-01-01", entry="on_signature", duration=FOREVER)),
    ("16: as the clause says, notified by both",
     life("2000-01-01", act("notification", "2000-03-01", side=1), act("notification", "2000-06-01", side=2), IN_FORCE, entry="on_last_notification", duration=FOREVER)),
    ("24: the clause gives the month of the recorded day", life("2000-01-01", IN_FORCE, entry="on_date", entry_on="2000-06", duration=FOREVER)),
    ("24: an entry in the year of the signature may follow it", life("2000-05-01", act("entry_into_force", "2000"), duration=FOREVER)),
    ("25: applied provisionally from its signature", life("2000-01-01", act("provisional_application", "2000-01-01"), IN_FORCE, duration=FOREVER)),
    ("54: a term that has ended", life("2000-01-01", IN_FORCE, duration=("fixed", {"term": "P5Y"}))),
    ("54: a term extended in time", life("2000-01-01", IN_FORCE, act("extension", "2005-01-01", until="2010-05-31"), duration=("fixed", {"term": "P5Y"}))),
    ("54: expired, and so recorded", life("2000-01-01", IN_FORCE, act("expiry", "2005-05-31"), duration=("fixed", {"term": "P5Y"}))),
    ("56, 67: denounced with notice", life("2000-01-01", IN_FORCE, act("denunciation", "2004-01-01"), duration=FIVE_FIVE, notice=("P6M", "before_end_of_term"))),
    ("57: suspended until a day and again after it",
     life("2000-01-01", IN_FORCE, act("suspension", "2005-01-01", until="2005-06-30"), act("suspension", "2005-07-01", until="2005-12-31"), duration=FOREVER)),
    ("80: registered after its end", life("2000-01-01", IN_FORCE, ENDED, act("un_registration", "2006-01-01"), duration=FOREVER)),
    ("39: amended in the year of its end", life("2000-01-01", IN_FORCE, act("amendment", "2004"), ENDED, duration=FOREVER)),
]  # fmt: skip


@pytest.mark.parametrize("case", [row[1] for row in GOOD], ids=[row[0] for row in GOOD])
def test_what_fits_together_is_not_complained_of(case):
    assert findings(case) == []


def test_acts_without_a_key_are_reported_without_one():
    found = findings(life("2000-01-01", IN_FORCE, act("entry_into_force", "2001-01-01"), duration=FOREVER))
    assert [(item.code, item.action_keys) for item in found] == [("two_entries", ())]
