"""Sends a file: whole or a range of it, with its name, and so that a browser never runs what is in it."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Response, request
from werkzeug.http import parse_options_header

from registry.documents.names import safe_file_name

if TYPE_CHECKING:
    from registry.documents.models import Document, HeldFile
    from registry.documents.storage.interface import Storage

#: Types that a browser shows by itself and cannot run; all others are handed over as files to save.
_SHOWN = frozenset({"image/png", "image/jpeg"})

#: Types under which a file is sent; what has another one is sent as bytes of no known type.
_SENT = _SHOWN | {
    "application/pdf",
    "application/rtf",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "image/tiff",
    "text/html",
    "text/plain",
}

_CONTENT_POLICY = "default-src 'none'; sandbox"


def file_response(storage: Storage, document: Document | HeldFile, plain_name: str) -> Response:
    """Return the bytes of a document as the present request asks for them (RFC 9110).

    The entity tag is the SHA-256 of the bytes, and strong. `plain_name` stands for the name where a client knows only
    ASCII (RFC 6266). Raises `MissingBytesError`.
    """
    size = document.size
    answer = Response(status=200)
    answer.set_etag(document.sha256)
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["Content-Security-Policy"] = _CONTENT_POLICY
    answer.headers["Cache-Control"] = "no-cache"
    if request.if_match and not request.if_match.is_strong(document.sha256):
        answer.status_code = 412
        return answer
    if request.if_none_match.contains_weak(document.sha256):
        answer.status_code = 304
        return answer
    _describe(answer, document, plain_name)
    part = _part_asked_for(document.sha256, size)
    if part is None:
        start, length = 0, size
    elif part[0] >= size or part[1] <= 0:
        answer.status_code = 416
        answer.headers["Content-Range"] = f"bytes */{size}"
        for name in ("Content-Disposition", "Content-Type"):
            del answer.headers[name]
        return answer
    else:
        start, length = part
        answer.status_code = 206
        answer.headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{size}"
    chunks = storage.read(document.sha256, start, length)
    if request.method == "HEAD":
        chunks.close()
    else:
        answer.response = chunks
    answer.headers["Content-Length"] = str(length)
    return answer


def _describe(answer: Response, document: Document | HeldFile, plain_name: str) -> None:
    """Say what the bytes are and what to do with them."""
    media_type, _ = parse_options_header(document.media_type)
    answer.headers["Content-Type"] = media_type if media_type in _SENT else "application/octet-stream"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    name = quote(document.file_name, safe="!#$&+-.^_`|~")
    plain = safe_file_name(f"{plain_name}{PurePath(document.file_name).suffix}").encode("ascii", "ignore").decode()
    answer.headers.set(
        "Content-Disposition",
        "inline" if media_type in _SHOWN else "attachment",
        **{"filename": plain, "filename*": f"UTF-8''{name}"},
    )


def _part_asked_for(etag: str, size: int) -> tuple[int, int] | None:
    """Return the place and the length of the range that is asked for, or None when the whole is to be sent.

    Whatever cannot be understood, several ranges, and a range of another version (If-Range) mean the whole (RFC 9110,
    13.1.5 and 14.2). A range that lies outside has a length below 1 or begins after the end.
    """
    asked = request.range
    if request.method != "GET" or asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return None
    if request.headers.get("If-Range", f'"{etag}"').strip() != f'"{etag}"':
        return None
    start, end = asked.ranges[0]
    if start < 0:
        start = max(0, size + start)
    end = size if end is None else min(end, size)
    return start, end - start
