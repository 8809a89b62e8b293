"""The registry that serves the present request."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from sqlalchemy.orm import Session

    from registry.config import Settings
    from registry.core.access import Reader
    from registry.runtime import Registry

EXTENSION = "registry"


def current_registry() -> Registry:
    """Return the registry that serves the present request."""
    return cast("Registry", current_app.extensions[EXTENSION])


def settings_of(app: Flask) -> Settings:
    """Return the settings of an application while it is put together, when no request is there yet."""
    return cast("Registry", app.extensions[EXTENSION]).settings


@contextmanager
def reading(reader: Reader) -> Iterator[Session]:
    """Yield a session in which only that exists what `reader` may see. Pages and API read in no other way."""
    with current_registry().database.read(reader) as session:
        yield session
