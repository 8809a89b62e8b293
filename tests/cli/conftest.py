"""Commands run in the process of the test, where a process of its own shows nothing more."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from registry.cli import main


@pytest.fixture
def invoke(settings, monkeypatch):
    """Runs `registry` with these arguments on the registry of the test; gives click's result."""
    for name in ("instance", "search_index", "database_url", "secret_key"):
        monkeypatch.setenv(f"REGISTRY_{name.upper()}", str(getattr(settings, name)))
    return lambda *arguments: CliRunner().invoke(main, arguments)
