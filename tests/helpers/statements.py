"""Statements compiled once for all databases of a run, where each database has compiled them for itself otherwise."""

from __future__ import annotations

from sqlalchemy import create_engine
from sqlalchemy.util import LRUCache

from registry.core import uow
from registry.core.db import make_engine

#: All statements of all tests: an engine of its own keeps 500.
_MOST = 20_000


class SharedStatements:
    """Makes engines for SQLite that share what they compile; others stay as they are."""

    def __init__(self):
        self._compiled = LRUCache(_MOST)
        # What is compiled is kept by the dialect that it was compiled for, which knows itself after a connection only.
        engine = create_engine("sqlite://")
        engine.connect().close()
        engine.dispose()
        self._dialect = engine.dialect

    def install(self, patched):
        """Let databases take their engines from here, as long as the patch lasts."""
        patched.setattr(uow, "make_engine", self._engine)

    def _engine(self, url):
        made = make_engine(url)
        if made.dialect.name == "sqlite":
            made.dialect, made._compiled_cache = self._dialect, self._compiled
        return made
