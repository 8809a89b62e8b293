"""Reads: whole records, loaded with a fixed number of queries however many agreements are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from registry.agreements.models import Agreement, CompetentBody, Relation, Side, SideMember, Signature, Subject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session
    from sqlalchemy.orm.interfaces import ORMOption


def summary_options() -> list[ORMOption]:
    """Return what a list shows of an agreement: titles, sides, subjects."""
    members = selectinload(Agreement.sides).selectinload(Side.members)
    return [
        selectinload(Agreement.titles),
        members.joinedload(SideMember.party),
        members.joinedload(SideMember.body),
        selectinload(Agreement.subjects),
    ]


def record_options() -> list[ORMOption]:
    """Return what the whole record shows."""
    signatures = selectinload(Agreement.signatures)
    relations = selectinload(Agreement.relations)
    inverse = selectinload(Agreement.inverse_relations)
    return [
        *summary_options(),
        signatures.joinedload(Signature.party),
        signatures.joinedload(Signature.body),
        selectinload(Agreement.languages),
        selectinload(Agreement.numbers),
        selectinload(Agreement.sources),
        selectinload(Agreement.competent_bodies).joinedload(CompetentBody.body),
        relations.joinedload(Relation.to_agreement).selectinload(Agreement.titles),
        inverse.joinedload(Relation.from_agreement).selectinload(Agreement.titles),
    ]


def agreement_by_number(session: Session, registry_number: str) -> Agreement | None:
    """Return the whole record with this registry number, or None."""
    return session.scalar(
        select(Agreement).where(Agreement.registry_number == registry_number).options(*record_options())
    )


def agreements_by_ids(session: Session, ids: Sequence[int], *, whole: bool) -> list[Agreement]:
    """Return the agreements with these ids in the order of `ids`; ids that are not there are left out."""
    options = record_options() if whole else summary_options()
    found = {
        item.id: item for item in session.scalars(select(Agreement).where(Agreement.id.in_(ids)).options(*options))
    }
    return [found[key] for key in ids if key in found]


def family_of(session: Session, agreement_id: int) -> list[Relation]:
    """Return all relations among the agreements that can be reached from this one by relations, both ways.

    The family is small (a base agreement with its protocols), so it is followed step by step.
    """
    family = {agreement_id}
    frontier = {agreement_id}
    found: dict[int, Relation] = {}
    while frontier:
        rows = session.scalars(
            select(Relation)
            .where(Relation.from_id.in_(frontier) | Relation.to_id.in_(frontier))
            .options(
                joinedload(Relation.from_agreement).selectinload(Agreement.titles),
                joinedload(Relation.to_agreement).selectinload(Agreement.titles),
            )
        ).all()
        # An end that the reader may not see does not exist for them, nor what hangs on it alone.
        seen = [row for row in rows if row.from_agreement is not None and row.to_agreement is not None]
        found.update({row.id: row for row in seen})
        reached = {key for row in seen for key in (row.from_id, row.to_id)}
        frontier = reached - family
        family |= reached
    return sorted(found.values(), key=lambda row: (row.to_id, row.from_id, row.id))


def subjects(session: Session) -> list[Subject]:
    """Return the controlled vocabulary."""
    return list(session.scalars(select(Subject).order_by(Subject.code)))
