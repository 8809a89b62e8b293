"""Gives a file to the reader of its format and brings every text into the same shape. It runs apart from the server."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from registry.core.i18n import N_
from registry.core.messages import Message
from registry.documents.extraction.detection import detect, is_misnamed
from registry.documents.extraction.html import read_html
from registry.documents.extraction.images import read_images
from registry.documents.extraction.opendocument import read_opendocument
from registry.documents.extraction.pdf import read_pdf
from registry.documents.extraction.plain import read_plain
from registry.documents.extraction.results import Extracted, MediaType, Method, UnreadableDocumentError
from registry.documents.extraction.rtf import read_rtf
from registry.documents.extraction.word import read_word

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from registry.documents.extraction.pages import Pages
    from registry.documents.extraction.results import Limits

_NAMES = {
    MediaType.PDF: "PDF",
    MediaType.DOCX: "Word",
    MediaType.ODT: "OpenDocument",
    MediaType.RTF: "RTF",
    MediaType.HTML: "HTML",
    MediaType.PLAIN: "text/plain",
    MediaType.TIFF: "TIFF",
    MediaType.JPEG: "JPEG",
    MediaType.PNG: "PNG",
}
_ENDS_OF_LINES = re.compile(r"\r\n?|[\f\v\x1c-\x1e\x85\u2028\u2029]")
#: Control characters, halves of letters, soft hyphens and marks of byte order: nothing that a reader sees.
_UNSEEN = re.compile(r"[\0-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\u00ad\ufeff\ufffe\uffff]")
_BLANKS = re.compile(r"[ \t\u00a0]+\n")
_EMPTY_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def read(
    path: Path, file_name: str, languages: Sequence[str], limits: Limits, progress: Callable[[int, int], None]
) -> Extracted:
    """Read a file as `process.extract` says."""
    media_type = detect(path, file_name)
    notes: list[Message] = []
    if is_misnamed(media_type, file_name):
        notes.append(
            Message(
                N_("By its content the file is %(format)s, not what its name says; so it was read."),
                format=_NAMES[media_type],
            )
        )
    if media_type in (MediaType.PDF, MediaType.TIFF, MediaType.JPEG, MediaType.PNG):
        read_pages = read_pdf if media_type is MediaType.PDF else read_images
        return _paged(media_type, read_pages(path, languages, limits, progress), notes, limits)
    progress(0, 1)
    if media_type is MediaType.HTML:
        text, more = read_html(path)
        notes += more
    elif media_type is MediaType.DOCX:
        text = read_word(path, limits.unpacked)
    elif media_type is MediaType.ODT:
        text = read_opendocument(path, limits.unpacked)
    else:
        text = read_rtf(path) if media_type is MediaType.RTF else read_plain(path)
    text = _checked(cleaned(text).strip(), limits)
    progress(1, 1)
    return Extracted(media_type, text, notes=tuple(notes))


def cleaned(text: str) -> str:
    """Return `text` in NFC with line feeds only, at most one empty line in a row, and nothing that nobody sees."""
    text = _UNSEEN.sub("", _ENDS_OF_LINES.sub("\n", text))
    return unicodedata.normalize("NFC", _EMPTY_LINES.sub("\n\n", _BLANKS.sub("\n", text)))


def _paged(media_type: MediaType, pages: Pages, notes: list[Message], limits: Limits) -> Extracted:
    """Join the texts of pages. Each was cleaned before, so that the offsets hold."""
    pieces: list[str] = []
    starts, length = [], 0
    for piece in pages.texts:
        shown = cleaned(piece) if pieces else cleaned(piece).lstrip()
        starts.append(length)
        if shown:
            pieces.append(shown)
            length += len(shown)
    text = _checked("".join(pieces).rstrip(), limits)
    return Extracted(
        media_type=media_type,
        text=text,
        page_starts=tuple(min(start, len(text)) for start in starts),
        method=Method.TEXT if pages.confidence is None else Method.OCR,
        confidence=pages.confidence,
        notes=(*notes, *pages.notes),
    )


def _checked(text: str, limits: Limits) -> str:
    if not text:
        raise UnreadableDocumentError(N_("No text was found in the file."))
    if len(text) > limits.characters:
        raise UnreadableDocumentError(N_("The text has more than %(most)s characters."), most=limits.characters)
    return text
