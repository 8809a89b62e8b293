"""Pages of a list."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_PER_PAGE = 20
MAX_PER_PAGE = 100


@dataclass(frozen=True)
class Paging:
    """Which part of a list is asked for; pages count from 1."""

    page: int = 1
    per_page: int = DEFAULT_PER_PAGE

    @property
    def offset(self) -> int:
        """Return how many items stand before this page."""
        return (self.page - 1) * self.per_page

    def last_page(self, total: int) -> int:
        """Return the number of the last page of `total` items; an empty list has one page."""
        return max(1, -(-total // self.per_page))
