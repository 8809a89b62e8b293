"""`/feed.atom`: what is new or changed in any list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, request, url_for
from flask_babel import gettext

from registry.http.access import current_reader
from registry.http.arguments import list_request
from registry.http.auditing import note_list
from registry.http.context import current_registry, reading
from registry.http.writing import label, language
from registry.interchange.atom import Entry, atom_feed
from registry.lifecycle.dossier import dossiers_of
from registry.search.services import find_newest
from registry.web.helpers import list_url, say_reasons, title_of
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_ENTRIES = 50


@blueprint.get("/feed.atom")
def feed() -> ResponseReturnValue:
    """Answer the agreements of a list that were entered or changed last."""
    registry = current_registry()
    asked = list_request(request.args, strict=False)
    today = registry.clock.today()
    reader = current_reader()
    with reading(reader) as session:
        newest = find_newest(session, registry.index, asked, today, _ENTRIES, reader)
        note_list(session, [agreement.id for agreement in newest])
        entries = [
            Entry(
                address=url_for("web.agreement", number=dossier.agreement.registry_number, _external=True),
                title=f"{dossier.agreement.registry_number}: {title_of(dossier.agreement).text}",
                summary=" ".join([f"{label('status', dossier.period.status)}.", *say_reasons(dossier.reasons)]),
                published_at=dossier.agreement.registered_at,
                updated_at=dossier.agreement.revised_at,
            )
            for dossier in dossiers_of(session, newest, asked.judged_on(today))
        ]
    title = f"{gettext('Treaty registry')}: {asked.q}" if asked.q else gettext("Treaty registry")
    root = url_for("web.home", _external=True).rstrip("/")
    document = atom_feed(title, root + list_url(asked, "web.feed"), root + list_url(asked), language(), entries)
    return Response(document, mimetype="application/atom+xml")
