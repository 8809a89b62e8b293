"""Fixtures: a registry of its own for each test, on SQLite or PostgreSQL, with a real index and real commits."""

from __future__ import annotations

import gc
import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from filelock import FileLock

from registry.accounts import credentials
from registry.audit.heads import KEY_FILE
from registry.config import Settings
from registry.core.clock import FixedClock
from registry.http.context import EXTENSION
from registry.outbox.services import found_counter
from registry.runtime import bring_up_to_date, open_registry, set_up
from registry.search.words.analysis import stem_forms
from tests.helpers.accounts import MovableClock
from tests.helpers.applications import application
from tests.helpers.databases import Databases
from tests.helpers.examples import load_profile
from tests.helpers.statements import SharedStatements

TODAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

load_profile()


def pytest_collection_finish():
    """Let the collector of garbage pass over what stays to the end of the run, and look at the rest less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords():
    """Hash passwords at little cost: what they really cost is a test of `accounts.credentials`."""
    hasher = PasswordHasher.from_parameters(CHEAPEST)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(credentials, "_hasher", hasher)
        patched.setattr(credentials, "_NOBODY", hasher.hash(credentials.new_token()))
        yield


@pytest.fixture(scope="session", autouse=True)
def _shared_statements():
    """Compile each statement once, though nearly every test has a database of its own."""
    with pytest.MonkeyPatch.context() as patched:
        SharedStatements().install(patched)
        yield


@pytest.fixture(scope="session")
def templates(tmp_path_factory):
    """A folder of what is made once and copied: one for all workers, but PostgreSQL, where each has its own server."""
    own = tmp_path_factory.getbasetemp()
    is_shared = "PYTEST_XDIST_WORKER" in os.environ and _database() == "sqlite"
    folder = (own.parent if is_shared else own) / "templates"
    folder.mkdir(exist_ok=True)
    return folder


def _database():
    return os.environ.get("REGISTRY_TEST_DATABASE", "sqlite")


@pytest.fixture(scope="session")
def databases(tmp_path_factory, templates):
    """Gives databases to tests: SQLite files, or databases of a throw-away PostgreSQL cluster."""
    with Databases(_database(), tmp_path_factory.mktemp("databases"), templates) as made:
        yield made


@pytest.fixture(scope="session")
def filled(databases, templates):
    """A registry with the bundled agreements, made once; tests work on copies of it."""
    folder = templates / "filled"
    settings = Settings(
        instance=folder / "instance",
        search_index=folder / "index",
        database_url=databases.template("filled"),
        secret_key="only-for-tests",
    )
    with FileLock(templates / "lock"):
        if not (folder / "made").exists():
            settings.instance.mkdir(parents=True)
            databases.make_template("filled")
            registry = open_registry(settings, FixedClock(TODAY))
            set_up(registry)
            registry.close()
            (folder / "made").touch()
    # Whoever does not make it has not read the dictionary yet, which would count as the time of the first query.
    stem_forms("соглашение", "ru")
    return settings


@pytest.fixture
def settings(filled, databases, tmp_path):
    """Settings of a copy of the filled registry."""
    return copied_settings(filled, databases, tmp_path)


def copied_settings(filled, databases, folder):
    """Copy the filled registry into a folder, with a database and an index of its own; return its settings."""
    shutil.copytree(filled.search_index, folder / "index")
    (folder / "instance").mkdir()
    # The copy of the log is continued by the same key.
    shutil.copy(filled.instance / KEY_FILE, folder / "instance")
    return replace(
        filled,
        instance=folder / "instance",
        search_index=folder / "index",
        database_url=databases.copy("filled", folder.name),
    )


@pytest.fixture
def registry(settings):
    """A running registry with the bundled agreements."""
    opened = open_registry(settings, FixedClock(TODAY))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def prepared(databases, templates):
    """A registry with tables and nothing in them, made once; tests work on copies of it."""
    folder = templates / "prepared"
    settings = Settings(
        instance=folder,
        search_index=folder / "index",
        database_url=databases.template("prepared"),
        secret_key="test",
    )
    with FileLock(templates / "lock"):
        if not (folder / "made").exists():
            folder.mkdir()
            databases.make_template("prepared")
            made = open_registry(settings, FixedClock(TODAY))
            bring_up_to_date(made)
            with made.database.write("test") as uow:
                found_counter(uow.session)
            made.close()
            (folder / "made").touch()
    return settings


@pytest.fixture
def empty_registry(prepared, databases, tmp_path):
    """A copy of the registry with tables and nothing in them."""
    shutil.copy(prepared.instance / KEY_FILE, tmp_path)
    settings = replace(
        prepared,
        instance=tmp_path,
        search_index=tmp_path / "index",
        database_url=databases.copy("prepared", tmp_path.name),
    )
    opened = open_registry(settings, FixedClock(TODAY))
    yield opened
    opened.close()


@pytest.fixture
def clock():
    """The clock of the application, which a test can move on."""
    return MovableClock(TODAY)


@pytest.fixture
def app(settings, clock):
    """The application on a copy of the filled registry."""
    made = application(settings, clock)
    made.testing = False
    yield made
    made.extensions[EXTENSION].close()


@pytest.fixture
def client(app):
    """A reader without a browser, who prefers English."""
    reader = app.test_client()
    reader.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return reader


@pytest.fixture
def texts_folder():
    """The treaty texts that only development machines have."""
    folder = Path(__file__).parents[1].parent / "shared" / "data" / "texts"
    if not folder.is_dir():
        pytest.skip("the folder of treaty texts is not on this machine")
    return folder
