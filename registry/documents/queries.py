"""Reads: the texts of agreements, and their articles."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from registry.agreements.models import Agreement
from registry.documents.models import Article, Document
from registry.documents.vocabulary import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

_ORDER = [str(role) for role in Role]


def documents_of(session: Session, agreement_ids: Sequence[int]) -> dict[int, list[Document]]:
    """Return the documents of each agreement that the session may see, the weightiest first, without their words."""
    found: dict[int, list[Document]] = defaultdict(list)
    statement = _documents().where(Document.agreement_id.in_(agreement_ids))
    for document in session.scalars(statement):
        found[document.agreement_id].append(document)
    for documents in found.values():
        documents.sort(key=lambda item: (_ORDER.index(item.role), item.language))
    return found


def text_in(session: Session, agreement_id: int, language: str, role: str | None = None) -> Document | None:
    """Return the text of an agreement in a language, with its articles, or None.

    It is the one in `role`, or without it the weightiest.
    """
    statement = _documents().where(Document.agreement_id == agreement_id, Document.language == language)
    if role is not None:
        statement = statement.where(Document.role == role)
    found = session.scalars(statement.options(selectinload(Document.articles)))
    return min(found, key=lambda item: _ORDER.index(item.role), default=None)


@dataclass(frozen=True)
class FoundArticle:
    """An article with the language of its text, and the role of the text when a weightier one has that language."""

    article: Article
    language: str
    role: str | None


def articles_by_ids(session: Session, ids: Sequence[int]) -> dict[int, FoundArticle]:
    """Return articles that the session may see by their ids."""
    statement = (
        select(Article, Document.agreement_id, Document.language, Document.role)
        .join(Document, Document.id == Article.document_id)
        .join(Agreement, Agreement.id == Document.agreement_id)
        .where(Article.id.in_(ids))
    )
    rows = session.execute(statement).all()
    texts = documents_of(session, sorted({row.agreement_id for row in rows}))
    found = {}
    for article, agreement_id, language, role in rows:
        weightiest = next(text.role for text in texts[agreement_id] if text.language == language)
        found[article.id] = FoundArticle(article, language, None if role == weightiest else role)
    return found


def _documents() -> Select[Document]:
    """Return the documents of agreements that the session may see: a text is never more open than its agreement."""
    return select(Document).join(Agreement, Agreement.id == Document.agreement_id)


def articles_to_index(session: Session, agreement_ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """Return the articles of each agreement with the language and the openness of their texts."""
    statement = (
        select(
            Document.agreement_id,
            Article.id,
            Article.kind,
            Article.number,
            Article.heading,
            Article.text,
            Document.language,
            Document.access,
        )
        .join(Document, Document.id == Article.document_id)
        .where(Document.agreement_id.in_(agreement_ids))
        .order_by(Document.agreement_id, Document.id, Article.position)
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(statement):
        found[row.agreement_id].append(row)
    return found


def owners_of_articles(session: Session) -> dict[int, int]:
    """Return the agreement of every article."""
    statement = select(Article.id, Document.agreement_id).join(Document, Document.id == Article.document_id)
    return {row[0]: row[1] for row in session.execute(statement)}
