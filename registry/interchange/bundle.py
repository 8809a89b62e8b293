"""The agreements that come with the registry."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from registry.interchange.files import ImportFile, read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

_PARTS = ("parties.json", "bodies.json", "subjects.json", "agreements.json")


def bundled_files() -> Iterator[tuple[str, ImportFile]]:
    """Yield the bundled import files in the order in which they have to be imported, with their names."""
    folder = files("registry") / "data"
    for name in _PARTS:
        yield name, read_bytes((folder / name).read_bytes(), name)
