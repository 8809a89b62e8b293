"""Tables of parties and of their bodies."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.core.db import Base, LangText
from registry.core.edtf import PartialDate


class PartyKind(StrEnum):
    """What kind of subject of international law a party is."""

    STATE = "state"
    ORGANISATION = "organisation"


class BodyKind(StrEnum):
    """What kind of organ of a party a body is."""

    STATE = "state"
    HEAD_OF_STATE = "head_of_state"
    GOVERNMENT = "government"
    MINISTRY = "ministry"
    AGENCY = "agency"
    PARLIAMENT = "parliament"
    COURT = "court"
    REGION = "region"
    ORGANISATION = "organisation"


class Party(Base):
    """A state (ISO 3166-1 alpha-3 code) or an international organisation."""

    __tablename__ = "party"
    __table_args__ = (CheckConstraint("kind in ('state', 'organisation')", name="kind_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(3), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    names: Mapped[LangText]
    long_names: Mapped[LangText]


class Body(Base):
    """An organ of a party: a government, a ministry, an agency. Renamed organs are bodies of their own, linked."""

    __tablename__ = "body"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    names: Mapped[LangText]
    also_known_as: Mapped[list[str]]
    valid_from: Mapped[PartialDate | None]
    valid_until: Mapped[PartialDate | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))

    party: Mapped[Party] = relationship(lazy="raise")
    successor: Mapped[Body | None] = relationship(lazy="raise", foreign_keys=[successor_id], remote_side=[id])
    parent: Mapped[Body | None] = relationship(lazy="raise", foreign_keys=[parent_id], remote_side=[id])
