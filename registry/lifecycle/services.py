"""Writes: register an agreement with its life cycle, and keep its status periods true."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select
from sqlalchemy.orm import selectinload

from registry.agreements.models import Agreement
from registry.agreements.services import enter_record, find_agreement_id, find_twin, relate, revise_record
from registry.core.errors import InvalidInputError, RuleViolationError
from registry.core.i18n import N_
from registry.lifecycle.checks import record_problems
from registry.lifecycle.models import Action, FinalClause, StatusPeriod
from registry.lifecycle.queries import life_cycles
from registry.lifecycle.rules import status_periods
from registry.lifecycle.schemas import (
    DenunciationSchema,
    DurationSchema,
    EntryIntoForceSchema,
    ProvisionalApplicationSchema,
)
from registry.outbox.services import hold_changes
from registry.parties.queries import body_parties

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session
    from sqlalchemy.orm.interfaces import ORMOption

    from registry.core.messages import Message
    from registry.core.schemas import BaseSchema
    from registry.core.uow import UnitOfWork
    from registry.lifecycle.schemas import LifeCycleRecord, RegisterAgreement

_TERM_SCHEMAS: dict[str, type[BaseSchema]] = {
    "entry_into_force": EntryIntoForceSchema,
    "provisional_application": ProvisionalApplicationSchema,
    "duration": DurationSchema,
    "denunciation": DenunciationSchema,
}
_FACT = ("certainty", "source", "article", "note")


class Outcome(StrEnum):
    """What registering one agreement of a list did."""

    ADDED = "added"
    REVISED = "revised"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Registered:
    """One registered agreement: its number, and what was done."""

    registry_number: str
    outcome: Outcome


def register_agreement(
    uow: UnitOfWork,
    command: RegisterAgreement,
    home_party: str,
    *,
    may_revise: bool = True,
    is_another: bool = False,
) -> tuple[Agreement, Registered]:
    """Register an agreement, or revise the one with the same reference or registry number.

    A command whose content is already registered changes nothing. The caller calls `complete` when all
    agreements that relate to one another are registered, and then `recompute_status`. Raises
    `RuleViolationError` when the command names what is not known, takes a number that is not free, looks like
    an agreement that is registered under another reference (unless somebody said that it `is_another`), or would
    revise one and `may_revise` is false.
    """
    hold_changes(uow.session)
    agreement = _existing(uow.session, command)
    if agreement is None:
        if not is_another:
            _refuse_twin(uow.session, command)
        agreement = enter_record(uow, command.record, home_party, command.content_hash)
        return agreement, Registered(agreement.registry_number, Outcome.ADDED)
    if agreement.content_hash == command.content_hash:
        return agreement, Registered(agreement.registry_number, Outcome.UNCHANGED)
    if not may_revise:
        raise RuleViolationError(
            N_(
                "%(number)s is registered already, and this row says something else. A row holds less than the "
                "record; to revise it, import the whole record as JSON."
            ),
            number=agreement.registry_number,
        )
    revise_record(uow, agreement, command.record, command.content_hash)
    return agreement, Registered(agreement.registry_number, Outcome.REVISED)


def complete(uow: UnitOfWork, agreement: Agreement, command: RegisterAgreement) -> None:
    """Record the relations and the life cycle of an agreement, which may name others registered with it.

    Raises `RuleViolationError` when they name an agreement that is not in the registry, and `InvalidInputError` for
    what no record may say (`checks.record_problems`).
    """
    _check(uow, command)
    relate(uow, agreement, command.record)
    record_life_cycle(uow, agreement, command.life_cycle)


def record_life_cycle(uow: UnitOfWork, agreement: Agreement, life_cycle: LifeCycleRecord) -> None:
    """Replace the actions and final clauses of an agreement.

    Raises `RuleViolationError` when an action names an instrument that is not in the registry.
    """
    session = uow.session
    session.execute(delete(Action).where(Action.agreement_id == agreement.id))
    session.execute(delete(FinalClause).where(FinalClause.agreement_id == agreement.id))
    for position, action in enumerate(life_cycle.actions, start=1):
        values = {name: value for name, value in action.items() if name != "by_agreement"}
        by_agreement = action.get("by_agreement")
        if by_agreement is not None:
            values["by_agreement_id"] = find_agreement_id(session, by_agreement)
            if values["by_agreement_id"] is None:
                raise RuleViolationError(
                    N_("%(number)s: the related agreement “%(to)s” is not in the registry or in the file."),
                    number=agreement.reference or agreement.registry_number,
                    to=by_agreement,
                )
        session.add(Action(agreement_id=agreement.id, position=position, **values))
    for kind, clause in life_cycle.final_clauses.items():
        terms = {name: value for name, value in clause.items() if name not in (*_FACT, "text")}
        schema = _TERM_SCHEMAS.get(kind)
        session.add(
            FinalClause(
                agreement_id=agreement.id,
                kind=kind,
                terms=_dump(schema, terms) if schema else {},
                text=clause.get("text"),
                **{name: clause[name] for name in _FACT if name in clause},
            )
        )
    session.flush()


def recompute_status(session: Session, agreement_ids: Sequence[int]) -> None:
    """Compute the status periods of these agreements anew, in the transaction that changed them."""
    session.execute(delete(StatusPeriod).where(StatusPeriod.agreement_id.in_(agreement_ids)))
    for agreement_id, life in life_cycles(session, agreement_ids).items():
        session.add_all(
            StatusPeriod(
                agreement_id=agreement_id,
                from_on=period.from_on or date.min,
                to_on=period.to_on or date.max,
                status=period.status,
                reason=period.reason,
            )
            for period in status_periods(life)
        )
    session.flush()


def _check(uow: UnitOfWork, command: RegisterAgreement) -> None:
    """Refuse what no record may say."""
    record = command.record
    content = {
        "signed_on": record.signed_on,
        "signing_date_range": record.signing_date_range,
        "signatures": record.signatures,
        "sides": record.sides,
        "actions": command.life_cycle.actions,
    }
    errors: dict[str, list[Message]] = {}
    for path, message in record_problems(content, uow.clock.today(), body_parties(uow.session)):
        errors.setdefault(path, []).append(message)
    if errors:
        raise InvalidInputError(errors, N_("The record would not be valid."))


def _dump(schema: type[BaseSchema], terms: dict[str, Any]) -> dict[str, Any]:
    """Write the terms of a clause as JSON, without what is not given."""
    dumped: dict[str, Any] = schema().dump(terms)
    return {name: value for name, value in dumped.items() if value is not None}


def _existing(session: Session, command: RegisterAgreement) -> Agreement | None:
    """Return the agreement that the command names by its reference or registry number, ready to be revised."""
    names = [name for name in (command.record.reference, command.record.registry_number) if name]
    return session.scalar(
        select(Agreement)
        .where(Agreement.reference.in_(names) | Agreement.registry_number.in_(names))
        .options(*ready_to_revise())
        .limit(1)
    )


def ready_to_revise() -> list[ORMOption]:
    """Return what must be loaded of an agreement before its record can be replaced."""
    collections = (
        "titles",
        "languages",
        "sides",
        "signatures",
        "subjects",
        "numbers",
        "competent_bodies",
        "sources",
        "relations",
    )
    return [selectinload(getattr(Agreement, name)) for name in collections]


def _refuse_twin(session: Session, command: RegisterAgreement) -> None:
    """Refuse an agreement that has the title and the date of one that is already registered."""
    twin = find_twin(session, command.record)
    if twin is not None:
        raise RuleViolationError(
            N_(
                "%(record)s: %(twin)s has the same title and date of signature. Give its registry number to revise "
                "it, or tell the two apart."
            ),
            record=command.record.reference or command.record.titles[0]["text"],
            twin=twin,
        )
