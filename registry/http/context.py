"""The registry that serves the present request."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from registry.core.access import Reader
    from registry.runtime import Registry

EXTENSION = "registry"


def current_registry() -> Registry:
    """Return the registry that serves the present request."""
    return cast("Registry", current_app.extensions[EXTENSION])


@contextmanager
def reading(reader: Reader) -> Iterator[Session]:
    """Yield a session in which only that exists what `reader` may see. Pages and API read in no other way."""
    with current_registry().database.read(reader) as session:
        yield session
