"""JSON and JSON Lines: each record an object with the names of the columns, values as the record has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from registry.exports.formats.sheet import Closing, Opening

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from registry.exports.formats.sheet import Line, Sheet

_CHUNK = 64 * 1024


def jsonl_bytes(sheet: Sheet, lines: Iterable[Line]) -> Iterator[bytes]:
    """Yield one object on each line; a group ends with a line that has `group` and `agreements` instead of columns."""
    names = sheet.request.columns
    parts: list[bytes] = []
    size = 0
    for line in lines:
        if isinstance(line, list):
            part = orjson.dumps(dict(zip(names, line, strict=True)), option=orjson.OPT_APPEND_NEWLINE)
        elif isinstance(line, Closing):
            part = orjson.dumps({"group": _group(line), "agreements": line.count}, option=orjson.OPT_APPEND_NEWLINE)
        else:
            continue
        parts.append(part)
        size += len(part)
        if size > _CHUNK:
            yield b"".join(parts)
            parts, size = [], 0
    yield b"".join(parts)


def json_bytes(sheet: Sheet, lines: Iterable[Line]) -> Iterator[bytes]:
    """Yield one object: the request, the criteria in words, the count, and the `items` or the `groups` of items."""
    names = sheet.request.columns
    head = {
        "export": sheet.request.as_dict(),
        "criteria": [{"name": name, "value": value} for name, value in sheet.criteria],
        "agreements": sheet.total,
    }
    is_grouped = sheet.request.group_by is not None
    yield orjson.dumps(head)[:-1] + (b',"groups":[' if is_grouped else b',"items":[')
    between = b"\n"
    for line in lines:
        if isinstance(line, list):
            yield between + orjson.dumps(dict(zip(names, line, strict=True)))
            between = b",\n"
        elif isinstance(line, Opening):
            yield between + orjson.dumps({"group": _group(line)})[:-1] + b',"items":['
            between = b"\n"
        else:
            yield b'\n],"agreements":' + orjson.dumps(line.count) + b"}"
            between = b",\n"
    yield b"\n]}\n"


def _group(line: Opening | Closing) -> dict[str, Any]:
    return {"by": line.by, "value": line.value, "label": line.label}
