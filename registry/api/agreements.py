"""`/api/v1/agreements`: the list, and one agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, jsonify, request
from marshmallow import ValidationError

from registry.core.errors import InvalidInputError, NotFoundError
from registry.core.i18n import N_
from registry.http.arguments import list_request
from registry.http.context import current_registry
from registry.http.items import item, listing
from registry.lifecycle.dossier import dossier_by_number, dossiers_of
from registry.search.schemas import DaySchema
from registry.search.services import find

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("api", __name__)


@blueprint.get("/agreements")
def agreements() -> ResponseReturnValue:
    """Answer a list."""
    registry = current_registry()
    args = request.args.copy()
    args.poplist("lang")
    asked = list_request(args, strict=True)
    with registry.database.read() as session:
        answer = find(session, registry.index, asked, registry.clock.today(), whole=True)
        dossiers = dossiers_of(session, answer.listing.agreements, answer.judged_on)
        return jsonify(listing(answer, dossiers))


@blueprint.get("/agreements/<number>")
def agreement(number: str) -> ResponseReturnValue:
    """Answer one agreement, judged on the day `on` (today when not given)."""
    registry = current_registry()
    args = request.args.to_dict()
    args.pop("lang", None)
    try:
        on = DaySchema().load(args).get("on") or registry.clock.today()
    except ValidationError as error:
        raise InvalidInputError(error.messages) from error
    with registry.database.read() as session:
        dossier = dossier_by_number(session, number, on)
        if dossier is None:
            raise NotFoundError(N_("There is no agreement %(number)s in this registry."), number=number[:40])
        return jsonify(item(dossier, whole=True))
