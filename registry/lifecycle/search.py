"""What of a life cycle the index holds: the acts with their numbers and dates, and what the clauses say."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from registry.lifecycle.models import Action, FinalClause


def life_texts(actions: Iterable[Action], clauses: Iterable[FinalClause]) -> Iterator[tuple[str | None, str]]:
    """Yield the texts with their languages; dates are found however they are written."""
    for action in actions:
        yield from (action.act or {}).items()
        yield from (action.note or {}).items()
        for day in (action.on, action.effective_on, action.until):
            if day is not None:
                yield None, str(day)
    for clause in clauses:
        yield from (clause.text or {}).items()
        yield from (clause.note or {}).items()
