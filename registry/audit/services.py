"""Writes: note what a transaction does, and append it to the log when the transaction ends."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from registry.audit.heads import Head, UnreadableHeadError, log_name, read_checkpoint
from registry.audit.leaves import leaf_of, written
from registry.audit.merkle import HASH_SIZE, leaf_hash, push, root_of
from registry.audit.models import Entry, Log, SignedHead
from registry.audit.vocabulary import Act, Outcome
from registry.core.canonical import canonical
from registry.core.uow import changes_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from registry.audit.heads import LogKey
    from registry.core.uow import UnitOfWork

log = logging.getLogger(__name__)

#: Tables that need no entry: what follows from records (index, counters, articles, deadlines), the queues of files to
#: be read and of e-mail, the log itself, and the use of a sign-in, whose beginning and end have their own entries.
_SILENT = frozenset(
    {
        *("change_counter", "index_change", "article", "extraction", "mail_message"),
        "agreement_deadline",
        *("audit_log", "audit_entry", "audit_head", "sign_in"),
    }
)

_MOST_ACTOR, _MOST_OBJECT = 254, 300


@dataclass(frozen=True)
class Noted:
    """An act that the log will hold when its transaction ends."""

    act: str
    object: str
    outcome: str
    detail: Mapping[str, Any]
    actor: str | None


def record(
    uow: UnitOfWork,
    act: Act,
    object_: str = "",
    *,
    outcome: Outcome = Outcome.DONE,
    actor: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Note an act of this transaction: what was done (or refused), to what, and what else must be known of it.

    The actor is that of the unit of work unless another is given. Never give a secret or what a person typed by
    mistake, and of persons nothing but their login: an entry can never be taken back.
    """
    changes_in(uow.session).noted.append(Noted(act, object_, outcome, detail or {}, actor))


class Keeper:
    """Appends to the log at the end of every transaction, signs its head, and keeps the head outside the database."""

    def __init__(self, key: LogKey, witness: Path) -> None:
        """Sign by `key`; keep the last head in the file `witness`."""
        self.key = key
        self.witness = witness
        self._lock = threading.Lock()

    def append(self, uow: UnitOfWork) -> None:
        """Append what the transaction noted. One that wrote and noted nothing is named by the tables it wrote to."""
        changes = changes_in(uow.session)
        loud = changes.tables - _SILENT
        if loud and not changes.noted:
            record(uow, Act.TABLES_CHANGED, ", ".join(sorted(loud)))
        if not changes.noted:
            return
        head = append_entries(uow.session, uow.clock.now(), uow.actor, changes.noted)
        signature = self.key.sign(head)
        uow.session.execute(insert(SignedHead), {"size": head.size, "signature": signature})
        uow.session.info["registry_head"] = self.key.checkpoint(head, signature), head.size

    def keep_head(self, uow: UnitOfWork) -> None:
        """Keep the head of a committed transaction outside the database, unless a later one is there already."""
        checkpoint, size = uow.session.info.pop("registry_head", ("", 0))
        if not checkpoint:
            return
        temporary = self.witness.with_suffix(".new")
        try:
            with self._lock:
                if size > self._kept_size():
                    temporary.write_text(checkpoint, encoding="utf-8")
                    temporary.replace(self.witness)
        except OSError:
            # The transaction is committed by now, and stays so: the next one tries again.
            log.exception("the head of the audit log could not be kept in %s", self.witness)

    def _kept_size(self) -> int:
        try:
            return read_checkpoint(self.witness.read_text(encoding="utf-8"))[0].size
        except (FileNotFoundError, UnreadableHeadError):
            return 0


def append_entries(session: Session, at: datetime, actor: str, noted: Sequence[Noted]) -> Head:
    """Append entries to the log and return its new head. Each costs the logarithm of the size, at most.

    Other writers wait from here until the commit, so nobody else can take the same places.
    """
    row = session.execute(select(Log.log_id, Log.size, Log.frontier).with_for_update()).one()
    frontier = [row.frontier[start : start + HASH_SIZE] for start in range(0, len(row.frontier), HASH_SIZE)]
    rows = []
    for position, item in enumerate(noted, start=row.size):
        values: dict[str, Any] = {
            "position": position,
            "at": written(at),
            "actor": (item.actor if item.actor is not None else actor)[:_MOST_ACTOR],
            "act": str(item.act),
            "object": item.object[:_MOST_OBJECT],
            "outcome": str(item.outcome),
            "detail": canonical(item.detail).decode(),
        }
        leaf = leaf_hash(leaf_of(**values))
        nodes = push(position, frontier, leaf)
        rows.append({**values, "hashes": leaf + b"".join(hashed for _, _, hashed in nodes)})
    session.execute(insert(Entry), rows)
    size = row.size + len(rows)
    session.execute(update(Log).values(size=size, frontier=b"".join(frontier)))
    return Head(log_name(row.log_id), size, root_of(frontier))
