"""`/account`: signing in and out, the user's own page, and the choice of a password."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from marshmallow import ValidationError

from registry.accounts.queries import open_sign_ins, prove, user_of_link
from registry.accounts.rules import LINK_LIMIT, MAX_PASSWORD, MIN_PASSWORD
from registry.accounts.schemas import CredentialsSchema, NewPasswordSchema
from registry.accounts.services import choose_password as choose
from registry.accounts.services import end_sign_in as end
from registry.accounts.services import refuse_sign_in
from registry.accounts.services import sign_in as begin
from registry.accounts.services import sign_out as end_present
from registry.core.errors import InvalidInputError, NotFoundError
from registry.core.messages import flatten
from registry.http.access import current_token, current_user, enter, leave, required_user
from registry.http.addresses import own_address
from registry.http.auditing import ANYBODY
from registry.http.context import current_registry
from registry.http.errors import is_for_programs, registry_error, say_error
from registry.web.helpers import current_address
from registry.web.resuming import can_be_resumed, resume_page
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from registry.accounts.models import User
    from registry.http.access import SignInNeededError

log = logging.getLogger(__name__)


@blueprint.route("/account/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Show the form, or sign in and go on to the page that `next` names.

    Whatever was wrong, the answer is the same, so that nobody learns which logins exist.
    """
    onward = own_address(request.values.get("next", ""), url_for("web.account"))
    if request.method == "GET":
        return redirect(onward) if current_user() else _sign_in_page(onward)
    registry = current_registry()
    credentials = CredentialsSchema().load({name: request.form.get(name, "") for name in ("login", "password")})
    with registry.database.read() as session:
        proven = prove(session, credentials)
    token = None
    if proven is not None:
        with registry.database.write(proven.login) as uow:
            token = begin(uow, proven)
            if token and (before := current_token()):
                end_present(uow, before)
    if token is None:
        with registry.database.write(ANYBODY) as uow:
            refuse_sign_in(uow, credentials.login)
        log.info("a sign-in from %s was refused", request.remote_addr)
        return _sign_in_page(onward, gettext("Login or password is not right.")), 422
    enter(token)
    return redirect(onward, 303)


def ask_to_sign_in(error: SignInNeededError) -> ResponseReturnValue:
    """Answer what needs a user when nobody is signed in: with the form, which then leads back to the same page."""
    if is_for_programs():
        return registry_error(error)
    if can_be_resumed():
        return resume_page(error, 403)
    onward = current_address() if request.method == "GET" else url_for("web.account")
    return _sign_in_page(onward, say_error(error)), 403


@blueprint.post("/account/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the present sign-in, in the database and in the browser."""
    token = current_token()
    if token:
        with current_registry().database.write("sign-out") as uow:
            end_present(uow, token)
    leave()
    return redirect(url_for("web.home"), 303)


@blueprint.get("/account")
def account() -> ResponseReturnValue:
    """Show who is signed in, and where else."""
    user = required_user()
    registry = current_registry()
    with registry.database.read() as session:
        sign_ins = open_sign_ins(session, user.user_id, registry.clock.now())
    return render_template("account/account.html", user=user, sign_ins=sign_ins)


@blueprint.post("/account/sign-ins/<int(max=2147483647):key>/end")
def end_sign_in(key: int) -> ResponseReturnValue:
    """End one of the user's own sign-ins, such as one forgotten on another machine."""
    user = required_user()
    with current_registry().database.write(user.login) as uow:
        end(uow, user.user_id, key)
    flash(gettext("The sign-in has ended."))
    return redirect(url_for("web.account"), 303)


@blueprint.route("/account/password/<token>", methods=["GET", "POST"])
def choose_password(token: str) -> ResponseReturnValue:
    """Let the user of a one-time link choose a password. Opening the link uses nothing up; only the form does."""
    registry = current_registry()
    with registry.database.read() as session:
        user = user_of_link(session, token, registry.clock.now())
    if request.method == "GET" or user is None:
        return _password_page(user)
    try:
        password = NewPasswordSchema().load({name: request.form.get(name, "") for name in ("password", "again")})
        with registry.database.write(user.login) as uow:
            choose(uow, token, password)
            if before := current_token():
                end_present(uow, before)
    except NotFoundError:
        return _password_page(None)
    except (ValidationError, InvalidInputError) as error:
        tree = error.errors if isinstance(error, InvalidInputError) else error.messages
        return _password_page(user, [text for _, text in flatten(tree, gettext)])
    leave()
    flash(gettext("The password is chosen. Sign in with it now."))
    return redirect(url_for("web.sign_in"), 303)


def _sign_in_page(onward: str, problem: str = "") -> str:
    return render_template(
        "account/sign_in.html", onward=onward, problem=problem, login=request.form.get("login", "")[:254]
    )


def _password_page(user: User | None, problems: list[str] | None = None) -> ResponseReturnValue:
    """Return the form for a user, or word that the link is dead. Its address must not reach others by a referrer."""
    page = render_template(
        "account/password.html",
        user=user,
        problems=problems or [],
        least=MIN_PASSWORD,
        most=MAX_PASSWORD,
        hours=int(LINK_LIMIT.total_seconds() // 3600),
    )
    answer = make_response(page, 404 if user is None else 422 if problems else 200)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
