"""Fixtures of the tests of pages and of the API."""

from __future__ import annotations

import pytest

from registry.http.context import EXTENSION


@pytest.fixture
def registry(app):
    """The registry that the application itself works with."""
    return app.extensions[EXTENSION]
