"""The status on a day: one row for each rule, with the article that it rests on."""

from __future__ import annotations

from datetime import date

import pytest

from registry.lifecycle.rules import status_on, status_periods
from registry.lifecycle.vocabulary import ActionKind, EndReason, Status, UnknownReason
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


BEFORE = (None, "1999-12-31", NOT)
AWAITING = ("2000-01-01", "2000-05-31", NOT)
SIGNED_ONLY = [BEFORE, ("2000-01-01", None, UNK, "entry_into_force_not_known")]
WAIT = [BEFORE, AWAITING]
FIXED = ("fixed", {"term": "P5Y"})
NOTIFIED = (act("notification", "2000-03-01", side=1), act("notification", "2000-05-01", side=2))

# (articles, what the row says, life, the whole axis: (first day, last day, status, reason); None is the end of time)
AXES = [
    ((11, 14, 15, 16, 24), "nothing is known", life(None), [(None, None, UNK, "entry_into_force_not_known")]),
    ((11, 12, 18), "a recorded signature binds nobody by itself", life("2000-01-01", act("signature", "2000-01-01", side=1)), SIGNED_ONLY),
    ((12,), "initialled, then signed", life("2000-01-01", act("initialling", "1999-05-01")), SIGNED_ONLY),
    ((12, 24), "in force on signature", life("2000-01-01", entry="on_signature", duration=FOREVER), [BEFORE, ("2000-01-01", None, IN)]),
    ((12, 24), "in force on signature, of which the month is known", life("2000-02", entry="on_signature", duration=FOREVER),
     [(None, "2000-01-31", NOT), ("2000-02-01", "2000-02-28", UNK, "date_partial"), ("2000-02-29", None, IN)]),
    ((13, 16, 24), "in force on the exchange of instruments", life("2000-01-01", act("exchange_of_instruments", "2000-06-01"), entry="on_exchange_of_ratifications", duration=FOREVER),
     [*WAIT, ("2000-06-01", None, IN)]),
    ((13, 16), "an exchange in a month yields no day", life("2000-01-01", act("exchange_of_instruments", "2000-06"), entry="on_exchange_of_ratifications"), SIGNED_ONLY),
    ((14,), "ratified by both, nothing exchanged", life("2000-01-01", act("ratification", "2000-02-01", side=1), act("ratification", "2000-03-01", side=2), entry="on_exchange_of_ratifications"), SIGNED_ONLY),
    ((14,), "accepted by one and approved by the other", life("2000-01-01", act("acceptance", "2000-02-01", side=1), act("approval", "2000-03-01", side=2)), SIGNED_ONLY),
    ((15, 17), "a rule of entry that leans on another agreement yields no day", life("2000-01-01", entry="with_other_agreement"), SIGNED_ONLY),
    ((16, 24), "in force with the last notification", life("2000-01-01", *NOTIFIED, entry="on_last_notification", duration=FOREVER),
     [BEFORE, ("2000-01-01", "2000-04-30", NOT), ("2000-05-01", None, IN)]),
    ((16, 24), "in force on the thirtieth day after the last notification", life("2000-01-01", *reversed(NOTIFIED), entry="after_last_notification", delay="P30D", duration=FOREVER),
     [BEFORE, ("2000-01-01", "2000-05-30", NOT), ("2000-05-31", None, IN)]),
    ((16,), "the same side notified twice", life("2000-01-01", NOTIFIED[0], act("notification", "2000-05-01", side=1), entry="on_last_notification"), SIGNED_ONLY),
    ((16,), "it is not known which side notified", life("2000-01-01", NOTIFIED[0], act("notification", "2000-05-01"), entry="on_last_notification"), SIGNED_ONLY),
    ((24,), "recorded, which outweighs the clause", life("2000-01-01", IN_FORCE, *NOTIFIED, entry="on_last_notification", duration=FOREVER), [*WAIT, ("2000-06-01", None, IN)]),
    ((24,), "recorded twice: the earlier counts", life("2000-01-01", act("entry_into_force", "2001-01-01"), IN_FORCE, duration=FOREVER), [*WAIT, ("2000-06-01", None, IN)]),
    ((24,), "recorded without a date is not recorded", life("2000-01-01", act("entry_into_force")), SIGNED_ONLY),
    ((24,), "the text does not say", life("2000-01-01", entry="not_stated"), SIGNED_ONLY),
    ((24,), "on a day that the text names by its month", life("2000-01-01", entry="on_date", entry_on="2000-06", duration=FOREVER),
     [*WAIT, ("2000-06-01", "2000-06-29", UNK, "date_partial"), ("2000-06-30", None, IN)]),
    ((25,), "applied from signature, then in force", life("2000-01-01", IN_FORCE, provisional="signature", duration=FOREVER),
     [BEFORE, ("2000-01-01", "2000-05-31", PROV), ("2000-06-01", None, IN)]),
    ((25,), "an act of application outweighs the clause", life("2000-01-01", act("provisional_application", "2000-03-01"), IN_FORCE, provisional="signature", duration=FOREVER),
     [BEFORE, ("2000-01-01", "2000-02-29", NOT), ("2000-03-01", "2000-05-31", PROV), ("2000-06-01", None, IN)]),
    ((25, 28), "applied from a day before the signature, as the text says", life("2000-01-01", provisional="1999-07-01"), [(None, "1999-06-30", NOT), ("1999-07-01", None, PROV)]),
    ((25,), "applied until a day, entry never seen", life("2000-01-01", act("provisional_application", "2000-02-01", until="2000-12-31")),
     [BEFORE, ("2000-01-01", "2000-01-31", UNK, "entry_into_force_not_known"), ("2000-02-01", "2000-12-31", PROV), ("2001-01-01", None, UNK, "entry_into_force_not_known")]),
    ((25,), "applied after entry: nothing is left to apply", life("2000-01-01", act("provisional_application", "2000-07-01"), IN_FORCE, duration=FOREVER), [*WAIT, ("2000-06-01", None, IN)]),
    ((28,), "entry before signature contradicts it", life("2000-01-01", act("entry_into_force", "1999-06-01"), duration=FOREVER),
     [(None, "1999-05-31", NOT), ("1999-06-01", "1999-12-31", UNK, "contradictory"), ("2000-01-01", None, IN)]),
    ((30, 59), "superseded, and with that its time before is proven", life("2000-01-01", IN_FORCE, act("supersession", "2006-06-06")), [*WAIT, ("2000-06-01", "2006-06-05", IN), ("2006-06-06", None, END, "superseded")]),
    ((59,), "superseded in a month", life("2000-01-01", IN_FORCE, act("supersession", "2006-06"), duration=FOREVER),
     [*WAIT, ("2000-06-01", "2006-05-31", IN), ("2006-06-01", "2006-06-29", UNK, "date_partial"), ("2006-06-30", None, END, "superseded")]),
    ((42, 56), "no term stated, no end seen", life("2000-01-01", IN_FORCE, duration="not_stated"), [*WAIT, ("2000-06-01", None, IN)]),
    ((42, 55), "registered and amended: neither ends it", life("2000-01-01", IN_FORCE, act("un_registration", "2003-01-01"), act("amendment", "2004-01-01"), duration=FOREVER), [*WAIT, ("2000-06-01", None, IN)]),
    ((42,), "duration not seen, alive at its last act", life("2000-01-01", IN_FORCE, act("amendment", "2010-03")), [*WAIT, ("2000-06-01", "2010-03-01", IN), ("2010-03-02", None, UNK, "duration_not_known")]),
    ((54,), "a fixed term", life("2000-01-01", IN_FORCE, duration=FIXED), [*WAIT, ("2000-06-01", "2005-05-31", IN), ("2005-06-01", None, END, "expired")]),
    ((54,), "a fixed term from a month of entry", life("2000-01-01", act("entry_into_force", "2000-06"), duration=FIXED),
     [*WAIT, ("2000-06-01", "2000-06-29", UNK, "date_partial"), ("2000-06-30", "2005-05-31", IN), ("2005-06-01", "2005-06-29", UNK, "date_partial"), ("2005-06-30", None, END, "expired")]),
    ((54,), "a fixed term, extended twice", life("2000-01-01", IN_FORCE, act("extension", "2005-01-01", until="2010-05-31"), act("extension", "2010-01-01", until="2015-05-31"), duration=FIXED),
     [*WAIT, ("2000-06-01", "2015-05-31", IN), ("2015-06-01", None, END, "expired")]),
    ((54,), "an extension to an earlier day shortens nothing", life("2000-01-01", IN_FORCE, act("extension", "2001-01-01", until="2003-05-31"), duration=FIXED), [*WAIT, ("2000-06-01", "2005-05-31", IN), ("2005-06-01", None, END, "expired")]),
    ((54,), "renewed twice at the most", life("2000-01-01", IN_FORCE, duration=("tacit_renewal", {"term": "P5Y", "renewal": "P1Y", "renewals": 2})), [*WAIT, ("2000-06-01", "2007-05-31", IN), ("2007-06-01", None, END, "expired")]),
    ((54,), "tacitly renewed without limit", life("2000-01-01", IN_FORCE, duration=FIVE_FIVE), [*WAIT, ("2000-06-01", None, IN)]),
    ((54,), "the parties recorded that it expired", life("2000-01-01", IN_FORCE, act("expiry", "2003-12-31")), [*WAIT, ("2000-06-01", "2003-12-31", IN), ("2004-01-01", None, END, "expired")]),
    ((54, 57), "terminated by consent while suspended", life("2000-01-01", IN_FORCE, act("suspension", "2002-01-01"), act("termination", "2003-01-01", effective_on="2003-03-01"), duration=FOREVER),
     [*WAIT, ("2000-06-01", "2001-12-31", IN), ("2002-01-01", "2003-02-28", SUSP), ("2003-03-01", None, END, "by_agreement")]),
    ((54,), "terminated before it entered into force", life("2000-01-01", act("termination", effective_on="2000-03-01"), IN_FORCE, duration=FOREVER),
     [BEFORE, ("2000-01-01", "2000-02-29", NOT), ("2000-03-01", None, END, "by_agreement")]),
    ((54, 56), "a side withdrew; the text has no clause on it", life("2000-01-01", IN_FORCE, act("withdrawal", "2003-01-01"), duration="not_stated"), [*WAIT, ("2000-06-01", "2002-12-31", IN), ("2003-01-01", None, UNK, "end_not_known")]),
    ((56, 65, 67), "denounced with twelve months' notice, by an instrument received", life("2000-01-01", IN_FORCE, act("denunciation", "2003-02-28", side=2), duration="not_stated", notice=("P12M", "from_receipt")),
     [*WAIT, ("2000-06-01", "2004-02-27", IN), ("2004-02-28", None, END, "denounced")]),
    ((65, 67), "denounced, counted from sending", life("2000-01-01", IN_FORCE, act("denunciation", "2003-08-31"), duration=FOREVER, notice=("P6M", "from_sending")), [*WAIT, ("2000-06-01", "2004-02-28", IN), ("2004-02-29", None, END, "denounced")]),
    ((65, 67), "denounced in a month: the day of its effect is not guessed", life("2000-01-01", IN_FORCE, act("denunciation", "2003-08"), duration=FOREVER, notice=("P6M", "from_receipt")), [*WAIT, ("2000-06-01", "2003-07-31", IN), ("2003-08-01", None, UNK, "end_not_known")]),
    ((54, 65), "a stated day of effect outweighs the clause on notice", life("2000-01-01", IN_FORCE, act("denunciation", "2003-01-01", effective_on="2003-12-01"), duration=FOREVER, notice=("P6M", "from_receipt")),
     [*WAIT, ("2000-06-01", "2003-11-30", IN), ("2003-12-01", None, END, "denounced")]),
    ((54, 59), "ended twice, the later end recorded first", life("2000-01-01", IN_FORCE, act("termination", effective_on="2006-01-01"), act("supersession", "2005-01-01"), duration=FOREVER),
     [*WAIT, ("2000-06-01", "2004-12-31", IN), ("2005-01-01", None, END, "superseded")]),
    ((54, 59), "ended twice, the earlier end recorded first", life("2000-01-01", IN_FORCE, act("supersession", "2005-01-01"), act("termination", effective_on="2006-01-01"), duration=FOREVER),
     [*WAIT, ("2000-06-01", "2004-12-31", IN), ("2005-01-01", None, END, "superseded")]),
    ((54,), "nothing ends before it is signed", life("2000-01-01", act("termination", effective_on="1999-06-01"), duration=FOREVER), [BEFORE, ("2000-01-01", None, END, "by_agreement")]),
    ((57, 58, 72), "suspended and resumed twice", life("2000-01-01", IN_FORCE, act("suspension", "2002-01-01"), act("resumption", "2003-01-01"), act("suspension", "2004-01-01"), act("resumption", "2005-01-01"), duration=FOREVER),
     [*WAIT, ("2000-06-01", "2001-12-31", IN), ("2002-01-01", "2002-12-31", SUSP), ("2003-01-01", "2003-12-31", IN), ("2004-01-01", "2004-12-31", SUSP), ("2005-01-01", None, IN)]),
    ((57, 72), "suspended until a day, resumed sooner", life("2000-01-01", IN_FORCE, act("suspension", "2002-01-01", until="2003-12-31"), act("resumption", "2003-01-01"), duration=FOREVER),
     [*WAIT, ("2000-06-01", "2001-12-31", IN), ("2002-01-01", "2002-12-31", SUSP), ("2003-01-01", None, IN)]),
    ((57,), "suspended in a month", life("2000-01-01", IN_FORCE, act("suspension", "2002-01"), duration=FOREVER), [*WAIT, ("2000-06-01", "2001-12-31", IN), ("2002-01-01", "2002-01-30", UNK, "date_partial"), ("2002-01-31", None, SUSP)]),
    ((72,), "resumed without a suspension", life("2000-01-01", IN_FORCE, act("resumption", "2003-01-01"), duration=FOREVER), [*WAIT, ("2000-06-01", None, IN)]),
    ((11, 24), "announced only: not even an entry is believed", life("2000-01-01", IN_FORCE, seen=False, duration=FOREVER), [(None, None, UNK, "signature_not_seen")]),
]  # fmt: skip


