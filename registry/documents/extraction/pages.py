"""A page as lines with places, from whatever it was read, and the texts that come of pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry.core.messages import Message


@dataclass(frozen=True, slots=True)
class Line:
    """A line, or a piece of one with much room beside it; places in points from the upper left corner of the page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        """Return the height of the letters, one point at least."""
        return max(self.bottom - self.top, 1.0)


@dataclass(frozen=True, slots=True)
class Page:
    """A page with its lines in the order in which the file has them."""

    height: float
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Pages:
    """The text of each page, with what joins it to the next at its end; `confidence` is None without OCR."""

    texts: list[str]
    confidence: float | None = None
    notes: list[Message] = field(default_factory=list)
