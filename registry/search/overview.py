"""How many agreements there are, and how they are spread over levels, decades and subjects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from registry.agreements.models import Agreement, Side, Subject, agreement_subject
from registry.agreements.vocabulary import Level, Proof
from registry.lifecycle.models import StatusPeriod
from registry.search.conditions import decade_of

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

#: The levels at which a state acts; other bodies are counted beside them.
STATE_LEVELS = (Level.HEADS_OF_STATE, Level.GOVERNMENTS, Level.MINISTRIES)


@dataclass(frozen=True)
class Holdings:
    """What the registry holds: agreements by level, by status on a day, and by how well they are proven."""

    total: int
    levels: dict[str, int]
    statuses: dict[str, int]
    proofs: dict[str, int]
    signed_at_state_levels: int
    announced: int


@dataclass(frozen=True)
class Spread:
    """A table of counts: rows by columns, each in order; labels come from the database where they have any."""

    rows: list[str]
    columns: list[str]
    counts: dict[tuple[str, str], int]
    labels: dict[str, dict[str, str]]

    def row_total(self, row: str) -> int:
        """Return the sum of a row."""
        return sum(self.counts.get((row, column), 0) for column in self.columns)


def holdings(session: Session, day: date) -> Holdings:
    """Count what the registry holds. Agreements whose signing nobody saw are counted apart."""
    at_level = select(Agreement.id).join(Side, Side.agreement_id == Agreement.id).where(Side.level.in_(STATE_LEVELS))
    signed = (
        select(func.count())
        .select_from(Agreement)
        .where(Agreement.id.in_(at_level), Agreement.proof != Proof.ANNOUNCED_ONLY)
    )
    levels = (
        select(Side.level, func.count(Agreement.id.distinct()))
        .join(Agreement, Agreement.id == Side.agreement_id)
        .group_by(Side.level)
    )
    statuses = (
        select(StatusPeriod.status, func.count(Agreement.id))
        .join(Agreement, Agreement.id == StatusPeriod.agreement_id)
        .where(StatusPeriod.from_on <= day, StatusPeriod.to_on >= day)
        .group_by(StatusPeriod.status)
    )
    proofs = select(Agreement.proof, func.count()).group_by(Agreement.proof)
    by_proof = {row[0]: row[1] for row in session.execute(proofs)}
    return Holdings(
        total=sum(by_proof.values()),
        levels={row[0]: row[1] for row in session.execute(levels)},
        statuses={row[0]: row[1] for row in session.execute(statuses)},
        proofs=by_proof,
        signed_at_state_levels=session.scalar(signed) or 0,
        announced=by_proof.get(Proof.ANNOUNCED_ONLY, 0),
    )


def by_decade(session: Session) -> Spread:
    """Count the agreements by decade of signature and level."""
    decade = decade_of().label("decade")
    statement = (
        select(decade, Side.level, func.count(Agreement.id.distinct()))
        .join(Side, Side.agreement_id == Agreement.id)
        .group_by(decade, Side.level)
    )
    counts = {(row, level): count for row, level, count in session.execute(statement)}
    return Spread(sorted({row for row, _ in counts}), [str(level) for level in Level], counts, {})


def by_subject(session: Session) -> Spread:
    """Count the agreements by subject and level; those with several subjects count under each."""
    statement = (
        select(Subject.code, Subject.labels, Side.level, func.count(Agreement.id.distinct()))
        .join(agreement_subject, agreement_subject.c.subject_id == Subject.id)
        .join(Agreement, Agreement.id == agreement_subject.c.agreement_id)
        .join(Side, Side.agreement_id == Agreement.id)
        .group_by(Subject.code, Subject.labels, Side.level)
    )
    found = session.execute(statement).all()
    spread = Spread(
        [],
        [str(level) for level in Level],
        {(code, level): count for code, _, level, count in found},
        {code: labels for code, labels, _, _ in found},
    )
    rows = sorted(spread.labels, key=lambda code: (-spread.row_total(code), code))
    return Spread(rows, spread.columns, spread.counts, spread.labels)
