"""The JSON API. Version 1 reads agreements, and takes and decides submissions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.api import agreements, submissions
from registry.http.bearer import BLUEPRINT

if TYPE_CHECKING:
    from flask import Flask


def install(app: Flask) -> None:
    """Add the API to the application."""
    app.register_blueprint(agreements.blueprint, url_prefix="/api/v1")
    app.register_blueprint(submissions.blueprint, url_prefix="/api/v1", name=BLUEPRINT)
