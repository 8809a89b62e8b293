"""The dossier of one agreement: its record, its life cycle, and its status on a day with reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from registry.agreements.queries import agreement_by_number
from registry.lifecycle.deadlines import NextTerm, NoticeDeadline, last_day_for_notice, next_expiry
from registry.lifecycle.entry import Entry, entry_into_force
from registry.lifecycle.explain import reasons_on
from registry.lifecycle.queries import actions_of, clauses_of, life_cycle
from registry.lifecycle.rules import status_on, status_periods

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from registry.agreements.models import Agreement
    from registry.core.edtf import PartialDate
    from registry.lifecycle.life import Explanation, LifeCycle, StatusPeriod
    from registry.lifecycle.models import Action, FinalClause


@dataclass(frozen=True)
class Dossier:
    """All that the registry knows of one agreement, judged on one day."""

    agreement: Agreement
    actions: list[Action]
    clauses: dict[str, FinalClause]
    life: LifeCycle
    periods: tuple[StatusPeriod, ...]
    on: date

    @property
    def period(self) -> StatusPeriod:
        """Return the status period that covers the day."""
        return status_on(self.periods, self.on)

    @property
    def dated_actions(self) -> list[Action]:
        """Return the actions by date, those without a date last."""
        return sorted(self.actions, key=lambda action: _first_day(action.on or action.effective_on))

    @property
    def acts_before_signature(self) -> int:
        """Return how many of the dated actions come before the signature."""
        signed = _first_day(self.agreement.signed_on)
        return sum(_first_day(action.on or action.effective_on) < signed for action in self.dated_actions)

    @property
    def reasons(self) -> list[Explanation]:
        """Return why the status is what it is on the day."""
        return reasons_on(self.life, self.period, self.on)

    @property
    def entry(self) -> Entry | None:
        """Return the entry into force."""
        return entry_into_force(self.life)

    @property
    def next_term(self) -> NextTerm | None:
        """Return the term that the day lies in."""
        return next_expiry(self.life, self.on)

    @property
    def notice(self) -> NoticeDeadline | None:
        """Return the next last day for notice."""
        return last_day_for_notice(self.life, self.on)


def _first_day(dated: PartialDate | None) -> date:
    return dated.earliest if dated else date.max


def dossier_by_number(session: Session, registry_number: str, on: date) -> Dossier | None:
    """Return the dossier of the agreement with this registry number, judged on the day `on`, or None."""
    agreement = agreement_by_number(session, registry_number)
    return dossiers_of(session, [agreement], on)[0] if agreement else None


def dossiers_of(session: Session, agreements: Sequence[Agreement], on: date) -> list[Dossier]:
    """Return the dossiers of these agreements, whose records are loaded, with two more queries for all of them."""
    ids = [agreement.id for agreement in agreements]
    actions, clauses = actions_of(session, ids), clauses_of(session, ids)
    found = []
    for agreement in agreements:
        own_actions, own_clauses = actions.get(agreement.id, []), clauses.get(agreement.id, {})
        life = life_cycle(agreement.signed_on, agreement.proof, own_actions, own_clauses)
        found.append(Dossier(agreement, own_actions, own_clauses, life, status_periods(life), on))
    return found
