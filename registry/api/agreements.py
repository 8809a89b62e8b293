"""`/api/v1/agreements`: the list, and one agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, jsonify, request
from marshmallow import ValidationError

from registry.core.errors import InvalidInputError
from registry.http.access import current_reader
from registry.http.arguments import list_request
from registry.http.auditing import note_list, note_read
from registry.http.cache import kept_until_change
from registry.http.context import current_registry, reading
from registry.http.items import shown_item
from registry.http.lists import list_json
from registry.http.moments import MomentsSchema, shown_at
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
        # What is not public is noted each time that it is read, so such an answer is never kept.
        is_open = not note_list(session, [*answer.listing.ids, *answer.partial])
        is_complete = answer.hits is None or answer.hits.is_complete
        return list_json(session, answer, reader, state), is_open and is_complete


@blueprint.get("/agreements/<number>")
def agreement(number: str) -> ResponseReturnValue:
    """Answer one agreement, judged on the day `on` (today when not given), as it was recorded at `recorded_at`."""
    args = request.args.to_dict()
    args.pop("lang", None)
    try:
        moments = MomentsSchema().load(args)
    except ValidationError as error:
        raise InvalidInputError(error.messages) from error
    with reading(current_reader()) as session:
        shown = shown_at(session, number, moments)
        note_read(shown.dossier.agreement, access=shown.access)
        return jsonify(shown_item(shown))
