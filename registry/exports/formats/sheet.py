"""What every writer gets: the head of an export, and its lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

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

    def subtotal(self, closing: Closing) -> str:
        """Return the line that ends a group."""
        return f"{closing.label}: {closing.count}"


#: The values of a record in the order of the columns, or the beginning or the end of a group.
Line = list[object] | Opening | Closing
