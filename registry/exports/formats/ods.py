"""ODS (OpenDocument 1.3, ISO/IEC 26300): written row by row into its ZIP, with real dates and a sheet of criteria."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from registry.core.i18n import N_
from registry.exports.formats.sheet import Closing, chunks_of, exact_day, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import IO

    from registry.exports.formats.sheet import Line, Sheet

_MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
#: The first instant that a ZIP can name; a real one would make every file another one.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_SPACES = re.compile(r"(?<=[ ]) +|^ +| +$")
_NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("number", "datastyle"),
        ("config", "config"),
        ("meta", "meta"),
        ("fo", "xsl-fo-compatible"),
    )
)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_MANIFEST = (
    _HEAD + '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    ' manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{_MEDIA_TYPE}"/>'
    + "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="text/xml"/>'
        for name in ("content.xml", "meta.xml", "settings.xml")
    )
    + "</manifest:manifest>"
)
_STYLES = (
    '<number:date-style style:name="day"><number:year number:style="long"/><number:text>-</number:text>'
    '<number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/>'
    "</number:date-style>"
    '<style:style style:name="date" style:family="table-cell" style:data-style-name="day"/>'
    '<style:style style:name="bold" style:family="table-cell"><style:text-properties fo:font-weight="bold"/>'
    "</style:style>"
)


def ods_bytes(sheet: Sheet, lines: Iterable[Line]) -> Iterator[bytes]:
    """Yield the list as a spreadsheet. A line break of any kind becomes a paragraph, as the format has no other."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.ods"
        with ZipFile(path, "w") as archive:
            # The type comes first and uncompressed, so that the file can be told by its first bytes.
            archive.writestr(_entry("mimetype", ZIP_STORED), _MEDIA_TYPE)
            archive.writestr(_entry("META-INF/manifest.xml"), _MANIFEST)
            archive.writestr(_entry("meta.xml"), _meta(sheet))
            archive.writestr(_entry("settings.xml"), _settings(sheet))
            with archive.open(_entry("content.xml"), "w", force_zip64=True) as content:
                _write_content(content, sheet, lines)
        yield from chunks_of(path)


def _entry(name: str, method: int = ZIP_DEFLATED) -> ZipInfo:
    entry = ZipInfo(name, _EPOCH)
    entry.compress_type = method
    entry.external_attr = 0o600 << 16
    # The system that a ZIP was made on stands in it too.
    entry.create_system = 3
    return entry


def _write_content(content: IO[bytes], sheet: Sheet, lines: Iterable[Line]) -> None:
    widths = "".join(
        f'<style:style style:name="c{place}" style:family="table-column"><style:table-column-properties'
        f' style:column-width="{width * 0.22:.2f}cm"/></style:style>'
        for place, width in enumerate([*[column.width for column in sheet.columns], 30, 90])
    )
    name = quoteattr(sheet.translate(N_("Agreements")))
    columns = "".join(f'<table:table-column table:style-name="c{place}"/>' for place in range(len(sheet.columns)))
    header = "".join(_text(heading, ' table:style-name="bold"') for heading in sheet.headings)
    content.write(
        f'{_HEAD}<office:document-content {_NAMES} office:version="1.3"><office:automatic-styles>{_STYLES}{widths}'
        f"</office:automatic-styles><office:body><office:spreadsheet><table:table table:name={name}>{columns}"
        f"<table:table-header-rows><table:table-row>{header}</table:table-row></table:table-header-rows>".encode()
    )
    kinds = [column.kind for column in sheet.columns]
    rows = 1
    for line in lines:
        if isinstance(line, list):
            cells = "".join([_cell(value, kind) for value, kind in zip(line, kinds, strict=True)])
        elif isinstance(line, Closing):
            cells = _text(sheet.subtotal(line), ' table:style-name="bold"')
        else:
            continue
        rows += 1
        content.write(f"<table:table-row>{cells}</table:table-row>".encode())
    content.write(b"</table:table>")
    place = len(sheet.columns)
    content.write(
        f"<table:table table:name={quoteattr(sheet.translate(N_('Criteria')))}>"
        f'<table:table-column table:style-name="c{place}"/>'
        f'<table:table-column table:style-name="c{place + 1}"/>'.encode()
    )
    for title, value in sheet.criteria:
        content.write(f"<table:table-row>{_text(title)}{_text(value)}</table:table-row>".encode())
    last = _column_name(len(sheet.columns))
    area = quoteattr(f"$'{sheet.translate(N_('Agreements'))}'.$A$1:.${last}${rows}".replace("$'", "'", 1))
    if sheet.request.group_by is not None:
        # A filter or a sorting would put the subtotals under other groups.
        content.write(b"</table:table></office:spreadsheet></office:body></office:document-content>")
        return
    content.write(
        '</table:table><table:database-ranges><table:database-range table:name="list"'
        f' table:target-range-address={area} table:display-filter-buttons="true"/></table:database-ranges>'
        "</office:spreadsheet></office:body></office:document-content>".encode()
    )


