"""Marking of translatable text. The domain marks; the edge (pages, API, command line) translates."""

from __future__ import annotations

from collections.abc import Callable

#: Looks up an English sentence in the catalogue of the user's language.
Translate = Callable[[str], str]


def N_(message: str) -> str:  # noqa: N802  The name by which gettext tools find marked texts.
    """Mark `message` for the catalogues and return it unchanged."""
    return message
