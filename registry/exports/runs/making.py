"""Makes the long exports that wait: takes one, writes its file, notes what it is; removes files whose time is over."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.core.errors import RegistryError
from registry.core.i18n import N_
from registry.core.leases import State, holding
from registry.core.messages import Message
from registry.core.workers import Worker
from registry.exports.manifests import facts_of
from registry.exports.rendering import Export, ExportCancelledError
from registry.exports.runs.models import ExportRun, ExportWork
from registry.exports.runs.queries import closed_numbers, is_any_expired
from registry.exports.runs.services import finish_export, remove_expired
from registry.exports.runs.work import ACTOR, fail, held, renew, take

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry.core.uow import Database
    from registry.exports.manifests import FileFacts
    from registry.exports.runs.files import ExportFiles
    from registry.exports.runs.work import Taken
    from registry.search.engine.index import SearchIndex

log = logging.getLogger(__name__)

#: A file that no export knows may be one whose transaction is not committed yet.
_GRACE = timedelta(hours=1)


def make_next(
    database: Database,
    index: SearchIndex,
    files: ExportFiles,
    keep_days: int,
    progress: Callable[[int, int], None] | None = None,
) -> bool:
    """Make the export that waits longest; return whether there was one.

    What goes wrong with an export is written beside it and ends with it: the next one is made all the same.
    """
    taken = take(database)
    if taken is None:
        return False
    made: tuple[FileFacts, list[str]] | None = None
    failure: Message | None = None
    try:
        made = _make(database, index, files, taken, progress)
    except ExportCancelledError:
        log.info("export %s was cancelled", taken.export_id)
        return True
    except RegistryError as error:
        failure = Message(error.template, **error.params)
    except Exception:
        # An export that nobody foresaw must not end the making of all others; the cause goes to the log with its trace.
        log.exception("export %s cannot be made", taken.export_id)
        failure = Message(N_("The registry has made a mistake with this export. The cause is written to the log."))
    with database.write(ACTOR) as uow:
        work = held(uow.session, taken)
        if work is None:
            log.warning("export %s was cancelled, or taken by another process", taken.export_id)
            files.drop(taken.export_id, taken.holder)
        elif made is not None:
            files.keep(taken.export_id, taken.holder)
            finish_export(uow, work, taken.request, *made, keep_days=keep_days)
        elif failure is not None:
            fail(uow, work, failure)
    return True


def maker_of_exports(database: Database, index: SearchIndex, files: ExportFiles, keep_days: int) -> Worker:
    """Return the thread that makes exports beside the requests of a server, and removes files whose time is over."""

    def work() -> bool:
        tidy_expired(database, files)
        return make_next(database, index, files, keep_days)

    return Worker("maker of exports", work)


def tidy_expired(database: Database, files: ExportFiles) -> int:
    """Remove the files whose time is over; return how many there were."""
    with database.read() as session:
        if not is_any_expired(session, database.clock.now()):
            return 0
    with database.write(ACTOR) as uow:
        over = [export.id for export in remove_expired(uow)]
    for export_id in over:
        files.remove(export_id)
    return len(over)


def tidy_left_over(database: Database, files: ExportFiles) -> int:
    """Remove files that belong to no export: of processes that were killed. Return of how many exports there were."""
    now = database.clock.now()
    found = files.numbers((now - _GRACE).timestamp())
    with database.read() as session:
        wanted = {export.id for export in session.scalars(select(ExportRun)) if export.has_file(now)}
        wanted |= set(session.scalars(select(ExportWork.export_id).where(ExportWork.state == State.RUNNING)))
    for export_id in found - wanted:
        files.remove(export_id)
    return len(found - wanted)


def _make(
    database: Database,
    index: SearchIndex,
    files: ExportFiles,
    taken: Taken,
    progress: Callable[[int, int], None] | None,
) -> tuple[FileFacts, list[str]]:
    """Write the file of an export; return what it is, and the agreements in it that are not public."""
    with holding(lambda noted: renew(database, taken, noted), progress) as hold:
        export = Export(database, index, taken.request, progress=hold.report, is_cancelled=lambda: hold.is_lost)
        digest, size = files.write(taken.export_id, taken.holder, export)
    with database.read() as session:
        closed = closed_numbers(session, export.revisions)
    return facts_of(export, taken.file_name, taken.media_type, digest, size), closed
