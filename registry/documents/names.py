"""Names of files as their senders give them, made safe to show, to store and to send back."""

from __future__ import annotations

import re
import unicodedata

#: File systems take names of 255 bytes; some are left for what browsers add, such as “ (1)”.
LONGEST_NAME = 240

_NAMELESS = "document"
_LONGEST_SUFFIX = 12
# What separates folders, and what Windows takes in no name.
_SEPARATORS = re.compile(r"[/\\]")
_REFUSED = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def safe_file_name(given: str | None) -> str:
    """Return the name of a file without folders, control characters and marks that turn the order of letters around.

    It has at most 240 bytes in UTF-8 and keeps its suffix: a letter of Cyrillic takes two, and file systems count
    bytes. Never empty. Nothing in the registry is stored under this name; the storage has names of its own.
    """
    name = _SEPARATORS.split(given or "")[-1]
    name = "".join(
        character for character in unicodedata.normalize("NFC", name) if unicodedata.category(character)[0] != "C"
    )
    name = " ".join(_REFUSED.sub("_", name).split()).strip(". ")
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix) > _LONGEST_SUFFIX or not stem:
        stem, dot, suffix = name, "", ""
    return _cut(stem, LONGEST_NAME - len(f"{dot}{suffix}".encode())) + dot + suffix or _NAMELESS


def _cut(text: str, most: int) -> str:
    """Return the beginning of a text that has at most so many bytes, without half a letter at its end."""
    return text.encode()[:most].decode(errors="ignore").rstrip(". ")
