"""What the rules know of one agreement, and what they answer. Plain values, no tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from registry.lifecycle.vocabulary import (
    ActionKind,
    Certainty,
    DurationForm,
    EndReason,
    EntryRule,
    NoticeCount,
    Status,
    TermStart,
    UnknownReason,
)

if TYPE_CHECKING:
    from datetime import date

    from registry.core.durations import Period
    from registry.core.edtf import PartialDate


@dataclass(frozen=True)
class Action:
    """A dated legal act; `key` lets the caller find its row again, `by_agreement` names the instrument that does it."""

    kind: ActionKind
    on: PartialDate | None = None
    effective_on: PartialDate | None = None
    until: PartialDate | None = None
    side: int | None = None
    certainty: Certainty = Certainty.DOCUMENTED
    by_agreement: str | None = None
    key: str | None = None


@dataclass(frozen=True)
class EntryIntoForceClause:
    """How the text says that it enters into force."""

    rule: EntryRule
    delay: Period | None = None
    on: PartialDate | None = None


@dataclass(frozen=True)
class ProvisionalApplicationClause:
    """From when the text is applied provisionally: from signature, or from the day `on`."""

    from_signature: bool
    on: PartialDate | None = None


@dataclass(frozen=True)
class DurationClause:
    """For how long the text is concluded; `renewals` is the greatest number of renewals, None for no limit."""

    form: DurationForm
    term: Period | None = None
    counts_from: TermStart = TermStart.ENTRY_INTO_FORCE
    ends_on: PartialDate | None = None
    renewal: Period | None = None
    renewals: int | None = None


@dataclass(frozen=True)
class DenunciationClause:
    """How a side ends it by notice; `earliest_after` counts from entry into force."""

    notice: Period | None = None
    counts: NoticeCount | None = None
    earliest_after: Period | None = None


@dataclass(frozen=True)
class LifeCycle:
    """All that bears on the status of one agreement."""

    signed_on: PartialDate | None = None
    signature_seen: bool = True
    actions: tuple[Action, ...] = ()
    entry_into_force: EntryIntoForceClause | None = None
    provisional_application: ProvisionalApplicationClause | None = None
    duration: DurationClause | None = None
    denunciation: DenunciationClause | None = None

    def of_kind(self, *kinds: ActionKind) -> list[Action]:
        """Return the actions of these kinds in the order of the record."""
        return [action for action in self.actions if action.kind in kinds]


@dataclass(frozen=True)
class Explanation:
    """One reason of an answer: a stable code with what fills its sentence, and the action it rests on.

    Values of `params` that are dates or periods stay as they are, so that each language can write them.
    """

    code: str
    params: dict[str, object] = field(default_factory=dict)
    action_key: str | None = None


@dataclass(frozen=True)
class StatusPeriod:
    """A status from one day to another, both inclusive. The axis begins with `date.min` and ends with `date.max`."""

    from_on: date
    to_on: date
    status: Status
    reason: EndReason | UnknownReason | None = None
    because: tuple[Explanation, ...] = ()

    def covers(self, day: date) -> bool:
        """Return whether `day` lies in this period."""
        return self.from_on <= day <= self.to_on