def _cell(value: object, kind: str) -> str:
    if value is None:
        return "<table:table-cell/>"
    if kind == "number":
        return (
            f'<table:table-cell office:value-type="float" office:value="{value}">'
            f"<text:p>{value}</text:p></table:table-cell>"
        )
    text = str(value)
    if kind == "date" and exact_day(text) is not None:
        return (
            '<table:table-cell table:style-name="date" office:value-type="date"'
            f' office:date-value="{text}"><text:p>{text}</text:p></table:table-cell>'
        )
    return _text(text)


def _text(value: str, style: str = "") -> str:
    """Write a text cell; spaces that stand together, tabs and line breaks have elements of their own."""
    paragraphs = printable(value).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    written = "".join([f"<text:p>{_spaced(escape(paragraph))}</text:p>" for paragraph in paragraphs])
    return f'<table:table-cell{style} office:value-type="string">{written}</table:table-cell>'


def _spaced(text: str) -> str:
    if "  " in text or text[:1] == " " or text[-1:] == " ":
        text = _SPACES.sub(lambda found: f'<text:s text:c="{len(found[0])}"/>', text)
    return text.replace("\t", "<text:tab/>")


def _column_name(number: int) -> str:
    """Return the letters of a column: 1 is A, 27 is AA."""
    name = ""
    while number:
        number, letter = divmod(number - 1, 26)
        name = chr(65 + letter) + name
    return name


def _meta(sheet: Sheet) -> str:
    day = sheet.request.recorded_at.isoformat(timespec="seconds")[:19]
    return (
        f'{_HEAD}<office:document-meta {_NAMES} office:version="1.3"><office:meta>'
        f"<meta:creation-date>{day}</meta:creation-date></office:meta></office:document-meta>"
    )


def _settings(sheet: Sheet) -> str:
    """Write that the first row stays in sight."""
    items = "".join(
        f'<config:config-item config:name="{name}" config:type="{kind}">{value}</config:config-item>'
        for name, kind, value in (
            ("VerticalSplitMode", "short", 2),
            ("VerticalSplitPosition", "int", 1),
            ("ActiveSplitRange", "short", 2),
            ("PositionBottom", "int", 1),
        )
    )
    return (
        f'{_HEAD}<office:document-settings {_NAMES} office:version="1.3"><office:settings>'
        '<config:config-item-set config:name="ooo:view-settings"><config:config-item-map-indexed config:name="Views">'
        "<config:config-item-map-entry>"
        '<config:config-item config:name="ViewId" config:type="string">view1</config:config-item>'
        '<config:config-item-map-named config:name="Tables">'
        f"<config:config-item-map-entry config:name={quoteattr(sheet.translate(N_('Agreements')))}>{items}"
        "</config:config-item-map-entry></config:config-item-map-named></config:config-item-map-entry>"
        "</config:config-item-map-indexed></config:config-item-set></office:settings></office:document-settings>"
    )
