"""Browsers in which somebody has signed in before: known by a signed cookie that opens nothing by itself.

Strangers who guess at a login can be slowed down without keeping its user out (OWASP, Blocking Brute Force Attacks,
“device cookies”): whoever brings the cookie is counted apart from them.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Any

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from registry.accounts.rules import normal_login

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

#: A browser that was not signed in for so long is one like any other.
_SECONDS = 180 * 24 * 3600

#: Browsers that many people share remember the last few of them.
_MOST_LOGINS = 5


def known_browser(login: str) -> str | None:
    """Return the name of the present browser when somebody with this login has signed in there, or None."""
    found = _cookie()
    return str(found["id"]) if _digest(login) in found["logins"] else None


def remember_browser(answer: Response, login: str) -> Response:
    """Let the present browser be known for this login from now on; return the same answer, with the cookie."""
    found = _cookie()
    logins = [_digest(login), *(digest for digest in found["logins"] if digest != _digest(login))]
    answer.set_cookie(
        _name(),
        str(_signer().dumps({"id": found["id"], "logins": logins[:_MOST_LOGINS]})),
        max_age=_SECONDS,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )
    return answer


def _cookie() -> dict[str, Any]:
    """Return what the signed cookie holds; of one that is missing, too old or not ours, nothing."""
    try:
        found: dict[str, Any] = _signer().loads(request.cookies.get(_name(), ""), max_age=_SECONDS)
    except BadSignature:
        return {"id": secrets.token_urlsafe(16), "logins": []}
    return found


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="known browser")


def _name() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-browser"


def _digest(login: str) -> str:
    return hashlib.sha256(normal_login(login).encode("utf-8", "surrogatepass")).hexdigest()[:32]
