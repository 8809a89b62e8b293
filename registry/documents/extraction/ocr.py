"""Asks Tesseract for the words on an image of a page."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from registry.core.i18n import N_
from registry.documents.extraction.pages import Line, Page
from registry.documents.extraction.results import UnreadableDocumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image

#: The names of Tesseract for the languages of texts.
LANGUAGES = {
    "ru": "rus",
    "kk": "kaz",
    "be": "bel",
    "en": "eng",
    "de": "deu",
    "fr": "fra",
    "nl": "nld",
    "es": "spa",
}
#: At this resolution Tesseract reads best; it is also what archives scan at.
DPI = 300
_POINTS = 72
_LISTING_SECONDS = 30
_COLUMNS = 12
_WORD_LEVEL = "5"


@dataclass
class Tesseract:
    """Tesseract for a document in some languages. `confidences` collects those of all words that were read."""

    program: str
    languages: list[str]
    seconds: float
    confidences: list[float] = field(default_factory=list)

    @classmethod
    def find(cls, languages: Sequence[str], seconds: float) -> Tesseract:
        """Return Tesseract for `languages`, a page of which may take `seconds`.

        Raises `UnreadableDocumentError` that says what to install when the program is missing, or its data of all of
        them.
        """
        wanted = [LANGUAGES[language] for language in languages if language in LANGUAGES] or [LANGUAGES["en"]]
        packages = ", ".join(["tesseract-ocr", *(f"tesseract-ocr-{name}" for name in wanted)])
        program = shutil.which("tesseract")
        if program is None:
            raise UnreadableDocumentError(
                N_("This is a scan, and Tesseract, which reads scans, is not installed. Install %(packages)s."),
                packages=packages,
            )
        told = subprocess.run(  # noqa: S603  The program that the system calls by this name.
            [program, "--list-langs"], capture_output=True, text=True, timeout=_LISTING_SECONDS, check=True
        )
        installed = [name for name in wanted if name in told.stdout.split()]
        if not installed:
            raise UnreadableDocumentError(
                N_("This is a scan, and Tesseract lacks the data of its language. Install %(packages)s."),
                packages=packages,
            )
        return cls(program, installed, seconds)

    @property
    def confidence(self) -> float | None:
        """Return the mean confidence over all words so far, 0 to 100, None before any word was read."""
        return sum(self.confidences) / len(self.confidences) if self.confidences else None

    def read(self, image: Image, number: int) -> Page:
        """Return page `number` as it is read from its image at 300 dpi.

        Raises `UnreadableDocumentError` when it takes too long or Tesseract fails.
        """
        file = Path("page.pgm").absolute()
        image.convert("L").save(file)
        command = [self.program, str(file), "stdout", "-l", "+".join(self.languages), "--dpi", str(DPI), "tsv"]
        try:
            told = subprocess.run(  # noqa: S603  Nothing of the command comes from the file.
                command, capture_output=True, encoding="utf-8", timeout=self.seconds, check=True
            )
        except subprocess.TimeoutExpired as error:
            raise UnreadableDocumentError(
                N_("Reading page %(page)s by OCR takes more than %(most)s seconds; it was given up."),
                page=number,
                most=round(self.seconds),
            ) from error
        except subprocess.CalledProcessError as error:
            raise UnreadableDocumentError(
                N_("Page %(page)s cannot be read by OCR (%(reason)s)."), page=number, reason=error.stderr.strip()[-200:]
            ) from error
        finally:
            file.unlink()
        return Page(image.height * _POINTS / DPI, self._lines(told.stdout))

    def _lines(self, table: str) -> list[Line]:
        rows = [row.split("\t", _COLUMNS - 1) for row in table.splitlines()]
        words = [row for row in rows if len(row) == _COLUMNS and row[0] == _WORD_LEVEL and row[11].strip()]
        self.confidences += [float(row[10]) for row in words]
        found = []
        for _, group in groupby(words, key=lambda row: row[2:5]):
            line = list(group)
            boxes = [[int(value) * _POINTS / DPI for value in row[6:10]] for row in line]
            found.append(
                Line(
                    " ".join(row[11].strip() for row in line),
                    min(left for left, _, _, _ in boxes),
                    min(top for _, top, _, _ in boxes),
                    max(left + width for left, _, width, _ in boxes),
                    max(top + height for _, top, _, height in boxes),
                )
            )
        return found
