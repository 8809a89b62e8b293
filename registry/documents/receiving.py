"""The way of a file into the registry, the same for a form, a command and a folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.agreements.models import Agreement
from registry.core.errors import InvalidInputError, NotFoundError
from registry.core.i18n import N_
from registry.core.messages import Message
from registry.documents.extraction import detect
from registry.documents.models import HeldFile
from registry.documents.names import safe_file_name
from registry.documents.services import Attached, ReceivedFile, attach_document, document_to_replace
from registry.documents.storage.interface import StorageError
from registry.outbox.services import hold_changes

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from registry.core.uow import Database, UnitOfWork
    from registry.documents.scanning import Scanner
    from registry.documents.schemas import AttachDocument
    from registry.documents.storage.interface import Storage
    from registry.documents.storage.spool import Incoming


@dataclass(frozen=True)
class Received:
    """What became of a file, and the id of its document."""

    outcome: Attached
    document_id: int


def receive_document(
    database: Database,
    storage: Storage,
    scanner: Scanner | None,
    agreement_id: int,
    incoming: Incoming,
    file_name: str | None,
    command: AttachDocument,
    *,
    actor: str,
) -> Received:
    """Attach a file that came in whole: look at it, keep its bytes, write its row, queue its reading.

    The bytes are kept before the row is written, so that no row ever names bytes that are not there. Who is killed in
    between leaves bytes without a row, which `registry documents verify` finds. Raises `InvalidInputError` for an empty
    file, `UnreadableDocumentError` for one of no format that can be read, `InfectedError`, `ScannerError`,
    `StorageError` and what `attach_document` raises.
    """
    file = inspected(scanner, incoming, file_name)
    with database.read() as session:
        # What cannot be attached is refused before its bytes are kept, which nobody would own.
        document_to_replace(session, _agreement(session, agreement_id), command, file.sha256)
    storage.keep(incoming)
    with database.write(actor) as uow:
        hold_changes(uow.session)
        agreement = _agreement(uow.session, agreement_id)
        _check_kept(storage, file)
        outcome, document = attach_document(uow, agreement, command, file)
        return Received(outcome, document.id)


def inspected(scanner: Scanner | None, incoming: Incoming, file_name: str | None) -> ReceivedFile:
    """Look at a file that came in whole; return what it is. Nothing is kept yet.

    Raises `InvalidInputError` for an empty file, `UnreadableDocumentError` for one of no format that can be read,
    `InfectedError` and `ScannerError`.
    """
    if incoming.size == 0:
        raise InvalidInputError(
            {"file": [Message(N_("The file is empty. Choose the file again, or save it anew and then choose it."))]},
            N_("The file cannot be attached."),
        )
    incoming.settle()
    if scanner is not None:
        incoming.seek(0)
        scanner.check(incoming)
    name = safe_file_name(file_name)
    return ReceivedFile(name, str(detect(incoming.path, name)), incoming.digest, incoming.size)


def hold_file(uow: UnitOfWork, storage: Storage, file: ReceivedFile) -> HeldFile:
    """Give bytes that the storage keeps an owner before they belong to an agreement; return the row, flushed.

    Raises `StorageError` when the storage was mended at this moment and has them no more.
    """
    hold_changes(uow.session)
    _check_kept(storage, file)
    held = HeldFile(
        file_name=file.file_name,
        media_type=file.media_type,
        sha256=file.sha256,
        size=file.size,
        received_at=uow.clock.now(),
        received_by=uow.actor,
    )
    uow.session.add(held)
    uow.session.flush()
    return held


def _check_kept(storage: Storage, file: ReceivedFile) -> None:
    if storage.size(file.sha256) is None:
        # Somebody mended the storage just now and took these bytes for an orphan.
        raise StorageError(N_("The storage was mended at this very moment. Send the file again."))


def _agreement(session: Session, agreement_id: int) -> Agreement:
    found = session.get(Agreement, agreement_id)
    if found is None:
        raise NotFoundError(N_("There is no such agreement in this registry."))
    return found
