"""Reads: parties and bodies by their public keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

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


def body_ids(session: Session) -> dict[str, int]:
    """Return the id of every body by its key."""
    return {row[0]: row[1] for row in session.execute(select(Body.key, Body.id))}
