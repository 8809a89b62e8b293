"""Fixtures of the tests of pages and of the API."""

from __future__ import annotations

import shutil
import threading

import pytest
from werkzeug.serving import make_server

from registry.http.context import EXTENSION
from tests.helpers.accounts import new_user
from tests.helpers.forms import Reader
from tests.helpers.needs import lacking


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


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium, driven by Playwright, started once for each worker."""
    path = shutil.which("chromium")
    if path is None:
        lacking("Chromium is not on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture
def address(app):
    """A server in this process, so that it shares the test's registry."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(chromium):
    """A page that notes every error of script or policy."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    opened = context.new_page()
    opened.problems = []
    opened.on("pageerror", lambda error: opened.problems.append(str(error)))
    opened.on(
        "console", lambda message: opened.problems.append(message.text) if "Content Security" in message.text else None
    )
    yield opened
    context.close()