def _axis(case):
    """Write the periods as a row of the table writes them."""
    return [
        (
            None if period.from_on == date.min else str(period.from_on),
            None if period.to_on == date.max else str(period.to_on),
            str(period.status),
            *([str(period.reason)] if period.reason else []),
        )
        for period in status_periods(case)
    ]


@pytest.mark.parametrize(
    ("case", "expected"),
    [row[2:] for row in AXES],
    ids=[f"{', '.join(map(str, articles))}: {says}" for articles, says, *_ in AXES],
)
def test_the_whole_axis(case, expected):
    assert _axis(case) == [tuple(row) for row in expected]


def test_every_article_that_bears_on_the_status_is_cited():
    cited = {article for articles, *_ in AXES for article in articles}
    assert cited >= {11, 12, 13, 14, 15, 16, 17, 18, 24, 25, 28, 30, 42, 54, 55, 56, 57, 58, 59, 65, 67, 72}


def test_every_status_and_reason_of_the_vocabulary_stands_in_the_table():
    said = {row[2] for *_, axis in AXES for row in axis}
    assert said == set(Status)
    reasons = {row[3] for *_, axis in AXES for row in axis if len(row) > 3}
    assert reasons >= set(UnknownReason)
    assert reasons >= set(EndReason) - {"withdrawn"}, "withdrawal with a day of effect stands in the table above"


