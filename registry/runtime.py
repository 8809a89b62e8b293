"""The running registry: its parts, put together once, and what makes it ready for use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from registry.agreements.models import Agreement
from registry.audit.heads import KEY_FILE, WITNESS_FILE, LogKey
from registry.audit.queries import current_head
from registry.audit.services import Keeper
from registry.completeness.ledger import Ledger
from registry.core.clock import SystemClock
from registry.core.errors import RegistryError
from registry.core.i18n import N_
from registry.core.uow import Database
from registry.deadlines.services import keep_deadlines, renew_deadlines
from registry.documents.scanning import open_scanner
from registry.documents.storage.opening import open_storage
from registry.interchange.bundle import bundled_files
from registry.interchange.imports import import_file
from registry.mail.services import use_post
from registry.mail.transport import open_post
from registry.migrations.schema import is_current
from registry.outbox.services import found_counter
from registry.revisions.services import begin_revisions, make_revisions
from registry.search.columns import FacetColumns
from registry.search.engine.index import SearchIndex
from registry.search.records import DatabaseRecords
from registry.search.vocabularies import use_synonyms

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry.config import Settings
    from registry.core.clock import Clock
    from registry.documents.scanning import Scanner
    from registry.documents.storage.interface import Storage
    from registry.mail.transport import Post


@dataclass(frozen=True)
class Registry:
    """The parts that every request, page, answer of the API and command works with."""

    settings: Settings
    clock: Clock
    database: Database
    index: SearchIndex
    columns: FacetColumns
    ledger: Ledger
    storage: Storage
    scanner: Scanner | None
    log_key: LogKey
    post: Post | None

    def close(self) -> None:
        """Close connections and readers."""
        self.index.close()
        self.database.dispose()


def open_registry(settings: Settings, clock: Clock | None = None) -> Registry:
    """Put the parts together. Nothing is read or written yet."""
    use_synonyms(settings.instance / "synonyms.json")
    clock = clock or SystemClock(settings.time_zone)
    database = Database(settings.effective_database_url, clock)
    index = SearchIndex(settings.search_index, DatabaseRecords(database))
    columns, storage = FacetColumns(database), open_storage(settings)
    key = LogKey(settings.instance / KEY_FILE)
    keeper = Keeper(key, settings.instance / WITNESS_FILE)
    # Revisions come first: each has an entry in the log.
    database.before_commit = (make_revisions, keep_deadlines, keeper.append)
    database.after_commit = (keeper.keep_head,)
    scanner, post = open_scanner(settings.clamd), open_post(settings)
    use_post(database, post)
    ledger = Ledger(database)
    return Registry(settings, clock, database, index, columns, ledger, storage, scanner, key, post)


@dataclass(frozen=True)
class SetUp:
    """What was done: whether the schema was migrated, how many agreements were loaded, how the index stands."""

    migrated: bool
    loaded: int
    index: str


def set_up(registry: Registry, progress: Callable[[int, int], None] | None = None) -> SetUp:
    """Make the registry ready. Loads the bundled agreements into an empty registry only, never over a used one."""
    migrated = bring_up_to_date(registry, progress)
    with registry.database.write("registry init") as uow:
        found_counter(uow.session)
        count = uow.session.scalar(select(func.count(Agreement.id))) or 0
    loaded = load_bundle(registry, progress) if count == 0 else 0
    return SetUp(migrated, loaded, registry.index.ensure())


def bring_up_to_date(registry: Registry, progress: Callable[[int, int], None] | None = None) -> bool:
    """Migrate the database, make the key of its log, and begin revisions where there are none; return if it migrated.

    A key is made only for a log that nothing was ever signed in: another key would belie all heads that were published.
    """
    migrated = not is_current(registry.database.engine)
    if migrated:
        from registry.migrations.run import upgrade  # noqa: PLC0415  Only who migrates waits for Alembic.

        upgrade(registry.database.engine)
    with registry.database.read() as session:
        is_new = current_head(session).size == 0
    if is_new and not registry.log_key.path.exists():
        registry.settings.instance.mkdir(parents=True, exist_ok=True)
        registry.log_key.make()
    begin_revisions(registry.database, "registry init", progress)
    renew_deadlines(registry.database, progress=progress)
    return migrated


def load_bundle(registry: Registry, progress: Callable[[int, int], None] | None = None) -> int:
    """Import the agreements that come with the registry, by the import that users have; return how many."""
    loaded = 0
    for name, file in bundled_files():
        report = import_file(
            registry.database, file, home_party=registry.settings.home_party, actor="registry init", progress=progress
        )
        if report.problems:
            first = report.problems[0]
            raise RegistryError(
                N_("The bundled file %(file)s cannot be imported: %(place)s %(name)s: %(reason)s"),
                file=name,
                place=first.place,
                name=first.name,
                reason=first.message,
            )
        loaded += len(report.registered)
    return loaded
