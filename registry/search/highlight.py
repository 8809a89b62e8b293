"""Marks the words of a query in the text that is shown, inflected forms included. Plain data, no HTML."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from registry.search.query_language.tree import Phrase, Term, Wild, positive
from registry.search.words.analysis import fold_form, stem_form, words

if TYPE_CHECKING:
    from registry.search.query_language.tree import Node

_LEAD = 60


@dataclass(frozen=True)
class Segment:
    """A piece of text, and whether the query asked for it."""

    text: str
    is_match: bool


class Highlighter:
    """Knows the words of one query."""

    def __init__(self, node: Node | None) -> None:
        """Collect what is looked for."""
        self._stems: set[str] = set()
        self._prefixes: list[str] = []
        self._patterns: list[str] = []
        for item in positive(node) if node is not None else ():
            if isinstance(item, Term) and item.prefix:
                self._prefixes.append(fold_form(item.text))
            elif isinstance(item, Wild):
                self._patterns.append(fold_form(item.pattern))
            elif isinstance(item, Term):
                self._stems.update((stem_form(item.text), item.text))
            elif isinstance(item, Phrase):
                self._stems.update(stem_form(word) for word in item.words)

    def matches(self, exact: str) -> bool:
        """Return whether a word in its exact form is looked for."""
        if stem_form(exact) in self._stems or exact in self._stems:
            return True
        folded = fold_form(exact)
        return any(folded.startswith(prefix) for prefix in self._prefixes) or any(
            fnmatchcase(folded, pattern) for pattern in self._patterns
        )

    def segments(self, text: str) -> list[Segment]:
        """Cut `text` into pieces that match and pieces that do not."""
        found: list[Segment] = []
        place = 0
        for word in words(text):
            if self.matches(word.text):
                if word.start > place:
                    found.append(Segment(text[place : word.start], is_match=False))
                found.append(Segment(text[word.start : word.end], is_match=True))
                place = word.end
        if place < len(text):
            found.append(Segment(text[place:], is_match=False))
        return found

    def snippet(self, text: str, length: int = 240) -> list[Segment]:
        """Return a passage of about `length` characters around the first match; an empty list without a match."""
        first = next((word.start for word in words(text) if self.matches(word.text)), None)
        if first is None:
            return []
        start = 0 if first <= _LEAD else text.rfind(" ", 0, first - _LEAD) + 1
        end = (
            len(text) if len(text) - start <= length else (text.rfind(" ", start, start + length) + 1 or start + length)
        )
        pieces = self.segments(text[start:end])
        before = [Segment("… ", is_match=False)] if start else []
        return [*before, *pieces, *([Segment(" …", is_match=False)] if end < len(text) else [])]
