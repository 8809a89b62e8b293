"""What differs between two states of a record, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

#: By which of its values an item of a list is known again in the next state; the others are compared by their place.
_KEYS: dict[str, Callable[[Mapping[str, Any]], tuple[Any, ...]]] = {
    "titles": lambda item: (item["language"], item["status"]),
    "languages": lambda item: (item["language"],),
    "sides": lambda item: (item["position"],),
    "signatures": lambda item: (item["side"], *sorted(item["person"].items())),
    "numbers": lambda item: (item["scheme"], item["value"]),
    "subjects": lambda item: (item["code"],),
    "relations": lambda item: (item["kind"], item["to"]),
    "actions": lambda item: (item["kind"], item["on"], item["side"]),
    "final_clauses": lambda item: (item["kind"],),
    "sources": lambda item: (item["key"],),
    "documents": lambda item: (item["role"], item["language"]),
}


@dataclass(frozen=True)
class Difference:
    """One field that is another: the part of the record, the item of a list in it, the field, before and after.

    `item` is the item before or, when it is new, after. Where `field` is None the whole item came or went, and the one
    of `before` and `after` that is None says which.
    """

    part: str
    item: Mapping[str, Any] | None
    field: str | None
    before: Any
    after: Any


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Return what differs, in the order of the record; a field that one of them lacks counts as empty."""
    found: list[Difference] = []
    for part in dict.fromkeys((*before, *after)):
        old, new = before.get(part), after.get(part)
        if old == new:
            continue
        if part in _KEYS or (isinstance(old or new, list) and part != "notes"):
            found += _of_lists(part, old or [], new or [])
        else:
            found.append(Difference(part, None, None, old, new))
    return found


def _of_lists(part: str, old: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]]) -> list[Difference]:
    olds, news = _by_key(part, old), _by_key(part, new)
    found = []
    for key in dict.fromkeys((*olds, *news)):
        before, after = olds.get(key), news.get(key)
        if before is None or after is None:
            found.append(Difference(part, before or after, None, before, after))
            continue
        found += [
            Difference(part, before, field, before.get(field), after.get(field))
            for field in dict.fromkeys((*before, *after))
            # Where an item stands in its list says nothing of the agreement.
            if field != "position" and before.get(field) != after.get(field)
        ]
    return found


def _by_key(part: str, items: Sequence[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Return the items by what they are known by; of several with the same key, each counts for itself."""
    key = _KEYS.get(part)
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for place, item in enumerate(items):
        name = key(item) if key else (place,)
        again = sum(known[:-1] == name for known in found)
        found[(*name, again)] = item
    return found
