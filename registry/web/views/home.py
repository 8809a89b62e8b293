"""The home page: the search box, how many agreements there are at each level, and what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from registry.agreements.queries import agreements_by_ids
from registry.http.access import current_reader
from registry.http.auditing import note_list
from registry.http.context import current_registry, reading
from registry.lifecycle.queries import status_rows
from registry.search.listing import list_agreements
from registry.search.overview import holdings
from registry.search.schemas import ListRequest
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_NEWEST = 6


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Show the home page."""
    registry = current_registry()
    today = registry.clock.today()
    with reading(current_reader()) as session:
        ids = list_agreements(session, ListRequest(per_page=_NEWEST), today).ids
        newest = agreements_by_ids(session, ids, whole=False)
        note_list(session, ids)
        return render_template(
            "home/home.html",
            holdings=holdings(session, today),
            newest=newest,
            statuses=status_rows(session, [agreement.id for agreement in newest], today),
            today=today,
        )
