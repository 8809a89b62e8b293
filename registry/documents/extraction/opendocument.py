"""Reads the text of an OpenDocument text (ODF 1.3, OASIS) as a reader sees it; what was deleted is left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from registry.core.i18n import N_
from registry.documents.extraction.archive import Archive
from registry.documents.extraction.markup import parse
from registry.documents.extraction.results import UnreadableDocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lxml.etree import _Element

_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _OFFICE = f"{{{_NAMESPACE}text:1.0}}", f"{{{_NAMESPACE}office:1.0}}"
_TABLE, _DRAW = f"{{{_NAMESPACE}table:1.0}}", f"{{{_NAMESPACE}drawing:1.0}}"

_PARAGRAPHS = frozenset((f"{_TEXT}p", f"{_TEXT}h"))
#: What is deleted, hidden, or said beside the text.
_SKIPPED = frozenset(
    [
        *(f"{_TEXT}{name}" for name in ("tracked-changes", "sequence-decls", "variable-decls", "hidden-text")),
        *(f"{_OFFICE}{name}" for name in ("annotation", "forms")),
    ]
)
_SIGNS = {f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
_SPACES = re.compile(r"[ \t\r\n]+")
_MOST_SPACES = 100


def read_opendocument(path: Path, unpacked: int) -> str:
    """Return the text of an OpenDocument text, its footnotes at the end. Raises `UnreadableDocumentError`."""
    with Archive(path, unpacked) as archive:
        if "META-INF/manifest.xml" in archive.names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise UnreadableDocumentError(N_("The file is protected by a password. Save it without one."))
        if "content.xml" not in archive.names:
            raise UnreadableDocumentError(N_("The file is damaged: it is an OpenDocument file without a text."))
        root = parse(archive.read("content.xml"))
    body = root.find(f"{_OFFICE}body/{_OFFICE}text")
    return "" if body is None else _Reader().text(body)


class _Reader:
    """Walks through a document, whose depth the parser has bounded."""

    def __init__(self) -> None:
        self._cited: list[_Element] = []

    def text(self, body: _Element) -> str:
        """Return all paragraphs, and after them the footnotes that they cite."""
        lines = list(self._paragraphs(body))
        for number, note in enumerate(self._cited, start=1):
            lines.append(f"[{number}] " + " ".join(line.strip() for line in self._paragraphs(note)))
        return "\n".join(lines)

    def _paragraphs(self, container: _Element) -> Iterator[str]:
        for child in container:
            if child.tag in _PARAGRAPHS:
                boxes: list[_Element] = []
                number = child.find(f"{_TEXT}number")
                label = f"{number.text} " if number is not None and number.text else ""
                yield label + "".join(self._inline(child, boxes))
                for box in boxes:
                    yield from self._paragraphs(box)
            elif child.tag == f"{_TABLE}table-row":
                yield from self._row(child)
            elif child.tag not in _SKIPPED:
                yield from self._paragraphs(child)

    def _row(self, row: _Element) -> Iterator[str]:
        """Yield a row as a line; where a cell has paragraphs (texts side by side), each cell by itself."""
        cells = [list(self._paragraphs(cell)) for cell in row.iterchildren(f"{_TABLE}table-cell")]
        if all(len(cell) <= 1 for cell in cells):
            yield "\t".join(cell[0] if cell else "" for cell in cells)
        else:
            for cell in cells:
                yield from cell

    def _inline(self, element: _Element, boxes: list[_Element]) -> Iterator[str]:
        yield _SPACES.sub(" ", element.text or "")
        for child in element:
            tag = child.tag
            if tag in _SIGNS:
                yield _SIGNS[tag]
            elif tag == f"{_TEXT}s":
                count = child.get(f"{_TEXT}c", "1")
                yield " " * (min(int(count), _MOST_SPACES) if count.isascii() and count.isdigit() else 1)
            elif tag == f"{_TEXT}note":
                yield self._cite(child)
            elif tag == f"{_DRAW}text-box":
                boxes.append(child)
            elif tag != f"{_TEXT}number" and tag not in _SKIPPED:
                yield from self._inline(child, boxes)
            yield _SPACES.sub(" ", child.tail or "")

    def _cite(self, note: _Element) -> str:
        body = note.find(f"{_TEXT}note-body")
        if body is None:
            return ""
        self._cited.append(body)
        return f"[{len(self._cited)}]"
