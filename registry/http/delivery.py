"""Sends a list while it is made, hashes it on the way, and notes in the log what was sent.

The hash is known with the last byte only, so no manifest can come before the file. The last piece is therefore held
back until the entry of the log is written: whoever has the whole file can ask for its manifest by its hash.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from flask import Response, request

from registry.audit.vocabulary import Act
from registry.exports.formats import MEDIA_TYPES
from registry.exports.manifests import facts_of
from registry.exports.runs.queries import closed_numbers
from registry.exports.runs.services import note_broken_off, note_export
from registry.http.access import current_actor
from registry.http.auditing import ANYBODY, note
from registry.http.context import current_registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry.exports.rendering import Export


def deliver(export: Export, file_name: str) -> Response:
    """Answer with the bytes of an export. What in it is not public is noted before the first of them is sent."""
    registry, user = current_registry(), current_actor()
    media_type = MEDIA_TYPES[export.request.format]
    with registry.database.read() as session:
        closed = closed_numbers(session, export.revisions)
    if closed and request.method != "HEAD":
        note(Act.LIST_READ, request.path, detail={"agreements": closed})

    def sent() -> Iterator[bytes]:
        digest, size, is_noted = hashlib.sha256(), 0, False
        held_back = b""
        try:
            for piece in export:
                digest.update(piece)
                size += len(piece)
                if held_back:
                    yield held_back
                held_back = piece
            facts = facts_of(export, file_name, media_type, digest.hexdigest(), size)
            with registry.database.write(user.login if user else ANYBODY) as uow:
                note_export(uow, export.request, facts, user_id=user.user_id if user else None, closed=closed)
            is_noted = True
            yield held_back
        finally:
            if not is_noted:
                with registry.database.write(user.login if user else ANYBODY) as uow:
                    note_broken_off(uow, export.request, size, closed)

    answer = Response(sent(), mimetype=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return answer
