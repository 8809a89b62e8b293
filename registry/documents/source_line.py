"""The first line of a file of plain text may name its source; it is no part of the text."""

from __future__ import annotations

import re

_SOURCE = re.compile(r"\ufeff?#[ \t]*source:[ \t]*(?P<source>[^\r\n]*)(?:\r\n?|\n|$)")


def divided_source(text: str) -> tuple[str | None, str]:
    """Return the source that the first line names (`# source: …`), None where it names none, and the text itself."""
    found = _SOURCE.match(text)
    if found is None:
        return None, text
    return found["source"].strip() or None, text[found.end() :]
