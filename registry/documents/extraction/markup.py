"""Parses XML of strangers: nothing is expanded, nothing is fetched."""

from __future__ import annotations

from lxml import etree

from registry.core.i18n import N_
from registry.documents.extraction.results import UnreadableDocumentError


def check_memory(parser: etree._FeedParser) -> None:
    """Raise MemoryError when `parser` stopped for lack of memory, which libxml2 reports like a fault of the file."""
    if any(entry.type_name == "ERR_NO_MEMORY" for entry in parser.error_log):
        raise MemoryError


def parse(data: bytes) -> etree._Element:
    """Return the root of an XML part of a document.

    Raises `UnreadableDocumentError` when it is damaged or declares entities: no word processor writes any, and their
    only use here would be to make much out of little or to reach other files.
    """
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        check_memory(parser)
        raise UnreadableDocumentError(
            N_("The file is damaged: a part of it is not well-formed XML (%(reason)s)."), reason=error.msg
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableDocumentError(
            N_("The file declares entities of XML, which no word processor does; it was not read.")
        )
    return root
