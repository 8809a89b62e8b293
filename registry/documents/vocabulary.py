"""Closed vocabularies of documents. A value is stored as it stands here; labels are in the catalogues."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a text is to its agreement (Vienna Convention, Art. 10 and 33), the weightiest first."""

    AUTHENTIC_TEXT = "authentic_text"
    CERTIFIED_COPY = "certified_copy"
    OFFICIAL_TRANSLATION = "official_translation"
    UNOFFICIAL_TEXT = "unofficial_text"
    TRANSLATION = "translation"
