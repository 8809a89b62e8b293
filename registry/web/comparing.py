"""Two states side by side: of a draft that two people (or two tabs) have changed, and of a record before and after."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import MultiDict

from registry.http.changes import Change
from registry.web.submission_words import Row, rows_of, say_path, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session

    from registry.web.submission_words import Words

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


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any], words: Words) -> list[Change]:
    """Return what differs between two states of a record, row by row and in words.

    Items that stand in both lists, wherever, are no change; what is left of both is compared in its order.
    """
    found: list[Change] = []
    for part in dict.fromkeys((*before, *after)):
        old, new = before.get(part), after.get(part)
        if old == new:
            continue
        if isinstance(old or new, list) and isinstance(new or old, list) and part != "subjects":
            olds, news = old or [], new or []
            gone, come = [item for item in olds if item not in news], [item for item in news if item not in olds]
            for first, second in zip_longest(gone, come):
                place = news.index(second) if second is not None else olds.index(first)
                found += _rows_between(part, _at(first, place), _at(second, place), words)
        else:
            found += _rows_between(part, old, new, words)
    return found


def _at(item: Any, place: int) -> list[Any] | None:
    """Return a list in which the item stands at its place, so that it is called by its number."""
    return None if item is None else [*([None] * place), item]


def _rows_between(part: str, old: Any, new: Any, words: Words) -> list[Change]:
    olds = {row.path: row for row in rows_of({part: old}, [part], words)}
    news = {row.path: row for row in rows_of({part: new}, [part], words)}
    return [
        Change((news.get(path) or olds[path]).label, _value(olds.get(path)), _value(news.get(path)))
        for path in dict.fromkeys((*olds, *news))
        if _value(olds.get(path)) != _value(news.get(path))
    ]


def _value(row: Row | None) -> str:
    return row.value if row else ""
