"""Makes the application: one readable list of what is installed, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from registry import api, web
from registry.config import Settings, load_settings
from registry.core.errors import ConfigurationError
from registry.core.i18n import N_
from registry.http import access, bearer, cache, csrf, errors, language, limits, oidc, security, uploads
from registry.http.context import EXTENSION
from registry.runtime import open_registry

if TYPE_CHECKING:
    from registry.core.clock import Clock


class _Json(DefaultJSONProvider):
    """JSON in UTF-8 as it stands, with the fields in the order in which the schema has them."""

    ensure_ascii = False
    sort_keys = False


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Flask:
    """Return the WSGI application of a registry.

    Without `settings` they are read from the environment and the instance folder. Raises `ConfigurationError`
    when there is no secret key: `registry init` makes one.
    """
    settings = settings or load_settings()
    if not settings.secret_key:
        raise ConfigurationError(
            N_("There is no secret key yet. Run “registry init” once, or set REGISTRY_SECRET_KEY.")
        )
    app = Flask(
        "registry", instance_path=str(settings.instance), static_folder="web/static", template_folder="web/templates"
    )
    app.config.update(
        SECRET_KEY=settings.secret_key,
        # With this prefix browsers take the cookie from this host over HTTPS only, not from a neighbouring host name.
        SESSION_COOKIE_NAME="__Host-registry" if settings.secure_cookies else "registry",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        MAX_CONTENT_LENGTH=1024 * 1024,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
    )
    app.json = _Json(app)
    app.extensions[EXTENSION] = open_registry(settings, clock)
    cache.install(app)
    language.install(app)
    limits.install(app, settings.rate_limit)
    access.install(app)
    bearer.install(app)
    oidc.install(app)
    # Before the check of the form's token, which reads the form with the file in it.
    uploads.install(app)
    csrf.install(app)
    security.install(app)
    errors.install(app)
    web.install(app)
    api.install(app)
    limits.limit_sign_ins(app)
    return app
