"""Checks that the history of exports says what the audit log says of each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import select

from registry.audit.models import Entry
from registry.audit.verifying import Fault
from registry.audit.vocabulary import Act
from registry.core.canonical import canonical, sha256_of
from registry.core.i18n import N_
from registry.core.messages import Message
from registry.exports.manifests import log_object
from registry.exports.runs.models import ExportRun

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy.orm import Session

#: What the log calls an export that has a row in the history; other lists, such as that of gaps, have none.
_OBJECT = re.compile(r"export (\d{1,9})")

_BATCH = 500


def verify_exports(session: Session) -> Iterator[Fault]:
    """Yield each export of the history that is missing, has no entry in the log, or is not as its entry says."""
    runs = select(*ExportRun.__table__.columns).order_by(ExportRun.id).execution_options(yield_per=_BATCH)
    told = _entries(session)
    with session.execute(runs) as rows:
        for row in rows:
            entry = told.pop(row.id, None)
            if entry is not None:
                yield from _contradicted(row, *entry)
            elif row.description is not None:
                words = N_("%(export)s: the history has it as made, and the log has no entry of it")
                yield Fault(Message(words, export=log_object(row.id)))
    for number, (position, _, _) in told.items():
        yield Fault(Message(N_("%(export)s is missing in the history"), export=log_object(number)), position)


def _entries(session: Session) -> dict[int, tuple[int, str, Mapping[str, Any]]]:
    """Return the place, the actor and the words of the entry of each export."""
    found = select(Entry.position, Entry.actor, Entry.object, Entry.detail).where(Entry.act == Act.LIST_EXPORTED)
    return {
        int(match[1]): (row.position, row.actor, orjson.loads(row.detail))
        for row in session.execute(found.order_by(Entry.position))
        if (match := _OBJECT.fullmatch(row.object))
    }


def _contradicted(row: Any, position: int, actor: str, said: Mapping[str, Any]) -> Iterator[Fault]:
    description = row.description or ""
    file = _file_in(description)
    fits = {
        "actor": row.actor == actor,
        "request": row.request == canonical(said["export"]).decode(),
        "clearance": row.clearance == said["export"]["clearance"],
        "agreements": row.agreements == said["agreements"],
        "sha256": row.sha256 == said["sha256"],
        "description": sha256_of(description.encode()) == said["description"],
        # The log has these by the hash of the description.
        "size": row.size == file.get("size"),
        "file_name": row.file_name == file.get("name"),
        "media_type": row.media_type == file.get("media_type"),
    }
    if wrong := [name for name, is_right in fits.items() if not is_right]:
        words = N_("%(export)s is not what the log says of it: %(columns)s")
        yield Fault(Message(words, export=log_object(row.id), columns=", ".join(wrong)), position)


def _file_in(description: str) -> Mapping[str, Any]:
    """Return what a description says of the file; one that cannot be read says nothing."""
    try:
        found: Mapping[str, Any] = orjson.loads(description)["file"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return {}
    return found
