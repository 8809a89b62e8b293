"""`/api/v1/agreements`: the list, and one agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, jsonify, request
from marshmallow import ValidationError

from registry.core.errors import InvalidInputError, NotFoundError
from registry.core.i18n import N_
from registry.documents.queries import documents_of
from registry.http.access import current_reader
from registry.http.arguments import list_request
from registry.http.cache import kept_until_change
from registry.http.context import current_registry, reading
from registry.http.items import item
from registry.http.lists import list_json
from registry.lifecycle.dossier import dossier_by_number
from registry.search.schemas import DaySchema
from registry.search.services import find

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("api", __name__)


@blueprint.get("/agreements")
@kept_until_change
def agreements(state: tuple[str, int]) -> tuple[bytes, bool]:
    """Answer a list."""
    registry = current_registry()
    args = request.args.copy()
    args.poplist("lang")
    asked = list_request(args, strict=True)
    reader = current_reader()
    with reading(reader) as session:
        answer = find(session, registry.index, registry.columns, asked, registry.clock.today(), reader, position=state)
        return list_json(session, answer, reader, state), answer.hits is None or answer.hits.is_complete


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
    with reading(current_reader()) as session:
        dossier = dossier_by_number(session, number, on)
        if dossier is None:
            raise NotFoundError(N_("There is no agreement %(number)s in this registry."), number=number[:40])
        documents = documents_of(session, [dossier.agreement.id]).get(dossier.agreement.id, [])
        return jsonify(item(dossier, documents, whole=True))
