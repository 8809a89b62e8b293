"""Exports for tests: made at once, with their bytes and manifests."""

from __future__ import annotations

from dataclasses import dataclass

from registry.core.access import OPERATOR
from registry.core.canonical import sha256_of
from registry.exports.manifests import facts_of, manifest_of, written_manifest
from registry.exports.rendering import Export
from registry.exports.runs.services import note_export
from registry.exports.schemas import ExportSchema
from registry.exports.services import resolved
from registry.search.schemas import ListRequest


@dataclass(frozen=True)
class Exported:
    """An export: its number, its bytes, and the bytes of its manifest."""

    number: int
    data: bytes
    manifest: bytes


def request_for(registry, search=None, reader=OPERATOR, **asked):
    """Return a complete request."""
    with registry.database.read(reader) as session:
        return resolved(
            session,
            registry.clock,
            registry.settings.time_zone,
            search or ListRequest(),
            reader,
            ExportSchema().load(asked),
        )


def exported(registry, search=None, **asked):
    """Make an export as the command line does."""
    export = Export(registry.database, registry.index, request_for(registry, search, **asked))
    data = b"".join(export)
    facts = facts_of(export, "list.csv", "text/csv", sha256_of(data), len(data))
    with registry.database.write("test") as uow:
        run = note_export(uow, export.request, facts, user_id=None, closed=[])
    with registry.database.read() as session:
        manifest = written_manifest(manifest_of(session, registry.log_key, run))
    return Exported(run.id, data, manifest)
