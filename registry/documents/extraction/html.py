"""Reads the text of an HTML page as a browser shows it without its scripts and styles."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from lxml import etree

from registry.core.i18n import N_
from registry.core.messages import Message
from registry.documents.extraction.markup import check_memory
from registry.documents.extraction.plain import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: What a browser does not show as text, or shows only in part.
_DROPPED = frozenset(
    (
        "head", "script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "math", "canvas",
        "audio", "video", "select", "textarea", "button",
    )
)  # fmt: skip
_BLOCKS = frozenset(
    (
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
        "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
        "html", "legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot",
        "thead", "tr", "ul",
    )
)  # fmt: skip
_CELLS = frozenset(("td", "th"))
_SPACES = re.compile(r"[ \t\r\n\f]+")
_DECLARED = re.compile(rb"<(?:meta[^>]+charset|\?xml[^>]+encoding)\s*=\s*[\"']?\s*([a-z0-9_:.-]+)", re.IGNORECASE)
_DECLARED_WITHIN = 4096
_OPENED, _CLOSED = re.compile(rb"<html[\s>]", re.IGNORECASE), re.compile(rb"</html\s*>", re.IGNORECASE)


def read_html(path: Path) -> tuple[str, list[Message]]:
    """Return the text of an HTML file and notes about it. Nothing that the page refers to is fetched."""
    data = path.read_bytes()
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    root = etree.fromstring(_text(data).encode("utf-8", errors="replace"), parser)
    check_memory(parser)
    notes = []
    if _OPENED.search(data) and not _CLOSED.search(data):
        notes.append(Message(N_("The page has no end: the file may be cut off. Compare it with its source.")))
    # A file of nothing but comments has no root.
    return ("" if root is None else "".join(_pieces(root))), notes


def _text(data: bytes) -> str:
    """Return the page as text, in the encoding that it declares, else in the one that explains it."""
    declared = (
        None
        if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"))
        else _DECLARED.search(data[:_DECLARED_WITHIN])
    )
    if declared is not None:
        try:
            return data.decode(codecs.lookup(declared[1].decode("ascii")).name)
        except (LookupError, UnicodeDecodeError, ValueError):
            # Pages often declare another encoding than they have; then their letters decide.
            return decoded(data)
    return decoded(data)


def _pieces(root: etree._Element) -> Iterator[str]:
    walk = etree.iterwalk(root, events=("start", "end"))
    kept = 0
    for event, element in walk:
        name = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            kept += name == "pre"
            if name in _DROPPED:
                walk.skip_subtree()
                continue
            yield "\n" if name in _BLOCKS or name == "br" else "\t" if name in _CELLS else ""
            yield _shown(element.text, kept=kept > 0)
        else:
            kept -= name == "pre"
            yield "\n" if name in _BLOCKS else ""
            if element is not root:
                yield _shown(element.tail, kept=kept > 0)


def _shown(text: str | None, *, kept: bool) -> str:
    return (text or "") if kept else _SPACES.sub(" ", text or "")
