"""Stands in for the extraction of text until that branch is merged: plain text only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from registry.core.errors import RegistryError
from registry.core.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


class UnreadableDocumentError(RegistryError):
    """A file that cannot be read."""


@dataclass(frozen=True)
class Limits:
    """Limits."""


@dataclass(frozen=True)
class Extracted:
    """What was read."""

    media_type: str
    text: str
    page_starts: tuple[int, ...] = ()
    method: str = "text"
    confidence: float | None = None
    notes: tuple[str, ...] = field(default=())


def detect(path: Path, file_name: str) -> str:
    """Return the type of a file."""
    del file_name
    head = path.read_bytes()[:1024]
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if b"<html" in head.lower():
        return "text/html"
    return "application/octet-stream" if b"\0" in head else "text/plain"


def extract(
    path: Path, *, file_name: str, languages: Sequence[str], limits: Limits, progress: Callable[[int, int], None]
) -> Extracted:
    """Read a file."""
    del languages, limits
    progress(0, 1)
    if detect(path, file_name) != "text/plain":
        raise UnreadableDocumentError(N_("This file cannot be read."))
    return Extracted("text/plain", path.read_text("utf-8"))
