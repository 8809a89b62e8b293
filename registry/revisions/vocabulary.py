"""Reasons of revisions that the registry itself gives; what people type as a reason stays as they typed it."""

from __future__ import annotations

import re

from registry.core.i18n import N_
from registry.core.messages import Message

STATE_FOUND = N_("state found when revisions began")
FILE_IMPORTED = N_("import of %(file)s")
TEXTS_IMPORTED = N_("import of texts from %(folder)s")
SUBMISSION_REGISTERED = N_("registration of submission %(number)s")

_TEMPLATES = (STATE_FOUND, FILE_IMPORTED, TEXTS_IMPORTED, SUBMISSION_REGISTERED)


def reason_read(reason: str) -> Message:
    """Return a reason as a message, so that one which the registry itself gave can be said in any language."""
    for template in _TEMPLATES:
        pattern = re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.+)", re.escape(template))
        if found := re.fullmatch(pattern, reason):
            return Message(template, **found.groupdict())
    # A person's words are no template: they may hold percent signs, and nothing is looked up for them.
    return Message("%(words)s", words=reason)
