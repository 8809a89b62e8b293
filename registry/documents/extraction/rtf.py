"""Reads the text of an RTF file."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from striprtf.striprtf import rtf_to_text

from registry.core.i18n import N_
from registry.documents.extraction.results import UnreadableDocumentError

if TYPE_CHECKING:
    from pathlib import Path

_CODE_PAGE = re.compile(rb"\\ansicpg(\d{1,5})")
_USUAL_CODE_PAGE = "cp1251"
_HEAD = 4096
_BRACES = re.compile(rb"\\(?:bin(\d{1,9}) ?|.)|([{}])", re.DOTALL)
#: Word itself opens no deeper groups.
_DEEPEST = 2000
#: `striprtf` divides the cells of a table by this sign and ends a row with it.
_LAST_CELL = re.compile(r"\|$", re.MULTILINE)
_CELL = re.compile(r"(?<=\S)\|(?=\S|$)", re.MULTILINE)


def read_rtf(path: Path) -> str:
    """Return the text of an RTF file. Raises `UnreadableDocumentError` when it is cut off or nested too deeply."""
    data = path.read_bytes()
    _check_groups(data)
    page = _CODE_PAGE.search(data[:_HEAD])
    encoding = _known(f"cp{page[1].decode()}") if page else _USUAL_CODE_PAGE
    # Letters should be escaped, but many programs write them as bytes of the code page.
    try:
        text: str = rtf_to_text(data.decode(encoding, errors="replace"), encoding=encoding, errors="replace")
    except (ValueError, TypeError, IndexError, LookupError) as error:
        raise UnreadableDocumentError(N_("The file is damaged: it is not RTF that can be understood.")) from error
    # Letters beyond the first plane of Unicode come as two halves.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return _USUAL_CODE_PAGE


def _check_groups(data: bytes) -> None:
    depth = deepest = place = 0
    while match := _BRACES.search(data, place):
        place = match.end() + int(match[1] or 0)
        depth += {b"{": 1, b"}": -1}.get(match[2], 0)
        deepest = max(deepest, depth)
        if depth == 0 and match[2]:
            break
    if deepest > _DEEPEST:
        raise UnreadableDocumentError(N_("The file is nested too deeply to be a document."))
    if depth:
        raise UnreadableDocumentError(N_("The file is cut off: its end is missing. Save it anew and send it again."))
