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
