"""Makes files of texts in the formats that people send, by libraries that the registry itself does not use."""

from __future__ import annotations

import random
from pathlib import Path
from xml.sax.saxutils import escape

import docx
from odfdo import Document as OpenDocument
from odfdo import Paragraph as OdfParagraph
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Spacer

from tests.helpers.needs import lacking

_FONTS = Path("/usr/share/fonts/truetype/dejavu")
_DPI = 300
#: Longer ones (addresses of pages) do not fit into a column and would be cut.
_LONGEST_WORD = 30
_A4_PIXELS = (2480, 3508)


def font_file(name="DejaVuSerif.ttf"):
    """Return a font that has Cyrillic letters, those of Kazakh and Belarusian too."""
    path = _FONTS / name
    if not path.is_file():
        lacking("the DejaVu fonts (package fonts-dejavu-core)")
    return str(path)


def _font():
    if "Text" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Text", font_file()))
    return "Text"


def can_be_set(text):
    """Return whether the font has all letters of a text (some corpora keep codes of lost fonts) and its words fit."""
    if max(map(len, text.split()), default=0) > _LONGEST_WORD:
        return False
    known = pdfmetrics.getFont(_font()).face.charToGlyph
    return all(ord(letter) in known for letter in text if not letter.isspace())


def lines_of(text):
    """Return the paragraphs of a text: its lines that are not empty, without spaces around them."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def to_pdf(text, path, *, columns=1, header="", numbers=False, justified=True, centred=(), password=None):
    """Write a PDF whose paragraphs are the lines of `text`, as word processors set them."""
    style = ParagraphStyle(
        "text", fontName=_font(), fontSize=11, leading=14, firstLineIndent=24, alignment=TA_JUSTIFY if justified else 0
    )
    heading = ParagraphStyle("heading", parent=style, alignment=TA_CENTER, firstLineIndent=0)

    def decorate(canvas, document):
        canvas.setFont(_font(), 9)
        if header:
            canvas.drawCentredString(A4[0] / 2, A4[1] - 40, header)
        if numbers:
            canvas.drawCentredString(A4[0] / 2, 30, str(document.page))

    margin, gap = 60, 24
    width = (A4[0] - 2 * margin - gap * (columns - 1)) / columns
    frames = [
        Frame(margin + place * (width + gap), 60, width, A4[1] - 120, leftPadding=0, rightPadding=0)
        for place in range(columns)
    ]
    document = BaseDocTemplate(str(path), pagesize=A4, encrypt=password, invariant=1)
    document.addPageTemplates([PageTemplate(frames=frames, onPage=decorate)])
    story = []
    for line in lines_of(text):
        story.append(Paragraph(escape(line), heading if line in centred else style))
        story.append(Spacer(1, 3))
    document.build(story)
    return path


def to_docx(text, path):
    """Write a Word file whose paragraphs are the lines of `text`."""
    document = docx.Document()
    for line in lines_of(text):
        document.add_paragraph(line)
    document.save(str(path))
    return path


def to_odt(text, path):
    """Write an OpenDocument text whose paragraphs are the lines of `text`."""
    document = OpenDocument("text")
    document.body.clear()
    for line in lines_of(text):
        document.body.append(OdfParagraph(line))
    document.save(str(path))
    return path


def to_rtf(text, path, code_page=1251):
    """Write an RTF file: letters of the code page as bytes, others by their numbers."""
    out = [rf"{{\rtf1\ansi\ansicpg{code_page}\deff0{{\fonttbl{{\f0\fcharset204 Times New Roman;}}}}\f0\uc1 "]
    for line in lines_of(text):
        for letter in line:
            try:
                byte = letter.encode(f"cp{code_page}")
            except UnicodeEncodeError:
                out.append(rf"\u{ord(letter) - (0x10000 if ord(letter) > 0x7FFF else 0)}?")
                continue
            out.append(rf"\'{byte[0]:02x}" if byte[0] > 0x7F else "\\" + letter if letter in "\\{}" else letter)
        out.append("\\par\n")
    path.write_bytes(("".join(out) + "}").encode("ascii"))
    return path


def to_html(text, path, encoding="utf-8"):
    """Write an HTML page."""
    body = "\n".join(f"<p>{escape(line)}</p>" for line in lines_of(text))
    page = f"<!DOCTYPE html><html><head><meta charset='{encoding}'><title>x</title></head><body>{body}</body></html>"
    path.write_bytes(page.encode(encoding, errors="xmlcharrefreplace"))
    return path


def page_images(text, *, noise=0.0, skew=0.0, size=46, font="DejaVuSerif.ttf"):
    """Return images of A4 pages at 300 dpi, in grey, with (share of) noise and (degrees of) skew as a scanner adds them."""
    letters = ImageFont.truetype(font_file(font), size)
    margin, leading = 240, round(size * 1.45)
    pages, place = [], _A4_PIXELS[1]
    for paragraph in lines_of(text):
        for line in _wrapped(paragraph, letters, _A4_PIXELS[0] - 2 * margin):
            if place + leading > _A4_PIXELS[1] - margin:
                pages.append(Image.new("L", _A4_PIXELS, 255))
                place = margin
            ImageDraw.Draw(pages[-1]).text((margin, place), line, font=letters, fill=20)
            place += leading
        place += leading // 3
    return [_scanned(page, noise, skew) for page in pages]


def _wrapped(paragraph, letters, width):
    line = ""
    for word in paragraph.split():
        longer = f"{line} {word}".strip()
        if line and letters.getlength(longer) > width:
            yield line
            line = word
        else:
            line = longer
    yield line


def _scanned(page, noise, skew):
    if skew:
        page = page.rotate(skew, resample=Image.Resampling.BICUBIC, fillcolor=255)
    if noise:
        chance = random.Random(1)
        dots = page.load()
        for _ in range(round(noise * page.width * page.height)):
            dots[chance.randrange(page.width), chance.randrange(page.height)] = chance.randrange(256)
    return page


def save_pages(pages, path):
    """Write images of pages as one file: TIFF keeps all of them, PNG and JPEG the first."""
    more = {"save_all": True, "append_images": pages[1:]} if path.suffix == ".tiff" else {}
    pages[0].save(path, dpi=(_DPI, _DPI), **more)
    return path
