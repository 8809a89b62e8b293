"""Writes: add a body by hand, and mend its names, with the records in which it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.agreements.models import CompetentBody, Side, SideMember, Signature
from registry.audit.services import record
from registry.audit.vocabulary import Act
from registry.core.errors import InvalidInputError
from registry.core.i18n import N_
from registry.core.messages import Message
from registry.outbox.services import hold_changes, note_changes
from registry.parties.models import Body, Party
from registry.parties.queries import body_by_key

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from registry.core.uow import UnitOfWork
    from registry.parties.schemas import AddBody, RenameBody


def add_body(uow: UnitOfWork, command: AddBody) -> Body:
    """Add a body, and let it come in the place of its predecessor, which ends where the new one begins.

    Records that name the predecessor stay as they are: it was the body that signed. Raises `InvalidInputError` for a
    key that is taken, a party or predecessor that nobody knows, and a predecessor of another party or with a successor.
    """
    session, problems = uow.session, {}
    party = session.scalar(select(Party).where(Party.code == command.party))
    if party is None:
        problems["party"] = [Message(N_("Party “%(name)s” is not known to this registry."), name=command.party)]
    elif not command.key.startswith(f"{party.code.lower()}-"):
        problems["key"] = [
            Message(N_("The key begins with the code of the party: %(code)s-…"), code=party.code.lower())
        ]
    if session.scalar(select(Body.id).where(Body.key == command.key)) is not None:
        problems["key"] = [Message(N_("A body with this key is there already."))]
    before = None
    if command.predecessor is not None:
        before = session.scalar(select(Body).where(Body.key == command.predecessor))
        if before is None or (party is not None and before.party_id != party.id):
            problems["predecessor"] = [
                Message(N_("Body “%(name)s” is not known to this registry."), name=command.predecessor)
            ]
        elif before.successor_id is not None:
            problems["predecessor"] = [Message(N_("Another body has come in the place of this one already."))]
    if problems or party is None:
        raise InvalidInputError(problems, N_("This body cannot be added."))
    body = Body(
        key=command.key,
        party_id=party.id,
        kind=command.kind,
        names=command.names,
        also_known_as=[],
        valid_from=command.valid_from,
    )
    session.add(body)
    session.flush()
    if before is not None:
        hold_changes(session)
        before.successor_id = body.id
        before.valid_until = before.valid_until or command.valid_from
        session.flush()
        note_changes(session, _agreements_of(session, before.id))
    record(uow, Act.BODY_ADDED, f"body {body.key}", detail={"predecessor": command.predecessor})
    return body


def rename_body(uow: UnitOfWork, key: str, command: RenameBody) -> Body:
    """Mend the names of a body; what it was called goes on finding it, and its records follow.

    The same names change nothing. A ministry that was renamed by law is another body (`add_body`). Raises
    `NotFoundError` for a key that nobody has.
    """
    body = body_by_key(uow.session, key)
    if body.names == command.names:
        return body
    hold_changes(uow.session)
    former = [name for name in body.names.values() if name not in command.names.values()]
    body.also_known_as = list(dict.fromkeys([*body.also_known_as, *former]))
    body.names = command.names
    uow.session.flush()
    note_changes(uow.session, _agreements_of(uow.session, body.id))
    record(uow, Act.BODY_RENAMED, f"body {body.key}")
    return body


def _agreements_of(session: Session, body_id: int) -> set[int]:
    """Return the agreements in whose records a body stands."""
    sides = select(Side.agreement_id).join(SideMember, SideMember.side_id == Side.id)
    return {
        *session.scalars(sides.where(SideMember.body_id == body_id)),
        *session.scalars(select(Signature.agreement_id).where(Signature.body_id == body_id)),
        *session.scalars(select(CompetentBody.agreement_id).where(CompetentBody.body_id == body_id)),
    }
