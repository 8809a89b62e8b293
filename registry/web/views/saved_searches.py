"""`/account/searches`: the searches that a user has saved, and what is new in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from flask import flash, redirect, render_template, request, url_for
from flask import session as flask_session
from flask_babel import gettext
from marshmallow import Schema, ValidationError
from werkzeug.datastructures import MultiDict

from registry.accounts.vocabulary import Permission
from registry.core.errors import InvalidInputError, RegistryError
from registry.core.messages import flatten
from registry.core.pagination import Paging
from registry.exports.criteria import FILTERS
from registry.http.access import required_user
from registry.http.arguments import arguments_of, list_request
from registry.http.context import current_registry, reading
from registry.http.errors import say_error
from registry.http.writing import LABELS, label, pick, write
from registry.search.engine.errors import IndexUnreadableError
from registry.search.saved.queries import labels_of, saved_searches, standing
from registry.search.saved.schemas import (
    MAX_NAME,
    PageSchema,
    RenameSchema,
    SavedListSchema,
    SaveFormSchema,
    SeenSchema,
)
from registry.search.saved.services import (
    delete_search,
    end_feed,
    issue_feed_token,
    mark_seen,
    rename_search,
    save_search,
)
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from registry.core.access import Reader
    from registry.core.db import LangText
    from registry.search.saved.models import SavedSearch
    from registry.search.saved.queries import Standing
    from registry.search.schemas import ListRequest

#: Each of them is searched anew when it is shown, so a page holds few.
_SHOWN = 20

#: Where the session keeps a new secret address until the next page has shown it.
_NEW_FEED = "new_feed"

#: What changes how a list is shown, not what is in it.
_NOT_READ = {"q", "sort", "page", "per_page"}


@dataclass(frozen=True)
class Shown:
    """A saved search as the page shows it: as a list with its counts, or with the reason why it cannot be run."""

    saved: SavedSearch
    asked: ListRequest | None
    standing: Standing | None
    reading: list[tuple[str, str]]
    reason: str


@blueprint.get("/account/searches")
def searches() -> ResponseReturnValue:
    """List the user's saved searches with what is new in each. Looking at the list marks nothing as seen."""
    user = required_user(Permission.SAVE_SEARCHES)
    registry = current_registry()
    paging = Paging(_loaded(PageSchema(), request.args)["page"], _SHOWN)
    shown_at = registry.clock.now()
    with reading(user.reader) as session:
        found, total = saved_searches(session, user.user_id, paging)
        last_page = paging.last_page(total)
        if paging.page > last_page:
            return redirect(url_for("web.searches", page=last_page))
        shown = [_shown(session, saved, user.reader) for saved in found]
    new_key, new_token = flask_session.pop(_NEW_FEED, (None, None))
    return render_template(
        "account/searches.html",
        shown=shown,
        total=total,
        page=paging.page,
        last_page=last_page,
        shown_at=shown_at.isoformat(),
        most=MAX_NAME,
        new_key=new_key,
        new_feed=url_for("web.private_feed", key=new_key, token=new_token, _external=True) if new_key else "",
    )


@blueprint.post("/account/searches")
def save() -> ResponseReturnValue:
    """Save the list whose query string the form holds, under a name or else under its words."""
    user = required_user(Permission.SAVE_SEARCHES)
    form = _loaded(SaveFormSchema(), request.form)
    asked = list_request(MultiDict(parse_qsl(form["query"])), strict=False)
    name = form.get("name") or asked.q[:MAX_NAME].strip() or gettext("Agreements")
    command = _loaded(SavedListSchema(), {"name": name, "arguments": arguments_of(asked, page=1)})
    with current_registry().database.write(user.login) as uow:
        save_search(uow, user.user_id, command)
    flash(gettext("Saved: %(name)s", name=command.name))
    return redirect(url_for("web.searches"), 303)


@blueprint.post("/account/searches/<int(max=2147483647):key>/name")
def rename(key: int) -> ResponseReturnValue:
    """Give a saved search another name."""
    user = required_user(Permission.SAVE_SEARCHES)
    name = _loaded(RenameSchema(), request.form)["name"]
    with current_registry().database.write(user.login) as uow:
        rename_search(uow, user.user_id, key, name)
    return redirect(url_for("web.searches"), 303)


