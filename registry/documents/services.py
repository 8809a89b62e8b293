"""Writes: attach a text to an agreement, divided into its articles."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.core.access import stricter
from registry.documents.models import Article, Document
from registry.documents.splitting import split
from registry.outbox.services import hold_changes, note_changes

if TYPE_CHECKING:
    from registry.agreements.models import Agreement
    from registry.core.uow import UnitOfWork
    from registry.documents.schemas import AttachText
    from registry.documents.splitting import Piece

_MOST_LABEL, _MOST_HEADING = 300, 1000


class Attached(StrEnum):
    """What became of a text."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


def attach_text(uow: UnitOfWork, agreement: Agreement, command: AttachText) -> tuple[Attached, int]:
    """Attach a text to an agreement; return what became of it, and how many articles it has.

    An agreement has one text of each role in each language: another one takes its place. The same bytes again
    change nothing. A text is never more open than its agreement.
    """
    hold_changes(uow.session)
    digest = hashlib.sha256(command.data).hexdigest()
    access = stricter(agreement.access, command.access)
    before = uow.session.scalar(
        select(Document).where(
            Document.agreement_id == agreement.id,
            Document.language == command.language,
            Document.role == command.role,
        )
    )
    if before is not None and (before.sha256, before.access, before.source) == (digest, access, command.source):
        return Attached.UNCHANGED, 0
    if before is not None:
        uow.session.delete(before)
        # The old row leaves before the new one comes, since both hold the same unique values.
        uow.session.flush()
    articles = [_article(position, piece, command.text) for position, piece in enumerate(split(command.text))]
    uow.session.add(
        Document(
            agreement_id=agreement.id,
            language=command.language,
            role=command.role,
            access=access,
            source=command.source,
            file_name=command.file_name,
            sha256=digest,
            size=len(command.data),
            added_at=uow.clock.now(),
            articles=articles,
        )
    )
    if access == agreement.access:
        # A text that fewer may see must not show in the record that more may see, not even as a later date.
        agreement.revised_at = uow.clock.now()
    uow.session.flush()
    note_changes(uow.session, [agreement.id])
    return Attached.REPLACED if before is not None else Attached.ADDED, len(articles)


def _article(position: int, piece: Piece, text: str) -> Article:
    return Article(
        position=position,
        kind=piece.kind,
        number=piece.number[:24] if piece.number else None,
        anchor=piece.anchor,
        label=piece.label[:_MOST_LABEL],
        heading=piece.heading[:_MOST_HEADING],
        part=piece.part[:_MOST_HEADING],
        text=text[piece.start : piece.end],
    )
