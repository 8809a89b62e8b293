"""What a dossier holds of an agreement, for a reader, as recorded at an instant: never more than they may see today."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import func, select

from registry.agreements.models import Agreement
from registry.audit.models import Entry, SignedHead
from registry.audit.proofs import proof_json
from registry.audit.queries import head_at, prove_entries
from registry.audit.vocabulary import Act
from registry.core.canonical import canonical, sha256_of
from registry.documents.models import Document
from registry.documents.queries import articles_of
from registry.documents.storage.interface import missing
from registry.dossiers.bag import Part, whole
from registry.revisions.models import Revision
from registry.revisions.queries import history

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from registry.audit.heads import LogKey
    from registry.core.access import Reader
    from registry.core.uow import Database
    from registry.documents.storage.interface import Storage
    from registry.revisions.queries import Recorded

#: What is said of each document. Who attached it is a matter of the log.
_SAID = (
    *("language", "role", "access", "title", "source", "file_name", "media_type", "size", "sha256", "version"),
    *("added_at", "method", "confidence", "page_count"),
)

#: Columns of documents that name persons.
_LOGINS = ("added_by", "divided_by", "withdrawn_by")


@dataclass(frozen=True)
class Keeping:
    """Where the parts are kept, and for whom they are taken out."""

    database: Database
    storage: Storage
    key: LogKey
    reader: Reader
    #: Whether the reader may learn who acted, and may read the audit log.
    names_actors: bool = False
    shows_log: bool = False


def last_instant(session: Session) -> datetime | None:
    """Return the instant of the newest revision of any agreement that the reader sees.

    All that was recorded up to it is committed, so what is made as of it can be made again, byte for byte.
    """
    return session.scalar(select(func.max(Revision.recorded_at)).join(Agreement, Agreement.id == Revision.agreement_id))


def revision_parts(
    session: Session, keeping: Keeping, agreement_id: int, at: datetime
) -> tuple[list[Part], list[Recorded]]:
    """Return all states up to an instant, each as canonical JSON (RFC 8785), with a list of them, and the states.

    A revision in which the reader sees no change is left out.
    """
    parts: list[Part] = []
    listed: list[dict[str, Any]] = []
    before = None
    states = [state for state in reversed(history(session, agreement_id)) if state.revision.recorded_at <= at]
    for state in states:
        data = canonical(state.record if keeping.names_actors else _without_logins(state.record))
        if data == before:
            continue
        before = data
        path = f"revisions/{len(listed) + 1:04}.json"
        parts.append(whole(path, data))
        revision = state.revision
        listed.append(
            {
                "path": path,
                "number": revision.counted,
                "recorded_at": revision.recorded_at.isoformat(),
                **({"actor": revision.actor} if keeping.names_actors else {}),
                "reason": revision.reason,
                "sha256": sha256_of(data),
            }
        )
    parts.append(whole("revisions.json", _json(listed)))
    return parts, states


def document_parts(
    session: Session, keeping: Keeping, agreement_id: int, record: Mapping[str, Any]
) -> tuple[list[Part], list[dict[str, Any]]]:
    """Return the files and the texts of the documents of a state, with a list that says what each is.

    What was withdrawn since, or is less open today, is only named as far as the state itself names it. A text is given
    if it still is as long as it was recorded. Raises `MissingBytesError` when the storage has lost a file.
    """
    rows = {
        (row.language, row.role, row.sha256): row
        for row in session.scalars(
            select(Document)
            .join(Agreement, Agreement.id == Document.agreement_id)
            .where(Document.agreement_id == agreement_id, Document.withdrawn_at.is_(None))
            .order_by(Document.id)
        )
    }
    parts: dict[str, Part] = {}
    listed = []
    for item in record["documents"]:
        row = rows.get((item["language"], item["role"], item["sha256"]))
        if row is None:
            continue
        about = {**{name: item.get(name) for name in _SAID}, "path": None, "text": None}
        stem = f"{row.language}/{row.role}-{row.sha256[:8]}"
        if row.kept:
            if keeping.storage.size(row.sha256) is None:
                raise missing(row.sha256)
            about["path"] = f"documents/{stem}{_suffix(row.file_name)}"
            parts[about["path"]] = Part(about["path"], _reading(keeping.storage, row.sha256), row.size, row.sha256)
        if row.has_text and row.text_length == item.get("text_length"):
            about["text"] = f"texts/{stem}.txt"
            parts[about["text"]] = Part(about["text"], _text(keeping, row.id))
        listed.append(about)
    return [*parts.values(), whole("documents.json", _json(listed))], listed


def log_parts(session: Session, keeping: Keeping, number: str, last: Revision, size: int | None) -> list[Part]:
    """Return the entries of the log about an agreement, each with its proof, under the signed head of `size` entries.

    Without `size` the log ends with the transaction that made the revision `last`, so that the same state has the same
    proofs for ever; what was noted since, such as who read it, is there when a larger size is asked for.
    """
    if size is None:
        size = _size_with(session, number, last)
    head = head_at(session, size)
    checkpoint = keeping.key.checkpoint(head, keeping.key.sign(head))

    def lines() -> Iterator[bytes]:
        with keeping.database.read() as reading:
            for proof in prove_entries(reading, number, size):
                yield orjson.dumps(proof_json(proof, checkpoint)) + b"\n"

    return [
        Part("log/proofs.jsonl", lines),
        whole("log/head.txt", checkpoint.encode()),
        whole("log/public-key.txt", f"{keeping.key.verifier(head.log)}\n".encode()),
    ]


def _size_with(session: Session, number: str, last: Revision) -> int:
    """Return the size of the log with the transaction that made a revision."""
    entries = session.execute(
        select(Entry.position, Entry.detail)
        .where(Entry.object == number, Entry.act == Act.AGREEMENT_REVISED)
        .order_by(Entry.position)
    )
    position = next((row.position for row in entries if orjson.loads(row.detail)["revision"] == last.number), 0)
    return session.scalar(select(func.min(SignedHead.size)).where(SignedHead.size > position)) or 0


def _reading(storage: Storage, digest: str) -> Any:
    return lambda: storage.read(digest)


def _text(keeping: Keeping, document_id: int) -> Any:
    def read() -> Iterator[bytes]:
        with keeping.database.read(keeping.reader) as session:
            for article in articles_of(session, document_id):
                yield article.text.encode()

    return read


def _suffix(file_name: str) -> str:
    suffix = PurePath(file_name).suffix.lower()
    return suffix if suffix.isascii() and suffix[1:].isalnum() else ""


def _without_logins(record: Mapping[str, Any]) -> dict[str, Any]:
    documents = [{name: item[name] for name in item if name not in _LOGINS} for item in record["documents"]]
    return {**record, "documents": documents}


def _json(value: Sequence[Mapping[str, Any]]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
