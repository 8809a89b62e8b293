"""Between a form and the JSON that schemas load: all that pages know about HTML and the domain does not.

A field is called by its path in the record, such as `signatures.0.person.ru`, so that what a schema complains about is
the name of the field, the anchor of its error and where its value stands.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from registry.search.words.dates import YEAR_WORD, dates_in, months_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from werkzeug.datastructures import MultiDict

#: Fields of a form that hold several values under one name.
MANY = frozenset({"subjects"})

#: What a group of fields comes with; one that has nothing else was left empty and is not kept.
_PRESET: Mapping[str, frozenset[str]] = {
    "titles": frozenset({"language", "status"}),
    "languages": frozenset({"prevails"}),
    "signatures": frozenset({"side"}),
    "sources": frozenset({"id", "kind"}),
    "duration": frozenset({"counts_from"}),
}

#: A form that has more than this is not one of ours.
MAX_FIELDS = 2000
_MAX_DEPTH = 6
_MAX_ITEMS = 200

_EDTF = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}")
_NAME = re.compile(r"[a-z][a-z_]*(?:\.(?:[a-z][a-z_]*|[0-9]{1,3}))*")
_ITEM = re.compile(rf"{_NAME.pattern}\.[0-9]{{1,3}}")
_DAY = re.compile(r"(?:(?:([0-9]{1,2})[./])?([0-9]{1,2})[./])?([0-9]{4})")
_PERIOD = re.compile(r"P(.+)([YMD])")
_MONTHS = 12
_DATES = ("on", "until")


def typed_over(
    content: Mapping[str, Any], form: MultiDict[str, str], parts: Iterable[str], removed: str = ""
) -> dict[str, Any]:
    """Return the parts of a record as they are when what was typed takes the place of what stood in its fields.

    What the form has no field for stays; what was emptied goes. Nothing that was typed is lost, even where it cannot be
    used: a date that is none stays a text. A part in which nothing stands is None. `removed` names an item that is to
    go, whatever was typed into it, such as `signatures.1`: by the number that it has in the form.
    """
    tree: dict[str, Any] = {}
    for count, name in enumerate(form):
        if count >= MAX_FIELDS:
            break
        pieces = name.split(".")
        if len(pieces) > _MAX_DEPTH or not _NAME.fullmatch(name):
            continue
        values = [value.replace("\r\n", "\n").strip() for value in form.getlist(name)]
        _put(tree, pieces, [value for value in values if value] if name in MANY else values[-1])
    if _ITEM.fullmatch(removed):
        # It is emptied before empty items go, since what follows it has other numbers afterwards.
        _clear(tree, removed.split("."))
    return {part: _over(part, content.get(part), tree[part]) if part in tree else content.get(part) for part in parts}


def value_at(content: Any, path: str) -> Any:
    """Return what stands at a path of the content, or None."""
    for piece in path.split("."):
        if isinstance(content, dict):
            content = content.get(piece)
        elif isinstance(content, list) and piece.isdecimal() and int(piece) < len(content):
            content = content[int(piece)]
        else:
            return None
    return content


def digest_of(content: Mapping[str, Any], parts: Iterable[str]) -> str:
    """Return a digest of some parts of the content, by which a form knows whether somebody else has changed them."""
    text = json.dumps({part: content.get(part) for part in parts}, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def read_date(typed: str) -> str:
    """Return a date typed the way people write it (`17.01.1996`, `17 January 1996`, `01.1996`) as EDTF.

    What is no date stays as it was typed, and so does `11/26/2026`, in which nothing says what is the month.
    """
    typed = typed.strip()
    found = _DAY.fullmatch(typed)
    if found is None:
        return _named_month(typed)
    day, month, year = found.groups()
    if month and int(month) > _MONTHS:
        return typed
    return "-".join([year, *(part.zfill(2) for part in (month, day) if part)])


def _named_month(typed: str) -> str:
    """Return a date that is nothing but a date, with its month by name; others stay as they are."""
    for found in (*dates_in(typed), *months_in(typed)):
        rest = typed[found.end :]
        if found.start == 0 and (not rest.strip(" .") or YEAR_WORD.fullmatch(rest)):
            return found.edtf
    return typed


def write_period(kept: str) -> str:
    """Return of a period what was typed as its number, where it cannot be read."""
    return _half_of_period(kept, "number")


def write_date(kept: str) -> str:
    """Return a date the way people type it; what is no date stays as it was typed."""
    return ".".join(reversed(kept.split("-"))) if _EDTF.fullmatch(kept) else kept


@dataclass(frozen=True)
class Form:
    """What a form shows: what was typed so far, what is wrong with it, and to which lists an empty item is added."""

    content: Mapping[str, Any]
    problems: Sequence[tuple[str, str]] = ()
    added: frozenset[str] = frozenset()
    choices: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)

    def value(self, path: str) -> str:
        """Return what stands in a field, as it is typed."""
        if path.endswith((".number", ".unit")):
            owner, _, half = path.rpartition(".")
            return _half_of_period(str(value_at(self.content, owner) or ""), half)
        found = value_at(self.content, path)
        if found is None or isinstance(found, (dict, list)):
            return ""
        if isinstance(found, bool):
            return "true" if found else "false"
        return write_date(str(found)) if _is_date(path.rpartition(".")[2]) else str(found)

    def values(self, path: str) -> list[str]:
        """Return the values of a field that has several."""
        found = value_at(self.content, path)
        return [str(value) for value in found] if isinstance(found, list) else []

    def count(self, path: str, least: int = 0) -> int:
        """Return how many items of a list are shown: those that are there, and an empty one that was asked for."""
        found = value_at(self.content, path)
        return max(least, (len(found) if isinstance(found, list) else 0) + (path in self.added))

    def problems_of(self, path: str) -> list[str]:
        """Return what is wrong with the field at this very path."""
        return [text for name, text in self.problems if name == path]

    def has(self, path: str) -> bool:
        """Return whether anything was typed at this path or below it."""
        return value_at(self.content, path) not in (None, "", [], {})


def _put(tree: dict[str, Any], pieces: list[str], value: Any) -> None:
    for piece in pieces[:-1]:
        inner = tree.setdefault(piece, {})
        if not isinstance(inner, dict):
            return
        tree = inner
    tree.setdefault(pieces[-1], value)


def _clear(tree: dict[str, Any], pieces: list[str]) -> None:
    for piece in pieces[:-1]:
        inner = tree.setdefault(piece, {})
        if not isinstance(inner, dict):
            return
        tree = inner
    tree[pieces[-1]] = {}


def _over(name: str, before: Any, typed: Any) -> Any:
    """Return what a field, or a group of them, holds when `typed` takes the place of `before`; None for nothing."""
    if isinstance(typed, list):
        return typed or None
    if isinstance(typed, str):
        return (read_date(typed) if _is_date(name) else typed) or None
    if typed.keys() <= {"number", "unit"}:
        return _period(typed.get("number", ""), typed.get("unit", ""))
    if all(key.isdecimal() for key in typed):
        return _items_over(name, before if isinstance(before, list) else [], typed)
    if name in _PRESET and not _is_filled(name, typed):
        typed = dict.fromkeys(typed, "")
    merged = dict(before) if isinstance(before, dict) else {}
    for key, given in typed.items():
        merged[key] = _over(key, merged.get(key), given)
    return {key: value for key, value in merged.items() if value is not None} or None


def _items_over(name: str, before: list[Any], typed: dict[str, Any]) -> list[Any] | None:
    """Return a list whose items were typed over by their numbers; an item in which nothing was left goes."""
    items: dict[int, Any] = dict(enumerate(before))
    for key in sorted(typed, key=int)[:_MAX_ITEMS]:
        given = typed[key]
        if _is_filled(name, given):
            items[int(key)] = _over(name, items.get(int(key)), given)
        else:
            items.pop(int(key), None)
    return [items[number] for number in sorted(items)] or None


def _is_filled(name: str, typed: Any) -> bool:
    """Return whether anything was typed into an item besides what it comes with."""
    if isinstance(typed, dict):
        preset = _PRESET.get(name, frozenset())
        return any(_is_filled("", value) for key, value in typed.items() if key not in preset)
    return bool(typed)


def _is_date(name: str) -> bool:
    return name in _DATES or name.endswith("_on")


def _period(number: Any, unit: Any) -> str | None:
    """Return a period as ISO 8601 writes it, of the number and the unit that were typed."""
    number, unit = str(number).strip(), str(unit).strip()
    if not number or not unit:
        return number or None
    return f"P{number.removeprefix('P')}{unit}"


def _half_of_period(kept: str, half: str) -> str:
    found = _PERIOD.fullmatch(kept)
    if found is None or re.search("[0-9][YMD]", found[1]):
        # Of several units, or unreadable: it stands in the first field as it is.
        return kept if half == "number" else ""
    return found[1] if half == "number" else found[2]
