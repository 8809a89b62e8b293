"""The encoding of a text whose file does not say it."""

from __future__ import annotations

from charset_normalizer import from_bytes

#: Eight-bit encodings that are told apart by the letters that they yield: those of Russian texts, and Western Europe's.
_GUESSES = ["cp1251", "koi8_r", "cp866", "cp1252", "mac_cyrillic"]
_READ = 200_000
#: The bytes of one letter in UTF-8, without the last.
_UNFINISHED = 3


class CutOffError(ValueError):
    """A text in UTF-8 that ends in the middle of a letter: something is missing at its end."""


def decode(data: bytes) -> tuple[str, str] | None:
    """Return the text of `data` and the encoding it was in, None when no encoding explains it.

    UTF-8 and UTF-16 (with byte order mark) are recognised for certain. Other encodings are told apart by the
    letters that they yield. Raises `CutOffError` for a text in UTF-8 that stops in the middle of a letter.
    """
    certain = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(certain)
    except UnicodeDecodeError as error:
        text, place = "\0", error.start
        if place >= len(data) - _UNFINISHED and error.reason == "unexpected end of data" and not data[:place].isascii():
            raise CutOffError from error
    if "\0" not in text:
        return text, certain
    best = from_bytes(data[:_READ], cp_isolation=_GUESSES).best() if b"\0" not in data else None
    if best is None:
        return None
    try:
        return data.decode(best.encoding), best.encoding
    except UnicodeDecodeError:
        return None
