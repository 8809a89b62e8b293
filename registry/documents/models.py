"""Tables of the documents of agreements, of files that may become such, of the work of reading them, of articles."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.core.db import Base, Guarded, JsonValue
from registry.core.leases import Queued
from registry.documents.vocabulary import Method, Role

#: An agreement has one current document of each role in a language, and as many annexes as it takes.
_IS_ONLY = text(f"superseded_at IS NULL AND role <> '{Role.ANNEX}'")


class Document(Guarded, Base):
    """One document of an agreement: the bytes of a file, and the text that was read from them.

    The row is the truth about what exists: bytes that no row names are an orphan. The text is that of its articles, one
    after another. Another document that takes its place supersedes it; it is kept, and read by its own address only.
    One that was withdrawn is kept as well, but shown to nobody except those who may attach documents.
    """

    __tablename__ = "document"
    __table_args__ = (
        Index(
            "uq_document_current",
            "agreement_id",
            "language",
            "role",
            unique=True,
            sqlite_where=_IS_ONLY,
            postgresql_where=_IS_ONLY,
        ),
        CheckConstraint("access in ('public', 'internal', 'restricted')", name="access_known"),
        CheckConstraint("method in ('text', 'ocr')", name="method_known"),
        CheckConstraint("confidence between 0 and 100", name="confidence_is_percentage"),
        CheckConstraint("version >= 1", name="version_counts_from_one"),
        CheckConstraint("text_length >= 0", name="text_length_not_negative"),
        CheckConstraint(
            "(withdrawn_at is null) = (withdrawn_by is null) and (withdrawn_at is null) = (withdrawal_reason is null)"
            " and (withdrawn_at is null or (superseded_at is not null and text_length = 0))",
            name="withdrawal_whole",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id", ondelete="CASCADE"), index=True)
    language: Mapped[str] = mapped_column(String(8))
    role: Mapped[str] = mapped_column(String(24))
    title: Mapped[str | None] = mapped_column(String(1000))
    source: Mapped[str | None] = mapped_column(String(1000))
    file_name: Mapped[str] = mapped_column(String(300))
    media_type: Mapped[str] = mapped_column(String(100))
    # The hash is that of the bytes of the file, so that anybody who has the file can compare. They are kept under it.
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    # Documents from before the registry kept files have a hash, but their bytes are not here.
    kept: Mapped[bool]
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(254))
    # The first document in its place is version 1; the document that took the place of an earlier one is one more.
    version: Mapped[int]
    # When it left its place: another one took that, or it was withdrawn.
    superseded_at: Mapped[datetime | None]
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("document.id", ondelete="SET NULL"))
    # When, by whom and why it was withdrawn. Its text is dropped then; the row stays, so that the reason can be read.
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(254))
    withdrawal_reason: Mapped[str | None] = mapped_column(String(1000))
    # What was read: how, how surely (of 100), how many pages and characters; a text of no characters is no text.
    method: Mapped[str | None] = mapped_column(String(8))
    confidence: Mapped[float | None] = mapped_column(Float)
    page_count: Mapped[int | None]
    text_length: Mapped[int]
    notes: Mapped[list[dict[str, Any]]] = mapped_column(JsonValue)
    # Who corrected the division into articles; it then outlives another reading of the file.
    divided_by: Mapped[str | None] = mapped_column(String(254))

    articles: Mapped[list[Article]] = relationship(
        cascade="all, delete-orphan", lazy="raise", order_by="Article.position"
    )
    extraction: Mapped[Extraction | None] = relationship(cascade="all, delete-orphan", lazy="joined", uselist=False)

    @property
    def has_text(self) -> bool:
        """Return whether there is a text to read."""
        return self.text_length > 0

    @property
    def is_recognised(self) -> bool:
        """Return whether the text was recognised in an image, which a reader must be told."""
        return self.method == Method.OCR

    @property
    def is_withdrawn(self) -> bool:
        """Return whether it was taken back, so that readers are told nothing but that."""
        return self.withdrawn_at is not None

    @property
    def is_being_read(self) -> bool:
        """Return whether the file waits to be read, or is."""
        return self.extraction is not None and self.extraction.is_going_on


class HeldFile(Base):
    """A file whose bytes are kept and that belongs to no agreement yet, or never did: what came with a submission.

    The bytes have an owner as long as the row stands. When the file becomes a document, the row stays for the record.
    """

    __tablename__ = "held_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(String(300))
    media_type: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    received_at: Mapped[datetime]
    received_by: Mapped[str] = mapped_column(String(254))


class Extraction(Queued, Base):
    """The work of reading one document: queued, done by whoever holds its lease, and how far it has come.

    Only the present holder may write the result.
    """

    __tablename__ = "extraction"
    __table_args__ = (
        CheckConstraint("state in ('queued', 'running', 'done', 'failed')", name="state_known"),
        Index("ix_extraction_state", "state", "queued_at"),
    )

    document_id: Mapped[int] = mapped_column(
        ForeignKey("document.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    state: Mapped[str] = mapped_column(String(8))
    # Whether borders of articles that a person corrected are found anew.
    divide_anew: Mapped[bool]


class Article(Base):
    """A piece of a text that can be pointed at: an article, the preamble, the closing words, an annex."""

    __tablename__ = "article"
    __table_args__ = (UniqueConstraint("document_id", "position"), UniqueConstraint("document_id", "anchor"))

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    number: Mapped[str | None] = mapped_column(String(24))
    anchor: Mapped[str] = mapped_column(String(80))
    label: Mapped[str] = mapped_column(String(300))
    heading: Mapped[str] = mapped_column(String(1000))
    part: Mapped[str] = mapped_column(String(1000))
    # The page of the file on which the piece begins, where the file has pages.
    page: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text)

    @property
    def words(self) -> str:
        """Return the text without the label and the heading at its beginning, for where these stand beside it."""
        rest = self.text.strip()
        if self.kind not in ("article", "annex"):
            return rest
        for piece in (self.label, self.heading):
            if piece and rest.startswith(piece):
                rest = rest.removeprefix(piece).lstrip(" .:—–-\r\n\t")
        return rest
