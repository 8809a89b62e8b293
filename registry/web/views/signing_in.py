"""`/account/sign-in…`: by password, by the code of a second factor, at a provider; and what to do when forgotten."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from registry.accounts.identities import sign_in_from_elsewhere
from registry.accounts.passwords import ask_for_links
from registry.accounts.queries import awaits_code, prove
from registry.accounts.rules import MAILED_LINK_LIMIT, normal_login
from registry.accounts.schemas import CredentialsSchema
from registry.accounts.second_factors import finish_sign_in
from registry.accounts.services import refuse_sign_in
from registry.accounts.services import sign_in as begin
from registry.accounts.services import sign_out as end_present
from registry.core.errors import NotFoundError, RegistryError, RuleViolationError
from registry.core.i18n import N_
from registry.http.access import current_token, current_user, enter, leave, wait_for_code, waiting_sign_in
from registry.http.addresses import own_address
from registry.http.auditing import ANYBODY
from registry.http.browsers import remember_browser
from registry.http.context import current_registry
from registry.http.errors import is_for_programs, registry_error, say_error
from registry.http.oidc import ProviderError, provider
from registry.mail.services import can_send, queue_message
from registry.web.factors import sealer
from registry.web.helpers import current_address
from registry.web.resuming import can_be_resumed, resume_page
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from registry.http.access import SecondFactorNeededError, SignInNeededError

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
    return _go_on(token, onward)


@blueprint.route("/account/sign-in/code", methods=["GET", "POST"])
def sign_in_code() -> ResponseReturnValue:
    """Ask for the code of the second factor after the password, and sign in by it."""
    waiting = waiting_sign_in()
    if waiting is None:
        return redirect(url_for("web.sign_in"), 303)
    if request.method == "GET":
        return _code_page()
    token, onward = waiting
    try:
        with current_registry().database.write(ANYBODY) as uow:
            signed_in = finish_sign_in(uow, sealer(), token, request.form.get("code", ""))
    except NotFoundError as error:
        leave()
        return _sign_in_page(onward, say_error(error)), 422
    except RuleViolationError as error:
        return _code_page(say_error(error)), 429
    if signed_in is None:
        log.info("a code from %s was refused", request.remote_addr)
        return _code_page(gettext("This code is not right, or was used already.")), 422
    return _entered(signed_in, onward)


@blueprint.get("/account/sign-in/elsewhere")
def sign_in_elsewhere() -> ResponseReturnValue:
    """Send the browser to the provider of sign-ins."""
    onward = own_address(request.args.get("next", ""), url_for("web.account"))
    chosen = provider()
    if chosen is None:
        raise NotFoundError(N_("There is no provider of sign-ins here."))
    try:
        return chosen.ask(url_for("web.back_from_elsewhere", _external=True), onward)
    except ProviderError as error:
        return _sign_in_page(onward, say_error(error)), 503


@blueprint.get("/account/sign-in/back")
def back_from_elsewhere() -> ResponseReturnValue:
    """Take the answer of the provider, and sign in whom it proves."""
    chosen = provider()
    if chosen is None:
        raise NotFoundError(N_("There is no provider of sign-ins here."))
    try:
        proven, address = chosen.take_answer()
    except ProviderError as error:
        return _sign_in_page(url_for("web.account"), say_error(error)), 422
    onward = own_address(address, url_for("web.account"))
    try:
        with current_registry().database.write("provider of sign-ins") as uow:
            token = sign_in_from_elsewhere(uow, proven)
            if token and (before := current_token()):
                end_present(uow, before)
    except RegistryError as error:
        log.exception("the settings for sign-in at the provider do not fit this registry")
        return _sign_in_page(onward, say_error(error)), 409
    if token is None:
        leave()
        return _sign_in_page(onward, gettext("You are known there, but have no role in this registry.")), 403
    return _go_on(token, onward)


def ask_to_sign_in(error: SignInNeededError) -> ResponseReturnValue:
    """Answer what needs a user when nobody is signed in: with the form, which then leads back to the same page."""
    if is_for_programs():
        return registry_error(error)
    if can_be_resumed():
        return resume_page(error, 403)
    onward = current_address() if request.method == "GET" else url_for("web.account")
    return _sign_in_page(onward, say_error(error)), 403


def ask_for_second_factor(error: SecondFactorNeededError) -> ResponseReturnValue:
    """Answer a user who must have a second factor and has none yet: lead to where one is set up."""
    if is_for_programs():
        return registry_error(error)
    return redirect(url_for("web.second_factor"), 303)


@blueprint.post("/account/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the present sign-in, in the database and in the browser."""
    token = current_token()
    if token:
        with current_registry().database.write("sign-out") as uow:
            end_present(uow, token)
    leave()
    return redirect(url_for("web.home"), 303)


@blueprint.route("/account/forgotten", methods=["GET", "POST"])
def forgotten() -> ResponseReturnValue:
    """Send a link to whoever has forgotten their password; the answer is the same whether anybody is known by it.

    The address of the link is that of the settings: the name of the host in a request is what its sender wrote there.
    """
    registry = current_registry()
    with registry.database.read() as session:
        sends = bool(registry.settings.public_url) and can_send(session)
    if request.method == "GET" or not sends:
        return render_template("account/forgotten.html", sends=sends)
    hours = int(MAILED_LINK_LIMIT.total_seconds() // 3600)
    with registry.database.write(ANYBODY) as uow:
        for address, token in ask_for_links(uow, normal_login(request.form.get("login", ""))):
            link = registry.settings.public_url.rstrip("/") + url_for("web.choose_password", token=token)
            queue_message(
                uow,
                recipient=address,
                subject=gettext("Choose a new password"),
                text=gettext(
                    "Somebody, perhaps you, has asked for a new password for the treaty registry.\n\n"
                    "Choose it here, once and within %(hours)s h:\n%(link)s\n\n"
                    "If it was not you, nothing needs to be done: the password of before goes on working.",
                    hours=hours,
                    link=link,
                ),
                useless_after=uow.clock.now() + MAILED_LINK_LIMIT,
            )
    flash(gettext("If a user of this name has an address of e-mail here, a link is on its way to it."))
    return redirect(url_for("web.sign_in"), 303)


def _go_on(token: str, onward: str) -> ResponseReturnValue:
    """Begin the session of a new sign-in, or that of one which waits for a code."""
    registry = current_registry()
    with registry.database.read() as session:
        waits = awaits_code(session, token, registry.clock.now())
    if waits:
        wait_for_code(token, onward)
        return redirect(url_for("web.sign_in_code"), 303)
    return _entered(token, onward)


def _entered(token: str, onward: str) -> ResponseReturnValue:
    """Begin the session of a sign-in that is complete; the browser is known for the user from now on."""
    enter(token)
    user = current_user()
    answer = redirect(onward, 303)
    return remember_browser(answer, user.login) if user else answer


def _sign_in_page(onward: str, problem: str = "") -> str:
    # Another form than this one may hold a file too large to be read for nothing.
    login = request.form.get("login", "")[:254] if request.endpoint == "web.sign_in" else ""
    return render_template(
        "account/sign_in.html",
        onward=onward,
        problem=problem,
        login=login,
        provider=provider(),
    )


def _code_page(problem: str = "") -> str:
    return render_template("account/code.html", problem=problem)
