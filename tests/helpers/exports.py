"""Exports as tests ask for them."""

from contextlib import contextmanager

from registry.core.access import OPERATOR
from registry.core.clock import FixedClock
from registry.exports.rendering import Export
from registry.exports.schemas import ExportOptions, ExportSchema
from registry.exports.services import resolved
from registry.runtime import open_registry
from registry.search.schemas import ListRequest
from tests.conftest import TODAY, copied_settings


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


@contextmanager
def copied(filled, databases, folder):
    """Yield a running registry that is a copy of the filled one, for as long as a module needs it."""
    registry = open_registry(copied_settings(filled, databases, folder), FixedClock(TODAY))
    yield registry
    registry.close()
