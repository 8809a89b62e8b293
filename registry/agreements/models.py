"""Tables of the agreement and of everything that belongs to its record."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.core.db import Base, Guarded, JsonValue, LangText
from registry.core.edtf import PartialDate
from registry.core.facts import FactColumns
from registry.parties.models import Body, Party

CHILDREN = "all, delete-orphan"

agreement_subject = Table(
    "agreement_subject",
    Base.metadata,
    Column("agreement_id", ForeignKey("agreement.id", ondelete="CASCADE"), primary_key=True),
    Column("subject_id", ForeignKey("subject.id"), primary_key=True, index=True),
)


class Subject(Base):
    """A term of the controlled vocabulary, with labels and synonyms by language (SKOS concept)."""

    __tablename__ = "subject"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    labels: Mapped[LangText]
    synonyms: Mapped[dict[str, list[str]]] = mapped_column(JsonValue)
    broader_id: Mapped[int | None] = mapped_column(ForeignKey("subject.id"))


class Agreement(Guarded, Base):
    """One registered instrument. The registry number is its permanent public name; `id` never leaves the registry."""

    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint("article_count is null or article_count >= 0", name="article_count_not_negative"),
        CheckConstraint("signed_earliest <= signed_latest", name="signed_range_ordered"),
        CheckConstraint("access in ('public', 'internal', 'restricted')", name="access_known"),
        Index("ix_agreement_signed", "signed_earliest", "signed_latest"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registry_number: Mapped[str] = mapped_column(String(16), unique=True)
    reference: Mapped[str | None] = mapped_column(String(60), unique=True)
    kind: Mapped[str] = mapped_column(String(32), index=True)
    level: Mapped[str] = mapped_column(String(16), index=True)
    proof: Mapped[str] = mapped_column(String(24), index=True)
    nature: Mapped[str] = mapped_column(String(16))
    nature_judged_by: Mapped[str | None] = mapped_column(String(200))
    nature_reason: Mapped[LangText | None]
    signed_on: Mapped[PartialDate | None]
    signed_earliest: Mapped[date | None] = mapped_column(Date)
    signed_latest: Mapped[date | None] = mapped_column(Date)
    signed_at: Mapped[LangText | None]
    signing_certainty: Mapped[str] = mapped_column(String(16))
    signing_source: Mapped[str | None] = mapped_column(String(16))
    signing_article: Mapped[str | None] = mapped_column(String(300))
    signing_note: Mapped[LangText | None]
    languages_article: Mapped[str | None] = mapped_column(String(300))
    languages_source: Mapped[str | None] = mapped_column(String(16))
    article_count: Mapped[int | None]
    abstract: Mapped[LangText | None]
    notes: Mapped[list[LangText]]
    sort_title: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(String(64))
    # The number of the last revision; it is counted where revisions are made, at the end of the transaction.
    revision: Mapped[int] = mapped_column(default=0)
    registered_at: Mapped[datetime]
    revised_at: Mapped[datetime] = mapped_column(index=True)

    titles: Mapped[list[Title]] = relationship(cascade=CHILDREN, lazy="raise", order_by="Title.id")
    languages: Mapped[list[ConclusionLanguage]] = relationship(
        cascade=CHILDREN, lazy="raise", order_by="ConclusionLanguage.language"
    )
    sides: Mapped[list[Side]] = relationship(
        cascade=CHILDREN, lazy="raise", order_by="Side.position", back_populates="agreement"
    )
    signatures: Mapped[list[Signature]] = relationship(cascade=CHILDREN, lazy="raise", order_by="Signature.position")
    subjects: Mapped[list[Subject]] = relationship(secondary=agreement_subject, lazy="raise", order_by=Subject.code)
    numbers: Mapped[list[AgreementNumber]] = relationship(cascade=CHILDREN, lazy="raise", order_by="AgreementNumber.id")
    competent_bodies: Mapped[list[CompetentBody]] = relationship(
        cascade=CHILDREN, lazy="raise", order_by="CompetentBody.id"
    )
    sources: Mapped[list[Source]] = relationship(cascade=CHILDREN, lazy="raise", order_by="Source.position")
    relations: Mapped[list[Relation]] = relationship(
        cascade=CHILDREN,
        lazy="raise",
        foreign_keys="Relation.from_id",
        order_by="Relation.id",
        back_populates="from_agreement",
    )
    inverse_relations: Mapped[list[Relation]] = relationship(
        lazy="raise",
        foreign_keys="Relation.to_id",
        order_by="Relation.from_id",
        back_populates="to_agreement",
        viewonly=True,
    )

    @property
    def shown_relations(self) -> list[Relation]:
        """Return what this agreement does to others that the reader may see."""
        return [relation for relation in self.relations if relation.to_agreement is not None]

    @property
    def shown_inverse_relations(self) -> list[Relation]:
        """Return what others, which the reader may see, do to this agreement."""
        return [relation for relation in self.inverse_relations if relation.from_agreement is not None]

    @property
    def signing_date_is_range(self) -> bool:
        """Return whether the sources bound the day of signature more closely than the partial date says."""
        signed = self.signed_on
        return signed is not None and (self.signed_earliest, self.signed_latest) != (signed.earliest, signed.latest)

    __mapper_args__ = {"version_id_col": revision, "version_id_generator": False}  # noqa: RUF012  SQLAlchemy reads this class attribute and never changes it.


class Title(Base):
    """A title in one language, and what kind of title it is."""

    __tablename__ = "title"

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id", ondelete="CASCADE"), index=True)
    language: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(24))


class ConclusionLanguage(Base):
    """A language in which the agreement was concluded: whether it is authentic, and whether it prevails (Art. 33)."""

    __tablename__ = "conclusion_language"

    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    authentic: Mapped[bool]
    prevails: Mapped[bool]


class Side(FactColumns, Base):
    """One of the two sides of a bilateral agreement, and in whose name it acts."""

    __tablename__ = "side"
    __table_args__ = (
        UniqueConstraint("agreement_id", "position"),
        CheckConstraint("position in (1, 2)", name="position_one_or_two"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id", ondelete="CASCADE"))
    position: Mapped[int]
    level: Mapped[str] = mapped_column(String(16), index=True)

    agreement: Mapped[Agreement] = relationship(lazy="raise", back_populates="sides")
    members: Mapped[list[SideMember]] = relationship(cascade=CHILDREN, lazy="raise", order_by="SideMember.position")


class SideMember(Base):
    """A party on one side, the body through which it acts, and the name that the source gives."""

    __tablename__ = "side_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    side_id: Mapped[int] = mapped_column(ForeignKey("side.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"), index=True)
    name: Mapped[str | None] = mapped_column(String(300))

    party: Mapped[Party] = relationship(lazy="raise")
    body: Mapped[Body | None] = relationship(lazy="raise")


class Signature(FactColumns, Base):
    """One person's signing for a side (Vienna Convention, Art. 7 and 12)."""

    __tablename__ = "signature"

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    side: Mapped[int]
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    person: Mapped[LangText]
    position_held: Mapped[LangText | None]
    office: Mapped[str] = mapped_column(String(32))
    full_powers: Mapped[LangText | None]
    signed_on: Mapped[PartialDate | None]
    signed_at: Mapped[LangText | None]

    party: Mapped[Party] = relationship(lazy="raise")
    body: Mapped[Body | None] = relationship(lazy="raise")


