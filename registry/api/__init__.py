"""The JSON API. Version 1 reads agreements, exports lists, and takes and decides submissions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.api import agreements, exports, submissions
from registry.http.bearer import BLUEPRINT

if TYPE_CHECKING:
    from flask import Flask


__all__ = ["agreements", "exports", "install"]


def install(app: Flask) -> None:
    """Add the API to the application."""
    app.register_blueprint(agreements.blueprint, url_prefix="/api/v1")
    app.register_blueprint(submissions.blueprint, url_prefix="/api/v1", name=BLUEPRINT)
