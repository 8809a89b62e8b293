"""What a request leaves in the audit log besides what it changes: refusals, downloads, reading of what is not public.

Reading what is public is nobody's business and leaves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from flask import request
from sqlalchemy import select

from registry.agreements.models import Agreement
from registry.audit.services import record
from registry.audit.vocabulary import Act, Outcome
from registry.core.access import Access, stricter
from registry.http.access import current_actor, current_reader, current_user
from registry.http.context import current_registry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from registry.core.access import Reader


@dataclass(frozen=True)
class Followed:
    """A list that is read by a secret address: what the log calls it, since the address may not stand there, and whose.

    `reader` is as whom it is read.
    """

    place: str
    login: str
    reader: Reader


#: Who acts when nobody is signed in.
ANYBODY = "anybody"


def note(
    act: Act,
    object_: str,
    *,
    outcome: Outcome = Outcome.DONE,
    detail: Mapping[str, Any] | None = None,
    actor: str | None = None,
) -> None:
    """Write an entry of its own. What cannot be written down is not answered either: the error goes on.

    The actor is whoever is signed in, unless another is given, such as the holder of a token.
    """
    with current_registry().database.write(actor or current_login()) as uow:
        record(uow, act, object_, outcome=outcome, detail=detail)


def current_login() -> str:
    """Return as whom the present request acts."""
    actor = current_actor()
    return actor.login if actor else ANYBODY


def note_denied() -> None:
    """Note that a signed-in user may not do what they asked for; of others there is nothing to say but an address."""
    if current_user() is not None:
        note(Act.ACCESS_DENIED, f"{request.method} {request.path}", outcome=Outcome.REFUSED)


def note_read(agreement: Agreement, act: Act = Act.AGREEMENT_READ, access: Iterable[str] = ()) -> None:
    """Note that an agreement was read, if it or what is shown with it (`access` of each) is not public.

    Of a past state `access` holds what it was then and what it is today: the reading of either leaves its entry.
    """
    strictest = strictest_of([agreement.access, *access])
    if strictest != Access.PUBLIC:
        note(act, agreement.registry_number, detail={"access": strictest})


def strictest_of(access: Iterable[str]) -> str:
    """Return the least open of these."""
    return reduce(stricter, access, str(Access.PUBLIC))


def note_list(
    session: Session, ids: Sequence[int], followed: Followed | None = None, closed_then: Iterable[str] = ()
) -> bool:
    """Note which agreements of a list are not public; return whether there were any.

    Who has a secret address is not signed in and reads as the user who `followed` the list by it. `closed_then` are
    the numbers of those that are shown as they were when they were not public.
    """
    reader = current_reader() if followed is None else followed.reader
    numbers = set(closed_then)
    if reader.clearance != Access.PUBLIC and ids:
        closed = select(Agreement.registry_number).where(Agreement.id.in_(ids), Agreement.access != Access.PUBLIC)
        numbers.update(session.scalars(closed))
    if numbers:
        place, actor = (request.path, None) if followed is None else (followed.place, followed.login)
        note(Act.LIST_READ, place, detail={"agreements": sorted(numbers)}, actor=actor)
    return bool(numbers)
