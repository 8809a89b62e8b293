"""Databases for tests, SQLite and PostgreSQL alike: new ones, and quick copies of a filled one."""

from __future__ import annotations

import re
import shutil
import uuid

import sqlalchemy as sa

from tests.helpers.needs import lacking
from tests.helpers.postgres import Cluster, find_binaries


class Databases:
    """Makes and copies databases of one kind."""

    def __init__(self, kind, folder):
        if kind not in ("sqlite", "postgresql"):
            raise ValueError(f"REGISTRY_TEST_DATABASE={kind}: write sqlite or postgresql")
        self.kind = kind
        self.folder = folder
        self.cluster = None

    def __enter__(self):
        if self.kind == "postgresql":
            if find_binaries() is None:
                lacking("the server binaries of PostgreSQL are not on this machine")
            self.cluster = Cluster()
            self.cluster.start()
        return self

    def __exit__(self, *exc):
        if self.cluster:
            self.cluster.stop()

    def new(self, name):
        """Return the URL of a new, empty database."""
        if self.cluster is None:
            return (
                f"sqlite:///{self.folder / _plain(name)}-{uuid.uuid4().hex[:6]}.sqlite"
                if name != "filled"
                else self._path()
            )
        return self.cluster.create(_plain(name) if name == "filled" else f"{_plain(name)}_{uuid.uuid4().hex[:8]}")

    def copy(self, source, name):
        """Return the URL of a copy of the database `source`, to which nobody is connected."""
        if self.cluster is None:
            target = self.folder / f"{_plain(name)}-{uuid.uuid4().hex[:6]}.sqlite"
            with sa.create_engine(self._path()).connect() as connection:
                # What is still in the log of the source has to come along.
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copy(self.folder / "filled.sqlite", target)
            return f"sqlite:///{target}"
        return self.cluster.create(f"{_plain(name)}_{uuid.uuid4().hex[:8]}", template=_plain(source))

    def _path(self):
        return f"sqlite:///{self.folder / 'filled.sqlite'}"


def _plain(name):
    return re.sub(r"[^a-z0-9_]", "_", str(name).lower())[:40]
