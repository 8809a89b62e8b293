"""Reads PDF: the text that a page has, or by OCR the image of a page that has none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
import pypdfium2.raw as api

from registry.core.i18n import N_
from registry.core.messages import Message
from registry.documents.extraction.layout import assemble
from registry.documents.extraction.ocr import DPI, Tesseract
from registry.documents.extraction.pages import Line, Page, Pages
from registry.documents.extraction.results import UnreadableDocumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from PIL.Image import Image

    from registry.documents.extraction.results import Limits

    #: Left, top, right, bottom.
    _Box = tuple[float, float, float, float]

_POINTS = 72
#: The mark of the end stands in the last 1024 bytes (ISO 32000-1, Annex H); signing services add more behind it.
_END, _END_WITHIN = b"%%EOF", 65_536
#: A page with an image and fewer letters is a scan that somebody stamped or numbered.
_FEWEST_LETTERS = 20
#: A text with more signs than this that are no Unicode cannot be read from the file: its fonts have codes of their own.
_MOST_STRANGE = 0.2
_STRANGE = frozenset(("\ufffd", "\0"))
_PRIVATE = ("\ue000", "\uf8ff")
#: PDFium writes these for a hyphen at the end of a line.
_LINE_HYPHENS = "\x02\ufffe"
_HYPHENS = str.maketrans(dict.fromkeys(_LINE_HYPHENS, "-"))
_BETWEEN_WORDS = " \n" + _LINE_HYPHENS
_SPACES = re.compile(r"[^\S\n]|[\0\x01\x03-\x08\x0e-\x1f\x7f-\x9f]")
#: More room than this within a line, measured by its height, may be the space between columns.
_GAP = 1.0
_DAMAGED = N_("The PDF is damaged or cut off and cannot be opened. Save it anew and send it again.")


def read_pdf(path: Path, languages: Sequence[str], limits: Limits, progress: Callable[[int, int], None]) -> Pages:
    """Read the pages of a PDF. Raises `UnreadableDocumentError`."""
    _check_end(path)
    pdf = _opened(path)
    count = len(pdf)
    if count > limits.pages:
        raise UnreadableDocumentError(
            N_("The file has %(count)s pages; at most %(most)s are read."), count=count, most=limits.pages
        )
    scans = _Scans(languages, limits)
    pages, failed = [], []
    progress(0, count)
    for number in range(1, count + 1):
        try:
            page = pdf[number - 1]
        except pdfium.PdfiumError:
            failed.append(number)
            pages.append(Page(1.0))
        else:
            pages.append(_read_page(page, number, scans))
            page.close()
        progress(number, count)
    if len(failed) == count:
        raise UnreadableDocumentError(_DAMAGED)
    notes = scans.notes()
    if failed:
        notes.append(
            Message(N_("Pages that cannot be read because the file is damaged: %(pages)s."), pages=_listed(failed))
        )
    return Pages(assemble(pages), scans.confidence, notes)


def _check_end(path: Path) -> None:
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - _END_WITHIN, 0))
        if _END not in file.read():
            raise UnreadableDocumentError(_DAMAGED)


def _opened(path: Path) -> pdfium.PdfDocument:
    try:
        pdf = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == api.FPDF_ERR_PASSWORD:
            raise UnreadableDocumentError(N_("The file is protected by a password. Save it without one.")) from error
        raise UnreadableDocumentError(_DAMAGED) from error
    if len(pdf) == 0:
        raise UnreadableDocumentError(_DAMAGED)
    return pdf


class _Scans:
    """Reads pages without text; asks for Tesseract when the first one comes."""

    def __init__(self, languages: Sequence[str], limits: Limits) -> None:
        self._languages, self._limits = languages, limits
        self._engine: Tesseract | None = None
        self._lacking: UnreadableDocumentError | None = None
        self._read: list[int] = []
        self._left: list[int] = []

    def read(self, page: pdfium.PdfPage, number: int) -> Page | None:
        """Return the page as OCR reads it, None when there is no OCR."""
        if self._engine is None and self._lacking is None:
            try:
                self._engine = Tesseract.find(self._languages, self._limits.page_seconds)
            except UnreadableDocumentError as error:
                self._lacking = error
        if self._engine is None:
            self._left.append(number)
            return None
        self._read.append(number)
        return self._engine.read(_image(page, self._limits.pixels), number)

    @property
    def confidence(self) -> float | None:
        """Return the confidence of OCR, None when no page was read by it."""
        return (self._engine.confidence or 0.0) if self._engine is not None and self._read else None

    def notes(self) -> list[Message]:
        """Return what is to be said about scans."""
        notes = []
        if self._read:
            notes.append(
                Message(N_("Pages that were read by OCR and may have mistakes: %(pages)s."), pages=_listed(self._read))
            )
        if self._lacking is not None:
            notes.append(
                Message(N_("Pages that have no text and were not read: %(pages)s."), pages=_listed(self._left))
            )
            notes.append(Message(self._lacking.template, **self._lacking.params))
        return notes


def _read_page(page: pdfium.PdfPage, number: int, scans: _Scans) -> Page:
    written = Page(page.get_height(), list(_lines(page)))
    text = "".join(line.text for line in written.lines)
    letters = sum(letter.isalpha() for letter in text)
    strange = sum(letter in _STRANGE or _PRIVATE[0] <= letter <= _PRIVATE[1] for letter in text)
    if letters >= _FEWEST_LETTERS and strange <= _MOST_STRANGE * len(text):
        return written
    if not strange and letters and not _has_image(page):
        return written
    if not text and not _has_content(page):
        return written
    scanned = scans.read(page, number)
    if scanned is None or sum(letter.isalpha() for line in scanned.lines for letter in line.text) < letters:
        return written
    return scanned


def _has_image(page: pdfium.PdfPage) -> bool:
    return next(iter(page.get_objects(filter=[api.FPDF_PAGEOBJ_IMAGE])), None) is not None


def _has_content(page: pdfium.PdfPage) -> bool:
    return next(iter(page.get_objects()), None) is not None


def _image(page: pdfium.PdfPage, pixels: int) -> Image:
    """Return the page in grey at 300 dpi, or less when it is huge."""
    width, height = page.get_size()
    scale = min(DPI / _POINTS, (pixels / max(width * height, 1.0)) ** 0.5)
    image: Image = page.render(scale=scale, grayscale=True).to_pil()
    return image


def _lines(page: pdfium.PdfPage) -> Iterator[Line]:
    """Yield the lines of a page as PDFium finds them, divided where there is much room within a line."""
    content = page.get_textpage()
    place = _Placing(page)
    letters: list[str] = []
    boxes: list[_Box] = []
    box = api.FS_RECTF()
    text = _text(content)
    for index, letter in enumerate(text):
        if letter == "\n":
            yield from _line(letters, boxes)
            letters, boxes = [], []
        elif letter == " ":
            letters.append(letter)
        elif not ((begins := _ends_word(text, index - 1)) or _ends_word(text, index + 1) or letter in _LINE_HYPHENS):
            # Only the ends of words are asked where they stand, which saves most of the time.
            letters.append(letter)
        elif api.FPDFText_GetLooseCharBox(content.raw, index, box):
            found = place(box)
            apart = begins and boxes and found[0] - boxes[-1][2] > _GAP * (found[3] - found[1])
            # After a hyphen PDFium goes on with the next line as if nothing were between.
            if apart or (boxes and found[1] > boxes[-1][3]):
                yield from _line(letters, boxes)
                letters, boxes = [], []
            letters.append(letter)
            boxes.append(found)
    yield from _line(letters, boxes)
    content.close()


def _text(content: pdfium.PdfTextPage) -> str:
    """Return the signs of a page, one for each index of PDFium: every space is a space, every end of a line a feed."""
    read, handle = api.FPDFText_GetUnicode, content.raw
    codes = "".join([chr(read(handle, index)) for index in range(api.FPDFText_CountChars(handle))])
    return _SPACES.sub(" ", codes.replace("\r", "\n"))


def _ends_word(text: str, index: int) -> bool:
    """Return whether no letter of the same word stands at `index`."""
    return not 0 <= index < len(text) or text[index] in _BETWEEN_WORDS


def _line(letters: list[str], boxes: list[_Box]) -> Iterator[Line]:
    if boxes:
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        yield Line("".join(letters).strip().translate(_HYPHENS), min(lefts), min(tops), max(rights), max(bottoms))


class _Placing:
    """Turns places in the space of a PDF page (from below, before rotation) into places on the page as it is shown."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self._left, self._bottom, self._right, self._top = page.get_bbox()
        self._rotation = page.get_rotation()

    def __call__(self, box: api.FS_RECTF) -> _Box:
        """Return where the sign stands on the page as it is shown."""
        left, right = box.left - self._left, box.right - self._left
        top, bottom = self._top - box.top, self._top - box.bottom
        width, height = self._right - self._left, self._top - self._bottom
        if self._rotation == 90:  # noqa: PLR2004
            return height - bottom, left, height - top, right
        if self._rotation == 180:  # noqa: PLR2004
            return width - right, height - bottom, width - left, height - top
        if self._rotation == 270:  # noqa: PLR2004
            return top, width - right, bottom, width - left
        return left, top, right, bottom


def _listed(numbers: list[int]) -> str:
    """Write page numbers as people do: «1-3, 7»."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in spans)
