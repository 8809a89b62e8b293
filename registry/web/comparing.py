"""Two states of one step of a draft side by side, when two people (or two tabs) have changed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import MultiDict

from registry.web.submission_words import Row, rows_of, say_path, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session

#: What the radio buttons of the comparison are called: `take:titles` with the value `stored` or `mine`.
PREFIX = "take:"


@dataclass(frozen=True)
class Part:
    """One part of the record that differs: its rows as the registry has them and as they were sent."""

    name: str
    label: str
    stored: list[Row]
    mine: list[Row]


def compared(session: Session, parts: Iterable[str], stored: Mapping[str, Any], mine: Mapping[str, Any]) -> list[Part]:
    """Return the parts that are not the same in both states, in words."""
    words = words_of(session)
    return [
        Part(part, say_path(part), rows_of(stored, [part], words), rows_of(mine, [part], words))
        for part in parts
        if (stored.get(part) or None) != (mine.get(part) or None)
    ]


def decided(form: MultiDict[str, str], stored: Mapping[str, Any]) -> MultiDict[str, str]:
    """Return the form without the fields of parts for which the person decided to leave what the registry has."""
    left = {name.removeprefix(PREFIX) for name in form if name.startswith(PREFIX) and form[name] == "stored" and stored}
    if not left:
        return form
    return MultiDict((name, value) for name, value in form.items(multi=True) if name.partition(".")[0] not in left)
