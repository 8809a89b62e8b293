"""When an agreement entered into force: as a source says, or as its own clause yields (Art. 24)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.core.edtf import PartialDate
from registry.lifecycle.life import Explanation
from registry.lifecycle.vocabulary import ActionKind, Certainty, EntryRule

if TYPE_CHECKING:
    from datetime import date

    from registry.core.durations import Period
    from registry.lifecycle.life import LifeCycle


@dataclass(frozen=True)
class Entry:
    """The date of entry into force and why the registry holds it."""

    on: PartialDate
    because: Explanation


def entry_into_force(life: LifeCycle) -> Entry | None:
    """Return the entry into force, or None when neither a source nor the clause gives its date.

    A recorded entry into force comes before what the clause yields: the clause only says what should have
    happened. When both are there and differ, `findings` reports it.
    """
    recorded = [action for action in life.of_kind(ActionKind.ENTRY_INTO_FORCE) if action.on is not None]
    if recorded:
        first = min(recorded, key=lambda action: (action.on.earliest, action.on.latest))  # type: ignore[union-attr]
        assert first.on is not None  # noqa: S101  Kept by the filter above.
        code = {
            Certainty.DOCUMENTED: "entry_documented",
            Certainty.INFERRED: "entry_inferred",
            Certainty.REPORTED: "entry_reported",
        }[first.certainty]
        return Entry(first.on, Explanation(code, {"date": first.on}, first.key))
    return entry_by_clause(life)


def entry_by_clause(life: LifeCycle) -> Entry | None:  # noqa: C901  One branch for each rule of entry.
    """Return the entry into force that the clause yields from the facts that are known, or None.

    Signature alone does not bring an agreement into force unless the text says so (Art. 12, 24(1)). Rules on
    notifications and exchanges need the exact dates of the acts of both sides.
    """
    clause = life.entry_into_force
    if clause is None:
        return None
    if clause.rule == EntryRule.ON_SIGNATURE and life.signed_on is not None:
        return Entry(life.signed_on, Explanation("entry_by_signature", {"date": life.signed_on}))
    if clause.rule == EntryRule.ON_DATE and clause.on is not None:
        return Entry(clause.on, Explanation("entry_by_date", {"date": clause.on}))
    if clause.rule in (EntryRule.ON_LAST_NOTIFICATION, EntryRule.AFTER_LAST_NOTIFICATION):
        notified = {}
        for action in life.of_kind(ActionKind.NOTIFICATION):
            if action.side is not None and action.on is not None and action.on.is_exact:
                notified[action.side] = action.on.earliest
        if len(notified) == 2:  # noqa: PLR2004  Both sides of a bilateral agreement.
            return _delayed(max(notified.values()), clause.delay, "entry_by_notification")
    if clause.rule in (EntryRule.ON_EXCHANGE_OF_RATIFICATIONS, EntryRule.AFTER_EXCHANGE_OF_RATIFICATIONS):
        for action in life.of_kind(ActionKind.EXCHANGE_OF_INSTRUMENTS):
            if action.on is not None and action.on.is_exact:
                return _delayed(action.on.earliest, clause.delay, "entry_by_exchange")
    return None


def _delayed(day: date, delay: Period | None, code: str) -> Entry:
    """Add the delay of the clause: "thirty days after the last notification" is the thirtieth day after that day."""
    on = PartialDate.from_date(delay.after(day) if delay else day)
    return Entry(on, Explanation(code, {"date": on, "act_on": PartialDate.from_date(day)}))
