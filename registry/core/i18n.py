"""Marking of translatable text. The domain marks; the edge (pages, API, command line) translates."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from functools import cache
from pathlib import Path

#: Looks up an English sentence in the catalogue of the user's language.
Translate = Callable[[str], str]


def N_(message: str) -> str:  # noqa: N802  The name by which gettext tools find marked texts.
    """Mark `message` for the catalogues and return it unchanged."""
    return message


#: Where the catalogues lie: they are data of the pages, and exports are written in the same words.
_CATALOGUES = Path(__file__).parents[1] / "web" / "translations"


@cache
def translation(language: str) -> Translate:
    """Return what translates into a language outside of a request; a sentence without translation stays English."""
    return gettext.translation("messages", _CATALOGUES, [language], fallback=True).gettext
