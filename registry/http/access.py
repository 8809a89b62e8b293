"""Who reads and who acts: the user of the present request, and what a closed registry shows to nobody.

The session cookie is signed and holds the token of a sign-in; whether that sign-in goes on is known to the database
only, so that it can be ended from anywhere and at once.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from flask import current_app, g, request, session
from sqlalchemy.exc import OperationalError

from registry.accounts.claims import read_roles
from registry.accounts.queries import OwnBody, SignedIn, who_is_signed_in
from registry.accounts.rules import NOTED_EVERY
from registry.accounts.services import note_use
from registry.core.access import ANYBODY, Reader
from registry.core.errors import AccessDeniedError
from registry.core.i18n import N_
from registry.http.bearer import asks_for_a_token, carries_a_token, token_holder
from registry.http.context import current_registry, settings_of

if TYPE_CHECKING:
    from flask import Flask, Response

    from registry.accounts.tokens import TokenHolder
    from registry.accounts.vocabulary import Permission

log = logging.getLogger(__name__)

#: What answers in a closed registry too: the checks of the machine that runs it, the way in, the style of its pages.
#: A feed or calendar with a secret address asks by itself who has it.
_ALWAYS_OPEN = {
    "static",
    "web.healthz",
    "web.readyz",
    "web.language",
    "web.sign_in",
    "web.sign_in_code",
    "web.sign_in_elsewhere",
    "web.back_from_elsewhere",
    "web.forgotten",
    "web.choose_password",
    "web.private_feed",
    "web.private_calendar",
}

#: What a user can do whose role needs a second factor and who has none yet: get one, or leave.
_WITHOUT_SECOND_FACTOR = {
    "static",
    "web.healthz",
    "web.readyz",
    "web.language",
    "web.sign_out",
    "web.second_factor",
    "web.begin_second_factor",
    "web.private_feed",
    "web.public_key",
    "web.verifier_script",
}

#: The token of a sign-in that waits for a code, in the session, and where it leads to then.
_WAITING, _ONWARD = "sign_in_waiting", "sign_in_onward"
_TOKEN = "sign_in"  # noqa: S105  The name of the token in the session, not a token.
_PAUSE = "registry_use_not_noted_before"


class SignInNeededError(AccessDeniedError):
    """Nobody is signed in, and this needs somebody who is; pages answer with the form."""


class SecondFactorNeededError(AccessDeniedError):
    """The user's role needs a second factor, and none was given; pages lead to where one is set up."""


def install(app: Flask) -> None:
    """Close a registry that is not public to everybody who is not signed in, and keep private answers out of caches.

    Users whose role needs a second factor can do nothing before they have one. Raises `ConfigurationError` when the
    setting names a role that nobody knows.
    """
    need_second_factor = read_roles(settings_of(app).require_second_factor)

    @app.before_request
    def _closed() -> None:
        if carries_a_token():
            # Whoever sends a token wants its rights: one that does not work must not be answered as if there were none.
            token_holder()
            return
        open_to_all = current_registry().settings.public_read or request.endpoint in _ALWAYS_OPEN or asks_for_a_token()
        if not open_to_all and current_user() is None:
            raise SignInNeededError(N_("This registry is not open to the public."))

    @app.before_request
    def _proven_enough() -> None:
        if not need_second_factor or request.endpoint in _WITHOUT_SECOND_FACTOR or carries_a_token():
            return
        user = current_user()
        if user is not None and user.role in need_second_factor and not user.by_two_factors:
            raise SecondFactorNeededError(N_("Your role needs a second factor. Set it up first."))

    @app.after_request
    def _private(response: Response) -> Response:
        # A session holds a sign-in or the token of a form: such an answer is meant for one reader only.
        if request.endpoint != "static" and session:
            response.headers["Cache-Control"] = "private, no-store"
        return response


def current_user() -> SignedIn | None:
    """Return the user of the present request, or None when nobody is signed in.

    Needs one query the first time in a request, and none when the request carries no sign-in.
    """
    if "signed_in" not in g:
        # Should the database fail, the error is raised once; the page that reports it then finds nobody signed in.
        g.signed_in = None
        token = session.get(_TOKEN)
        if isinstance(token, str):
            registry = current_registry()
            with registry.database.read() as database:
                g.signed_in = who_is_signed_in(database, token, registry.clock.now())
            if g.signed_in is None:
                session.pop(_TOKEN)
            else:
                _note_use(g.signed_in)
    return cast("SignedIn | None", g.signed_in)


def current_reader() -> Reader:
    """Return as whom the present request reads. Raises `TokenNeededError` for a token that does not work."""
    actor = current_actor()
    return ANYBODY if actor is None else actor.reader


def current_actor() -> SignedIn | TokenHolder | None:
    """Return as whom the present request acts: where the API reads, the user of a token before that of a cookie.

    Raises `TokenNeededError` for a token that does not work.
    """
    return token_holder() if carries_a_token() else current_user()


def required_user(permission: Permission | None = None) -> SignedIn:
    """Return the user of the present request.

    Raises `SignInNeededError` when nobody is signed in, and `AccessDeniedError` when the user lacks `permission`.
    """
    user = current_user()
    if user is None:
        raise SignInNeededError(N_("Sign in to open this page."))
    if permission is not None and not user.may(permission):
        raise AccessDeniedError(N_("Your role does not allow this."))
    return user


def required_body(user: SignedIn) -> OwnBody:
    """Return the body in whose name `user` submits. Raises `AccessDeniedError` when the user belongs to none."""
    if user.body is None:
        raise AccessDeniedError(N_("Your account belongs to no ministry yet. Ask an administrator to set it."))
    return user.body


def current_token() -> str | None:
    """Return the token of the sign-in that the present request carries, whether it goes on or not."""
    token = session.get(_TOKEN)
    return token if isinstance(token, str) else None


def enter(token: str) -> None:
    """Begin the session of a new sign-in. Nothing of the session before remains, so that nobody can prepare it."""
    session.clear()
    session[_TOKEN] = token
    g.pop("signed_in", None)


def wait_for_code(token: str, onward: str) -> None:
    """Begin the session of a sign-in that waits for a code and then leads to `onward`. Nobody is signed in by it."""
    session.clear()
    session[_WAITING], session[_ONWARD] = token, onward
    g.signed_in = None


def waiting_sign_in() -> tuple[str, str] | None:
    """Return the token of the sign-in that waits for a code in this browser, and where it leads to; None without."""
    token, onward = session.get(_WAITING), session.get(_ONWARD)
    return (token, onward) if isinstance(token, str) and isinstance(onward, str) else None


def leave() -> None:
    """End the session in the browser; `sign_out` ends the sign-in itself."""
    session.clear()
    g.signed_in = None


def _note_use(user: SignedIn) -> None:
    """Note now and then that a sign-in is in use, without ever keeping a reader from reading.

    While a long import holds the only place of a writer in SQLite, this would wait for it in vain; then it is
    not tried again for a while.
    """
    registry = current_registry()
    now = registry.clock.now()
    pause: datetime | None = current_app.extensions.get(_PAUSE)
    if now - user.last_seen_at < NOTED_EVERY or (pause is not None and now < pause):
        return
    try:
        with registry.database.write(user.login) as uow:
            note_use(uow, user.sign_in_id)
    except OperationalError as error:
        log.warning("the use of a sign-in could not be noted: %s", error.orig)
        current_app.extensions[_PAUSE] = now + timedelta(minutes=1)
