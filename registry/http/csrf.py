"""Every request that may change something must come from a page of this registry: the one check for all of them.

A synchroniser token (OWASP, Cross-Site Request Forgery Prevention): random for each session, written into each form,
compared here; instead of it, what a page carried over the end of a session has a signature (`http.resumed`). It guards
the sign-in form too, since whoever is made to sign in as somebody else gives away what they then save. A view can
neither forget the check nor leave it out.
"""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING

from flask import request, session

from registry.core.errors import RegistryError
from registry.core.i18n import N_
from registry.http.bearer import asks_for_a_token
from registry.http.resumed import is_resumed

if TYPE_CHECKING:
    from flask import Flask

FIELD = "csrf_token"
#: Fields that say how a form is sent, not what was typed.
NOT_TYPED = frozenset({FIELD, "autosave"})
HEADER = "X-CSRF-Token"
_KEY = "csrf"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class ForeignRequestError(RegistryError):
    """The request does not show that it comes from a page of this registry."""


def install(app: Flask) -> None:
    """Check every request whose method is not safe (RFC 9110, section 9.2.1), and give templates the token."""
    app.jinja_env.globals.update(csrf_token=csrf_token)

    @app.before_request
    def _check() -> None:
        # What no view answers changes nothing, and deserves its own message (404, 405). What a program asks for with a
        # token of its own is read without any cookie, so that no page can make a browser ask for it.
        if request.method in _SAFE or request.routing_exception is not None or asks_for_a_token():
            return
        expected = session.get(_KEY)
        given = request.form.get(FIELD) or request.headers.get(HEADER) or ""
        is_token = isinstance(expected, str) and hmac.compare_digest(expected.encode(), given.encode())
        if not is_token and not is_resumed(NOT_TYPED):
            raise ForeignRequestError(
                N_(
                    "This form was open for too long, or did not come from a page of this registry. Nothing was "
                    "changed. Go back, load the page anew and send the form again; your browser must accept cookies."
                )
            )


def csrf_token() -> str:
    """Return the token of the session, which every form that changes something carries in the field `csrf_token`."""
    token = session.get(_KEY)
    if not isinstance(token, str):
        token = session[_KEY] = secrets.token_urlsafe(32)
    return token
