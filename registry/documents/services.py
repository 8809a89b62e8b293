"""Writes: attach documents and texts to an agreement, replace and correct them, divide them into articles."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.core.access import Access, stricter
from registry.core.errors import NotFoundError, RuleViolationError, StaleVersionError
from registry.core.i18n import N_
from registry.documents.dividing import drawn_articles, found_articles
from registry.documents.models import Article, Document
from registry.documents.vocabulary import Method, Role
from registry.documents.work import queue_extraction
from registry.outbox.services import hold_changes, note_changes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from registry.agreements.models import Agreement
    from registry.core.uow import UnitOfWork
    from registry.documents.schemas import AttachDocument, AttachText, CorrectArticles, Description


class Attached(StrEnum):
    """What became of a document: new, in the place of an earlier one, or there already.

    `KEPT` is one whose text was there and whose bytes are kept from now on; `DESCRIBED` one that is described
    differently now.
    """

    ADDED = "added"
    REPLACED = "replaced"
    KEPT = "kept"
    DESCRIBED = "described"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class ReceivedFile:
    """A file whose bytes the storage keeps."""

    file_name: str
    media_type: str
    sha256: str
    size: int


def attach_document(
    uow: UnitOfWork, agreement: Agreement, command: AttachDocument, file: ReceivedFile
) -> tuple[Attached, Document]:
    """Attach a file to an agreement and queue its reading; return what became of it, and the document.

    The storage must keep the bytes already. An agreement has one document of each role in each language, and any number
    of annexes; another one takes its place and the earlier one is kept beside. The same bytes again change nothing but
    what is newly said about them, and open nothing. A document is never more open than its agreement, and where nothing
    is said about that, as open as the one before. Raises `NotFoundError` when `command.replaces` is not a present
    document of this agreement.
    """
    hold_changes(uow.session)
    before = _to_replace(uow.session, agreement, command, file.sha256)
    said = _said(agreement, command, before)
    if before is not None and before.sha256 == file.sha256:
        outcome = _attached_again(uow, agreement, before, said, file.media_type)
        return outcome, before
    document = Document(
        agreement_id=agreement.id,
        file_name=file.file_name,
        media_type=file.media_type,
        sha256=file.sha256,
        size=file.size,
        kept=True,
        added_at=uow.clock.now(),
        added_by=uow.actor,
        text_length=0,
        notes=[],
        articles=[],
        **said,
    )
    _take_place(uow, agreement, document, before)
    queue_extraction(uow, document)
    return Attached.REPLACED if before is not None else Attached.ADDED, document


def attach_text(
    uow: UnitOfWork, agreement: Agreement, command: AttachText, *, kept: bool = False
) -> tuple[Attached, int]:
    """Attach a text that was read already to an agreement; return what became of it, and how many articles it has.

    `kept` says that the storage keeps, or will keep before the transaction ends, the bytes from which it was read. What
    holds for `attach_document` holds for texts.
    """
    hold_changes(uow.session)
    digest = hashlib.sha256(command.data).hexdigest()
    access = stricter(agreement.access, command.access)
    before = _in_place(uow.session, agreement.id, command.language, command.role)
    if before is not None and before.sha256 == digest:
        said: dict[str, str | None] = {"access": access, "source": command.source}
        return _attached_again(uow, agreement, before, said, "text/plain" if kept else None), 0
    document = Document(
        agreement_id=agreement.id,
        language=command.language,
        role=command.role,
        access=access,
        source=command.source,
        file_name=command.file_name,
        media_type="text/plain",
        sha256=digest,
        size=len(command.data),
        kept=kept,
        added_at=uow.clock.now(),
        added_by=uow.actor,
        method=Method.TEXT,
        text_length=len(command.text),
        notes=[],
        articles=found_articles(command.text),
    )
    _take_place(uow, agreement, document, before)
    return Attached.REPLACED if before is not None else Attached.ADDED, len(document.articles)


def correct_document(uow: UnitOfWork, agreement: Agreement, document: Document, command: Description) -> bool:
    """Correct what is said about a document, without touching its bytes or text; return whether anything changed.

    Raises `RuleViolationError` when another document has the place to which this one would move.
    """
    hold_changes(uow.session)
    said = _said(agreement, command, document)
    if all(getattr(document, name) == value for name, value in said.items()):
        return False
    other = _in_place(uow.session, agreement.id, command.language, command.role)
    if document.superseded_at is None and other is not None and other.id != document.id:
        raise RuleViolationError(
            N_(
                "This agreement has another document of this role in this language. Attach this file anew to put it in "
                "the place of that one."
            )
        )
    for name, value in said.items():
        setattr(document, name, value)
    _changed(uow, agreement, document)
    return True


def correct_articles(uow: UnitOfWork, agreement: Agreement, document: Document, command: CorrectArticles) -> int:
    """Divide the text of a document as a person says, without touching bytes or words; return how many articles it has.

    The division outlives another reading of the file. Raises `StaleVersionError` when the text is another than the one
    for which the borders were drawn.
    """
    hold_changes(uow.session)
    articles = uow.session.scalars(
        select(Article).where(Article.document_id == document.id).order_by(Article.position)
    ).all()
    text = "".join(article.text for article in articles)
    if len(text) != command.length:
        raise StaleVersionError(N_("The text of this document was read anew meanwhile. Load the page again."))
    pages = _pages_of(articles)
    drawn = drawn_articles(text, command.borders)
    place = 0
    for article in drawn:
        # A piece has the page of the earlier piece in which it begins: borders move, words stay.
        article.page = next((page for start, page in reversed(pages) if start <= place), None)
        place += len(article.text)
    replace_articles(uow.session, document, drawn)
    document.divided_by = uow.actor
    _changed(uow, agreement, document)
    return len(drawn)


def follow_access(uow: UnitOfWork, agreement: Agreement) -> int:
    """Narrow the documents of an agreement whose access has become narrower; return how many were narrowed.

    An agreement that is opened again opens none of them: what was closed is opened by a person, one by one.
    """
    narrowed = 0
    for document in uow.session.scalars(select(Document).where(Document.agreement_id == agreement.id)):
        access = stricter(agreement.access, document.access)
        narrowed += access != document.access
        document.access = access
    uow.session.flush()
    return narrowed


def replace_articles(session: Session, document: Document, articles: list[Article]) -> None:
    """Put other articles in the place of those of a document."""
    session.refresh(document, ["articles"])
    document.articles.clear()
    # The old ones leave before the new ones come, since both have the same anchors.
    session.flush()
    document.articles.extend(articles)
    session.flush()


def _said(agreement: Agreement, command: Description, before: Document | None) -> dict[str, str | None]:
    """Return what is said about a document; who says nothing about its access leaves that as it was."""
    access = command.access or (before.access if before is not None else Access.PUBLIC)
    return {
        "language": command.language,
        "role": command.role,
        "access": stricter(agreement.access, access),
        "title": command.title,
        "source": command.source,
    }


def _attached_again(
    uow: UnitOfWork, agreement: Agreement, document: Document, said: dict[str, str | None], media_type: str | None
) -> Attached:
    """Note what is new about a document whose bytes came again; `media_type` is None where they are not kept.

    What is not said stays as it was, and nothing is opened: whoever runs a manifest again must not undo what a person
    has corrected or closed since.
    """
    newly_kept = media_type is not None and not document.kept
    if newly_kept:
        document.kept, document.media_type = True, media_type or document.media_type
    new = {name: value for name, value in said.items() if value is not None}
    new["access"] = stricter(document.access, new["access"])
    differs = any(getattr(document, name) != value for name, value in new.items())
    for name, value in new.items():
        setattr(document, name, value)
    if newly_kept or differs:
        _changed(uow, agreement, document)
    return Attached.KEPT if newly_kept else Attached.DESCRIBED if differs else Attached.UNCHANGED


def _to_replace(session: Session, agreement: Agreement, command: AttachDocument, digest: str) -> Document | None:
    """Return the document whose place a new one takes; for an annex that names none, the same annex."""
    if command.replaces is not None:
        found = session.scalar(
            select(Document).where(
                Document.id == command.replaces,
                Document.agreement_id == agreement.id,
                Document.superseded_at.is_(None),
            )
        )
        if found is None:
            raise NotFoundError(N_("The document to be replaced is not a present document of this agreement."))
        other = _in_place(session, agreement.id, command.language, command.role)
        if other is not None and other.id != found.id:
            raise RuleViolationError(N_("Another document has this role and language; replace that one."))
        return found
    if command.role != Role.ANNEX:
        return _in_place(session, agreement.id, command.language, command.role)
    return session.scalar(
        select(Document)
        .where(
            Document.agreement_id == agreement.id,
            Document.language == command.language,
            Document.role == Role.ANNEX,
            Document.sha256 == digest,
            Document.superseded_at.is_(None),
        )
        .limit(1)
    )


def _in_place(session: Session, agreement_id: int, language: str, role: str) -> Document | None:
    """Return the present document of a role in a language; annexes have no place of their own."""
    if role == Role.ANNEX:
        return None
    return session.scalar(
        select(Document).where(
            Document.agreement_id == agreement_id,
            Document.language == language,
            Document.role == role,
            Document.superseded_at.is_(None),
        )
    )


def _take_place(uow: UnitOfWork, agreement: Agreement, document: Document, before: Document | None) -> None:
    """Add a document, in the place of an earlier one if there is one."""
    document.version = 1
    if before is not None:
        document.version = before.version + 1
        before.superseded_at = uow.clock.now()
        # The earlier one leaves its place before the new one comes.
        uow.session.flush()
    uow.session.add(document)
    uow.session.flush()
    if before is not None:
        before.superseded_by_id = document.id
    _changed(uow, agreement, document)


def _changed(uow: UnitOfWork, agreement: Agreement, document: Document) -> None:
    """Note that documents of an agreement changed."""
    if document.access == agreement.access:
        # A document that fewer may see must not show in the record that more may see, not even as a later date.
        agreement.revised_at = uow.clock.now()
    uow.session.flush()
    note_changes(uow.session, [agreement.id])


def _pages_of(articles: Sequence[Article]) -> list[tuple[int, int]]:
    """Return (place in the text, page) of each article that has a page."""
    pages, place = [], 0
    for article in articles:
        if article.page is not None:
            pages.append((place, article.page))
        place += len(article.text)
    return pages
