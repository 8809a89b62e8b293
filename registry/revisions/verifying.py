"""Checks that revisions are those that the log names, and that each agreement is as its last revision says."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import func, select

from registry.agreements.models import Agreement
from registry.audit.models import Entry
from registry.audit.verifying import Fault
from registry.audit.vocabulary import Act
from registry.core.canonical import canonical, sha256_of
from registry.core.i18n import N_
from registry.core.messages import Message
from registry.revisions.models import Revision
from registry.revisions.services import said_in_the_log
from registry.revisions.snapshot import snapshots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy.orm import Session

    Progress = Callable[[int, int], None]

_BATCH = 200

#: How far the instant of a revision may lie from that of an entry which does not say it.
LONGEST_TRANSACTION = timedelta(hours=1)

_COLUMNS = tuple(column for column in Revision.__table__.columns if column.name != "id")


def verify_revisions(session: Session, progress: Progress | None = None) -> list[Fault]:
    """Return the first revision that is not what the log says of it, and each agreement that is not as last recorded.

    Revisions and their entries are made in the same order, so both are read side by side in one pass.
    """
    total = session.scalar(select(func.count(Revision.id))) or 0
    fault = _against_the_log(session, total, progress)
    return [*([fault] if fault else []), *_against_the_records(session)]


def _against_the_log(session: Session, total: int, progress: Progress | None) -> Fault | None:
    revisions = select(*_COLUMNS).order_by(Revision.id).execution_options(yield_per=_BATCH)
    entries = (
        select(Entry.position, Entry.at, Entry.actor, Entry.object, Entry.detail)
        .where(Entry.act == Act.AGREEMENT_REVISED)
        .order_by(Entry.position)
        .execution_options(yield_per=_BATCH)
    )
    before = None
    with session.execute(revisions) as rows, session.execute(entries) as said:
        for done, entry in enumerate(said, start=1):
            row = rows.fetchone()
            if fault := _contradicts(entry, row, before):
                return fault
            before = row
            if progress:
                progress(done, total)
        row = rows.fetchone()
    if row is None:
        return None
    words = N_("%(agreement)s: revision %(revision)s has no entry in the log")
    return Fault(Message(words, agreement=_number_in(row.snapshot), revision=row.number))


def _contradicts(entry: Any, row: Any, before: Any) -> Fault | None:
    """Return what is wrong with the revision that an entry of the log speaks of; `before` is the revision before it."""
    said = orjson.loads(entry.detail)
    name = {"agreement": entry.object, "revision": said["revision"]}
    if row is None or (_number_in(row.snapshot), row.number) != (entry.object, said["revision"]):
        return Fault(Message(N_("%(agreement)s: revision %(revision)s is missing"), **name), entry.position)
    if not sha256_of(row.snapshot.encode()) == row.sha256 == said["sha256"]:
        return Fault(Message(N_("%(agreement)s: revision %(revision)s was changed"), **name), entry.position)
    if wrong := _columns_that_differ(entry, said, row, before):
        words = N_("%(agreement)s: revision %(revision)s is not what the log says of it: %(columns)s")
        return Fault(Message(words, **name, columns=", ".join(wrong)), entry.position)
    return None


def _columns_that_differ(entry: Any, said: dict[str, Any], row: Any, before: Any) -> list[str]:
    """Return the columns of a revision that its entry contradicts.

    An entry that was written before entries said everything has no record time. It binds the reason and the actor, and
    the instant only by its own, at the end of the same transaction, and by the order of the revisions.
    """
    wrong = ["actor"] if row.actor != entry.actor else []
    if "recorded_at" in said:
        true = said_in_the_log(row._mapping)  # noqa: SLF001  The documented name of what a row is as a mapping.
        return wrong + sorted(name for name in true.keys() | said.keys() if true.get(name) != said.get(name))
    if (row.reason or None) != said.get("reason"):
        wrong.append("reason")
    apart = abs(datetime.fromisoformat(entry.at) - row.recorded_at)
    if apart > LONGEST_TRANSACTION or (before is not None and before.recorded_at > row.recorded_at):
        wrong.append("recorded_at")
    return wrong


def _number_in(snapshot: str) -> str:
    """Return whose snapshot it is; one that cannot be read is nobody's."""
    try:
        return str(orjson.loads(snapshot)["registry_number"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return ""


def _against_the_records(session: Session) -> Iterator[Fault]:
    """Yield the agreements whose record was changed or taken away past the registry, or has no revision at all."""
    without = select(Revision.snapshot).where(Revision.agreement_id.not_in(select(Agreement.id)))
    gone = {_number_in(snapshot) for snapshot in session.scalars(without)}
    told = set(session.scalars(select(Entry.object).where(Entry.act == Act.AGREEMENT_DELETED)))
    for number in sorted(gone - told):
        yield Fault(
            Message(N_("%(agreement)s: the record is gone; it was deleted past the registry"), agreement=number)
        )
    ids = list(session.scalars(select(Agreement.id).order_by(Agreement.registry_number)))
    for start in range(0, len(ids), _BATCH):
        yield from _changed(session, ids[start : start + _BATCH])
        session.expunge_all()


def _changed(session: Session, ids: Sequence[int]) -> Iterator[Fault]:
    last: dict[int, str] = {}
    rows = (
        select(Revision.agreement_id, Revision.sha256).where(Revision.agreement_id.in_(ids)).order_by(Revision.number)
    )
    for row in session.execute(rows):
        last[row.agreement_id] = row.sha256
    for key, snapshot in snapshots(session, ids).items():
        if last.get(key) != sha256_of(canonical(snapshot)):
            yield Fault(
                Message(
                    N_("%(agreement)s: the record is not as its last revision says; it was changed past the registry"),
                    agreement=snapshot["registry_number"],
                )
            )
