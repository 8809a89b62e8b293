"""A file that is too large comes back with its form, in the reader's language; what was typed is not lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from registry.core.clock import FixedClock
from registry.http.context import EXTENSION
from registry.http.uploads import most_read
from tests.conftest import TODAY
from tests.helpers.accounts import new_user
from tests.helpers.applications import application
from tests.helpers.documents import files_below
from tests.helpers.forms import Reader
from tests.helpers.submitting import begun

_MOST = 1024 * 1024


@pytest.fixture
def author(settings):
    app = application(replace(settings, max_upload=1), FixedClock(TODAY))
    registry = app.extensions[EXTENSION]
    new_user(registry, "author", "submitter", "A. Author", body="kaz-ministry-of-finance")
    yield Reader(app, "author")
    registry.close()


def test_a_file_over_the_limit_comes_back_with_what_was_typed(author):
    key = begun(author, "document", "BLR-1997-001")
    author.open("/language/ru")
    author.open(f"/submissions/{key}/files/new")
    typed = {"language": "kk", "role": "certified_copy", "title": "Приложение", "source": "Архив"}
    author.send(typed, form="file-form", file=("a.txt", b"x" * (2 * _MOST)))
    assert author.answer.status_code == 413
    shown = dict(author.fields("file-form"))
    assert {name: shown[name] for name in typed} == typed
    assert "больше 1 МБ" in author.problems[0]
    incoming = author.client.application.extensions[EXTENSION].storage.root
    assert files_below(incoming) == []
    author.send(typed, form="file-form", file=("a.txt", b"x" * most_read(_MOST)))
    assert author.answer.status_code == 413
    assert "больше 1 МБ" in author.text
