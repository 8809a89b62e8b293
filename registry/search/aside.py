"""An index of a few records beside the live one, made for one question and thrown away: for states of the past."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from registry.core.access import OPERATOR
from registry.search.engine.index import SearchIndex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from registry.search.engine.fields import IndexRecord
    from registry.search.engine.index import TextHits
    from registry.search.query_language.tree import Node


class _Records:
    """Gives an index these records and no others; they never change."""

    def __init__(self, records: Sequence[IndexRecord]) -> None:
        self._records = {record.key: record for record in records}

    def position(self) -> tuple[str, int]:
        return "aside", 1

    def changes_after(self, number: int) -> tuple[set[int], int]:
        del number
        return set(), 1

    def change_numbers(self, keys: Sequence[int] | None = None) -> dict[int, int]:
        return dict.fromkeys(self._records if keys is None else keys, 1)

    def article_owners(self) -> dict[int, int]:
        return {article.key: record.key for record in self._records.values() for article in record.articles}

    def languages(self) -> set[str]:
        texts = {article.language for record in self._records.values() for article in record.articles}
        titles = {language for record in self._records.values() for language, _ in record.texts["title"] if language}
        return texts | titles

    def load(self, keys: Sequence[int]) -> Iterator[IndexRecord]:
        return (self._records[key] for key in keys)


def search_aside(records: Sequence[IndexRecord], node: Node, *, expanded: bool) -> TextHits:
    """Return what matches a query among these records, all of which whoever asks may see."""
    with tempfile.TemporaryDirectory() as folder:
        index = SearchIndex(Path(folder) / "index", _Records(records))
        try:
            index.rebuild(processes=1)
            return index.search(node, OPERATOR, expanded=expanded)
        finally:
            index.close()
