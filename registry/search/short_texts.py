"""Short texts that are looked through again and again, such as titles: where their words stand, found once."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, TypeVar

from registry.search.words.analysis import language_of, stem_forms, words
from registry.search.words.names import name_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    #: Where a word stands: first letter, and the one behind its last.
    Span = tuple[int, int]

#: Texts up to this length are titles and abstracts, whose words are kept.
LONGEST = 1000

#: What a letter takes with the share of its word in the places: measured on bundled titles and on treaties.
_LETTER_BYTES = 60

T = TypeVar("T")


class ShortTexts:
    """Texts that are shown together, given as (language, text), with where their words stand by what they match by.

    One look at the words of a query then tells in which of the texts they are.
    """

    def __init__(self, texts: Iterable[tuple[str | None, str]]) -> None:
        """Remember the texts; their words are found when they are first asked for."""
        self.texts = tuple(texts)
        self.languages = frozenset(language for language, _ in self.texts)

    @property
    def size(self) -> int:
        """Return how many bytes they take with the places of their words, about."""
        return _LETTER_BYTES * sum(len(text) for _, text in self.texts)

    @cached_property
    def long(self) -> tuple[int, ...]:
        """Return which of the texts are too long for their words to be kept."""
        return tuple(number for number, (_, text) in enumerate(self.texts) if len(text) > LONGEST)

    @cached_property
    def places(self) -> dict[str, tuple[tuple[int, Span], ...]]:
        """Return by what words match by in which of the texts they stand, and where."""
        found: dict[str, tuple[tuple[int, Span], ...]] = {}
        for number, (language, text) in enumerate(self.texts):
            if number not in self.long:
                for span, keys in _words_of(text, language):
                    _add(found, keys, (number, span))
        return found


@lru_cache(maxsize=10_000)
def word_keys(exact: str, language: str | None) -> frozenset[str]:
    """Return what a word of a text in `language` matches by: its exact form, its stems, and its key as a name."""
    own = language_of(exact, language)
    name = name_key(exact)
    stems = (f"{own}:{stem}" for stem in stem_forms(exact, own))
    return frozenset((f"={exact}", *stems, *([f"~{name}"] if name else [])))


@lru_cache(maxsize=1500)
def places_in(text: str, language: str | None) -> dict[str, tuple[Span, ...]]:
    """Return where the words of one short text stand, by what they match by. Titles are shown again and again."""
    found: dict[str, tuple[Span, ...]] = {}
    for span, keys in _words_of(text, language):
        _add(found, keys, span)
    return found


def _words_of(text: str, language: str | None) -> Iterator[tuple[Span, frozenset[str]]]:
    for word in words(text):
        yield (word.start, word.end), word_keys(word.text, language)


def _add(found: dict[str, tuple[T, ...]], keys: Iterable[str], place: T) -> None:
    # Most words stand in one place, and what they match by shares what says where.
    alone = (place,)
    for key in keys:
        found[key] = found[key] + alone if key in found else alone
