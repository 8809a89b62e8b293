"""Says what a file is by its content. The name that somebody gave it proves nothing."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from registry.core.i18n import N_
from registry.documents.extraction.archive import Archive
from registry.documents.extraction.results import Limits, MediaType, UnreadableDocumentError

if TYPE_CHECKING:
    from pathlib import Path

_READ = 65_536
#: PDF readers look for the mark within the first 1024 bytes (ISO 32000-1, Annex H).
_PDF_WITHIN = 1024

_MARKS = {
    b"{\\rtf": MediaType.RTF,
    b"\xff\xd8\xff": MediaType.JPEG,
    b"\x89PNG\r\n\x1a\n": MediaType.PNG,
    b"II*\0": MediaType.TIFF,
    b"MM\0*": MediaType.TIFF,
    b"II+\0": MediaType.TIFF,
    b"MM\0+": MediaType.TIFF,
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be", b"\xef\xbb\xbf": "utf-8"}
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|(?:html|head|body|meta|title|div|table|p|h[1-6])[\s>])",
    re.IGNORECASE | re.DOTALL,
)
#: What no text has: control characters other than tabs, ends of lines and pages, and the end mark of old systems.
_CONTROLS = re.compile(r"[\0-\x08\x0b\x0e-\x19\x1b-\x1f]")

_ENDINGS = {
    ".pdf": MediaType.PDF,
    ".docx": MediaType.DOCX,
    ".docm": MediaType.DOCX,
    ".odt": MediaType.ODT,
    ".rtf": MediaType.RTF,
    ".htm": MediaType.HTML,
    ".html": MediaType.HTML,
    ".xhtml": MediaType.HTML,
    ".txt": MediaType.PLAIN,
    ".tif": MediaType.TIFF,
    ".tiff": MediaType.TIFF,
    ".jpg": MediaType.JPEG,
    ".jpeg": MediaType.JPEG,
    ".png": MediaType.PNG,
    # Files of other programs, which under these names are something else.
    ".doc": None,
    ".xls": None,
    ".xlsx": None,
    ".ppt": None,
    ".pptx": None,
    ".zip": None,
    ".exe": None,
    ".gif": None,
}


def detect(path: Path, file_name: str) -> MediaType:
    """Return the format of the file at `path` by its content; `file_name` only makes the message clearer.

    Little of the file is read, so it may come from anybody. Raises `UnreadableDocumentError` for an empty file and for
    one of no format that can be read.
    """
    with path.open("rb") as file:
        head = file.read(_READ)
    if not head.strip(b"\0 \t\r\n"):
        raise UnreadableDocumentError(N_("The file is empty."))
    for mark, media_type in _MARKS.items():
        if head.startswith(mark):
            return media_type
    if b"%PDF-" in head[:_PDF_WITHIN]:
        return MediaType.PDF
    found = _archived(path) if head.startswith(_ZIP) else _text(head)
    if found is not None:
        return found
    if head.startswith(_OLE):
        raise UnreadableDocumentError(
            N_("This is an old Word file (.doc), or one protected by a password. Save it as .docx without a password.")
        )
    raise UnreadableDocumentError(
        N_(
            "“%(name)s” has none of the formats that can be read: PDF, Word (.docx), OpenDocument (.odt), RTF, HTML, "
            "plain text, TIFF, JPEG, PNG. Its content decides, not its name."
        ),
        name=PurePath(file_name).name,
    )


def is_misnamed(media_type: MediaType, file_name: str) -> bool:
    """Return whether the ending of `file_name` stands for another format than `media_type`."""
    ending = PurePath(file_name).suffix.lower()
    return ending in _ENDINGS and _ENDINGS[ending] is not media_type


def _archived(path: Path) -> MediaType | None:
    with Archive(path, Limits().unpacked) as archive:
        names = archive.names
        if "mimetype" in names and archive.read("mimetype").strip() == MediaType.ODT.encode():
            return MediaType.ODT
        if "[Content_Types].xml" in names and any(name.startswith("word/") for name in names):
            return MediaType.DOCX
    return None


def _text(head: bytes) -> MediaType | None:
    encoding = next((found for mark, found in _BYTE_ORDER_MARKS.items() if head.startswith(mark)), "latin-1")
    # The last letter may be cut in two, and only signs of ASCII are looked for.
    text = head.decode(encoding, errors="ignore").removeprefix("\ufeff")
    if _CONTROLS.search(text):
        return None
    return MediaType.HTML if _HTML.match(text) else MediaType.PLAIN
