"""Tables of the texts of agreements and of the articles that they consist of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.core.db import Base, Guarded


class Document(Guarded, Base):
    """One text of an agreement in one language. Its words are those of its articles, one after another."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("agreement_id", "language", "role"),
        CheckConstraint("access in ('public', 'internal', 'restricted')", name="access_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(8))
    role: Mapped[str] = mapped_column(String(24))
    source: Mapped[str | None] = mapped_column(String(1000))
    file_name: Mapped[str] = mapped_column(String(300))
    # The hash is that of the bytes of the file, so that anybody who has the file can compare.
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    added_at: Mapped[datetime]

    articles: Mapped[list[Article]] = relationship(
        cascade="all, delete-orphan", lazy="raise", order_by="Article.position"
    )


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
