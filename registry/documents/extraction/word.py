"""Reads the text of a Word file (Office Open XML, ISO/IEC 29500-1) as a reader sees it.

What was deleted or moved away under change tracking is left out, what was inserted is read. Numbers that Word makes
itself («Статья 1.») are worked out, since the text lacks them. Headers and footers are left out: they repeat on each
page.
"""

from __future__ import annotations

from posixpath import normpath
from typing import TYPE_CHECKING

from registry.core.i18n import N_
from registry.documents.extraction.archive import Archive
from registry.documents.extraction.markup import parse
from registry.documents.extraction.results import UnreadableDocumentError
from registry.documents.extraction.word_numbers import Numbering, is_on, w

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from lxml.etree import _Element

_RELATIONSHIPS = "_rels/.rels"
_USUAL_PART = "word/document.xml"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"

_SKIPPED = frozenset(
    w(name)
    for name in (
        "pPr", "rPr", "del", "moveFrom", "instrText", "delText", "delInstrText", "sdtPr", "sdtEndPr", "tblPr",
        "tblGrid", "trPr", "tcPr",
    )
)  # fmt: skip
_SIGNS = {w("tab"): "\t", w("br"): "\n", w("cr"): "\n", w("noBreakHyphen"): "-"}
_TEXTS = frozenset((w("t"), _MATH_TEXT))
_NOTES = {w("footnoteReference"): "footnotes", w("endnoteReference"): "endnotes"}


def read_word(path: Path, unpacked: int) -> str:
    """Return the text of a Word file, its footnotes at the end. Raises `UnreadableDocumentError`."""
    with Archive(path, unpacked) as archive:
        main = _main_part(archive)
        if main not in archive.names:
            raise UnreadableDocumentError(N_("The file is damaged: it is a Word file without a text."))
        folder = main.rpartition("/")[0]
        parts = {
            name: parse(archive.read(f"{folder}/{name}.xml"))
            for name in ("numbering", "styles", "footnotes", "endnotes")
            if f"{folder}/{name}.xml" in archive.names
        }
        root = parse(archive.read(main))
    body = root.find(w("body"))
    return "" if body is None else _Reader(parts).text(body)


def _main_part(archive: Archive) -> str:
    """Return the name of the part with the text, which the archive's relationships tell."""
    if _RELATIONSHIPS in archive.names:
        for relation in parse(archive.read(_RELATIONSHIPS)):
            if relation.get("Type", "").endswith("/officeDocument"):
                return normpath(relation.get("Target", "").lstrip("/"))
    return _USUAL_PART


class _Reader:
    """Walks through a document, whose depth the parser has bounded."""

    def __init__(self, parts: dict[str, _Element]) -> None:
        self._numbering = Numbering(parts.get("numbering"), parts.get("styles"))
        self._notes = {
            name: {note.get(w("id")): note for note in parts[name]} for name in _NOTES.values() if name in parts
        }
        self._cited: list[_Element] = []

    def text(self, body: _Element) -> str:
        """Return all paragraphs, and after them the footnotes that they cite."""
        lines = list(self._paragraphs(body))
        # A footnote may cite another one, so the list can grow while it is read.
        for number, note in enumerate(self._cited, start=1):
            lines.append(f"[{number}] " + " ".join(line.strip() for line in self._paragraphs(note)))
        return "\n".join(lines)

    def _paragraphs(self, container: _Element) -> Iterator[str]:
        begun = ""
        for child in container:
            if child.tag == w("p"):
                boxes: list[_Element] = []
                begun += self._numbering.label(child) + "".join(self._inline(child, boxes))
                if child.find(f"{w('pPr')}/{w('rPr')}/{w('del')}") is None:
                    yield begun
                    begun = ""
                # A text box stands beside the paragraph that holds it.
                for box in boxes:
                    yield from self._paragraphs(box)
            elif child.tag == w("tbl"):
                yield from self._rows(child)
            elif child.tag == _MC + "AlternateContent":
                yield from self._paragraphs(_chosen(child))
            elif child.tag not in _SKIPPED:
                yield from self._paragraphs(child)
        if begun:
            yield begun

    def _rows(self, table: _Element) -> Iterator[str]:
        """Yield a row as a line; where a cell has paragraphs (texts side by side), each cell by itself."""
        for row in table.iterchildren(w("tr"), w("sdt"), w("ins")):
            if row.find(f"{w('trPr')}/{w('del')}") is None:
                cells = [
                    list(self._paragraphs(cell))
                    for cell in row.iter(w("tc"))
                    if _row_of(cell) is row or row.tag != w("tr")
                ]
                if all(len(cell) == 1 for cell in cells):
                    yield "\t".join(cell[0] for cell in cells)
                else:
                    for cell in cells:
                        yield from cell

    def _inline(self, element: _Element, boxes: list[_Element]) -> Iterable[str]:
        for child in element:
            tag = child.tag
            if tag in _TEXTS:
                yield child.text or ""
            elif tag in _SIGNS:
                yield _SIGNS[tag]
            elif tag in _NOTES:
                yield self._cite(_NOTES[tag], child.get(w("id")))
            elif tag == w("txbxContent"):
                boxes.append(child)
            elif tag == _MC + "AlternateContent":
                yield from self._inline(_chosen(child), boxes)
            elif tag not in _SKIPPED and not _is_hidden(child):
                yield from self._inline(child, boxes)

    def _cite(self, kind: str, key: str | None) -> str:
        note = self._notes.get(kind, {}).get(key)
        if note is None or note in self._cited:
            return ""
        self._cited.append(note)
        return f"[{len(self._cited)}]"


def _row_of(cell: _Element) -> _Element | None:
    return next(cell.iterancestors(w("tr")), None)


def _chosen(alternatives: _Element) -> _Element:
    """Return the first of the forms in which Word keeps the same content."""
    return alternatives[0] if len(alternatives) else alternatives


def _is_hidden(run: _Element) -> bool:
    properties = run.find(w("rPr")) if run.tag == w("r") else None
    return properties is not None and is_on(properties.find(w("vanish")))
