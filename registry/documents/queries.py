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
    """Return the present documents of each agreement that the session may see, without their words.

    The weightiest come first. What another document has taken the place of is in `versions_of`.
    """
    found: dict[int, list[Document]] = defaultdict(list)
    statement = _documents().where(Document.agreement_id.in_(agreement_ids), Document.superseded_at.is_(None))
    for document in session.scalars(statement):
        found[document.agreement_id].append(document)
    for documents in found.values():
        documents.sort(key=lambda item: (_ORDER.index(item.role), item.language, item.id))
    return found


def document_by_id(session: Session, agreement_id: int, document_id: int) -> Document | None:
    """Return a document of an agreement, present or superseded, without its words; None when there is none to see."""
    return session.scalar(_documents().where(Document.agreement_id == agreement_id, Document.id == document_id))


def withdrawn_from(session: Session, agreement_id: int) -> list[Document]:
    """Return the withdrawn documents of an agreement that the session may see, the latest first.

    They are for those who may attach documents; readers are not told of them.
    """
    statement = _documents().where(Document.agreement_id == agreement_id, Document.withdrawn_at.is_not(None))
    return list(session.scalars(statement.order_by(Document.withdrawn_at.desc(), Document.id.desc())))


def articles_of(session: Session, document_id: int) -> list[Article]:
    """Return the articles of a document that the session may see, in their order."""
    return list(
        session.scalars(
            select(Article)
            .join(Document, Document.id == Article.document_id)
            .join(Agreement, Agreement.id == Document.agreement_id)
            .where(Document.id == document_id)
            .order_by(Article.position)
        )
    )


def versions_of(session: Session, document: Document) -> list[Document]:
    """Return a document, those whose place it took and those that took its, the newest first, as far as one may see.

    Whoever sees a version need not see each of the others.
    """
    rows = session.execute(
        select(Document.id, Document.superseded_by_id, Document.access).where(
            Document.agreement_id == document.agreement_id
        )
    ).all()
    later = {row.id: row.superseded_by_id for row in rows}
    chain = {document.id}
    newest = document.id
    while (following := later.get(newest)) is not None:
        newest = following
        chain.add(newest)
    while earlier := {key for key, following in later.items() if following in chain} - chain:
        chain |= earlier
    found = session.scalars(_documents().where(Document.id.in_(chain)))
    return sorted(found, key=lambda item: -item.version)


def text_in(
    session: Session, agreement_id: int, language: str, role: str | None = None, document_id: int | None = None
) -> Document | None:
    """Return the text of an agreement in a language, with its articles, or None.

    It is the one in `role`, or without it the weightiest; with `document_id` that very document, superseded or not.
    """
    statement = _documents().where(
        Document.agreement_id == agreement_id, Document.language == language, Document.text_length > 0
    )
    if document_id is not None:
        statement = statement.where(Document.id == document_id)
    else:
        statement = statement.where(Document.superseded_at.is_(None))
    if role is not None:
        statement = statement.where(Document.role == role)
    found = session.scalars(statement.options(selectinload(Document.articles)))
    return min(found, key=lambda item: (_ORDER.index(item.role), item.id), default=None)


def texts_in(session: Session, agreement_id: int, language: str) -> list[Document]:
    """Return all texts of an agreement in a language that the session may see, without their words.

    The weightiest role comes first, and of one role the present version before the earlier ones.
    """
    found = session.scalars(
        _documents().where(
            Document.agreement_id == agreement_id, Document.language == language, Document.text_length > 0
        )
    )
    return sorted(found, key=lambda item: (_ORDER.index(item.role), -item.version, item.id))


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
        .where(Article.id.in_(ids), Document.superseded_at.is_(None))
    )
    rows = session.execute(statement).all()
    texts = documents_of(session, sorted({row.agreement_id for row in rows}))
    found = {}
    for article, agreement_id, language, role in rows:
        weightiest = next(
            (text.role for text in texts[agreement_id] if text.language == language and text.has_text), role
        )
        found[article.id] = FoundArticle(article, language, None if role == weightiest else role)
    return found


def _documents() -> Select[Document]:
    """Return the documents of agreements that the session may see: a text is never more open than its agreement."""
    return select(Document).join(Agreement, Agreement.id == Document.agreement_id)


def articles_to_index(
    session: Session, agreement_ids: Sequence[int], documents: Sequence[int] | None = None
) -> dict[int, list[Row[Any]]]:
    """Return the articles of the present documents of each agreement, with language and openness of their texts.

    With `documents` those of these documents, whether they are still in their places or not.
    """
    which = Document.superseded_at.is_(None) if documents is None else Document.id.in_(documents)
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
        .where(Document.agreement_id.in_(agreement_ids), which)
        .order_by(Document.agreement_id, Document.id, Article.position)
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(statement):
        found[row.agreement_id].append(row)
    return found


def owners_of_articles(session: Session) -> dict[int, int]:
    """Return the agreement of every article that is searched: superseded documents are only read."""
    statement = (
        select(Article.id, Document.agreement_id)
        .join(Document, Document.id == Article.document_id)
        .where(Document.superseded_at.is_(None))
    )
    return {row[0]: row[1] for row in session.execute(statement)}
