"""At which provider of OpenID Connect users can sign in, if at any."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app

from registry.core.errors import RegistryError
from registry.http.context import settings_of

if TYPE_CHECKING:
    from flask import Flask

    from registry.http.provider import Provider

_EXTENSION = "registry_oidc"


class ProviderError(RegistryError):
    """The provider could not be reached, or its answer proves nobody."""


def install(app: Flask) -> None:
    """Make the provider known to the application, if the settings name one."""
    found = None
    if settings_of(app).oidc_issuer:
        from registry.http.provider import Provider  # noqa: PLC0415  Others need not wait for its libraries.

        found = Provider(app)
    app.extensions[_EXTENSION] = found


def provider() -> Provider | None:
    """Return the provider at which users can sign in, or None."""
    return cast("Provider | None", current_app.extensions[_EXTENSION])