class AgreementNumber(Base):
    """A number or place of publication that somebody else gave the agreement."""

    __tablename__ = "agreement_number"
    __table_args__ = (Index("ix_agreement_number_value", "value"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id", ondelete="CASCADE"), index=True)
    scheme: Mapped[str] = mapped_column(String(32))
    value: Mapped[str] = mapped_column(String(300))
    source: Mapped[str | None] = mapped_column(String(16))


class CompetentBody(Base):
    """A body that the agreement makes responsible for its performance."""

    __tablename__ = "competent_body"

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id", ondelete="CASCADE"), index=True)
    side: Mapped[int]
    name: Mapped[LangText]
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"), index=True)
    article: Mapped[str | None] = mapped_column(String(300))
    source: Mapped[str | None] = mapped_column(String(16))

    body: Mapped[Body | None] = relationship(lazy="raise")


class Relation(FactColumns, Base):
    """What this agreement does to another one; the other one shows the inverse."""

    __tablename__ = "relation"
    __table_args__ = (
        UniqueConstraint("from_id", "to_id", "kind"),
        CheckConstraint("from_id <> to_id", name="not_to_itself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("agreement.id", ondelete="CASCADE"))
    to_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    provisions: Mapped[str | None] = mapped_column(String(500))
    effective_on: Mapped[PartialDate | None]

    from_agreement: Mapped[Agreement] = relationship(lazy="raise", foreign_keys=[from_id], back_populates="relations")
    to_agreement: Mapped[Agreement] = relationship(
        lazy="raise", foreign_keys=[to_id], back_populates="inverse_relations"
    )


class Source(Base):
    """Where facts of a record were seen, with the words that show them."""

    __tablename__ = "source"
    __table_args__ = (UniqueConstraint("agreement_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(16))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(24))
    locator: Mapped[str] = mapped_column(String(1000))
    title: Mapped[str | None] = mapped_column(String(500))
    language: Mapped[str | None] = mapped_column(String(8))
    quote: Mapped[str | None] = mapped_column(Text)
    note: Mapped[LangText | None]


class RegistrySeries(Base):
    """The last registry number given in one series, so that numbers are gapless and never used again."""

    __tablename__ = "registry_series"

    counterpart: Mapped[str] = mapped_column(String(3), primary_key=True)
    year: Mapped[str] = mapped_column(String(4), primary_key=True)
    last_number: Mapped[int]


class VoidNumber(Base):
    """A registry number that no agreement has and that is never given, with the reason why."""

    __tablename__ = "void_number"

    registry_number: Mapped[str] = mapped_column(String(16), primary_key=True)
    reason: Mapped[str] = mapped_column(String(1000))
    voided_at: Mapped[datetime]
    voided_by: Mapped[str] = mapped_column(String(254))
