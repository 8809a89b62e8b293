"""How often one address may ask: enough for people and fair harvesters, too little to keep others waiting."""

from __future__ import annotations

from ipaddress import ip_address
from time import time
from typing import TYPE_CHECKING, Any

from flask import current_app, request
from flask_babel import gettext
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from registry.accounts.rules import normal_login
from registry.http.access import current_user
from registry.http.browsers import known_browser

if TYPE_CHECKING:
    from flask import Flask
    from flask_limiter import RateLimitExceeded

#: What the machine that runs the registry asks for all the time.
_NEVER_LIMITED = {"static", "web.healthz", "web.readyz"}

#: No login is longer.
_LOGIN = 254

#: Waits of more seconds are told in minutes.
_LONG = 120

#: How often one address may try to sign in at all, and at one login. A browser in which the user of the login has
#: signed in before is counted by itself, so that neither neighbours nor strangers keep that user out.
SIGN_INS_OF_AN_ADDRESS = "30 per 5 minutes"
SIGN_INS_AT_A_LOGIN = "10 per 5 minutes"
MAILS_TO_A_LOGIN = "5 per hour"

#: How often all unknown browsers together may try one login: a brake on those who guess from many addresses. It never
#: holds back a known browser, and passes by itself within minutes.
SIGN_INS_OF_STRANGERS = "100 per 10 minutes"

#: How often the user of a session may be wrong about a secret: whoever took the session over has no more tries.
GUESSES_IN_A_SESSION = "10 per 5 minutes; 100 per day"


def install(app: Flask, limit: str) -> None:
    """Limit the requests of each address to `limit`, such as "600 per minute"; an empty limit turns this off.

    Each process counts for itself. A proxy that counts for all nodes can stand before them. What the machine asks of
    itself is not counted; behind a proxy the addresses are those that the trusted proxy names. Attempts to sign in
    have limits of their own, which no setting turns off; `limit_sign_ins` puts them on.
    """
    limiter = Limiter(
        get_remote_address,
        app=app,
        application_limits=[limit] if limit else [],
        application_limits_exempt_when=_is_this_machine,
        storage_uri="memory://",
        headers_enabled=True,
    )
    limiter.request_filter(lambda: request.endpoint in _NEVER_LIMITED)
    app.extensions["registry_limiter"] = limiter


def limit_sign_ins(app: Flask) -> None:
    """Count attempts to sign in by address and by login, known or not, and whatever else lets secrets be guessed.

    The code of a second factor is counted in the database too, since it is short (`accounts/second_factors.py`).
    """
    limiter: Limiter = app.extensions["registry_limiter"]
    for endpoint, most in (("web.sign_in", SIGN_INS_AT_A_LOGIN), ("web.forgotten", MAILS_TO_A_LOGIN)):
        _limit(app, endpoint, limiter.limit(most, key_func=_login_and_browser, methods=["POST"]))
        by_address = limiter.limit(SIGN_INS_OF_AN_ADDRESS, methods=["POST"], exempt_when=_is_known_browser)
        _limit(app, endpoint, by_address)
    # Put on last, it is asked last: what the narrower limits refuse does not count.
    brake = limiter.limit(SIGN_INS_OF_STRANGERS, key_func=_login_given, methods=["POST"], exempt_when=_is_known_browser)
    _limit(app, "web.sign_in", brake)
    for endpoint in (
        "web.change_password",
        "web.begin_second_factor",
        "web.renew_recovery_codes",
        "web.second_factor",
    ):
        _limit(app, endpoint, limiter.limit(GUESSES_IN_A_SESSION, key_func=_present_user, methods=["POST"]))
        _limit(app, endpoint, limiter.limit(SIGN_INS_OF_AN_ADDRESS, methods=["POST"]))
    _limit(app, "web.sign_in_code", limiter.limit(SIGN_INS_OF_AN_ADDRESS, methods=["POST"]))
    _limit(app, "web.back_from_elsewhere", limiter.limit(SIGN_INS_OF_AN_ADDRESS))


def say_limit(error: RateLimitExceeded) -> tuple[str, str]:
    """Return what to tell somebody who asked too often, as title and detail: what is counted, and how long to wait."""
    reached = current_app.extensions["registry_limiter"].current_limit
    # The whole second in which the wait ends belongs to it.
    seconds = max(1, int(reached.reset_at - time()) + 1) if reached else 60
    if error.limit.key_func is get_remote_address:
        title = gettext("Too many requests from your address")
    elif error.limit.key_func is _present_user:
        title = gettext("Too many attempts in this session")
    else:
        title = gettext("Too many attempts with this login")
    if seconds > _LONG:
        wait = gettext(
            "Wait %(minutes)s min, then go on. The limit is %(limit)s.",
            minutes=-(-seconds // 60),
            limit=error.description,
        )
    else:
        wait = gettext(
            "Wait %(seconds)s s, then go on. The limit is %(limit)s.", seconds=seconds, limit=error.description
        )
    return title, wait


def _limit(app: Flask, endpoint: str, limit: Any) -> None:
    app.view_functions[endpoint] = limit(app.view_functions[endpoint])


def _is_this_machine() -> bool:
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _present_user() -> str:
    user = current_user()
    return f"user {user.user_id}" if user else "nobody"


def _is_known_browser() -> bool:
    return known_browser(request.form.get("login", "")[:_LOGIN]) is not None


def _login_and_browser() -> str:
    """Return by what attempts at one login are counted: by the browser if it is known for it, else by the address."""
    browser = known_browser(request.form.get("login", "")[:_LOGIN])
    return f"{_login_given()} {f'browser {browser}' if browser else get_remote_address()}"


def _login_given() -> str:
    return f"login {normal_login(request.form.get('login', '')[:_LOGIN])}"
