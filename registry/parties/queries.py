"""Reads: parties and bodies by their public keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from registry.core.errors import NotFoundError
from registry.core.i18n import N_
from registry.parties.models import Body, Party

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def party_ids(session: Session) -> dict[str, int]:
    """Return the id of every party by its code."""
    return {row[0]: row[1] for row in session.execute(select(Party.code, Party.id))}


def home_bodies(session: Session, party: str) -> list[Body]:
    """Return the bodies of a party (by its code) that exist today, by their keys."""
    found = select(Body).join(Party, Party.id == Body.party_id).where(Party.code == party, Body.valid_until.is_(None))
    return list(session.scalars(found.order_by(Body.key)))


def bodies_of(session: Session, party: str | None = None) -> list[Body]:
    """Return the bodies of a party (by its code), or of all, with party and successor, by their keys."""
    found = select(Body).options(joinedload(Body.party), joinedload(Body.successor)).order_by(Body.key)
    if party is not None:
        found = found.join(Party, Party.id == Body.party_id).where(Party.code == party)
    return list(session.scalars(found))


def body_by_key(session: Session, key: str) -> Body:
    """Return a body with its party and successor. Raises `NotFoundError`."""
    found = select(Body).options(joinedload(Body.party), joinedload(Body.successor)).where(Body.key == key)
    body = session.scalar(found) if key.isprintable() else None
    if body is None:
        raise NotFoundError(N_("There is no body with the key “%(key)s”."), key=key[:80])
    return body


def body_parties(session: Session) -> dict[str, str]:
    """Return the code of the party of every body by its key."""
    found = session.execute(select(Body.key, Party.code).join(Party, Party.id == Body.party_id))
    return {row[0]: row[1] for row in found}


def body_ids(session: Session) -> dict[str, int]:
    """Return the id of every body by its key."""
    return {row[0]: row[1] for row in session.execute(select(Body.key, Body.id))}
