"""Reads plain text in whatever encoding it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.core import encodings
from registry.core.i18n import N_
from registry.documents.extraction.results import UnreadableDocumentError

if TYPE_CHECKING:
    from pathlib import Path


def read_plain(path: Path) -> str:
    """Return the text of a file of plain text. Raises `UnreadableDocumentError` when no encoding explains it."""
    return decoded(path.read_bytes())


def decoded(data: bytes) -> str:
    """Return the text of `data`: UTF-8, UTF-16 with byte order mark, Windows-1251, KOI8-R and the like."""
    try:
        found = encodings.decode(data)
    except encodings.CutOffError as error:
        raise UnreadableDocumentError(N_("The file is cut off: it ends in the middle of a letter.")) from error
    if found is None:
        raise UnreadableDocumentError(
            N_("The file is not a text in an encoding that can be recognised. Save it in UTF-8.")
        )
    return found[0]
