"""Writes: enter parties and bodies into the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.core.errors import RuleViolationError
from registry.core.i18n import N_
from registry.parties.models import Body, Party

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.core.uow import UnitOfWork
    from registry.parties.schemas import EnterBody, EnterParty


def enter_party(uow: UnitOfWork, command: EnterParty) -> bool:
    """Enter a party, or bring its names up to date. Return whether anything changed."""
    party = uow.session.scalar(select(Party).where(Party.code == command.code))
    if party is None:
        uow.session.add(Party(code=command.code, kind=command.kind, names=command.names, long_names=command.long_names))
        uow.session.flush()
        return True
    if (party.kind, party.names, party.long_names) == (command.kind, command.names, command.long_names):
        return False
    party.kind, party.names, party.long_names = command.kind, command.names, command.long_names
    return True


def enter_bodies(uow: UnitOfWork, commands: Sequence[EnterBody]) -> int:
    """Enter bodies, or bring them up to date; return how many changed.

    They come together, since a body may name another of the same list as its successor or parent.
    Raises `RuleViolationError` when a body names a party, a successor or a parent that nobody knows.
    """
    parties = {row[0]: row[1] for row in uow.session.execute(select(Party.code, Party.id))}
    bodies = {body.key: body for body in uow.session.scalars(select(Body))}
    changed = 0
    for command in commands:
        if command.party not in parties:
            raise RuleViolationError(
                N_("Body “%(body)s”: party “%(party)s” is not known."), body=command.key, party=command.party
            )
        body = bodies.get(command.key)
        values = {
            "party_id": parties[command.party],
            "kind": command.kind,
            "names": command.names,
            "also_known_as": command.also_known_as,
            "valid_from": command.valid_from,
            "valid_until": command.valid_until,
        }
        if body is None:
            bodies[command.key] = Body(key=command.key, **values)
            uow.session.add(bodies[command.key])
            changed += 1
        elif any(getattr(body, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(body, name, value)
            changed += 1
    uow.session.flush()
    for command in commands:
        for relation in ("successor", "parent"):
            target = getattr(command, relation)
            if target is not None and target not in bodies:
                raise RuleViolationError(
                    N_("Body “%(body)s”: body “%(other)s” is not known."), body=command.key, other=target
                )
            setattr(bodies[command.key], f"{relation}_id", bodies[target].id if target else None)
    uow.session.flush()
    return changed
