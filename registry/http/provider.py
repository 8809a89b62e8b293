"""Sign-in at a provider of OpenID Connect: authorization code flow with PKCE, state and nonce, by Authlib.

State, nonce and code verifier wait in the signed session of the browser that began, so that an answer meant for another
browser is refused (RFC 9700, section 4.7).
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, cast

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import session
from joserfc.errors import JoseError

from registry.accounts.claims import proven_elsewhere, read_grants
from registry.core.i18n import N_
from registry.http.context import settings_of
from registry.http.oidc import ProviderError

if TYPE_CHECKING:
    from flask import Flask, Response

    from registry.accounts.claims import Grant, ProvenElsewhere

log = logging.getLogger(__name__)

_ONWARD = "oidc_onward"

#: What goes wrong when a provider is away, or answers what is not as the standards say; `RuntimeError` is Authlib's for
#: metadata that lacks an address.
_FAILURES = (requests.RequestException, AuthlibBaseError, JoseError, ValueError, RuntimeError)

#: Seconds that the provider may take for each answer; the reader waits meanwhile.
_TIMEOUT = 10


class Provider:
    """The provider of one registry, and what its claims mean here."""

    def __init__(self, app: Flask) -> None:
        """Read the settings. Nothing is asked of the provider yet. Raises `ConfigurationError` for a bad mapping."""
        settings = settings_of(app)
        self.name = settings.oidc_name
        self._issuer = settings.oidc_issuer
        self._role_claim = settings.oidc_role_claim
        self._grants: tuple[Grant, ...] = read_grants(settings.oidc_roles)
        self._client: Any = OAuth(app).register(
            "provider",
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret or None,
            server_metadata_url=f"{self._issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid profile email",
                "code_challenge_method": "S256",
                "default_timeout": _TIMEOUT,
                "token_endpoint_auth_method": "client_secret_basic" if settings.oidc_client_secret else "none",
            },
        )

    def ask(self, back: str, onward: str) -> Response:
        """Send the browser to the provider, which sends it back to `back`; the sign-in then leads to `onward`.

        Raises `ProviderError` when the provider cannot be reached, or says that it is another.
        """
        try:
            self._check_issuer()
            answer = self._client.authorize_redirect(back)
        except _FAILURES as error:
            raise self._failed(error) from error
        session[_ONWARD] = onward
        return cast("Response", answer)

    def take_answer(self) -> tuple[ProvenElsewhere, str]:
        """Return whom the answer of the provider in the present request proves, and where the sign-in leads to.

        Raises `ProviderError` when it proves nobody: it is not the answer to what this browser asked, was used before,
        or its ID token is not by this provider, for this registry, of now (OpenID Connect Core 1.0, 3.1.3.7).
        """
        onward = session.pop(_ONWARD, "")
        try:
            self._check_issuer()
            options = {"iss": {"essential": True, "value": self._issuer}, "sub": {"essential": True}}
            token = self._client.authorize_access_token(claims_options=options)
            claims = token.get("userinfo")
        except _FAILURES as error:
            raise self._failed(error) from error
        if not claims:
            raise self._failed(ValueError("the answer holds no ID token"))
        return proven_elsewhere(claims, self._grants, self._role_claim), onward if isinstance(onward, str) else ""

    def _check_issuer(self) -> None:
        """Hold the metadata to the setting: another issuer could name itself there (OpenID Connect Discovery, 4.3)."""
        named = self._client.load_server_metadata().get("issuer")
        if named != self._issuer:
            message = f"the provider calls itself {named!r}"
            raise ValueError(message)

    def _failed(self, error: Exception) -> ProviderError:
        log.warning("sign-in at %s failed: %s", self._issuer, error)
        return ProviderError(N_("%(provider)s did not prove who you are. Try again."), provider=self.name)
