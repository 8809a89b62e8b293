"""What every revision says, kept in memory: revisions never change, so each is read once, and only new ones later."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from cachetools import LRUCache
from sqlalchemy import select

from registry.completeness.facts import Stated, stated_in
from registry.outbox.queries import COUNTER
from registry.revisions.models import Revision

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence
    from datetime import datetime

    from registry.core.uow import Database

_BATCH = 500

#: How many answers are kept: of some readers, some years, some filters. One of 41,000 agreements takes some 30 MB.
_KEPT = 6


@dataclass(frozen=True, slots=True)
class Known:
    """What a revision says, of which agreement, since when, and who may learn that there is this revision."""

    revision_id: int
    agreement_id: int
    recorded_at: datetime
    access: str
    state: Stated


class Ledger:
    """Keeps what revisions say, and answers made of it until anything in the registry changes."""

    def __init__(self, database: Database) -> None:
        """Remember the database; nothing is read before the first use."""
        self._database = database
        self._lock = threading.Lock()
        self._known: list[Known] = []
        self._of: tuple[Any, ...] = ()
        self._answers: LRUCache[Hashable, object] = LRUCache(_KEPT)
        self._same: dict[object, Any] = {}

    def answer(self, key: Hashable, make: Callable[[Sequence[Known]], Any]) -> Any:
        """Return what `make` makes of all revisions; it is kept under `key` until the registry changes."""
        with self._lock:
            self._catch_up()
            known, of = self._known, self._of
            if key in self._answers:
                return self._answers[key]
        made = make(known)
        with self._lock:
            if of == self._of:
                self._answers[key] = made
        return made

    def _catch_up(self) -> None:
        """Read the revisions that are new. Writers of records wait for one another, so their keys only grow."""
        position = self._database.first_row(COUNTER)
        if position == self._of:
            return
        if self._of and self._of[0] != position[0]:
            # Another database was put in its place.
            self._known = []
        last = self._known[-1].revision_id if self._known else 0
        columns = (Revision.id, Revision.agreement_id, Revision.recorded_at, Revision.access, Revision.snapshot)
        statement = select(*columns).where(Revision.id > last).order_by(Revision.id).execution_options(yield_per=_BATCH)
        new = []
        with self._database.read() as session, session.execute(statement) as rows:
            for row in rows:
                state = stated_in(orjson.loads(row.snapshot), self._once)
                new.append(Known(row.id, row.agreement_id, row.recorded_at, row.access, state))
        # A new list: whoever works with the one before goes on with it undisturbed.
        self._known = [*self._known, *new]
        self._of = position
        self._answers.clear()

    def _once(self, key: Any, value: Any) -> Any:
        """Return the value that was met with this key before: most records say the same, and it is kept once."""
        return self._same.setdefault(key, value)
