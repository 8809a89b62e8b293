"""How often one address may ask: enough for people and fair harvesters, too little to keep others waiting."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from flask import request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from registry.accounts.rules import normal_login
from registry.http.access import current_user

if TYPE_CHECKING:
    from flask import Flask

#: What the machine that runs the registry asks for all the time.
_NEVER_LIMITED = {"static", "web.healthz", "web.readyz"}

#: How often one address may try to sign in, and how often anybody may try one login. The second bounds those who guess
#: from many addresses; it passes by itself, so that nobody can lock a user out for good.
SIGN_INS_OF_AN_ADDRESS = "30 per 5 minutes"
MAILS_TO_A_LOGIN = "5 per hour"
SIGN_INS_OF_A_LOGIN = "10 per 5 minutes; 100 per day"


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
    for endpoint, key, most in (
        ("web.sign_in", _login_given, SIGN_INS_OF_A_LOGIN),
        ("web.forgotten", _login_given, MAILS_TO_A_LOGIN),
        ("web.change_password", _present_user, SIGN_INS_OF_A_LOGIN),
        ("web.begin_second_factor", _present_user, SIGN_INS_OF_A_LOGIN),
        ("web.renew_recovery_codes", _present_user, SIGN_INS_OF_A_LOGIN),
        ("web.second_factor", _present_user, SIGN_INS_OF_A_LOGIN),
    ):
        _limit(app, endpoint, limiter.limit(most, key_func=key, methods=["POST"]))
        _limit(app, endpoint, limiter.limit(SIGN_INS_OF_AN_ADDRESS, methods=["POST"]))
    _limit(app, "web.sign_in_code", limiter.limit(SIGN_INS_OF_AN_ADDRESS, methods=["POST"]))
    _limit(app, "web.back_from_elsewhere", limiter.limit(SIGN_INS_OF_AN_ADDRESS))


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


def _login_given() -> str:
    return f"login {normal_login(request.form.get('login', ''))[:254]}"
