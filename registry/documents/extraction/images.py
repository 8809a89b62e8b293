"""Reads scans: the pages of a TIFF, a JPEG or a PNG."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from PIL import Image, ImageOps

from registry.core.i18n import N_
from registry.core.messages import Message
from registry.documents.extraction.layout import assemble
from registry.documents.extraction.ocr import DPI, Tesseract
from registry.documents.extraction.pages import Pages
from registry.documents.extraction.results import UnreadableDocumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from registry.documents.extraction.results import Limits

_FORMATS = ("TIFF", "JPEG", "PNG")
_FAILURES = (OSError, SyntaxError, ValueError, EOFError, KeyError, TypeError, IndexError, OverflowError, struct.error)
_A4_INCHES = 8.27
#: A resolution that a file declares is believed between these; scanners write nonsense outside.
_BELIEVED = (90, 1300)
#: Scans of a resolution between these are read as they are.
_GOOD = (240, 400)
_DAMAGED = N_("The image is damaged or cut off (page %(page)s cannot be shown). Scan or save it anew.")


def read_images(path: Path, languages: Sequence[str], limits: Limits, progress: Callable[[int, int], None]) -> Pages:
    """Read the pages of an image by OCR. Raises `UnreadableDocumentError`."""
    # We check the number of pixels ourselves, so that the message names our limit.
    Image.MAX_IMAGE_PIXELS = None
    try:
        image = Image.open(path, formats=_FORMATS)
        # Only TIFF has pages; other formats have thumbnails or moving pictures.
        count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
    except _FAILURES as error:
        raise UnreadableDocumentError(_DAMAGED, page=1) from error
    if count > limits.pages:
        raise UnreadableDocumentError(
            N_("The file has %(count)s pages; at most %(most)s are read."), count=count, most=limits.pages
        )
    engine = Tesseract.find(languages, limits.page_seconds)
    pages = []
    progress(0, count)
    with image:
        for number in range(1, count + 1):
            pages.append(engine.read(_page(image, number, limits), number))
            progress(number, count)
    return Pages(
        assemble(pages), engine.confidence or 0.0, [Message(N_("The text was read by OCR and may have mistakes."))]
    )


def _page(image: Image.Image, number: int, limits: Limits) -> Image.Image:
    """Return a page in grey, upright, at about 300 dpi."""
    try:
        image.seek(number - 1)
        if image.width * image.height > limits.pixels:
            raise UnreadableDocumentError(
                N_("Page %(page)s is an image of %(width)s × %(height)s pixels; that is too large to be read."),
                page=number,
                width=image.width,
                height=image.height,
            )
        image.load()
        grey = ImageOps.exif_transpose(_on_white(image))
        density = _density(image)
        if _GOOD[0] <= density <= _GOOD[1]:
            return grey
        scale = min(DPI / density, (limits.pixels / (grey.width * grey.height)) ** 0.5)
        size = (max(round(grey.width * scale), 1), max(round(grey.height * scale), 1))
        return grey.resize(size, Image.Resampling.LANCZOS)
    except _FAILURES as error:
        raise UnreadableDocumentError(_DAMAGED, page=number) from error


def _on_white(image: Image.Image) -> Image.Image:
    if "A" in image.getbands() or "transparency" in image.info:
        layered = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", layered.size, "white"), layered)
    return image.convert("L")


def _density(image: Image.Image) -> float:
    """Return dots per inch: what the file says, else what they are if the page is A4."""
    declared = image.info.get("dpi")
    if declared and _BELIEVED[0] <= float(declared[0]) <= _BELIEVED[1]:
        return float(declared[0])
    return max(min(image.width, image.height) / _A4_INCHES, 1.0)
