"""Fixtures of the tests of pages and of the API."""

from __future__ import annotations

import pytest

from registry.http.context import EXTENSION
from tests.helpers.accounts import new_user
from tests.helpers.forms import Reader


@pytest.fixture
def registry(app):
    """The registry that the application itself works with."""
    return app.extensions[EXTENSION]


@pytest.fixture
def author(app, registry):
    """An officer of a ministry, with a browser that runs no script."""
    new_user(registry, "author", "submitter", "A. Author", body="kaz-ministry-of-finance")
    return Reader(app, "author")


@pytest.fixture
def officer(app, registry):
    """An officer of the treaty office, with a browser that runs no script."""
    new_user(registry, "officer", "legal_officer", "O. Officer")
    return Reader(app, "officer")
