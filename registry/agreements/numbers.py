"""Registry numbers that no agreement has: each keeps the reason why, so that a series without gaps stays explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.agreements.models import Agreement, RegistrySeries, VoidNumber
from registry.agreements.rules import parse_registry_number, registry_number
from registry.audit.services import record
from registry.audit.vocabulary import Act
from registry.core.errors import RuleViolationError
from registry.core.i18n import N_
from registry.outbox.services import hold_changes

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from registry.core.uow import UnitOfWork


def void_number(uow: UnitOfWork, number: str, reason: str) -> VoidNumber:
    """Explain why no agreement has a number that lies within its series; it will never be given.

    Raises `RuleViolationError` when an agreement has the number, when the series has not come to it yet, and when it
    was explained before.
    """
    hold_changes(uow.session)
    counterpart, year, running = parse_registry_number(number)
    series = uow.session.get(RegistrySeries, (counterpart, year))
    if uow.session.scalar(select(Agreement.id).where(Agreement.registry_number == number)) is not None:
        raise RuleViolationError(N_("Registry number %(number)s is taken."), number=number)
    if series is None or not 1 <= running <= series.last_number:
        raise RuleViolationError(N_("The registry has not come to the number %(number)s yet."), number=number)
    if uow.session.get(VoidNumber, number) is not None:
        raise RuleViolationError(N_("The number %(number)s is explained already."), number=number)
    void = VoidNumber(registry_number=number, reason=reason, voided_at=uow.clock.now(), voided_by=uow.actor)
    uow.session.add(void)
    uow.session.flush()
    record(uow, Act.NUMBER_VOIDED, number, detail={"reason": reason})
    return void


def void_numbers(session: Session) -> list[VoidNumber]:
    """Return the numbers that were explained, in their order."""
    return list(session.scalars(select(VoidNumber).order_by(VoidNumber.registry_number)))


def unexplained_gaps(session: Session) -> list[str]:
    """Return the numbers that were passed over and that nobody has explained, in their order."""
    used = set(session.scalars(select(Agreement.registry_number)))
    used |= set(session.scalars(select(VoidNumber.registry_number)))
    return sorted(
        number
        for series in session.scalars(select(RegistrySeries))
        for running in range(1, series.last_number + 1)
        if (number := registry_number(series.counterpart, series.year, running)) not in used
    )
