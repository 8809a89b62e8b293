"""`/help/searching`: the query language with examples that can be tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from registry.search.query_language.vocabulary import FIELDS, VALUES
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/help/searching")
def help() -> ResponseReturnValue:  # noqa: A001  The name is that of the endpoint.
    """Show what can be typed, with the names of the fields in each language."""
    names: dict[str, list[str]] = {}
    for name, field in FIELDS.items():
        # Body, party and person share a field of the index but are three things to a reader.
        names.setdefault(_HEAD.get(name, field), []).append(name)
    return render_template("help/searching.html", fields=names, values=VALUES)


_HEAD = {
    "body": "body", "орган": "body", "party": "party", "сторона": "party",
    "person": "person", "подписал": "person", "лицо": "person",
}  # fmt: skip
