"""Writes the messages by which people are reminded of deadlines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template
from flask_babel import force_locale, ngettext

from registry.http.context import current_registry
from registry.web.due import body_names, due_label, due_sentence

if TYPE_CHECKING:
    from registry.deadlines.reminders import Digest


def write_digest(digest: Digest) -> tuple[str, str]:
    """Return subject and text of a digest, in the person's language or else in REGISTRY_MAIL_LANGUAGE."""
    registry = current_registry()
    with force_locale(digest.language or registry.settings.mail_language):
        count = len(digest.reminders)
        subject = ngettext("Treaty registry: %(num)d deadline", "Treaty registry: %(num)d deadlines", count)
        text = render_template(
            "deadlines/reminder.txt",
            reminders=digest.reminders,
            today=registry.clock.today(),
            base=registry.settings.public_url.rstrip("/"),
            due_label=due_label,
            due_sentence=due_sentence,
            body_names=body_names,
        )
    return subject, text
