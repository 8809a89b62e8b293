"""Whole sentences for the reasons of an answer. The English templates are the keys of the catalogues."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from registry.core.durations import Period
from registry.core.edtf import PartialDate
from registry.core.i18n import N_
from registry.lifecycle.deadlines import last_day_for_notice, next_expiry
from registry.lifecycle.life import Explanation
from registry.lifecycle.vocabulary import DurationForm, NoticeCount, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from registry.core.i18n import Translate
    from registry.lifecycle.life import LifeCycle, StatusPeriod

    Write = Callable[[object], str]

MESSAGES = {
    "signature_not_seen": N_(
        "Its signing was announced or approved, but no source seen so far shows that it was signed."
    ),
    "no_date_known": N_("No source seen so far gives the date of its signature or of its entry into force."),
    "not_signed_yet": N_("It was not signed before %(signed)s."),
    "entry_not_known": N_(
        "Signed: %(signed)s. No source seen so far gives the date of its entry into force, so the registry cannot say."
    ),
    "awaiting_entry": N_("It entered into force only later: %(entry)s."),
    "signed_awaiting_entry": N_("Signed on %(signed)s, it entered into force only on %(entry)s."),
    "entry_documented": N_("Entered into force on %(date)s, as an official source says."),
    "entry_inferred": N_("Entered into force on %(date)s; this is inferred, see the remark at the action."),
    "entry_reported": N_("Entered into force on %(date)s, as was reported."),
    "entry_by_signature": N_(
        "Its text says that it enters into force on signature: %(date)s (Vienna Convention, Art. 24(1))."
    ),
    "entry_by_date": N_("Its text names the day of its entry into force: %(date)s (Vienna Convention, Art. 24(1))."),
    "entry_by_notification": N_(
        "By its text it entered into force on %(date)s, reckoned from the last notification of %(act_on)s."
    ),
    "entry_by_exchange": N_(
        "By its text it entered into force on %(date)s, reckoned from the exchange of instruments of %(act_on)s."
    ),
    "entry_within": N_("It entered into force in this time (%(date)s); the day is not known."),
    "entry_before_signature": N_(
        "The sources contradict each other: entry into force %(entry)s, signature %(signed)s."
    ),
    "provisionally_applied": N_("Applied provisionally from %(date)s (Vienna Convention, Art. 25)."),
    "reaches_back": N_(
        "Its text reaches back to before its signature (%(signed)s; Vienna Convention, Art. 25 and 28)."
    ),
    "entry_itself_not_seen": N_("No source seen so far gives the date of its entry into force."),
    "duration_not_known": N_(
        "No act that ended it has been seen, but its clause on duration has not been seen either, so the registry "
        "cannot say whether it is still in force."
    ),
    "seen_alive": N_("It was still in force on %(date)s, as a later act shows."),
    "indefinite": N_("Concluded for an indefinite time; no act that ended it has been seen."),
    "not_stated": N_("Its text sets no term; no act that ended it has been seen (Vienna Convention, Art. 42(2), 56)."),
    "until_object_done": N_("Concluded until its object is done; no act that ended it has been seen."),
    "fixed_term": N_("Concluded for a fixed time, up to and including %(last_day)s."),
    "first_term": N_("In its first term, which runs to %(last_day)s; it is then renewed unless a side gives notice."),
    "renewed": N_(
        "Renewed by itself, since no notice was seen (renewals so far: %(renewals)s); "
        "the current term runs from %(first_day)s to %(last_day)s."
    ),
    "notice_by": N_("Notice of denunciation for that day can be given up to and including %(notice_by)s."),
    "notice_from_receipt": N_("Either side can end it by notice, %(notice)s after the notice is received."),
    "notice_from_sending": N_("Either side can end it by notice, %(notice)s after the notice is sent."),
    "notice_next": N_(
        "The next day on which notice can end it is %(last_day)s; notice must be given by %(notice_by)s."
    ),
    "ended_denounced": N_("Denounced; without effect from %(date)s."),
    "ended_withdrawn": N_("A side withdrew; without effect from %(date)s."),
    "ended_by_agreement": N_(
        "Ended by agreement of the sides (%(by)s); without effect from %(date)s (Vienna Convention, Art. 54(b))."
    ),
    "ended_superseded": N_("Superseded by a later agreement (%(by)s) from %(date)s (Vienna Convention, Art. 59)."),
    "ended_expired": N_("Expired; without effect from %(date)s."),
    "term_ended": N_("Its term ended with %(date)s."),
    "extended_without_end": N_("Its term ended with %(date)s; it was extended, but until when is not known."),
    "end_date_not_known": N_(
        "An act of %(date)s ends it (%(by)s), but the day from which it has no effect has not been seen."
    ),
    "end_not_dated": N_("It was ended (%(by)s), but no source seen so far gives the date."),
    "suspended_since": N_("Its operation is suspended since %(date)s (Vienna Convention, Art. 57)."),
    "suspended_within": N_("Its operation was suspended in this time (%(date)s); the day is not known."),
    "suspension_not_dated": N_("Its operation was suspended, but no source seen so far gives the date."),
}


def reasons_on(life: LifeCycle, period: StatusPeriod, day: date) -> list[Explanation]:
    """Return all reasons of the status on `day`: those of the period, the term that the day lies in, and the notice.

    Terms roll on inside one long period, so that they are reckoned for the day that is asked about.
    """
    reasons = list(period.because)
    if period.status == Status.IN_FORCE:
        reasons.extend(_term(life, day))
        reasons.extend(_notice(life, day))
    return reasons


def _term(life: LifeCycle, day: date) -> list[Explanation]:
    clause = life.duration
    if clause is None:
        return []
    if clause.form in (DurationForm.INDEFINITE, DurationForm.NOT_STATED, DurationForm.UNTIL_OBJECT_DONE):
        return [Explanation(str(clause.form))]
    term = next_expiry(life, day)
    if term is None:
        return []
    if clause.form == DurationForm.FIXED or not term.renews:
        return [Explanation("fixed_term", {"last_day": term.last_day})]
    if term.renewals == 0:
        return [Explanation("first_term", {"last_day": term.last_day})]
    params: dict[str, object] = {"renewals": term.renewals, "first_day": term.first_day, "last_day": term.last_day}
    return [Explanation("renewed", params)]


def _notice(life: LifeCycle, day: date) -> list[Explanation]:
    clause = life.denunciation
    if clause is None or clause.notice is None:
        return []
    if clause.counts in (NoticeCount.FROM_RECEIPT, NoticeCount.FROM_SENDING):
        code = "notice_from_receipt" if clause.counts == NoticeCount.FROM_RECEIPT else "notice_from_sending"
        return [Explanation(code, {"notice": clause.notice})]
    deadline = last_day_for_notice(life, day)
    if deadline is None:
        return []
    term = next_expiry(life, day)
    if term is not None and term.last_day == deadline.last_day_in_force:
        return [Explanation("notice_by", {"notice_by": deadline.notice_by})]
    return [Explanation("notice_next", {"last_day": deadline.last_day_in_force, "notice_by": deadline.notice_by})]


def explain(reasons: Iterable[Explanation], translate: Translate, write: Write) -> list[str]:
    """Say the reasons in whole sentences.

    `translate` looks a template up in the user's catalogue; `write` writes a date, a partial date or a period
    in the user's language.
    """
    return [
        whole_sentence(
            translate(MESSAGES[reason.code]) % {name: _value(value, write) for name, value in reason.params.items()}
        )
        for reason in reasons
    ]


def whole_sentence(text: str) -> str:
    """End each sentence with one full stop, also after a shortened word (Russian dates end with «г.»)."""
    return text.replace("..", ".")


def _value(value: object, write: Write) -> str:
    if isinstance(value, date | PartialDate | Period):
        return write(value)
    return str(value) if value not in (None, "") else "—"
