"""The filters of a list as SQL: one condition for each argument, by the name of its facet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select

from registry.agreements.models import Agreement, ConclusionLanguage, Side, SideMember, Subject, agreement_subject
from registry.agreements.vocabulary import MIXED
from registry.core.db import is_among
from registry.core.errors import InvalidInputError
from registry.core.i18n import N_
from registry.core.messages import Message
from registry.core.uow import seen_in
from registry.documents.models import Document
from registry.lifecycle.models import StatusPeriod
from registry.parties.models import Body, Party

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from registry.search.schemas import ListRequest

UNKNOWN_DECADE = "unknown"


def conditions_of(session: Session, request: ListRequest, day: date) -> dict[str, ColumnElement[bool]]:  # noqa: C901, PLR0912  One step a filter.
    """Return one condition for each argument that filters, and `access` when the reader may not see everything."""
    found: dict[str, ColumnElement[bool]] = {}
    sees = seen_in(session)
    if sees is not None:
        found["access"] = Agreement.access.in_(sees)
    if request.level:
        plain = [value for value in request.level if value != MIXED]
        by_side = _exists(Side.agreement_id == Agreement.id, Side.level.in_(plain))
        found["level"] = or_(by_side, Agreement.level == MIXED) if MIXED in request.level else by_side
    if request.kind:
        found["kind"] = Agreement.kind.in_(request.kind)
    if request.proof:
        found["proof"] = Agreement.proof.in_(request.proof)
    if request.subject:
        found["subject"] = _exists(
            agreement_subject.c.agreement_id == Agreement.id,
            agreement_subject.c.subject_id == Subject.id,
            Subject.code.in_(request.subject),
        )
    if request.party:
        found["party"] = _member(SideMember.party_id == Party.id, Party.code.in_(request.party))
    if request.body:
        found["body"] = _member(SideMember.body_id == Body.id, Body.key.in_(request.body))
    if request.statuses():
        found["status"] = _exists(covers(day), StatusPeriod.status.in_(request.statuses()))
    if request.decade:
        found["decade"] = decade_of().in_(request.decade)
    if request.language:
        found["language"] = _exists(
            ConclusionLanguage.agreement_id == Agreement.id, ConclusionLanguage.language.in_(request.language)
        )
    if request.has_text is not None:
        visible = [Document.access.in_(sees)] if sees is not None else []
        stored = _exists(
            Document.agreement_id == Agreement.id,
            Document.superseded_at.is_(None),
            Document.text_length > 0,
            *visible,
        )
        found["has_text"] = stored if request.has_text else ~stored
    if request.signed_from:
        found["signed_from"] = Agreement.signed_latest >= request.signed_from.earliest
    if request.signed_to:
        found["signed_to"] = Agreement.signed_earliest <= request.signed_to.latest
    return found


def among(session: Session, ids: Sequence[int], key: Any = Agreement.id) -> ColumnElement[bool]:
    """Return that the `key` of an agreement is among these ids."""
    return is_among(session, ids, key)


def covers(day: date) -> ColumnElement[bool]:
    """Return that a status period is the one of an agreement on a day."""
    return and_(StatusPeriod.agreement_id == Agreement.id, StatusPeriod.from_on <= day, StatusPeriod.to_on >= day)


def decade_of() -> ColumnElement[str]:
    """Return the decade of signature as SQL: `1990`, or `unknown`."""
    decade = func.substr(Agreement.signed_on, 1, 3).concat("0")
    return case((Agreement.signed_on.is_(None), UNKNOWN_DECADE), else_=decade)


def refuse_unknown(session: Session, request: ListRequest) -> None:
    """Raise `InvalidInputError` when a subject, party or body that nobody knows is asked for.

    An empty list would say that there are no such agreements; the truth is that there is no such word.
    """
    errors: dict[str, list[Message]] = {}
    for name, model, key in (
        ("subject", Subject, Subject.code),
        ("party", Party, Party.code),
        ("body", Body, Body.key),
    ):
        asked = set(getattr(request, name))
        if asked:
            unknown = asked - set(session.scalars(select(key).select_from(model).where(key.in_(asked))))
            if unknown:
                errors[name] = [Message(N_("“%(value)s” is not known here."), value=min(unknown))]
    if errors:
        raise InvalidInputError(errors)


def _exists(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return that rows exist which fit an agreement, whatever rows of the same tables a facet has joined."""
    return exists().where(*conditions).correlate(Agreement)


def _member(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return _exists(Side.agreement_id == Agreement.id, SideMember.side_id == Side.id, *conditions)
