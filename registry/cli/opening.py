"""The registry for the time of one command: opened by the settings, closed whatever happens."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from registry.config import load_settings
from registry.runtime import open_registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry.runtime import Registry


@contextmanager
def opened() -> Iterator[Registry]:
    """Give the registry of the settings, and close it when the block ends, by an error too."""
    registry = open_registry(load_settings())
    try:
        yield registry
    finally:
        registry.close()
