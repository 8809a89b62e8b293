"""Reads: the texts of agreements, and their articles."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from registry.documents.models import Article, Document
from registry.documents.vocabulary import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

_ORDER = [str(role) for role in Role]


def documents_of(session: Session, agreement_ids: Sequence[int]) -> dict[int, list[Document]]:
    """Return the documents of each agreement that the session may see, the weightiest first, without their words."""
    found: dict[int, list[Document]] = defaultdict(list)
    statement = select(Document).where(Document.agreement_id.in_(agreement_ids))
    for document in session.scalars(statement):
        found[document.agreement_id].append(document)
    for documents in found.values():
        documents.sort(key=lambda item: (_ORDER.index(item.role), item.language))
    return found


def text_in(session: Session, agreement_id: int, language: str) -> Document | None:
    """Return the weightiest text of an agreement in a language, with its articles, or None."""
    statement = (
        select(Document)
        .where(Document.agreement_id == agreement_id, Document.language == language)
        .options(selectinload(Document.articles))
    )
    return min(session.scalars(statement), key=lambda item: _ORDER.index(item.role), default=None)


def articles_by_ids(session: Session, ids: Sequence[int]) -> dict[int, tuple[Article, str]]:
    """Return articles that the session may see by their ids, each with the language of its text."""
    statement = (
        select(Article, Document.language).join(Document, Document.id == Article.document_id).where(Article.id.in_(ids))
    )
    return {article.id: (article, language) for article, language in session.execute(statement)}


def articles_to_index(session: Session, agreement_ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """Return the articles of each agreement with the language and the openness of their texts."""
    statement = (
        select(
            Document.agreement_id,
            Article.id,
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