# Certain bugs: (what is wrong, life, day, the right status, or those that can be defended). Each fails until it is mended.
BUGS = [
    ("a term of which the start is not known never ends", life(None, IN_FORCE, duration=("fixed", {"term": "P5Y", "counts_from": "signature"})), "2090-01-01", UNK),
    ("a term that counts from a date is counted from entry into force", life("2000-01-01", IN_FORCE, duration=("fixed", {"term": "P5Y", "counts_from": "date"})), "2005-06-01", UNK),
    ("an extension to a known day is forgotten when an earlier one has no end", life("2000-01-01", IN_FORCE, act("extension", "2005-01-01"), act("extension", "2008-01-01", until="2010-05-31"), duration=FIXED), "2009-01-01", IN),
    ("the last day of a term, of which the year is known, is 1 January at the earliest, and that day is in force", life("2000-01-01", IN_FORCE, duration=("fixed", {"ends_on": "2026"})), "2026-01-01", IN),
    ("an end without a date casts no doubt on provisional application", life("2000-01-01", act("termination"), provisional="signature", duration=FOREVER), "2050-01-01", UNK),
    ("suspended and resumed in one year: suspended for ever", life("2000-01-01", IN_FORCE, act("suspension", "2005"), act("resumption", "2005"), duration=FOREVER), "2010-01-01", (IN, UNK)),
    ("resumed in a year: 1 January is invented", life("2000-01-01", IN_FORCE, act("suspension", "2005-01-01"), act("resumption", "2006"), duration=FOREVER), "2006-06-01", UNK),
    ("suspended until a year: 31 December is invented", life("2000-01-01", IN_FORCE, act("suspension", "2005-01-01", until="2006"), duration=FOREVER), "2006-06-01", UNK),
    ("applied provisionally from a year: 31 December is invented", life("2000-01-01", act("provisional_application", "2000"), act("entry_into_force", "2002-01-01"), duration=FOREVER), "2000-06-01", UNK),
    ("applied provisionally until a year: 31 December is invented", life("2000-01-01", act("provisional_application", "2000-01-01", until="2001"), act("entry_into_force", "2003-01-01"), duration=FOREVER), "2001-06-01", UNK),
]  # fmt: skip


@pytest.mark.parametrize(
    ("case", "day", "status"),
    [pytest.param(*row, id=why, marks=pytest.mark.xfail(strict=True, reason=why)) for why, *row in BUGS],
)
def test_known_bugs_of_the_status(case, day, status):
    answer = status_on(status_periods(case), date.fromisoformat(day)).status
    assert answer in (status if isinstance(status, tuple) else (status,))


def test_a_term_beyond_the_calendar_does_not_raise():
    case = life("2000-01-01", IN_FORCE, duration=("tacit_renewal", {"term": "P99Y", "renewal": "P99Y", "renewals": 99}))
    assert status_on(status_periods(case), date(2500, 1, 1)).status == IN


def test_every_act_of_the_vocabulary_stands_in_the_table():
    used = {action.kind for _, case, _ in ROWS for action in case.actions}
    assert set(ActionKind) - used == {ActionKind.SIGNATURE}
    in_axes = {action.kind for _, _, case, _ in AXES for action in case.actions}
    assert in_axes == set(ActionKind)
