"""The two times at which an agreement can be asked for: the legal day, and the instant of the record."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from marshmallow import ValidationError, fields, post_load

from registry.completeness.report import findings_of
from registry.core.errors import NotFoundError
from registry.core.i18n import N_
from registry.core.messages import Message
from registry.documents.queries import documents_of
from registry.http.context import current_registry
from registry.lifecycle.dossier import dossier_by_number
from registry.revisions.restoring import past_state
from registry.search.schemas import DaySchema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from registry.core.clock import Clock
    from registry.core.findings import Finding
    from registry.documents.models import Document
    from registry.lifecycle.dossier import Dossier
    from registry.revisions.restoring import PastState


@dataclass(frozen=True)
class Moments:
    """The day on which an agreement is judged (None for the day of the record), and the instant of the record."""

    on: date | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True)
class Shown:
    """What is shown of an agreement: its dossier, texts and findings, and the past state that they may be of."""

    dossier: Dossier
    documents: list[Document]
    past: PastState | None
    findings: list[Finding]
    #: How open each part is; of a past state what it was then and what it is today.
    access: list[str]


#: A day and a time of day with a space between them, as people write them.
_BETWEEN = re.compile(r"^(\d{4}-\d{2}-\d{2}) +(\d{2}:\d{2})")


def instant_of(value: str, clock: Clock, time_zone: str) -> datetime:
    """Read an instant, or a day, which means its end; without a zone both are those at the seat of the registry.

    Raises `ValidationError` for what is neither, and for a day that has not come yet.
    """
    zone = ZoneInfo(time_zone)
    # A plus sign in an address reads as a space.
    text = _BETWEEN.sub(r"\1T\2", value.strip()).replace(" ", "+")
    try:
        if "T" in text:
            instant = datetime.fromisoformat(text)
            instant = instant if instant.tzinfo else instant.replace(tzinfo=zone)
        else:
            instant = datetime.combine(date.fromisoformat(text), time.max, zone)
        is_future = instant > clock.now() and instant.date() > clock.today()
    except (ValueError, OverflowError) as error:
        raise ValidationError(
            Message(N_("Write a day as YYYY-MM-DD, or an instant such as 2025-05-01T12:00:00Z."))
        ) from error
    if is_future:
        raise ValidationError(Message(N_("Nobody knows yet what the registry will know then.")))
    return instant


class _Instant(fields.Field[datetime]):
    """An instant, or a day, as `instant_of` reads it."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> datetime:
        del attr, data, kwargs
        registry = current_registry()
        return instant_of(str(value), registry.clock, registry.settings.time_zone)


class MomentsSchema(DaySchema):
    """The day and the instant."""

    recorded_at = _Instant()

    @post_load
    def _moments(self, data: dict[str, Any], **_: object) -> Moments:
        return Moments(**data)


def shown_at(session: Session, number: str, moments: Moments) -> Shown:
    """Return what the reader of the session is shown of an agreement at these moments.

    A past state is judged on the day of its record unless another day is asked for. Who may not see the agreement of
    today sees no past state either. Raises `NotFoundError`.
    """
    registry = current_registry()
    today = registry.clock.today()
    dossier = dossier_by_number(session, number, moments.on or today)
    if dossier is None:
        raise NotFoundError(N_("There is no agreement %(number)s in this registry."), number=number[:40])
    agreement = dossier.agreement
    if moments.recorded_at is None:
        documents = documents_of(session, [agreement.id]).get(agreement.id, [])
        access = [agreement.access, *(document.access for document in documents)]
        return Shown(dossier, documents, None, findings_of(session, agreement.id, dossier.on), access)
    zone = ZoneInfo(registry.settings.time_zone)
    on = moments.on or moments.recorded_at.astimezone(zone).date()
    past = past_state(session, agreement.id, moments.recorded_at, on)
    if past is None:
        raise NotFoundError(N_("The registry did not know %(number)s then."), number=agreement.registry_number)
    found = findings_of(session, agreement.id, on, moments.recorded_at)
    access = [agreement.access, past.dossier.agreement.access, *(document.access for document in past.documents)]
    shown = {document.sha256 for document in past.documents}
    present = documents_of(session, [agreement.id]).get(agreement.id, [])
    access += (document.access for document in present if document.sha256 in shown)
    return Shown(past.dossier, past.documents, past, found, access)
