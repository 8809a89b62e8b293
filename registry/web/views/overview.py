"""`/overview`: what the registry holds, drawn, with the table behind each drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from registry.http.access import current_reader
from registry.http.context import current_registry, reading
from registry.search.overview import by_decade, by_subject, holdings
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/overview")
def overview() -> ResponseReturnValue:
    """Show the overview."""
    registry = current_registry()
    today = registry.clock.today()
    with reading(current_reader()) as session:
        return render_template(
            "overview/overview.html",
            holdings=holdings(session, today),
            decades=by_decade(session),
            subjects=by_subject(session),
            today=today,
        )
