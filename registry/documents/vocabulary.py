"""Closed vocabularies of documents. A value is stored as it stands here; labels are in the catalogues."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


class Role(StrEnum):
    """What a document is to its agreement (Vienna Convention, Art. 10, 33 and 77), the weightiest first."""

    AUTHENTIC_TEXT = "authentic_text"
    CERTIFIED_COPY = "certified_copy"
    OFFICIAL_TRANSLATION = "official_translation"
    UNOFFICIAL_TEXT = "unofficial_text"
    TRANSLATION = "translation"
    SCAN = "scan"
    ANNEX = "annex"


class Standing(StrEnum):
    """Whether a text is one that the parties concluded, or renders it in another language (Vienna Convention, Art. 33).

    `AUTHENTIC_LANGUAGE` is a text in a language that is authentic, which nobody has vouched for.
    """

    AUTHENTIC = "authentic"
    AUTHENTIC_LANGUAGE = "authentic_language"
    TRANSLATION = "translation"
    UNKNOWN = "unknown"


def standing(role: str, language: str, *, concluded: Collection[str], authentic: Collection[str]) -> Standing:
    """Return the standing of a document by its role, and by the languages in which its agreement was concluded.

    A certified copy reproduces the authentic text (Art. 77(1)(b)). What is in none of the languages of the conclusion,
    where these are known, is a translation whatever it is called.
    """
    if role in (Role.OFFICIAL_TRANSLATION, Role.TRANSLATION):
        return Standing.TRANSLATION
    if role in (Role.AUTHENTIC_TEXT, Role.CERTIFIED_COPY):
        return Standing.AUTHENTIC
    if language in authentic:
        return Standing.AUTHENTIC_LANGUAGE
    return Standing.TRANSLATION if concluded and language not in concluded else Standing.UNKNOWN


class Method(StrEnum):
    """How the text of a document was got: it stood in the file, or was recognised in an image."""

    TEXT = "text"
    OCR = "ocr"
