"""Every reason that the rules can give has a sentence, and every sentence is given by some record."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import date
from pathlib import Path
from string import Formatter

import pytest

import registry.lifecycle
from registry.core.durations import Period
from registry.core.edtf import PartialDate
from registry.lifecycle.explain import MESSAGES, explain, reasons_on, whole_sentence
from registry.lifecycle.life import Explanation
from registry.lifecycle.rules import status_on, status_periods
from registry.lifecycle.vocabulary import Certainty, EndReason
from tests.unit.lifecycle.lives import FIVE_FIVE, FOREVER, IN_FORCE, act, life

FIXED = ("fixed", {"term": "P5Y"})
INFERRED, REPORTED = (replace(IN_FORCE, certainty=certainty) for certainty in (Certainty.INFERRED, Certainty.REPORTED))
NOTIFIED = (act("notification", "2000-03-01", side=1), act("notification", "2000-05-01", side=2))
IN_TIME, OF_YEAR = ("P6M", "before_end_of_term"), ("P6M", "before_end_of_calendar_year")

# (life, day, the codes of all reasons in their order)
ROWS = [
    (life("2000-01-01", seen=False), "2001-01-01", ["signature_not_seen"]),
    (life(None), "2001-01-01", ["no_date_known"]),
    (life("2000-01-01"), "1999-12-31", ["not_signed_yet"]),
    (life("2000-01-01"), "2000-01-01", ["entry_not_known"]),
    (life(None, IN_FORCE, duration=FOREVER), "2000-05-31", ["awaiting_entry"]),
    (life("2000-01-01", IN_FORCE, duration=FOREVER), "2000-05-31", ["signed_awaiting_entry"]),
    (life("2000-01-01", IN_FORCE, duration=FOREVER), "2001-01-01", ["entry_documented", "indefinite"]),
    (life("2000-01-01", INFERRED, duration="not_stated"), "2001-01-01", ["entry_inferred", "not_stated"]),
    (life("2000-01-01", REPORTED, duration="until_object_done"), "2001-01-01", ["entry_reported", "until_object_done"]),
    (life("2000-01-01", entry="on_signature", duration=FIXED), "2001-01-01", ["entry_by_signature", "fixed_term"]),
    (life("2000-01-01", entry="on_date", entry_on="2000-06-01", duration=FOREVER), "2001-01-01", ["entry_by_date", "indefinite"]),
    (life("2000-01-01", *NOTIFIED, entry="on_last_notification", duration=FOREVER), "2001-01-01", ["entry_by_notification", "indefinite"]),
    (life("2000-01-01", act("exchange_of_instruments", "2000-05-01"), entry="on_exchange_of_ratifications", duration=FOREVER), "2001-01-01", ["entry_by_exchange", "indefinite"]),
    (life("2000-01-01", act("entry_into_force", "2000-06"), duration=FOREVER), "2000-06-10", ["entry_within"]),
    (life("2000-01-01", act("entry_into_force", "1999-01-01"), duration=FOREVER), "1999-06-01", ["entry_before_signature"]),
    (life("2000-01-01", IN_FORCE, provisional="signature"), "2000-02-01", ["provisionally_applied"]),
    (life("2000-01-01", provisional="1999-01-01"), "2000-02-01", ["provisionally_applied", "reaches_back", "entry_itself_not_seen"]),
    (life("2000-01-01", IN_FORCE), "2001-01-01", ["entry_documented", "duration_not_known"]),
    (life("2000-01-01", IN_FORCE, act("amendment", "2005-01-01")), "2010-01-01", ["entry_documented", "seen_alive", "duration_not_known"]),
    (life("2000-01-01", IN_FORCE, duration=FIVE_FIVE, notice=IN_TIME), "2004-11-30", ["entry_documented", "first_term", "notice_by"]),
    (life("2000-01-01", IN_FORCE, duration=FIVE_FIVE, notice=IN_TIME), "2004-12-01", ["entry_documented", "first_term", "notice_next"]),
    (life("2000-01-01", IN_FORCE, duration=FIVE_FIVE), "2005-06-01", ["entry_documented", "renewed"]),
    (life("2000-01-01", IN_FORCE, duration=FIVE_FIVE, notice=IN_TIME), "2026-11-24", ["entry_documented", "renewed", "notice_by"]),
    (life("2000-01-01", IN_FORCE, duration=("tacit_renewal", {"term": "P5Y", "renewal": "P5Y", "renewals": 1})), "2006-01-01", ["entry_documented", "fixed_term"]),
    (life("2000-01-01", IN_FORCE, duration=FOREVER, notice=OF_YEAR), "2003-01-01", ["entry_documented", "indefinite", "notice_next"]),
    (life("2000-01-01", IN_FORCE, duration=FOREVER, notice=("P6M", "from_receipt")), "2003-01-01", ["entry_documented", "indefinite", "notice_from_receipt"]),
    (life("2000-01-01", IN_FORCE, duration=FOREVER, notice=("P6M", "from_sending")), "2003-01-01", ["entry_documented", "indefinite", "notice_from_sending"]),
    (life("2000-01-01", IN_FORCE, duration=FOREVER, notice=IN_TIME), "2003-01-01", ["entry_documented", "indefinite"]),
    (life("2000-01-01", IN_FORCE, act("denunciation", effective_on="2003-01-01"), duration=FOREVER), "2003-01-01", ["ended_denounced"]),
    (life("2000-01-01", IN_FORCE, act("withdrawal", effective_on="2003-01-01"), duration=FOREVER), "2003-01-01", ["ended_withdrawn"]),
    (life("2000-01-01", IN_FORCE, act("termination", effective_on="2003-01-01"), duration=FOREVER), "2003-01-01", ["ended_by_agreement"]),
    (life("2000-01-01", IN_FORCE, act("supersession", "2003-01-01"), duration=FOREVER), "2003-01-01", ["ended_superseded"]),
    (life("2000-01-01", IN_FORCE, act("expiry", "2002-12-31"), duration=FOREVER), "2003-01-01", ["ended_expired"]),
    (life("2000-01-01", IN_FORCE, duration=FIXED), "2006-01-01", ["term_ended"]),
    (life("2000-01-01", IN_FORCE, act("extension", "2004-01-01"), duration=FIXED), "2006-01-01", ["extended_without_end"]),
    (life("2000-01-01", IN_FORCE, act("termination", "2003-01-01"), duration=FOREVER), "2003-01-01", ["end_date_not_known"]),
    (life("2000-01-01", IN_FORCE, act("termination"), duration=FOREVER), "2003-01-01", ["end_not_dated"]),
    (life("2000-01-01", IN_FORCE, act("suspension", "2002-01-01"), duration=FOREVER), "2003-01-01", ["suspended_since"]),
    (life("2000-01-01", IN_FORCE, act("suspension", "2002"), duration=FOREVER), "2002-06-01", ["suspended_within"]),
    (life("2000-01-01", IN_FORCE, act("suspension"), duration=FOREVER), "2003-01-01", ["suspension_not_dated"]),
]  # fmt: skip


def reasons(case, day):
    day = date.fromisoformat(day)
    return reasons_on(case, status_on(status_periods(case), day), day)


@pytest.mark.parametrize(("case", "day", "codes"), ROWS, ids=[f"{', '.join(codes)} on {day}" for _, day, codes in ROWS])
def test_the_answer_gives_these_reasons_in_whole_sentences(case, day, codes):
    found = reasons(case, day)
    assert [reason.code for reason in found] == codes
    sentences = explain(found, str, str)
    assert len(sentences) == len(codes)
    for sentence in sentences:
        assert sentence.endswith(".")
        assert "%" not in sentence
        assert "None" not in sentence
        assert ".." not in sentence


def test_every_message_is_given_by_a_row():
    assert {code for *_, codes in ROWS for code in codes} == set(MESSAGES)


def codes_written_in_the_rules():
    """Read the codes of explanations from the source of the rules, where they are written out."""
    for file in Path(registry.lifecycle.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Explanation":
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant):
                    yield first.value


def test_every_code_that_the_rules_write_has_a_message():
    written = set(codes_written_in_the_rules())
    assert len(written) > 20
    assert written <= set(MESSAGES)


@pytest.mark.parametrize("reason", list(EndReason), ids=str)
def test_every_reason_of_an_end_has_a_message(reason):
    assert f"ended_{reason}" in MESSAGES


def placeholders(template):
    """Return the names that a template wants."""

    class Wanted(dict):
        def __missing__(self, name):
            self[name] = "x"
            return "x"

    wanted = Wanted()
    assert template % wanted
    return set(wanted)


@pytest.mark.parametrize(("case", "day", "codes"), ROWS, ids=[f"{', '.join(codes)} on {day}" for _, day, codes in ROWS])
def test_a_reason_brings_what_its_message_wants(case, day, codes):
    for reason in reasons(case, day):
        assert placeholders(MESSAGES[reason.code]) <= set(reason.params)


def test_no_message_is_written_for_another_way_of_filling():
    for template in MESSAGES.values():
        assert [name for _, name, *_ in Formatter().parse(template) if name is not None] == []


def test_dates_and_periods_are_written_in_the_language_of_the_reader_and_the_rest_as_it_is():
    written = []

    def write(value):
        written.append(value)
        return f"<{value}>"

    made = [
        Explanation("renewed", {"renewals": 2, "first_day": date(2010, 6, 1), "last_day": date(2015, 5, 31)}),
        Explanation("notice_from_receipt", {"notice": Period(months=6)}),
        Explanation("ended_superseded", {"by": "BLR-2006-001", "date": PartialDate("2006-06")}),
    ]
    renewed, notice, superseded = explain(made, str, write)
    assert written == [date(2010, 6, 1), date(2015, 5, 31), Period(months=6), PartialDate("2006-06")]
    assert "(renewals so far: 2); the current term runs from <2010-06-01> to <2015-05-31>." in renewed
    assert notice == "Either side can end it by notice, <P6M> after the notice is received."
    assert superseded == "Superseded by a later agreement (BLR-2006-001) from <2006-06> (Vienna Convention, Art. 59)."


@pytest.mark.parametrize(("by", "shown"), [(None, "(—)"), ("", "(—)"), ("BLR-2006-001", "(BLR-2006-001)")], ids=str)
def test_an_instrument_that_is_not_known_is_a_dash(by, shown):
    case = life(
        "2000-01-01", IN_FORCE, act("termination", effective_on="2003-01-01", by_agreement=by), duration=FOREVER
    )
    (sentence,) = explain(reasons(case, "2003-01-01"), str, str)
    assert shown in sentence


def test_a_template_is_looked_up_in_the_catalogue_before_it_is_filled():
    translated = {MESSAGES["ended_expired"]: "Истёк; не действует с %(date)s."}
    made = [Explanation("ended_expired", {"date": date(2003, 1, 1)})]
    assert explain(made, translated.__getitem__, lambda _: "1 января 2003 г.") == [
        "Истёк; не действует с 1 января 2003 г."
    ]


@pytest.mark.parametrize(
    ("text", "whole"),
    [("С 1 января 2003 г..", "С 1 января 2003 г."), ("It ended.", "It ended."), ("", "")],
    ids=["after a shortened word", "as it is", "nothing"],
)
def test_a_sentence_ends_with_one_full_stop(text, whole):
    assert whole_sentence(text) == whole


def test_reasons_name_the_act_that_they_rest_on():
    case = life("2000-01-01", replace(IN_FORCE, key="7"), act("suspension", "2002-01-01", key="8"), duration=FOREVER)
    assert [reason.action_key for reason in reasons(case, "2001-01-01")] == ["7", None]
    assert [reason.action_key for reason in reasons(case, "2003-01-01")] == ["8"]
