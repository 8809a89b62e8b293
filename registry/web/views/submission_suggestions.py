"""What fields of a form suggest while somebody types: bodies by any of their names, agreements by number or words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import jsonify, request

from registry.http.context import current_registry
from registry.http.writing import pick
from registry.web.submission_forms import Lookups
from registry.web.views.blueprint import blueprint
from registry.web.views.submitting import submitting_user

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/submissions/suggest/bodies")
def suggest_bodies() -> ResponseReturnValue:
    """Suggest bodies by their names, of one state if it is chosen; what is taken over is the name, as people read."""
    user = submitting_user()
    with current_registry().database.read(user.reader) as session:
        found = Lookups(session, user.reader).bodies_like(_typed(), request.args.get("party", "")[:3])
    return jsonify(items=[{"value": pick(body.names), "label": body.key} for body in found])


@blueprint.get("/submissions/suggest/agreements")
def suggest_agreements() -> ResponseReturnValue:
    """Suggest agreements that the user may see."""
    user = submitting_user()
    with current_registry().database.read(user.reader) as session:
        found = Lookups(session, user.reader).agreements_like(_typed())
    return jsonify(items=[{"value": number, "label": title} for number, title in found])


def _typed() -> str:
    return request.args.get("q", "")[:200]
