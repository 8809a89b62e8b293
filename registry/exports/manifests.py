"""The manifest of an export: what the file holds, that the log says so, and the signature over both.

It is made anew whenever it is asked for, and is the same each time: what it says of the export was hashed into the log
when the export was made, and the head that it prints is the one that the very transaction of that entry signed. The
file depends on criteria and record time alone; the manifest says when this file was made, so two exports of the same
list have the same file and each a manifest of its own.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import select

from registry.audit.leaves import written
from registry.audit.models import Entry
from registry.audit.queries import first_signed_size, prove_entry
from registry.audit.vocabulary import Act
from registry.core.errors import NotFoundError
from registry.core.i18n import N_, translation
from registry.exports.criteria import criteria_lines
from registry.exports.verifier import FORMAT, signed_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from registry.audit.heads import LogKey
    from registry.exports.rendering import Export
    from registry.exports.runs.models import ExportRun
    from registry.exports.schemas import ExportRequest


@dataclass(frozen=True)
class FileFacts:
    """What is known of an export when it is made; `words` are its criteria as (heading, value).

    `unsaid` counts what its filter by status leaves out because the status on the day cannot be said.
    """

    name: str
    media_type: str
    sha256: str
    size: int
    agreements: int
    levels: Mapping[str, int]
    words: Sequence[Sequence[str]]
    unsaid: int | None = None


def facts_of(export: Export, name: str, media_type: str, sha256: str, size: int) -> FileFacts:
    """Return what is known of an export whose bytes were read to the end."""
    asked, summary = export.request, export.summary
    words = criteria_lines(asked, summary.agreements, translation(asked.language), export.unsaid)
    return FileFacts(name, media_type, sha256, size, summary.agreements, summary.levels, words, export.unsaid)


def describe(request: ExportRequest, facts: FileFacts, made_at: datetime) -> dict[str, Any]:
    """Return what the manifest says of an export, apart from the log."""
    asked = request.as_dict()
    return {
        "file": {"name": facts.name, "media_type": facts.media_type, "sha256": facts.sha256, "size": facts.size},
        "format": asked["format"],
        "criteria": {"parameters": asked["search"], "words": [list(pair) for pair in facts.words]},
        "recorded_at": asked["recorded_at"],
        "judged_on": request.on.isoformat(),
        "made_at": written(made_at),
        "agreements": facts.agreements,
        "levels": dict(facts.levels),
        "left_out_status_unknown": facts.unsaid,
        "columns": asked["columns"],
        "group_by": asked["group_by"],
        "language": asked["language"],
        "options": asked["options"],
        "clearance": asked["clearance"],
    }


def log_object(export_id: int) -> str:
    """Return the name by which the log knows an export."""
    return f"export {export_id}"


def manifest_of(session: Session, key: LogKey, export: ExportRun) -> dict[str, Any]:
    """Return the signed manifest of an export. Raises `NotFoundError` as long as its file is not made."""
    position = entry_of(session, export.id)
    if export.description is None or position is None:
        raise NotFoundError(N_("There is no manifest of this export, since its file was not made."))
    proof = prove_entry(session, position, first_signed_size(session, position))
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "export": orjson.loads(export.description),
        "log": {
            "leaf": proof.leaf.decode(),
            "path": [b64encode(item).decode() for item in proof.path],
            "checkpoint": key.checkpoint(proof.head, key.sign(proof.head)),
            "public_key": key.verifier(proof.head.log),
        },
    }
    return {**manifest, "signature": b64encode(key.sign_text(signed_bytes(manifest))).decode()}


def written_manifest(manifest: Mapping[str, Any]) -> bytes:
    """Return a manifest as the bytes of its file, which people can read too."""
    return orjson.dumps(manifest, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def entry_of(session: Session, export_id: int) -> int | None:
    """Return the number of the entry of the log that tells of an export, or None when its file was not made."""
    return session.scalar(
        select(Entry.position).where(Entry.object == log_object(export_id), Entry.act == Act.LIST_EXPORTED)
    )
