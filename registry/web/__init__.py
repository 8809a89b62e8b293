"""The pages: server-rendered, readable without script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.http.access import SecondFactorNeededError, SignInNeededError
from registry.web import helpers
from registry.web.views import (
    account,
    agreements,
    audit,
    deadlines,
    documents,
    feeds,
    history,
    home,
    overview,
    saved_searches,
    searching,
    second_factor,
    signing_in,
    system,
    texts,
    users,
)
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from flask import Flask

__all__ = [
    "account",
    "agreements",
    "audit",
    "deadlines",
    "documents",
    "feeds",
    "history",
    "home",
    "install",
    "overview",
    "saved_searches",
    "searching",
    "second_factor",
    "signing_in",
    "system",
    "texts",
    "users",
]


def install(app: Flask) -> None:
    """Add the pages to the application."""
    app.register_blueprint(blueprint)
    app.register_error_handler(SignInNeededError, signing_in.ask_to_sign_in)
    app.register_error_handler(SecondFactorNeededError, signing_in.ask_for_second_factor)
    helpers.install(app)
