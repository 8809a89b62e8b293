"""`/account/bodies`: the treaty office and administrators look after ministries and other bodies of parties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from marshmallow import ValidationError
from sqlalchemy import select

from registry.accounts.vocabulary import Permission
from registry.agreements.bodies import add_body, rename_body
from registry.core.errors import InvalidInputError
from registry.core.messages import flatten
from registry.core.schemas import LANGUAGES
from registry.http.access import required_user
from registry.http.context import current_registry
from registry.http.writing import pick
from registry.parties.models import BodyKind, Party
from registry.parties.queries import bodies_of, body_by_key
from registry.parties.schemas import AddBodySchema, RenameBodySchema
from registry.web.forms import Form, read_date, typed_over
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask import Response
    from flask.typing import ResponseReturnValue

_FIELDS = ("key", "party", "kind", "names", "valid_from", "predecessor")


@blueprint.route("/account/bodies", methods=["GET", "POST"])
def bodies() -> ResponseReturnValue:
    """List the bodies with a form that adds one."""
    actor = required_user(Permission.MANAGE_BODIES)
    if request.method == "GET":
        return _list_page({"party": current_registry().settings.home_party, "kind": str(BodyKind.MINISTRY)})
    given = _given(_FIELDS)
    since = {"valid_from": read_date(str(given["valid_from"]))} if "valid_from" in given else {}
    try:
        command = AddBodySchema().load({**given, **since})
        with current_registry().database.write(actor.login) as uow:
            add_body(uow, command)
    except ValidationError as error:
        return _list_page(given, flatten(error.messages, gettext))
    except InvalidInputError as error:
        return _list_page(given, flatten(error.errors, gettext))
    flash(gettext("The body is added."))
    return redirect(url_for("web.body", key=command.key), 303)


@blueprint.route("/account/bodies/<key>", methods=["GET", "POST"])
def body(key: str) -> ResponseReturnValue:
    """Show one body, or mend its names."""
    actor = required_user(Permission.MANAGE_BODIES)
    if request.method == "GET":
        return _body_page(key)
    given = _given(("names",))
    try:
        command = RenameBodySchema().load(given)
        with current_registry().database.write(actor.login) as uow:
            rename_body(uow, key, command)
    except ValidationError as error:
        return _body_page(key, given, flatten(error.messages, gettext))
    flash(gettext("The names are changed. What it was called goes on finding it."))
    return redirect(url_for("web.body", key=key), 303)


def _given(names: Sequence[str]) -> dict[str, Any]:
    """Return what the form gives; what was left empty is not given."""
    return {name: value for name, value in typed_over({}, request.form, names).items() if value is not None}


def _list_page(given: Mapping[str, Any], problems: Sequence[tuple[str, str]] = ()) -> Response:
    with current_registry().database.read() as session:
        found = bodies_of(session)
        parties = sorted(
            ((code, pick(names)) for code, names in session.execute(select(Party.code, Party.names))),
            key=lambda pair: pair[1],
        )
    page = render_template(
        "account/bodies.html",
        bodies=found,
        form=Form(given, problems),
        parties=parties,
        kinds=[str(kind) for kind in BodyKind],
        present=[(item.key, pick(item.names)) for item in found if item.successor_id is None],
        languages=LANGUAGES,
    )
    return make_response(page, 422 if problems else 200)


def _body_page(key: str, given: Mapping[str, Any] | None = None, problems: Sequence[tuple[str, str]] = ()) -> Response:
    with current_registry().database.read() as session:
        found = body_by_key(session, key)
    page = render_template(
        "account/body.html", body=found, form=Form(given or {"names": found.names}, problems), languages=LANGUAGES
    )
    return make_response(page, 422 if problems else 200)