@blueprint.post("/account/searches/<int(max=2147483647):key>/delete")
def delete(key: int) -> ResponseReturnValue:
    """Delete a saved search."""
    user = required_user(Permission.SAVE_SEARCHES)
    with current_registry().database.write(user.login) as uow:
        delete_search(uow, user.user_id, key)
    flash(gettext("The saved search is deleted."))
    return redirect(url_for("web.searches"), 303)


@blueprint.post("/account/searches/<int(max=2147483647):key>/feed")
def make_feed(key: int) -> ResponseReturnValue:
    """Give a saved search a new secret address for a feed reader. The list then shows it, this once."""
    user = required_user(Permission.SAVE_SEARCHES)
    with current_registry().database.write(user.login) as uow:
        token = issue_feed_token(uow, user.user_id, key)
    flask_session[_NEW_FEED] = [key, token]
    return redirect(url_for("web.searches", page=request.form.get("page"), _anchor=f"search-{key}"), 303)


@blueprint.post("/account/searches/<int(max=2147483647):key>/feed/end")
def stop_feed(key: int) -> ResponseReturnValue:
    """Let the secret address of a saved search stop working."""
    user = required_user(Permission.SAVE_SEARCHES)
    with current_registry().database.write(user.login) as uow:
        end_feed(uow, user.user_id, key)
    flash(gettext("The private feed has ended; its address works no more."))
    return redirect(url_for("web.searches"), 303)


@blueprint.post("/account/searches/<int(max=2147483647):key>/seen")
def seen(key: int) -> ResponseReturnValue:
    """Mark what a saved search showed as seen."""
    user = required_user(Permission.SAVE_SEARCHES)
    shown_at = _loaded(SeenSchema(), request.form).get("shown_at")
    with current_registry().database.write(user.login) as uow:
        mark_seen(uow, user.user_id, key, shown_at)
    return redirect(url_for("web.searches"), 303)


def _loaded(schema: Schema, given: Any) -> Any:
    """Load the fields that a schema knows, from a form or a query string; empty ones count as not given."""
    try:
        return schema.load({name: given[name] for name in schema.fields if given.get(name)})
    except ValidationError as error:
        raise InvalidInputError(error.messages) from error


def _shown(session: Session, saved: SavedSearch, reader: Reader) -> Shown:
    """Run a saved search. One that can no longer be read, or not now, says why and leaves the others alone."""
    registry = current_registry()
    today = registry.clock.today()
    try:
        asked = list_request(MultiDict((name, value) for name, value in saved.arguments), strict=True)
        stands = standing(session, registry.index, asked, today, saved.seen_at, reader)
        reading = _reading(asked, stands, labels_of(session, asked))
    except IndexUnreadableError:
        reason = gettext("The search index is being built. Browsing works; try the words again in a moment.")
    except InvalidInputError as error:
        reason = " ".join(f"{name}: {text}" for name, text in flatten(error.errors, gettext)) or say_error(error)
    except RegistryError as error:
        reason = say_error(error)
    else:
        return Shown(saved, asked, stands, reading, "")
    return Shown(saved, None, None, [(name, value) for name, value in saved.arguments], reason)


def _reading(asked: ListRequest, stands: Standing, labels: dict[tuple[str, str], LangText]) -> list[tuple[str, str]]:
    """Return how a saved search reads: headings with their values in the user's language."""
    given: dict[str, list[str]] = {}
    for name, value in arguments_of(asked):
        given.setdefault(name, []).append(value)
    parts = [(gettext("Words"), stands.read_as)] if stands.read_as else []
    if not asked.expand:
        parts.append((gettext("Words"), gettext("only my words")))
    for name, values in given.items():
        if name in _NOT_READ or name == "expand":
            continue
        heading = gettext(FILTERS[name]) if name in FILTERS else name
        known = getattr(asked, name)
        if not isinstance(known, tuple):
            parts.append((heading, write(known)))
        elif name in LABELS:
            parts.append((heading, ", ".join(label(name, value) for value in values)))
        else:
            parts.append((heading, ", ".join(pick(labels.get((name, value))) or value for value in values)))
    return parts
