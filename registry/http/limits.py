"""How often one address may ask: enough for people and fair harvesters, too little to keep others waiting."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from flask import request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from registry.accounts.rules import normal_login

if TYPE_CHECKING:
    from flask import Flask

#: What the machine that runs the registry asks for all the time.
_NEVER_LIMITED = {"static", "web.healthz", "web.readyz"}

#: How often one address may try to sign in, and how often anybody may try one login. The second bounds those who guess
#: from many addresses; it passes by itself, so that nobody can lock a user out for good.
SIGN_INS_OF_AN_ADDRESS = "30 per 5 minutes"
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


def limit_sign_ins(app: Flask, endpoint: str) -> None:
    """Count the attempts that are sent to the sign-in form, by address and by login, known or not."""
    limiter: Limiter = app.extensions["registry_limiter"]
    by_login = limiter.limit(SIGN_INS_OF_A_LOGIN, key_func=_login_given, methods=["POST"])
    by_address = limiter.limit(SIGN_INS_OF_AN_ADDRESS, methods=["POST"])
    view: Any = app.view_functions[endpoint]
    app.view_functions[endpoint] = by_address(by_login(view))


def _is_this_machine() -> bool:
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _login_given() -> str:
    return f"login {normal_login(request.form.get('login', ''))[:254]}"
