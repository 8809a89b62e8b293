"""What the index follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from registry.search.engine.fields import IndexRecord


class RecordSource(Protocol):
    """Where the index gets its records from. It is handed to other processes, so it can be pickled."""

    def position(self) -> tuple[str, int]:
        """Return the identity of the database and the number of its last committed change."""

    def changes_after(self, number: int) -> tuple[set[int], int]:
        """Return the keys changed after change `number`, and the change up to which that is complete."""

    def change_numbers(self, keys: Sequence[int] | None = None) -> dict[int, int]:
        """Return the last change of every agreement that exists, or of those with these keys."""

    def article_owners(self) -> dict[int, int]:
        """Return the agreement of every article that exists, by the key of the article."""

    def languages(self) -> set[str]:
        """Return the languages in which there are titles or texts."""

    def load(self, keys: Sequence[int]) -> Iterable[IndexRecord]:
        """Return the records with these keys as they are now; deleted ones are missing."""
