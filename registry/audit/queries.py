"""Reads: pages of the log, its head, and the proofs that its tree gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from registry.audit.heads import Head, log_name
from registry.audit.leaves import leaf_of, written
from registry.audit.merkle import HASH_SIZE, consistency_proof, inclusion_proof, root_of
from registry.audit.merkle import frontier_at as frontier_places
from registry.audit.models import Entry, Log, SignedHead
from registry.core.errors import NotFoundError
from registry.core.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from registry.audit.schemas import LogRequest
    from registry.core.pagination import Paging


@dataclass(frozen=True)
class Proof:
    """That an entry is in the log with this head: its bytes, and the hashes beside its way up to the root."""

    entry: Entry
    leaf: bytes
    head: Head
    path: list[bytes]


class Nodes:
    """Gives the nodes of the tree out of the rows of the entries, each row read once."""

    def __init__(self, session: Session) -> None:
        """Read by this session."""
        self._session = session
        self._rows: dict[int, bytes] = {}

    def __call__(self, level: int, place: int) -> bytes:
        """Return the hash of the node at (level, place), which stands beside the leaf that made it whole."""
        last = ((place + 1) << level) - 1
        if last not in self._rows:
            found = self._session.scalar(select(Entry.hashes).where(Entry.position == last))
            self._rows[last] = found or b""
        return self._rows[last][level * HASH_SIZE : (level + 1) * HASH_SIZE]


def current_head(session: Session) -> Head:
    """Return the head of the log."""
    row = session.execute(select(Log.log_id, Log.size, Log.frontier)).one()
    frontier = [row.frontier[start : start + HASH_SIZE] for start in range(0, len(row.frontier), HASH_SIZE)]
    return Head(log_name(row.log_id), row.size, root_of(frontier))


def head_at(session: Session, size: int) -> Head:
    """Return the head that the log had with `size` entries. Raises `NotFoundError` when it never had so many."""
    log_id, largest = session.execute(select(Log.log_id, Log.size)).one()
    if not 0 <= size <= largest:
        raise NotFoundError(N_("The log has %(size)s entries, not %(asked)s."), size=largest, asked=size)
    nodes = Nodes(session)
    return Head(log_name(log_id), size, root_of([nodes(*place) for place in frontier_places(size)]))


def prove_entry(session: Session, position: int, size: int | None = None) -> Proof:
    """Return the proof that an entry is in the log as it is now, or as it was with `size` entries.

    Raises `NotFoundError` when it has no such entry, or never had so many.
    """
    head = current_head(session) if size is None else head_at(session, size)
    entry = session.get(Entry, position) if 0 <= position < head.size else None
    if entry is None:
        raise NotFoundError(N_("The log has no entry %(position)s."), position=position)
    return Proof(entry, leaf_bytes(entry), head, inclusion_proof(position, head.size, Nodes(session)))


def first_signed_size(session: Session, position: int) -> int:
    """Return the size of the log at the end of the transaction that wrote an entry. Raises `NotFoundError`."""
    size = session.scalar(select(func.min(SignedHead.size)).where(SignedHead.size > position))
    if size is None:
        raise NotFoundError(N_("The log has no entry %(position)s."), position=position)
    return size


def prove_entries(session: Session, object_: str, size: int) -> Iterator[Proof]:
    """Yield the proofs that the entries about an object are in the log of `size` entries, the oldest first.

    Raises `NotFoundError` when the log never had so many.
    """
    head, nodes = head_at(session, size), Nodes(session)
    found = select(Entry).where(Entry.object == object_, Entry.position < size).order_by(Entry.position)
    for entry in session.scalars(found):
        yield Proof(entry, leaf_bytes(entry), head, inclusion_proof(entry.position, size, nodes))


def prove_consistency(session: Session, old: int, size: int) -> list[bytes]:
    """Return the proof that the log of `size` entries continues the one of `old` entries."""
    return consistency_proof(old, size, Nodes(session))


def leaf_bytes(entry: Any) -> bytes:
    """Return the bytes of an entry that are hashed."""
    return leaf_of(entry.position, entry.at, entry.actor, entry.act, entry.object, entry.outcome, entry.detail)


def entries(session: Session, asked: LogRequest, paging: Paging) -> tuple[list[Entry], int]:
    """Return a page of the entries that are asked for, the newest first, and how many there are."""
    total = session.scalar(select(func.count()).select_from(_asked(asked).subquery())) or 0
    page = _asked(asked).order_by(Entry.position.desc()).limit(paging.per_page).offset(paging.offset)
    return list(session.scalars(page)), total


def all_entries(session: Session, asked: LogRequest) -> Iterator[Entry]:
    """Yield all entries that are asked for, the oldest first, without holding them all."""
    statement = _asked(asked).order_by(Entry.position).execution_options(yield_per=500)
    with session.scalars(statement) as found:
        for entry in found:
            session.expunge(entry)
            yield entry


def _asked(asked: LogRequest) -> Select[Entry]:
    statement = select(Entry)
    if asked.actor:
        statement = statement.where(Entry.actor == asked.actor)
    if asked.act:
        statement = statement.where(Entry.act == asked.act)
    if asked.object:
        statement = statement.where(Entry.object == asked.object)
    if asked.since:
        statement = statement.where(Entry.at >= written(asked.since))
    if asked.until:
        statement = statement.where(Entry.at < written(asked.until))
    return statement
