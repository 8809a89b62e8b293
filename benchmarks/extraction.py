"""Pages per second of the reading of documents, beside the bare library on the same files; see README.md beside it."""

from __future__ import annotations

import argparse
import re
import statistics
import tempfile
import zipfile
from pathlib import Path

import pypdfium2
from common import is_here, table, timed
from lxml import etree

from registry.documents.extraction import Limits, extract
from tests.helpers.corpora import rows
from tests.helpers.rendering import can_be_set, page_images, save_pages, to_docx, to_pdf

_LONGEST_SCAN = 1500
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def parsed():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="runs of each, whose median is shown (5)")
    return parser.parse_args()


def read(path):
    """Read a file in our way: a process of its own, limits, paragraphs, page numbers."""
    return extract(path, file_name=path.name, languages=["ru"], limits=Limits())


def bare_pdf(path):
    """Read a PDF with PDFium in this process: the text of each page as it comes."""
    pdf = pypdfium2.PdfDocument(path)
    texts = [page.get_textpage().get_text_range() for page in pdf]
    pdf.close()
    return texts


def bare_docx(path):
    """Read a Word file with lxml in this process: the text of each paragraph as it comes."""
    with zipfile.ZipFile(path) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    return ["".join(text.text or "" for text in paragraph.iter(_W + "t")) for paragraph in root.iter(_W + "p")]


def files(folder):
    """Make the files: a short and a long PDF, a long Word file, a scan of one page."""
    texts = [row["text"] for row in rows("ru-agreements") if can_be_set(row["text"])]
    long = "\n".join(texts)
    yield "PDF, one agreement", to_pdf(texts[0], folder / "short.pdf"), bare_pdf
    yield "PDF, all agreements in one", to_pdf(long, folder / "long.pdf"), bare_pdf
    yield "Word, one agreement", to_docx(texts[0], folder / "short.docx"), bare_docx
    yield "Word, all agreements in one", to_docx(long, folder / "long.docx"), bare_docx


def compare(name, path, bare, runs):
    ours, theirs = [], []
    for _ in range(runs):
        ours.append(timed(lambda: read(path)))
        theirs.append(timed(lambda: bare(path)))
    found = read(path)
    assert re.sub(r"\s", "", "".join(bare(path)))[:200] == re.sub(r"\s", "", found.text)[:200]  # noqa: S101
    mine, peer = statistics.median(ours), statistics.median(theirs)
    # A Word file has no pages; 2,500 letters are about one of A4.
    pages = len(found.page_starts) or max(len(found.text) // 2500, 1)
    return name, pages, f"{pages / mine:,.0f}", f"{pages / peer:,.0f}", f"{mine / peer:.2f}", f"{mine * 1000:,.0f} ms"


def scans(folder, runs):
    """Measure OCR: the bare program is Tesseract itself, so its share of the whole is shown."""
    import subprocess  # noqa: PLC0415

    text = next(row["text"] for row in rows("ru-agreements") if can_be_set(row["text"]))[:_LONGEST_SCAN]
    path = save_pages(page_images(text)[:1], folder / "scan.png")
    command = ["tesseract", str(path), "stdout", "-l", "rus", "--dpi", "300", "tsv"]
    environment = {"OMP_THREAD_LIMIT": "1", "PATH": "/usr/local/bin:/usr/bin:/bin"}
    ours, theirs = [], []
    for _ in range(runs):
        ours.append(timed(lambda: read(path)))
        theirs.append(timed(lambda: subprocess.run(command, env=environment, capture_output=True, check=True)))
    mine, peer = statistics.median(ours), statistics.median(theirs)
    return (
        "scan, 300 dpi, one page",
        1,
        f"{1 / mine:.2f}",
        f"{1 / peer:.2f}",
        f"{mine / peer:.2f}",
        f"{mine * 1000:,.0f} ms",
    )


def main():
    args = parsed()
    if not is_here("ru-agreements"):
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = [compare(*file, args.runs) for file in files(folder)]
        lines.append(scans(folder, args.runs))
    table(("file", "pages", "ours, pages/s", "bare, pages/s", "time, ours to bare", "ours, a file"), lines)


if __name__ == "__main__":
    main()
