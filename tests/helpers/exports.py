"""Exports as tests ask for them."""

from registry.core.access import OPERATOR
from registry.exports.rendering import Export
from registry.exports.schemas import ExportOptions, ExportSchema
from registry.exports.services import resolved
from registry.search.schemas import ListRequest


def asked(registry, search=None, *, reader=OPERATOR, recorded_at=None, options=None, **given):
    """Return a complete request; `given` are the arguments of `ExportSchema`."""
    with registry.database.read(reader) as session:
        return resolved(
            session,
            registry.clock,
            registry.settings.time_zone,
            search or ListRequest(),
            reader,
            ExportSchema().load(given),
            recorded_at=recorded_at,
            options=options or ExportOptions(headings="names"),
        )


def exported(registry, request):
    """Return the bytes and the summary of an export."""
    export = Export(registry.database, registry.index, request)
    return b"".join(export), export.summary
