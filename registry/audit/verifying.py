"""Checks the whole log in one pass, and names the first entry that is wrong.

What can be found without the key: an entry that was changed, deleted, added or moved, since its hash or its place no
longer fits. What only the signatures show: entries whose hashes were all computed anew. What only a head kept outside
shows: a tail that was cut off with everything that belongs to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, text

from registry.audit.heads import Head, log_name
from registry.audit.merkle import HASH_SIZE, leaf_hash, push, root_of
from registry.audit.models import Entry, Log, SignedHead
from registry.audit.queries import head_at, leaf_bytes
from registry.core.i18n import N_
from registry.core.messages import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.orm import Session

    from registry.audit.heads import LogKey

    Progress = Callable[[int, int], None]

_BATCH = 5000

#: Tables that only grow, and the triggers by which the database itself sees to that.
GUARDED = ("audit_entry", "audit_head", "revision")
TRIGGERS = 3


@dataclass(frozen=True)
class Fault:
    """What is wrong, and with which entry; a fault of the whole log names none."""

    message: Message
    position: int | None = None


@dataclass
class Verdict:
    """What a check of the log found: its head as computed from its entries, and the faults."""

    head: Head
    faults: list[Fault] = field(default_factory=list)


def verify_log(
    session: Session,
    key: LogKey,
    known: Sequence[tuple[str, Head, bytes]] = (),
    progress: Progress | None = None,
) -> Verdict:
    """Compute the tree anew from all entries and compare: hashes, places, signatures, heads known from elsewhere.

    `known` holds heads with the name of where each was kept and its signature.
    """
    log_id, size, kept = session.execute(select(Log.log_id, Log.size, Log.frontier)).one()
    name = log_name(log_id)
    wanted = {head.size for _, head, _ in known}
    roots, count, frontier, fault = _stream(session, wanted, max(size, 1), progress)
    is_whole = fault is None
    verdict = Verdict(Head(name, count, root_of(frontier)))
    verdict.faults += _unguarded(session)
    if fault is None and (count, b"".join(frontier)) != (size, kept):
        words = (
            N_("the log says that it has %(size)s entries, and has %(count)s")
            if count != size
            else N_(
                "the head that the log keeps of itself is not that of its %(count)s entries; the rest may be cut off"
            )
        )
        fault = Fault(Message(words, size=size, count=count), min(size, count))
    if fault is None:
        fault = _unsigned(session, key, verdict.head)
    if fault is not None:
        verdict.faults.append(fault)
    # After a wrong entry nothing follows any more: later heads could only say the same again.
    comparable = [item for item in known if is_whole or item[1].size <= count]
    verdict.faults += (wrong for item in comparable if (wrong := _contradiction(item, verdict.head, roots, key)))
    return verdict


def _stream(
    session: Session, wanted: set[int], total: int, progress: Progress | None
) -> tuple[dict[int, bytes], int, list[bytes], Fault | None]:
    """Compute the tree from the entries, up to the first wrong one; return the roots at the wanted sizes."""
    frontier: list[bytes] = []
    roots = {0: root_of([])} if 0 in wanted else {}
    count = 0
    columns = (
        Entry.position,
        Entry.at,
        Entry.actor,
        Entry.act,
        Entry.object,
        Entry.outcome,
        Entry.detail,
        Entry.hashes,
    )
    with session.execute(select(*columns).order_by(Entry.position).execution_options(yield_per=_BATCH)) as rows:
        for row in rows:
            if fault := _wrong(row, count, frontier):
                return roots, count, frontier, fault
            count += 1
            if count in wanted:
                roots[count] = root_of(frontier)
            if progress and count % _BATCH == 0:
                progress(count, total)
    if progress:
        progress(count, total)
    return roots, count, frontier, None


def _wrong(row: Any, count: int, frontier: list[bytes]) -> Fault | None:
    """Add an entry to the tree; return what is wrong with it."""
    if row.position != count:
        return Fault(Message(N_("the entry is missing; the next one is %(next)s"), next=row.position), count)
    leaf = leaf_hash(leaf_bytes(row))
    if row.hashes[:HASH_SIZE] != leaf:
        return Fault(Message(N_("the entry is not what was hashed: it was changed, moved or added")), count)
    nodes = push(count, frontier, leaf)
    if row.hashes[HASH_SIZE:] != b"".join(hashed for _, _, hashed in nodes):
        return Fault(Message(N_("the hashes of the tree beside the entry do not follow from the entries")), count)
    return None


def _unsigned(session: Session, key: LogKey, head: Head) -> Fault | None:
    """Return the first entry that no true signature covers; hashes are right by now, so a head covers all before it."""
    sizes = list(session.scalars(select(SignedHead.size).order_by(SignedHead.size)))
    if head.size == 0 and not sizes:
        return None
    if sizes and sizes[-1] == head.size and _is_true(session, key, head.size):
        return None
    # Whatever was forged, the heads before it are true and those after it are not: the border is found by halving.
    low, high = 0, len(sizes)
    while low < high:
        middle = (low + high) // 2
        if sizes[middle] <= head.size and _is_true(session, key, sizes[middle]):
            low = middle + 1
        else:
            high = middle
    covered = sizes[low - 1] if low else 0
    if covered >= head.size:
        return Fault(Message(N_("there are signed heads for entries that are not in the log")), head.size)
    return Fault(
        Message(N_("from here on the entries are not those that were signed: somebody wrote them without the key")),
        covered,
    )


def _is_true(session: Session, key: LogKey, size: int) -> bool:
    signature = session.scalar(select(SignedHead.signature).where(SignedHead.size == size))
    return signature is not None and key.is_signed(head_at(session, size), signature)


def _contradiction(known: tuple[str, Head, bytes], head: Head, roots: dict[int, bytes], key: LogKey) -> Fault | None:
    """Return how the log contradicts a head that was kept elsewhere."""
    place, before, signature = known
    if before.log != head.log:
        return Fault(Message(N_("%(place)s: the head is that of another log, %(log)s"), place=place, log=before.log))
    if not key.is_signed(before, signature):
        return Fault(Message(N_("%(place)s: the head is not signed by the key of this log"), place=place))
    if before.size > head.size:
        return Fault(
            Message(
                N_("%(place)s: the log had %(size)s entries once; from here on they are cut off"),
                place=place,
                size=before.size,
            ),
            head.size,
        )
    if roots.get(before.size) != before.root:
        return Fault(
            Message(
                N_("%(place)s: an entry before number %(size)s is not what it was when that head was signed"),
                place=place,
                size=before.size,
            )
        )
    return None


def _unguarded(session: Session) -> list[Fault]:
    """Return which of the tables that only grow have lost the triggers that guard them."""
    statement = (
        "select tbl_name from sqlite_master where type = 'trigger' and name like '%_refuses_%'"
        if session.get_bind().dialect.name == "sqlite"
        else "select tgrelid::regclass::text from pg_trigger where tgname like '%_refuses_%' and tgenabled <> 'D'"
    )
    found = list(session.scalars(text(statement)))
    return [
        Fault(Message(N_("the triggers that guard the table %(table)s are missing"), table=table))
        for table in GUARDED
        if found.count(table) != TRIGGERS
    ]
