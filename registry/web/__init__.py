"""The pages: server-rendered, readable without script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.web import helpers
from registry.web.views import agreements, feeds, home, overview, system
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["agreements", "feeds", "home", "install", "overview", "system"]


def install(app: Flask) -> None:
    """Add the pages to the application."""
    app.register_blueprint(blueprint)
    helpers.install(app)
