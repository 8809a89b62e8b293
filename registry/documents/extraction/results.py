"""What extraction is given and what it gives: limits, the text with its pages, or why a file cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from registry.core.errors import RegistryError

if TYPE_CHECKING:
    from registry.core.messages import Message

_MB = 1024 * 1024


class MediaType(StrEnum):
    """The formats that can be read, by their media types (RFC 6838)."""

    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ODT = "application/vnd.oasis.opendocument.text"
    RTF = "application/rtf"
    HTML = "text/html"
    PLAIN = "text/plain"
    TIFF = "image/tiff"
    JPEG = "image/jpeg"
    PNG = "image/png"


class Method(StrEnum):
    """How a text was read: from the file itself, or at least in part by OCR, which can misread."""

    TEXT = "text"
    OCR = "ocr"


class UnreadableDocumentError(RegistryError):
    """A file whose text cannot be read, and why: it is damaged, too large, protected, or of another format."""


@dataclass(frozen=True)
class Limits:
    """How much one file may take. A file that needs more is refused with the limit in the message.

    Times are in seconds: `seconds` by the clock for all, `cpu_seconds` of processor time for each process,
    `page_seconds` for the OCR of a page. `memory` is the address space of each process in bytes, `unpacked` the bytes
    of all parts of an archive together, `pixels` those of one image, `characters` those of the text, `pages` those of
    a PDF or a scan.
    """

    seconds: float = 900
    cpu_seconds: int = 900
    page_seconds: float = 120
    memory: int = 1536 * _MB
    unpacked: int = 200 * _MB
    pages: int = 2000
    pixels: int = 120_000_000
    characters: int = 10_000_000


@dataclass(frozen=True)
class Extracted:
    """The text of a file.

    `text` is in Unicode NFC, trimmed, a paragraph to a line, without control characters but line breaks and tabs.
    `page_starts` has the offset in `text` at which each page begins, empty when the format has no pages; equal offsets
    are pages without text. `confidence` is the mean of OCR over its words, 0 to 100, None when nothing was read by OCR.
    `notes` say what the reader of the text must know, such as which pages were read by OCR or could not be read.
    """

    media_type: MediaType
    text: str
    page_starts: tuple[int, ...] = ()
    method: Method = Method.TEXT
    confidence: float | None = None
    notes: tuple[Message, ...] = ()
