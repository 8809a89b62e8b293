"""Closed vocabularies of the life cycle, in the words of the Vienna Convention on the Law of Treaties (1969)."""

from __future__ import annotations

from enum import StrEnum

from registry.core.facts import Certainty

__all__ = [
    "ActionKind",
    "Certainty",
    "DurationForm",
    "EndReason",
    "EntryRule",
    "NoticeCount",
    "Status",
    "TermStart",
    "UnknownReason",
]


class ActionKind(StrEnum):
    """A dated legal act; the number in the comment is the article."""

    SIGNATURE = "signature"  # 12
    INITIALLING = "initialling"  # 10
    PROVISIONAL_APPLICATION = "provisional_application"  # 25
    RATIFICATION = "ratification"  # 14
    ACCEPTANCE = "acceptance"  # 14(2)
    APPROVAL = "approval"  # 14(2)
    NOTIFICATION = "notification"  # 16(c)
    EXCHANGE_OF_INSTRUMENTS = "exchange_of_instruments"  # 13, 16(a)
    ENTRY_INTO_FORCE = "entry_into_force"  # 24
    AMENDMENT = "amendment"  # 39
    EXTENSION = "extension"  # 54
    SUSPENSION = "suspension"  # 57
    RESUMPTION = "resumption"  # 72
    DENUNCIATION = "denunciation"  # 56, 67
    WITHDRAWAL = "withdrawal"  # 54, 56
    TERMINATION = "termination"  # 54(b)
    EXPIRY = "expiry"  # 54(a)
    SUPERSESSION = "supersession"  # 59
    UN_REGISTRATION = "un_registration"  # 80


class Status(StrEnum):
    """The status on a day. Computed, never typed in."""

    IN_FORCE = "in_force"
    PROVISIONALLY_APPLIED = "provisionally_applied"
    NOT_IN_FORCE = "not_in_force"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"
    UNKNOWN = "unknown"


class EndReason(StrEnum):
    """Why an agreement has ended."""

    DENOUNCED = "denounced"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    BY_AGREEMENT = "by_agreement"
    WITHDRAWN = "withdrawn"


class UnknownReason(StrEnum):
    """Why the registry cannot say."""

    SIGNATURE_NOT_SEEN = "signature_not_seen"
    ENTRY_NOT_KNOWN = "entry_into_force_not_known"
    END_NOT_KNOWN = "end_not_known"
    DURATION_NOT_KNOWN = "duration_not_known"
    DATE_PARTIAL = "date_partial"
    CONTRADICTORY = "contradictory"


class EntryRule(StrEnum):
    """How the text says that it enters into force (Art. 24(1))."""

    ON_SIGNATURE = "on_signature"
    ON_LAST_NOTIFICATION = "on_last_notification"
    AFTER_LAST_NOTIFICATION = "after_last_notification"
    ON_EXCHANGE_OF_RATIFICATIONS = "on_exchange_of_ratifications"
    AFTER_EXCHANGE_OF_RATIFICATIONS = "after_exchange_of_ratifications"
    ON_DATE = "on_date"
    WITH_OTHER_AGREEMENT = "with_other_agreement"
    NOT_STATED = "not_stated"


class DurationForm(StrEnum):
    """For how long the text says that it is concluded."""

    FIXED = "fixed"
    TACIT_RENEWAL = "tacit_renewal"
    INDEFINITE = "indefinite"
    UNTIL_OBJECT_DONE = "until_object_done"
    NOT_STATED = "not_stated"


class TermStart(StrEnum):
    """From what the term counts."""

    ENTRY_INTO_FORCE = "entry_into_force"
    SIGNATURE = "signature"
    DATE = "date"


class NoticeCount(StrEnum):
    """How the period of notice of a denunciation counts."""

    BEFORE_END_OF_TERM = "before_end_of_term"
    FROM_RECEIPT = "from_receipt"
    FROM_SENDING = "from_sending"
    BEFORE_END_OF_CALENDAR_YEAR = "before_end_of_calendar_year"
