"""`/account`: the user's own page, their sign-ins, and the choice or change of a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from marshmallow import ValidationError

from registry.accounts.passwords import change_password as change
from registry.accounts.queries import has_password, has_second_factor, open_sign_ins, prove, user_of_link
from registry.accounts.rules import LINK_LIMIT, MAX_PASSWORD, MIN_PASSWORD
from registry.accounts.schemas import Credentials, NewPasswordSchema
from registry.accounts.services import choose_password as choose
from registry.accounts.services import end_other_sign_ins as end_others
from registry.accounts.services import end_sign_in as end
from registry.accounts.services import sign_out as end_present
from registry.core.errors import InvalidInputError, NotFoundError, RuleViolationError
from registry.core.messages import flatten
from registry.http.access import current_token, enter, leave, required_user
from registry.http.context import current_registry
from registry.http.errors import say_error
from registry.web.factors import sealer
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from registry.accounts.models import User
    from registry.accounts.queries import SignedIn


@blueprint.get("/account")
def account() -> ResponseReturnValue:
    """Show who is signed in, and where else."""
    user = required_user()
    registry = current_registry()
    with registry.database.read() as session:
        sign_ins = open_sign_ins(session, user.user_id, registry.clock.now())
        factor = has_second_factor(session, user.user_id)
        has_one = has_password(session, user.user_id)
    return render_template(
        "account/account.html", user=user, sign_ins=sign_ins, has_second_factor=factor, has_password=has_one
    )


@blueprint.post("/account/sign-ins/<int(max=2147483647):key>/end")
def end_sign_in(key: int) -> ResponseReturnValue:
    """End one of the user's own sign-ins, such as one forgotten on another machine."""
    user = required_user()
    with current_registry().database.write(user.login) as uow:
        end(uow, user.user_id, key)
    flash(gettext("The sign-in has ended."))
    return redirect(url_for("web.account"), 303)


@blueprint.post("/account/sign-ins/end-others")
def end_other_sign_ins() -> ResponseReturnValue:
    """End all of the user's own sign-ins but the present one."""
    user = required_user()
    with current_registry().database.write(user.login) as uow:
        ended = end_others(uow, user.user_id, user.sign_in_id)
    flash(ngettext("%(num)d other sign-in has ended.", "%(num)d other sign-ins have ended.", ended))
    return redirect(url_for("web.account"), 303)


@blueprint.route("/account/password", methods=["GET", "POST"])
def change_password() -> ResponseReturnValue:
    """Let a user who is signed in change the password, by that of before and a code of the second factor."""
    user = required_user()
    registry = current_registry()
    if request.method == "GET":
        return _change_page(user, [])
    try:
        password = NewPasswordSchema().load({name: request.form.get(name, "") for name in ("password", "again")})
        with registry.database.read() as session:
            proven = prove(session, Credentials(user.login, request.form.get("present", "")))
        with registry.database.write(user.login) as uow:
            token = change(uow, sealer(), user, proven, request.form.get("code", ""), password)
    except (ValidationError, InvalidInputError) as error:
        tree = error.errors if isinstance(error, InvalidInputError) else error.messages
        return _change_page(user, [text for _, text in flatten(tree, gettext)])
    except RuleViolationError as error:
        return _change_page(user, [say_error(error)])
    if token is None:
        return _change_page(user, [gettext("The present password or the code is not right.")])
    enter(token)
    flash(gettext("The password is changed. Everybody who was signed in by the one of before is signed out."))
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


def _change_page(user: SignedIn, problems: list[str]) -> ResponseReturnValue:
    with current_registry().database.read() as session:
        asks_code = has_second_factor(session, user.user_id)
        has_one = has_password(session, user.user_id)
    page = render_template(
        "account/change_password.html",
        user=user,
        problems=problems,
        asks_code=asks_code,
        has_password=has_one,
        least=MIN_PASSWORD,
        most=MAX_PASSWORD,
    )
    return page, 422 if problems else 200


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
