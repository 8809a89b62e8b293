"""`/account/second-factor`: enrol an authenticator, and keep recovery codes for its loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request
from flask_babel import gettext
from markupsafe import Markup

from registry.accounts.codes import enrolment_uri
from registry.accounts.queries import has_password, has_second_factor, prove
from registry.accounts.schemas import Credentials
from registry.accounts.second_factors import begin_enrolment, confirm_enrolment
from registry.accounts.second_factors import renew_recovery_codes as renew
from registry.http.access import enter, required_user
from registry.http.context import current_registry
from registry.web.factors import qr_code, sealer
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from registry.accounts.queries import SignedIn


@blueprint.route("/account/second-factor", methods=["GET", "POST"])
def second_factor() -> ResponseReturnValue:
    """Say how the second factor stands, or confirm a new authenticator by one of its codes."""
    user = required_user()
    if request.method == "GET":
        return _page(user)
    with current_registry().database.write(user.login) as uow:
        enrolled = confirm_enrolment(uow, sealer(), user, request.form.get("code", ""))
    if enrolled is None:
        problem = gettext(
            "This code is not right. The clock of the device must be right; wait for the next code, or begin anew."
        )
        return _page(user, waits=True, problem=problem), 422
    enter(enrolled.token)
    return render_template("account/recovery_codes.html", user=user, codes=enrolled.recovery_codes)


@blueprint.post("/account/second-factor/begin")
def begin_second_factor() -> ResponseReturnValue:
    """Show the secret of a new authenticator, once, to who gives the password again."""
    user = required_user()
    registry = current_registry()
    if not _is_proven_again(user):
        return _page(user, problem=gettext("The password is not right.")), 422
    with registry.database.write(user.login) as uow:
        secret = begin_enrolment(uow, sealer(), user)
    drawn = Markup(qr_code(enrolment_uri(secret, user.login, gettext("Treaty registry"))))  # noqa: S704  Drawn by us of letters.
    return _page(user, waits=True, secret=secret, drawn=drawn)


@blueprint.post("/account/second-factor/recovery-codes")
def renew_recovery_codes() -> ResponseReturnValue:
    """Show new recovery codes, once; those of before are worth nothing then."""
    user = required_user()
    if not _is_proven_again(user):
        return _page(user, problem=gettext("The password is not right.")), 422
    with current_registry().database.write(user.login) as uow:
        codes = renew(uow, user)
    return render_template("account/recovery_codes.html", user=user, codes=codes)


def _is_proven_again(user: SignedIn) -> bool:
    """Return whether the form has the user's password; who signs in at a provider has none and is asked for none."""
    with current_registry().database.read() as session:
        if not has_password(session, user.user_id):
            return True
        return prove(session, Credentials(user.login, request.form.get("present", ""))) is not None


def _page(user: SignedIn, *, waits: bool = False, secret: str = "", drawn: str = "", problem: str = "") -> str:
    with current_registry().database.read() as session:
        enrolled = has_second_factor(session, user.user_id)
        asks_password = has_password(session, user.user_id)
    return render_template(
        "account/second_factor.html",
        user=user,
        enrolled=enrolled,
        asks_password=asks_password,
        waits=waits,
        secret=secret,
        drawn=drawn,
        problem=problem,
    )
