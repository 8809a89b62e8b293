"""The status on a day: one row for each rule, with the article that it rests on."""

from __future__ import annotations

from datetime import date

import pytest

from registry.lifecycle.rules import status_on, status_periods
from registry.lifecycle.vocabulary import ActionKind
from tests.unit.lifecycle.lives import FIVE_FIVE, FOREVER, IN_FORCE, act, life

NOT, IN, PROV, SUSP, END, UNK = (
    "not_in_force",
    "in_force",
    "provisionally_applied",
    "suspended",
    "terminated",
    "unknown",
)

# (article or clause, life, expected: day -> status or (status, reason))
ROWS = [
    ("11: without a known signature or entry nothing can be said", life(None), {"1990-01-01": (UNK, "entry_into_force_not_known")}),
    ("10: initialling fixes the text and binds nobody", life("2000-01-01", act("initialling", "1999-05-01")),
     {"1999-06-01": NOT, "2000-01-01": (UNK, "entry_into_force_not_known")}),
    ("12, 18: signature alone does not bring into force", life("2000-01-01"),
     {"1999-12-31": NOT, "2000-01-01": (UNK, "entry_into_force_not_known")}),
    ("12(1)(a), 24(1): signature does where the text says so", life("2000-01-01", entry="on_signature", duration=FOREVER),
     {"1999-12-31": NOT, "2000-01-01": IN, "2050-01-01": IN}),
    ("14: ratification by one side is not entry into force", life("2000-01-01", act("ratification", "2000-03-01", side=1)),
     {"2000-04-01": (UNK, "entry_into_force_not_known")}),
    ("14(2): nor are acceptance and approval", life("2000-01-01", act("acceptance", "2000-03-01", side=1), act("approval", "2000-04-01", side=2)),
     {"2000-05-01": (UNK, "entry_into_force_not_known")}),
    ("16(c), 24(1): with the later of two notifications",
     life("2000-01-01", act("notification", "2000-03-01", side=1), act("notification", "2000-05-01", side=2), entry="on_last_notification", duration=FOREVER),
     {"2000-04-30": NOT, "2000-05-01": IN}),
    ("16(c): one notification is not enough", life("2000-01-01", act("notification", "2000-03-01", side=1), entry="on_last_notification"),
     {"2000-05-01": (UNK, "entry_into_force_not_known")}),
    ("24(1): thirty days after the last notification",
     life("2000-01-01", act("notification", "2000-03-01", side=1), act("notification", "2000-05-01", side=2), entry="after_last_notification", delay="P30D", duration=FOREVER),
     {"2000-05-30": NOT, "2000-05-31": IN}),
    ("16(a): on the exchange of instruments", life("2000-01-01", act("exchange_of_instruments", "2000-07-02"), entry="on_exchange_of_ratifications", duration=FOREVER),
     {"2000-07-01": NOT, "2000-07-02": IN}),
    ("16(a), 24(1): thirtieth day after the exchange",
     life("1996-01-17", act("exchange_of_instruments", "1998-07-01"), entry="after_exchange_of_ratifications", delay="P30D", duration=FOREVER),
     {"1998-07-30": NOT, "1998-07-31": IN}),
    ("24(1): on the day that the text names", life("2000-01-01", entry="on_date", entry_on="2001-01-01", duration=FOREVER),
     {"2000-12-31": NOT, "2001-01-01": IN}),
    ("24: a recorded entry into force comes before the clause", life("2000-01-01", IN_FORCE, entry="on_signature", duration=FOREVER),
     {"2000-05-31": NOT, "2000-06-01": IN}),
    ("24: entry known, signature not", life(None, IN_FORCE, duration=FOREVER), {"2000-05-31": NOT, "2000-06-01": IN}),
    ("24: a partial date of entry leaves its days open", life("1999", act("entry_into_force", "2000"), duration=FOREVER),
     {"1999-12-31": NOT, "2000-01-01": (UNK, "date_partial"), "2000-12-30": (UNK, "date_partial"), "2000-12-31": IN}),
    ("28: entry before signature is not believed without more", life("2000-01-01", act("entry_into_force", "1999-01-01"), duration=FOREVER),
     {"1998-12-31": NOT, "1999-06-01": (UNK, "contradictory"), "2000-01-01": IN}),
    ("25: provisional application until entry into force", life("2000-01-01", act("provisional_application", "2000-02-01"), IN_FORCE, duration=FOREVER),
     {"2000-01-31": NOT, "2000-02-01": PROV, "2000-05-31": PROV, "2000-06-01": IN}),
    ("25(1): by its clause, from signature", life("2000-01-01", provisional="signature"), {"1999-12-31": NOT, "2000-01-01": PROV, "2020-01-01": PROV}),
    ("25(2): until a day", life("2000-01-01", act("provisional_application", "2000-02-01", until="2000-04-30"), IN_FORCE, duration=FOREVER),
     {"2000-04-30": PROV, "2000-05-01": NOT}),
    ("42(2), 56: a text without a term goes on", life("2000-01-01", IN_FORCE, duration="not_stated"), {"2090-01-01": IN}),
    ("54: until the object is done", life("2000-01-01", IN_FORCE, duration="until_object_done"), {"2090-01-01": IN}),
    ("the clause on duration was not seen", life("2000-01-01", IN_FORCE),
     {"2000-05-31": NOT, "2000-06-01": IN, "2000-06-02": (UNK, "duration_not_known")}),
    ("39: an amendment proves that it was still in force", life("2000-01-01", IN_FORCE, act("amendment", "2010-03-01")),
     {"2005-01-01": IN, "2010-03-01": IN, "2010-03-02": (UNK, "duration_not_known")}),
    ("54(a): a fixed term", life("2000-01-01", IN_FORCE, duration=("fixed", {"term": "P5Y"})),
     {"2005-05-31": IN, "2005-06-01": (END, "expired")}),
    ("54(a): from signature", life("2000-01-01", IN_FORCE, duration=("fixed", {"term": "P5Y", "counts_from": "signature"})),
     {"2004-12-31": IN, "2005-01-01": (END, "expired")}),
    ("54(a): up to a day", life("2000-01-01", IN_FORCE, duration=("fixed", {"ends_on": "2004-12-31"})), {"2004-12-31": IN, "2005-01-01": (END, "expired")}),
    ("54(a): a plan for a year, of which the entry was not seen", life("2023-11-21", duration=("fixed", {"ends_on": "2024-12-31"})),
     {"2024-06-01": (UNK, "entry_into_force_not_known"), "2025-01-01": (END, "expired")}),
    ("54(a): until a year", life("2017-11-29", entry="on_signature", duration=("fixed", {"ends_on": "2026"})),
     {"2025-12-31": IN, "2026-06-01": (UNK, "date_partial"), "2027-01-01": (END, "expired")}),
    ("54(a): a term from a partial date", life("2000", act("entry_into_force", "2000"), duration=("fixed", {"term": "P5Y"})),
     {"2004-12-31": IN, "2005-06-01": (UNK, "date_partial"), "2005-12-31": (END, "expired")}),
    ("54: extension until a day", life("2000-01-01", IN_FORCE, act("extension", "2005-01-01", until="2010-05-31"), duration=("fixed", {"term": "P5Y"})),
     {"2005-06-01": IN, "2010-05-31": IN, "2010-06-01": (END, "expired")}),
    ("54: extension without an end", life("2000-01-01", IN_FORCE, act("extension", "2005-01-01"), duration=("fixed", {"term": "P5Y"})),
     {"2005-05-31": IN, "2005-06-01": (UNK, "end_not_known")}),
    ("tacit renewal goes on", life("2000-01-01", IN_FORCE, duration=FIVE_FIVE), {"2005-06-01": IN, "2077-01-01": IN}),
    ("tacit renewal, once at the most", life("2000-01-01", IN_FORCE, duration=("tacit_renewal", {"term": "P5Y", "renewal": "P5Y", "renewals": 1})),
     {"2010-05-31": IN, "2010-06-01": (END, "expired")}),
    ("54(a): recorded expiry", life("2000-01-01", IN_FORCE, act("expiry", "2005-05-31"), duration=FOREVER), {"2005-05-31": IN, "2005-06-01": (END, "expired")}),
    ("54(b): ended by agreement", life("2000-01-01", IN_FORCE, act("termination", "2004-12-01", effective_on="2005-01-01"), duration=FOREVER),
     {"2004-12-31": IN, "2005-01-01": (END, "by_agreement")}),
    ("54(b): an act of ending without the day of its effect", life("2000-01-01", IN_FORCE, act("termination", "2004-12-01"), duration=FOREVER),
     {"2004-11-30": IN, "2004-12-01": (UNK, "end_not_known")}),
    ("54(b): an act of ending without any date", life("2000-01-01", IN_FORCE, act("termination"), duration=FOREVER),
     {"2000-06-01": IN, "2000-06-02": (UNK, "end_not_known")}),
    ("54(b): effect in a month", life("2000-01-01", IN_FORCE, act("termination", effective_on="2005-02"), duration=FOREVER),
     {"2005-01-31": IN, "2005-02-15": (UNK, "date_partial"), "2005-02-28": (END, "by_agreement")}),
    ("59: superseded, which proves the time before", life("1992-09-16", act("supersession", "2006-06-06"), entry="on_signature"),
     {"2006-06-05": IN, "2006-06-06": (END, "superseded")}),
    ("56, 67: denounced, six months after receipt", life("2000-01-01", IN_FORCE, act("denunciation", "2005-03-15", side=1), duration=FOREVER, notice=("P6M", "from_receipt")),
     {"2005-09-14": IN, "2005-09-15": (END, "denounced")}),
    ("54: notice in time for the end of the term", life("2000-01-01", IN_FORCE, act("denunciation", "2004-11-30"), duration=FIVE_FIVE, notice=("P6M", "before_end_of_term")),
     {"2005-05-31": IN, "2005-06-01": (END, "denounced")}),
    ("54: notice too late for this term ends the next", life("2000-01-01", IN_FORCE, act("denunciation", "2004-12-01"), duration=FIVE_FIVE, notice=("P6M", "before_end_of_term")),
     {"2005-06-01": IN, "2010-05-31": IN, "2010-06-01": (END, "denounced")}),
    ("54: notice before the end of a calendar year", life("2000-01-01", IN_FORCE, act("denunciation", "2008-06-30"), duration=FOREVER, notice=("P6M", "before_end_of_calendar_year")),
     {"2008-12-31": IN, "2009-01-01": (END, "denounced")}),
    ("54: … given too early counts from when it may be given",
     life("2000-01-01", IN_FORCE, act("denunciation", "2001-01-01"), duration=FOREVER, notice=("P6M", "before_end_of_calendar_year", "P5Y")),
     {"2005-12-31": IN, "2006-01-01": (END, "denounced")}),
    ("56(2): denounced, but the clause was not seen", life("2000-01-01", IN_FORCE, act("denunciation", "2005-03-15"), duration=FOREVER),
     {"2005-03-14": IN, "2005-03-15": (UNK, "end_not_known")}),
    ("54: a side of two withdraws", life("2000-01-01", IN_FORCE, act("withdrawal", "2005-03-15", effective_on="2005-06-01"), duration=FOREVER),
     {"2005-05-31": IN, "2005-06-01": (END, "withdrawn")}),
    ("57: suspended until resumed (72)", life("2000-01-01", IN_FORCE, act("suspension", "2005-01-01"), act("resumption", "2006-01-01"), duration=FOREVER),
     {"2004-12-31": IN, "2005-01-01": SUSP, "2005-12-31": SUSP, "2006-01-01": IN}),
    ("57: suspended until a day", life("2000-01-01", IN_FORCE, act("suspension", "2005-01-01", until="2005-06-30"), duration=FOREVER),
     {"2005-06-30": SUSP, "2005-07-01": IN}),
    ("57, 54: nothing is suspended after its end", life("2000-01-01", IN_FORCE, act("suspension", "2005-01-01"), act("termination", effective_on="2006-01-01"), duration=FOREVER),
     {"2005-12-31": SUSP, "2006-01-01": (END, "by_agreement")}),
    ("57: suspended on a day that no source gives", life("2000-01-01", IN_FORCE, act("suspension"), duration=FOREVER), {"2005-01-01": (UNK, "end_not_known")}),
    ("two ends: the earlier one counts (54, 59)",
     life("2000-01-01", IN_FORCE, act("termination", effective_on="2006-01-01"), act("supersession", "2005-01-01"), duration=FOREVER),
     {"2004-12-31": IN, "2005-06-01": (END, "superseded")}),
    ("30, 59: an act that only refers to it changes nothing; nor does registration (80)", life("2000-01-01", IN_FORCE, act("un_registration", "2003-01-01"), duration=FOREVER),
     {"2010-01-01": IN}),
    ("announced: nobody saw that it was signed", life("2012-11-09", IN_FORCE, seen=False, duration=FOREVER), {"1990-01-01": (UNK, "signature_not_seen"), "2020-01-01": (UNK, "signature_not_seen")}),
    ("12: signed in a year: before it certainly not", life("2000"), {"1999-12-31": NOT, "2000-06-01": (UNK, "entry_into_force_not_known")}),
]  # fmt: skip


@pytest.mark.parametrize(("case", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_status(case, expected):
    periods = status_periods(case)
    for day, wanted in expected.items():
        period = status_on(periods, date.fromisoformat(day))
        status, reason = wanted if isinstance(wanted, tuple) else (wanted, None)
        assert (period.status, period.reason) == (status, reason), day
        assert period.because, "every answer explains itself"


def test_every_act_of_the_vocabulary_stands_in_the_table():
    used = {action.kind for _, case, _ in ROWS for action in case.actions}
    assert set(ActionKind) - used == {ActionKind.SIGNATURE}
