"""Atom feeds (RFC 4287) in pages (RFC 5005, section 3): what is new or changed in a list."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMESPACE = "http://www.w3.org/2005/Atom"
ET.register_namespace("", NAMESPACE)

MEDIA_TYPE = "application/atom+xml"

#: What is no character of XML 1.0 (section 2.2).
_NO_CHARACTER = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """One agreement of a feed: its lasting identity, and the address of its page."""

    identity: str
    address: str
    title: str
    summary: str
    published_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Feed:
    """A page of a feed: what the feed is called and its lasting identity, its language, and the entries of the page.

    `links` are addresses by their relation: `self`, `alternate` (the list as a page), and those of other pages.
    """

    identity: str
    title: str
    language: str
    links: dict[str, str]
    entries: Sequence[Entry]


def lasting_identity(database_id: str, name: str) -> str:
    """Return the identity of something in a registry (RFC 4287, 4.2.6), whatever host name the registry has.

    It is a UUID (RFC 9562, version 5) of the name in the space of the database's own identity, which a backup keeps.
    """
    return uuid.uuid5(uuid.UUID(database_id), name).urn


def atom_feed(feed: Feed) -> bytes:
    """Return the Atom document of a page. Characters that XML cannot hold are left out; everything else is escaped."""
    root = ET.Element(_tag("feed"), {"{http://www.w3.org/XML/1998/namespace}lang": feed.language})
    updated = max((entry.updated_at for entry in feed.entries), default=datetime(1970, 1, 1, tzinfo=UTC))
    _text(root, "title", feed.title)
    _text(root, "id", feed.identity)
    _text(root, "updated", updated.isoformat())
    for relation, address in feed.links.items():
        kind = "text/html" if relation == "alternate" else MEDIA_TYPE
        ET.SubElement(root, _tag("link"), rel=relation, href=address, type=kind)
    author = ET.SubElement(root, _tag("author"))
    _text(author, "name", feed.title)
    for entry in feed.entries:
        item = ET.SubElement(root, _tag("entry"))
        _text(item, "title", entry.title)
        _text(item, "id", entry.identity)
        _text(item, "published", entry.published_at.isoformat())
        _text(item, "updated", entry.updated_at.isoformat())
        _text(item, "summary", entry.summary)
        ET.SubElement(item, _tag("link"), rel="alternate", href=entry.address, type="text/html")
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, _tag(name)).text = _NO_CHARACTER.sub("", text)
