"""The JSON API. Version 1 has the list of agreements, the single agreement, and exports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.api import agreements, exports

if TYPE_CHECKING:
    from flask import Flask


__all__ = ["agreements", "exports", "install"]


def install(app: Flask) -> None:
    """Add the API to the application."""
    app.register_blueprint(agreements.blueprint, url_prefix="/api/v1")
