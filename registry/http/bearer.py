"""Programs that act as a user by a token of their own (RFC 6750), and what they say with a request.

The views of one blueprint ask for a token and read no cookie: what a browser has of its own accord is worth nothing
there, so that they need no token of a form (`http.csrf`). Those of another only read; they take a token where one is
given. Everywhere else a token says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import g, request

from registry.accounts.tokens import TokenHolder, holder_of
from registry.core.errors import InvalidInputError, RegistryError
from registry.core.i18n import N_
from registry.core.messages import Message
from registry.http.context import current_registry

if TYPE_CHECKING:
    from flask import Flask, Response

#: The blueprint whose views ask for a token.
BLUEPRINT = "api_submissions"

#: The blueprint whose views read as the user of a token, if there is one, and else as whoever is signed in.
READING = "api"


class TokenNeededError(RegistryError):
    """The request carries no token that works."""


class VersionNeededError(RegistryError):
    """The request changes something and does not say which version its sender has seen (RFC 6585, section 3)."""


def asks_for_a_token() -> bool:
    """Return whether the present request is answered by a view that asks for a token and reads no cookie."""
    return request.blueprint == BLUEPRINT


def carries_a_token() -> bool:
    """Return whether the present request is answered by a view that reads, and carries a token that works or not."""
    given = request.authorization
    return request.blueprint == READING and given is not None and given.type == "bearer"


def token_holder() -> TokenHolder:
    """Return as whom the present request acts. Raises `TokenNeededError` when its token does not work."""
    if "token_holder" not in g:
        g.token_holder = None
        given = request.authorization
        if given is not None and given.type == "bearer" and given.token:
            registry = current_registry()
            with registry.database.read() as session:
                g.token_holder = holder_of(session, given.token, registry.clock.now())
    if g.token_holder is None:
        raise TokenNeededError(N_("Send a token that works, as “Authorization: Bearer …”."))
    return cast("TokenHolder", g.token_holder)


def install(app: Flask) -> None:
    """Keep what was asked for with a token out of caches, and caches from answering who has one."""

    @app.after_request
    def _private(response: Response) -> Response:
        if request.blueprint == READING:
            # What a cache has for everybody must not be given to who comes with a token.
            response.vary.add("Authorization")
        if asks_for_a_token() or carries_a_token():
            response.headers["Cache-Control"] = "private, no-store"
        return response


def seen_version() -> int:
    """Return the version that the sender has seen, from `If-Match` (RFC 9110, 13.1.1).

    Raises `VersionNeededError` without it, and `InvalidInputError` when it is no version.
    """
    if not request.if_match:
        raise VersionNeededError(N_("Send the entity tag of the version that you have seen, as “If-Match”."))
    tags = list(request.if_match.as_set())
    if len(tags) != 1 or not tags[0].isascii() or not tags[0].isdigit() or len(tags[0]) > 9:  # noqa: PLR2004  It fits.
        raise InvalidInputError({"If-Match": [Message(N_("Send one entity tag, as the registry gave it."))]})
    return int(tags[0])


def form_key() -> str:
    """Return the key by which the same request, sent again, is known (`Idempotency-Key`).

    Raises `InvalidInputError` without it.
    """
    key = request.headers.get("Idempotency-Key", "").strip().strip('"')
    if not key:
        raise InvalidInputError(
            {"Idempotency-Key": [Message(N_("Send a key of your own, so that the request counts once."))]}
        )
    return key
