"""The dossier of an agreement as a file that is sent: the same for the page and the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import orjson
from flask import render_template, url_for
from marshmallow import ValidationError, fields, post_load, validate

from registry import __version__
from registry.core.errors import InvalidInputError, NotFoundError
from registry.core.i18n import N_
from registry.dossiers.bag import bag, whole
from registry.dossiers.contents import document_parts, last_instant, log_parts, revision_parts
from registry.http.context import current_registry, reading
from registry.http.items import shown_item
from registry.http.moments import Moments, MomentsSchema, shown_at
from registry.http.writing import language, pick

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from registry.agreements.models import Agreement
    from registry.dossiers.contents import Keeping


@dataclass(frozen=True)
class DossierRequest:
    """At which moments the dossier is made, and how many entries of the log its proofs are under."""

    moments: Moments
    log_size: int | None


class DossierRequestSchema(MomentsSchema):
    """The arguments of a dossier."""

    log_size = fields.Integer(validate=validate.Range(0, 2**31 - 1))

    @post_load
    def _moments(self, data: dict[str, Any], **_: object) -> Any:
        size = data.pop("log_size", None)
        return DossierRequest(Moments(**data), size)


@dataclass(frozen=True)
class Dossier:
    """A dossier that is ready to be sent: its name, the bytes, the agreement, how open its texts are, and its address.

    The address is the one by which the same bytes can be had again.
    """

    name: str
    chunks: Iterator[bytes]
    agreement: Agreement
    access: list[str]
    address: str


def dossier_request(args: Mapping[str, str]) -> DossierRequest:
    """Read the arguments of a dossier; empty ones count as not given. Raises `InvalidInputError`."""
    given = {name: args[name] for name in ("on", "recorded_at", "log_size") if args.get(name)}
    try:
        asked: DossierRequest = DossierRequestSchema().load(given)
    except ValidationError as error:
        raise InvalidInputError(error.messages, N_("The dossier cannot be made.")) from error
    return asked


def make_dossier(number: str, asked: DossierRequest, keeping: Keeping) -> Dossier:
    """Return the dossier of an agreement as a reader may see it.

    Without an instant it is made as of the newest revision that the reader sees of anything, and judged today. Nothing
    is read from the storage before the first byte is asked for. Raises `NotFoundError` and `MissingBytesError`.
    """
    registry = current_registry()
    with reading(keeping.reader) as session:
        at = asked.moments.recorded_at or last_instant(session)
        if at is None:
            raise NotFoundError(N_("There is no agreement %(number)s in this registry."), number=number[:40])
        at_seat = at.astimezone(ZoneInfo(registry.settings.time_zone)).date()
        on = asked.moments.on or (at_seat if asked.moments.recorded_at else registry.clock.today())
        shown = shown_at(session, number, Moments(on, at))
        agreement = shown.dossier.agreement
        states, past = revision_parts(session, keeping, agreement.id, at)
        last, states_access = past[-1], [access for state in past for access in state.access]
        documents, listed = document_parts(session, keeping, agreement.id, last.record)
        log = log_parts(session, keeping, number, last.revision, asked.log_size) if keeping.shows_log else []
        arguments: dict[str, Any] = {"recorded_at": at.isoformat(), "on": on.isoformat(), "lang": language()}
        if keeping.shows_log and asked.log_size is not None:
            arguments["log_size"] = asked.log_size
        address = url_for("web.dossier", number=number, **arguments, _external=True)
        summary = render_template(
            "dossiers/summary.html",
            shown=shown,
            dossier=shown.dossier,
            agreement=agreement,
            documents=listed,
            at=at,
            last=last.revision,
            address=address,
            has_log=bool(log),
            names_actors=keeping.names_actors,
        )
        item = orjson.dumps(shown_item(shown), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        parts = [*states, *documents, *log, whole("record.json", item), whole("summary.html", summary.encode())]
    title = pick({title.language: title.text for title in reversed(agreement.titles)})
    info = {
        "External-Identifier": number,
        # A label of bag-info is one line; spaces within a title say nothing (RFC 8493, 2.2.2).
        "External-Description": " ".join(title.split()),
        "Bagging-Date": at.date().isoformat(),
        "Internal-Sender-Identifier": address,
        "Bag-Software-Agent": f"treaty-registry {__version__}",
    }
    access = [*shown.access, *states_access]
    return Dossier(f"{number}-dossier.zip", bag(number, parts, info, at), agreement, access, address)
