"""Databases for tests, SQLite and PostgreSQL alike: new ones, and quick copies of a filled one."""

from __future__ import annotations

import re
import shutil
import uuid

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

    def new(self, name, *, is_template=False):
        """Return the URL of a new, empty database; of a template the name is all there is to know for copying it."""
        plain = _plain(name) if is_template else f"{_plain(name)}_{uuid.uuid4().hex[:8]}"
        return self._url(plain) if self.cluster is None else self.cluster.create(plain)

    def copy(self, template, name):
        """Return the URL of a copy of a template, to which nobody is connected."""
        plain = f"{_plain(name)}_{uuid.uuid4().hex[:8]}"
        if self.cluster is not None:
            return self.cluster.create(plain, template=_plain(template))
        # Whoever closes a database last leaves nothing of it in its log.
        assert not self._path(f"{_plain(template)}.sqlite-wal").exists()
        shutil.copyfile(self._path(f"{_plain(template)}.sqlite"), self._path(f"{plain}.sqlite"))
        return self._url(plain)

    def _url(self, plain):
        return f"sqlite:///{self._path(f'{plain}.sqlite')}"

    def _path(self, file):
        return self.folder / file


def _plain(name):
    return re.sub(r"[^a-z0-9_]", "_", str(name).lower())[:40]
