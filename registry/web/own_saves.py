"""What a form saved itself is known again, so that nobody is told that somebody else changed what they saved.

Each form has a number of its own. The session remembers the state that each of the last few forms left, by its digest:
where that state still stands, a later save of the same form goes on from it. A form in another tab has another number.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from flask import session

if TYPE_CHECKING:
    from flask import Flask

FIELD = "form_number"
_KEY = "saves"
_MOST = 6
_LONGEST = 24


def install(app: Flask) -> None:
    """Give templates the number of a new form."""
    app.jinja_env.globals.update(form_number=lambda: secrets.token_urlsafe(9))


def remember(number: str, digest: str) -> None:
    """Note the state that a form left."""
    if not 0 < len(number) <= _LONGEST:
        return
    others = {name: state for name, state in session.get(_KEY, {}).items() if name != number}
    session[_KEY] = dict([*others.items(), (number, digest)][-_MOST:])


def is_own(number: str, digest: str) -> bool:
    """Return whether this state is the one that this form left when it saved the last time."""
    return bool(session.get(_KEY, {}).get(number) == digest)
