"""The pages: server-rendered, readable without script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.http.access import SecondFactorNeededError, SignInNeededError
from registry.web import helpers, own_saves, resuming, submission_forms
from registry.web.views import (
    account,
    agreements,
    audit,
    bodies,
    comparing,
    completeness,
    deadlines,
    documents,
    dossiers,
    export_history,
    exports,
    feeds,
    history,
    home,
    overview,
    saved_searches,
    searching,
    second_factor,
    signing_in,
    submission_files,
    submission_receipts,
    submission_review,
    submission_steps,
    submission_suggestions,
    submissions,
    system,
    texts,
    users,
    verifying,
)
from registry.web.views.blueprint import blueprint

if TYPE_CHECKING:
    from flask import Flask

__all__ = [
    "account",
    "agreements",
    "audit",
    "bodies",
    "comparing",
    "completeness",
    "deadlines",
    "documents",
    "dossiers",
    "export_history",
    "exports",
    "feeds",
    "history",
    "home",
    "install",
    "overview",
    "saved_searches",
    "searching",
    "second_factor",
    "signing_in",
    "submission_files",
    "submission_receipts",
    "submission_review",
    "submission_steps",
    "submission_suggestions",
    "submissions",
    "system",
    "texts",
    "users",
    "verifying",
]


def install(app: Flask) -> None:
    """Add the pages to the application."""
    app.register_blueprint(blueprint)
    app.register_error_handler(SignInNeededError, signing_in.ask_to_sign_in)
    app.register_error_handler(SecondFactorNeededError, signing_in.ask_for_second_factor)
    resuming.install(app)
    own_saves.install(app)
    helpers.install(app)
    submission_forms.install(app)
