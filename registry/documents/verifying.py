"""Compares the rows of documents with the bytes in the storage, and puts out of the way what belongs to no document."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.documents.models import Document, HeldFile
from registry.outbox.services import hold_changes

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from registry.core.uow import Database
    from registry.documents.storage.interface import Storage, StoredFile

#: Younger bytes without a document may belong to one that is just being attached; that takes seconds.
GRACE = timedelta(hours=1)


#: What was withdrawn has no right to its bytes any more.
_OWNS = (Document.withdrawn_at.is_(None),)


@dataclass
class StorageReport:
    """What was compared and what was found.

    `missing` and `damaged` are digests of documents whose bytes are not there or are others; `orphans` are files that
    belong to no document, or to withdrawn ones only, `young` those of them that may still get one, `left_over`
    temporary files of processes that were killed.
    """

    compared: int = 0
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    orphans: list[StoredFile] = field(default_factory=list)
    young: list[StoredFile] = field(default_factory=list)
    left_over: list[Path] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        """Return whether nothing was found that somebody has to see to."""
        return not (self.missing or self.damaged or self.orphans or self.left_over)


def verify_storage(
    database: Database,
    storage: Storage,
    now: datetime,
    grace: timedelta = GRACE,
    progress: Callable[[int, int], None] | None = None,
) -> StorageReport:
    """Read every file that is kept, hash it, and compare; nothing is changed. Raises `StorageError`."""
    report = StorageReport(left_over=storage.spool.left_over())
    files = list(storage.stored())
    # After the files were listed: a document that comes meanwhile has its bytes already.
    digests = _digests(database)
    for done, file in enumerate(files, start=1):
        if file.key not in digests:
            (report.young if now - file.changed_at < grace else report.orphans).append(file)
        else:
            report.compared += 1
            if _digest_of(storage, file.key) != file.key:
                report.damaged.append(file.key)
        if progress:
            progress(done, len(files))
    listed = {file.key for file in files}
    report.missing = [digest for digest in sorted(digests - listed) if storage.size(digest) is None]
    return report


def mend_storage(database: Database, storage: Storage, report: StorageReport, actor: str) -> int:
    """Remove left-over temporary files and set orphans aside; return how many of both.

    A temporary file was never said to be kept, so it is deleted. An orphan is whole, and after an older backup of the
    database was restored it may be all that is left of a document; it is moved to the quarantine, for a person to see.
    What is missing or damaged cannot be mended here: the bytes have to come from a backup, or be attached again.
    """
    for path in report.left_over:
        path.unlink(missing_ok=True)
    mended = len(report.left_over)
    for file in report.orphans:
        with database.write(actor) as uow:
            # Whoever attaches a document holds this too, and then looks whether the bytes are still there.
            hold_changes(uow.session)
            if not _is_owned(uow.session, file.key):
                storage.set_aside(file.key)
                mended += 1
    return mended


def _digests(database: Database) -> set[str]:
    with database.read() as session:
        owned = select(Document.sha256).where(Document.kept, *_OWNS).union(select(HeldFile.sha256))
        return set(session.scalars(owned))


def _is_owned(session: Session, digest: str) -> bool:
    """Return whether bytes belong to a document, or to a file that may become one."""
    document = select(Document.id).where(*_OWNS, Document.sha256 == digest)
    held = select(HeldFile.id).where(HeldFile.sha256 == digest)
    return any(session.scalar(owner.limit(1)) is not None for owner in (document, held))


def _digest_of(storage: Storage, digest: str) -> str:
    found = hashlib.sha256()
    for data in storage.read(digest):
        found.update(data)
    return found.hexdigest()
