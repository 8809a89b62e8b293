"""The pages: server-rendered, readable without script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.http.access import SignInNeededError
from registry.web import helpers, resuming, submission_forms
from registry.web.views import (
    account,
    agreements,
    audit,
    documents,
    feeds,
    history,
    home,
    overview,
    saved_searches,
    searching,
    submission_files,
    submission_receipts,
    submission_review,
    submission_steps,
    submission_suggestions,
    submissions,
    system,
    texts,
)
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from flask import Flask

__all__ = [
    "account",
    "agreements",
    "audit",
    "documents",
    "feeds",
    "history",
    "home",
    "install",
    "overview",
    "saved_searches",
    "searching",
    "submission_files",
    "submission_receipts",
    "submission_review",
    "submission_steps",
    "submission_suggestions",
    "submissions",
    "system",
    "texts",
]


def install(app: Flask) -> None:
    """Add the pages to the application."""
    app.register_blueprint(blueprint)
    app.register_error_handler(SignInNeededError, account.ask_to_sign_in)
    resuming.install(app)
    helpers.install(app)
    submission_forms.install(app)
