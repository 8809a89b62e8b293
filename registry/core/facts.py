"""Where a fact is known from: every date and statement of a record can name its source and how certain it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from registry.core.db import LangText
from registry.core.schemas import BaseSchema, Choice, LangTextField, Text


class Certainty(StrEnum):
    """How a fact is known."""

    DOCUMENTED = "documented"
    INFERRED = "inferred"
    REPORTED = "reported"


@dataclass(frozen=True)
class Fact:
    """The proof of a fact: its certainty, the record's source that shows it, the article, and a remark."""

    certainty: Certainty = Certainty.DOCUMENTED
    source: str | None = None
    article: str | None = None
    note: LangText | None = None


class FactColumns:
    """Columns of a table whose rows are facts. `source` is the key of a source of the same record."""

    certainty: Mapped[str] = mapped_column(String(16), default=Certainty.DOCUMENTED)
    source: Mapped[str | None] = mapped_column(String(16))
    article: Mapped[str | None] = mapped_column(String(300))
    note: Mapped[LangText | None]


class FactSchema(BaseSchema):
    """The proof of a fact as it stands in an import file, a form or an answer of the API."""

    certainty = Choice(Certainty, load_default=str(Certainty.DOCUMENTED))
    source = Text(max_length=16)
    article = Text(max_length=300)
    note = LangTextField()


class EvidenceSchema(FactSchema):
    """A clause of the text that the record only describes: its proof, and what it says, in the editors' words."""

    text = LangTextField()
