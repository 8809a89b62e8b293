"""What every writer gets: the head of an export, and its lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from registry.core.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from registry.exports.columns import Column
    from registry.exports.schemas import ExportRequest


@dataclass(frozen=True)
class Opening:
    """A group begins: what it is by (`level`), its value (`ministries`), and what that is called."""

    by: str
    value: str
    label: str


@dataclass(frozen=True)
class Closing:
    """A group ends, and had so many agreements."""

    by: str
    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Sheet:
    """The head of an export.

    `criteria` are lines of a name and a value that say in words what was asked for; `total` counts the agreements.
    """

    request: ExportRequest
    columns: list[Column]
    headings: list[str]
    criteria: list[tuple[str, str]]
    total: int
    translate: Callable[[str], str]

    @property
    def title(self) -> str:
        """Return what the list is called."""
        return self.translate(N_("List of agreements"))

    def subtotal(self, closing: Closing) -> str:
        """Return the line that ends a group."""
        return f"{closing.label}: {closing.count}"


#: The values of a record in the order of the columns, or the beginning or the end of a group.
Line = list[object] | Opening | Closing


_CHUNK = 256 * 1024
_EXACT = re.compile(r"\d{4}-\d{2}-\d{2}")
#: What XML 1.0 cannot hold in any way: control characters, halves of pairs, and what is no character.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def exact_day(text: str) -> date | None:
    """Return the day that a text names, or None when it names a month or a year only."""
    return date.fromisoformat(text) if _EXACT.fullmatch(text) else None


def printable(text: str) -> str:
    """Return a text with U+FFFD in the place of what XML cannot hold; the registry takes in no such characters."""
    return _NOT_IN_XML.sub("\ufffd", text)


def chunks_of(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a file."""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
