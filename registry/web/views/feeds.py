"""Feeds: what is new or changed in any list, and in a saved search as its user may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, request, url_for
from flask_babel import gettext
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from registry.core.errors import InvalidInputError, NotFoundError
from registry.core.i18n import N_
from registry.core.pagination import Paging
from registry.http.access import current_reader
from registry.http.arguments import arguments_of, list_request
from registry.http.auditing import Followed, note_list
from registry.http.context import current_registry, reading
from registry.http.writing import label, language
from registry.interchange.atom import MEDIA_TYPE, Entry, Feed, atom_feed, lasting_identity
from registry.lifecycle.dossier import dossiers_of
from registry.search.saved.queries import feed_of
from registry.search.saved.schemas import PageSchema
from registry.search.services import find_newest
from registry.web.helpers import list_url, say_reasons, title_of
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from registry.core.access import Reader
    from registry.search.saved.queries import PrivateFeed
    from registry.search.schemas import ListRequest

#: Entries of one page.
_ENTRIES = 50


@blueprint.get("/feed.atom")
def feed() -> ResponseReturnValue:
    """Answer the agreements of a list, those that were entered or changed last at the top."""
    asked = list_request(request.args, strict=False)
    title = f"{gettext('Treaty registry')}: {asked.q}" if asked.q else gettext("Treaty registry")
    # How a list is ordered and divided does not make it another feed.
    arguments = arguments_of(asked, page=None, per_page=None, sort=None)
    return _answer(
        asked,
        current_reader(),
        title,
        f"list {sorted(arguments)}",
        lambda page: _whole(list_url(asked, "web.feed", page=page, per_page=None, sort=None)),
    )


@blueprint.get("/feed/<int(max=2147483647):key>/<token>.atom")
def private_feed(key: int, token: str) -> ResponseReturnValue:
    """Answer a saved search as its user may see it, to whoever has its secret address: a feed reader cannot sign in."""
    registry = current_registry()
    with registry.database.read() as session:
        found = feed_of(session, key, token)
    if found is None:
        raise NotFoundError(N_("This feed was ended, has a newer address, or never was."))
    try:
        page = PageSchema().load({name: request.args[name] for name in ("page",) if name in request.args})["page"]
    except ValidationError as error:
        raise InvalidInputError(error.messages) from error
    arguments = [*((name, value) for name, value in found.arguments if name != "page"), ("page", str(page))]
    answer = _answer(
        list_request(MultiDict(arguments), strict=True),
        found.reader,
        found.name,
        f"saved search {key}",
        lambda page: url_for("web.private_feed", key=key, token=token, page=_named(page), _external=True),
        found,
    )
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _answer(
    asked: ListRequest,
    reader: Reader,
    title: str,
    name: str,
    address_of: Callable[[int], str],
    followed: PrivateFeed | None = None,
) -> Response:
    """Return a page of a feed; `name` tells the feed from all others, `address_of` gives the address of each page.

    `followed` is the saved search that is read by its secret address.
    """
    registry = current_registry()
    database_id, _ = registry.index.source.position()
    today = registry.clock.today()
    paging = Paging(asked.page, _ENTRIES)
    with reading(reader) as session:
        newest, total = find_newest(session, registry.index, asked, today, paging, reader)
        last = paging.last_page(total)
        if paging.page > last:
            return Response(status=302, headers={"Location": address_of(last)})
        secret = Followed(f"feed of search {followed.key}", followed.login, followed.reader) if followed else None
        note_list(session, [agreement.id for agreement in newest], secret)
        entries = [
            Entry(
                identity=lasting_identity(database_id, f"agreement {dossier.agreement.registry_number}"),
                address=url_for("web.agreement", number=dossier.agreement.registry_number, _external=True),
                title=f"{dossier.agreement.registry_number}: {title_of(dossier.agreement).text}",
                summary=" ".join([f"{label('status', dossier.period.status)}.", *say_reasons(dossier.reasons)]),
                published_at=dossier.agreement.registered_at,
                updated_at=dossier.agreement.revised_at,
            )
            for dossier in dossiers_of(session, newest, asked.judged_on(today))
        ]
    links = {"self": address_of(paging.page), "alternate": _whole(list_url(asked, per_page=None))}
    links |= {"first": address_of(1), "last": address_of(last)}
    if paging.page > 1:
        links["previous"] = address_of(paging.page - 1)
    if paging.page < last:
        links["next"] = address_of(paging.page + 1)
    document = atom_feed(Feed(lasting_identity(database_id, f"feed {name}"), title, language(), links, entries))
    return Response(document, mimetype=MEDIA_TYPE)


def _whole(path: str) -> str:
    """Return the whole address of a path of this registry."""
    return url_for("web.home", _external=True).rstrip("/") + path


def _named(page: int) -> int | None:
    """Return the number of a page as it stands in an address: the first has none."""
    return None if page == 1 else page
