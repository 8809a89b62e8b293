"""Reads the text of a file that somebody sent: PDF, Word, OpenDocument, RTF, HTML, plain text, scans.

`extract` reads it in a process of its own with hard limits (`process`, `worker`, `isolation`), so that no file can take
the server with it; `detect` says what a file is by its content. `reading` gives the file to the reader of its format:
`pdf`, `word` with `word_numbers`, `opendocument`, `rtf`, `html`, `plain`, `images`. `ocr` asks Tesseract, `layout` puts
the lines of pages together to paragraphs with `running` (headers and page numbers) and `hyphens`. Nothing here knows
the database.
"""

from registry.documents.extraction.detection import detect
from registry.documents.extraction.process import extract
from registry.documents.extraction.results import Extracted, Limits, MediaType, Method, UnreadableDocumentError

__all__ = ["Extracted", "Limits", "MediaType", "Method", "UnreadableDocumentError", "detect", "extract"]
