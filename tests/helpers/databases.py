"""Databases for tests, SQLite and PostgreSQL alike: new ones, and quick copies of a filled one."""

from __future__ import annotations

import re
import shutil
import uuid

from tests.helpers.needs import lacking
from tests.helpers.postgres import Cluster, find_binaries


class Databases:
    """Makes and copies databases of one kind."""

    def __init__(self, kind, folder, templates):
        if kind not in ("sqlite", "postgresql"):
            raise ValueError(f"REGISTRY_TEST_DATABASE={kind}: write sqlite or postgresql")
        self.kind = kind
        self.folder = folder
        self.templates = templates
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
        plain = f"{_plain(name)}_{uuid.uuid4().hex[:8]}"
        return _url(self.folder, plain) if self.cluster is None else self.cluster.create(plain)

    def template(self, name):
        """Return the URL of the database that is copied under this name."""
        return _url(self.templates, name) if self.cluster is None else self.cluster.url(name)

    def make_template(self, name):
        """Make the empty database that becomes a template; in SQLite the first connection does that."""
        if self.cluster is not None:
            self.cluster.create(name)

    def copy(self, template, name):
        """Return the URL of a copy of a template, to which nobody is connected."""
        plain = f"{_plain(name)}_{uuid.uuid4().hex[:8]}"
        if self.cluster is not None:
            return self.cluster.create(plain, template=template)
        # Whoever closes a database last leaves nothing of it in its log.
        assert not (self.templates / f"{template}.sqlite-wal").exists()
        shutil.copyfile(self.templates / f"{template}.sqlite", self.folder / f"{plain}.sqlite")
        return _url(self.folder, plain)


def _url(folder, plain):
    return f"sqlite:///{folder / f'{plain}.sqlite'}"


def _plain(name):
    return re.sub(r"[^a-z0-9_]", "_", str(name).lower())[:40]
