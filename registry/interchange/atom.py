"""Atom feeds (RFC 4287): what is new or changed in a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

NAMESPACE = "http://www.w3.org/2005/Atom"
ET.register_namespace("", NAMESPACE)


@dataclass(frozen=True)
class Entry:
    """One agreement of a feed; the address is also its identity, since registry numbers never change."""

    address: str
    title: str
    summary: str
    published_at: datetime
    updated_at: datetime


def atom_feed(title: str, address: str, html_address: str, language: str, entries: list[Entry]) -> bytes:
    """Return an Atom document. `address` is that of the feed itself, `html_address` that of the list as a page.

    Characters that XML cannot hold are left out; everything else is escaped.
    """
    feed = ET.Element(_tag("feed"), {"{http://www.w3.org/XML/1998/namespace}lang": language})
    updated = max((entry.updated_at for entry in entries), default=datetime(1970, 1, 1, tzinfo=UTC))
    _text(feed, "title", title)
    _text(feed, "id", address)
    _text(feed, "updated", updated.isoformat())
    ET.SubElement(feed, _tag("link"), rel="self", href=address, type="application/atom+xml")
    ET.SubElement(feed, _tag("link"), rel="alternate", href=html_address, type="text/html")
    author = ET.SubElement(feed, _tag("author"))
    _text(author, "name", title)
    for entry in entries:
        item = ET.SubElement(feed, _tag("entry"))
        _text(item, "title", entry.title)
        _text(item, "id", entry.address)
        _text(item, "published", entry.published_at.isoformat())
        _text(item, "updated", entry.updated_at.isoformat())
        _text(item, "summary", entry.summary)
        ET.SubElement(item, _tag("link"), rel="alternate", href=entry.address, type="text/html")
    document: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, _tag(name)).text = "".join(sign for sign in text if sign >= " " or sign in "\n\t")
