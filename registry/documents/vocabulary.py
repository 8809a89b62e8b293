"""Closed vocabularies of documents. A value is stored as it stands here; labels are in the catalogues."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a document is to its agreement (Vienna Convention, Art. 10, 33 and 77), the weightiest first."""

    AUTHENTIC_TEXT = "authentic_text"
    CERTIFIED_COPY = "certified_copy"
    OFFICIAL_TRANSLATION = "official_translation"
    UNOFFICIAL_TEXT = "unofficial_text"
    TRANSLATION = "translation"
    SCAN = "scan"
    ANNEX = "annex"


class Method(StrEnum):
    """How the text of a document was got: it stood in the file, or was recognised in an image."""

    TEXT = "text"
    OCR = "ocr"


class State(StrEnum):
    """How far the reading of a document has come."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
