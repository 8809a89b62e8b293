"""`/account/users`: administrators look after who can sign in, as what, and in whose name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from marshmallow import ValidationError

from registry.accounts.queries import user_details
from registry.accounts.queries import users as all_users
from registry.accounts.rules import LINK_LIMIT
from registry.accounts.schemas import AddUserSchema, ChangeUserSchema
from registry.accounts.second_factors import remove_second_factor
from registry.accounts.services import (
    add_user,
    change_user,
    disable_user,
    enable_user,
    end_sign_ins_of,
    issue_password_link,
)
from registry.accounts.vocabulary import Permission, Role
from registry.core.errors import InvalidInputError, NotFoundError, RegistryError
from registry.core.i18n import N_
from registry.core.messages import flatten
from registry.http.access import required_user
from registry.http.context import current_registry
from registry.http.errors import say_error
from registry.parties.queries import home_bodies
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask.typing import ResponseReturnValue

    from registry.core.uow import UnitOfWork

#: What is done to a user by a button alone, and what is said of it then.
_ACTS: Mapping[str, tuple[Callable[[UnitOfWork, str], object], str]] = {
    "disable": (disable_user, N_("The user is disabled and signed out everywhere.")),
    "enable": (enable_user, N_("The user is enabled.")),
    "sign-out": (end_sign_ins_of, N_("The user is signed out everywhere.")),
    "remove-second-factor": (
        remove_second_factor,
        N_("The second factor is taken away. The user can set up another one."),
    ),
}

_FIELDS = ("login", "name", "role", "body", "email")


@blueprint.route("/account/users", methods=["GET", "POST"])
def users() -> ResponseReturnValue:
    """List the users with a form that adds one, who is then shown with the link by which they choose a password."""
    actor = required_user(Permission.MANAGE_ACCOUNTS)
    if request.method == "GET":
        return _list_page()
    try:
        command = AddUserSchema().load(_given(_FIELDS))
        with current_registry().database.write(actor.login) as uow:
            user = add_user(uow, command)
            token = issue_password_link(uow, user.login)
    except (ValidationError, RegistryError) as error:
        return _list_page(_problems(error)), 422
    return _user_page(user.id, link=token)


@blueprint.route("/account/users/<int(max=2147483647):key>", methods=["GET", "POST"])
def user(key: int) -> ResponseReturnValue:
    """Show one user, or change name, role, body and address of e-mail."""
    actor = required_user(Permission.MANAGE_ACCOUNTS)
    if request.method == "GET":
        return _user_page(key)
    try:
        command = ChangeUserSchema().load(_given(_FIELDS[1:]))
        with current_registry().database.write(actor.login) as uow:
            change_user(uow, _login_of(key), command)
    except (ValidationError, RegistryError) as error:
        return _user_page(key, _problems(error))
    flash(gettext("The user is changed."))
    return redirect(url_for("web.user", key=key), 303)


@blueprint.post("/account/users/<int(max=2147483647):key>/link")
def make_password_link(key: int) -> ResponseReturnValue:
    """Make a one-time link and show it: once, since it is kept nowhere."""
    actor = required_user(Permission.MANAGE_ACCOUNTS)
    try:
        with current_registry().database.write(actor.login) as uow:
            token = issue_password_link(uow, _login_of(key))
    except RegistryError as error:
        return _user_page(key, _problems(error))
    return _user_page(key, link=token)


@blueprint.post("/account/users/<int(max=2147483647):key>/<act>")
def act_on_user(key: int, act: str) -> ResponseReturnValue:
    """Disable or enable a user, end all their sign-ins, or take away their second factor."""
    actor = required_user(Permission.MANAGE_ACCOUNTS)
    if act not in _ACTS:
        raise NotFoundError(N_("Nothing of this name can be done to a user."))
    do, said = _ACTS[act]
    login = _login_of(key)
    try:
        with current_registry().database.write(actor.login) as uow:
            do(uow, login)
    except RegistryError as error:
        return _user_page(key, _problems(error))
    flash(gettext(said))
    return redirect(url_for("web.user", key=key), 303)


def _given(names: tuple[str, ...]) -> dict[str, str]:
    """Return what the form gives; what was left empty is not given."""
    return {name: value for name in names if (value := request.form.get(name, "").strip())}


def _login_of(key: int) -> str:
    registry = current_registry()
    with registry.database.read() as session:
        return user_details(session, key, registry.clock.now()).user.login


def _problems(error: ValidationError | RegistryError) -> list[tuple[str, str]]:
    """Return what is wrong, each with the field that it is about."""
    if isinstance(error, InvalidInputError):
        return flatten(error.errors, gettext)
    if isinstance(error, ValidationError):
        return flatten(error.messages, gettext)
    return [("", say_error(error))]


def _list_page(problems: list[tuple[str, str]] | None = None) -> str:
    registry = current_registry()
    with registry.database.read() as session:
        found, bodies = all_users(session), home_bodies(session, registry.settings.home_party)
    return render_template(
        "account/users.html",
        users=found,
        bodies=bodies,
        roles=list(Role),
        problems=problems or [],
        given=request.form if problems else {},
    )


def _user_page(key: int, problems: list[tuple[str, str]] | None = None, link: str = "") -> ResponseReturnValue:
    registry = current_registry()
    with registry.database.read() as session:
        details = user_details(session, key, registry.clock.now())
        bodies = home_bodies(session, registry.settings.home_party)
    shown = details.user
    given: Any = (
        request.form
        if problems and "name" in request.form
        else {
            "name": shown.name,
            "role": shown.role,
            "body": details.body.key if details.body else "",
            "email": shown.email or "",
        }
    )
    base = registry.settings.public_url or request.host_url
    page = render_template(
        "account/user.html",
        details=details,
        bodies=bodies,
        roles=list(Role),
        problems=problems or [],
        given=given,
        link=base.rstrip("/") + url_for("web.choose_password", token=link) if link else "",
        hours=int(LINK_LIMIT.total_seconds() // 3600),
    )
    return make_response(page, 422 if problems else 200)
