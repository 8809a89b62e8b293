"""What a request leaves in the audit log besides what it changes: refusals, downloads, reading of what is not public.

Reading what is public is nobody's business and leaves nothing.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

from flask import request
from sqlalchemy import select

from registry.agreements.models import Agreement
from registry.audit.services import record
from registry.audit.vocabulary import Act, Outcome
from registry.core.access import Access, stricter
from registry.http.access import current_reader, current_user
from registry.http.context import current_registry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

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

    The actor is who is signed in unless another is given, such as the holder of a token.
    """
    if actor is None:
        user = current_user()
        actor = user.login if user else ANYBODY
    with current_registry().database.write(actor) as uow:
        record(uow, act, object_, outcome=outcome, detail=detail)


def note_denied() -> None:
    """Note that a signed-in user may not do what they asked for; of others there is nothing to say but an address."""
    if current_user() is not None:
        note(Act.ACCESS_DENIED, f"{request.method} {request.path}", outcome=Outcome.REFUSED)


def note_read(agreement: Agreement, act: Act = Act.AGREEMENT_READ, access: Iterable[str] = ()) -> None:
    """Note that an agreement was read, if it or what is shown with it (`access` of each) is not public."""
    strictest = reduce(stricter, access, agreement.access)
    if strictest != Access.PUBLIC:
        note(act, agreement.registry_number, detail={"access": strictest})


def note_list(session: Session, ids: Sequence[int]) -> bool:
    """Note which agreements of a list are not public; return whether there were any."""
    if current_reader().clearance == Access.PUBLIC or not ids:
        return False
    closed = select(Agreement.registry_number).where(Agreement.id.in_(ids), Agreement.access != Access.PUBLIC)
    numbers = sorted(session.scalars(closed))
    if numbers:
        note(Act.LIST_READ, request.path, detail={"agreements": numbers})
    return bool(numbers)
