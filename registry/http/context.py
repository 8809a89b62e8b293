"""The registry that serves the present request."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from registry.runtime import Registry

EXTENSION = "registry"


def current_registry() -> Registry:
    """Return the registry that serves the present request."""
    return cast("Registry", current_app.extensions[EXTENSION])
