"""Registry numbers as people write them: BLR1997001, blr 1996 5, BLR-1996-5 for BLR-1996-005."""

from __future__ import annotations

import re

from registry.agreements.rules import registry_number
from registry.search.query_language.tree import And, Node, Or, Phrase, Term
from registry.search.words.analysis import exact_words

_PREFIX = re.compile(r"[a-z]{3}")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_PLACE = re.compile(r"[0-9]{1,3}")
_IN_ONE = re.compile(r"([a-z]{3})((?:19|20)[0-9]{2})([0-9]{1,3})")


def as_registry_number(words: tuple[str, ...]) -> Phrase | None:
    """Return the phrase for the registry number that these words of one to three pieces write, or None."""
    if len(words) == 1 and (match := _IN_ONE.fullmatch(words[0])):
        words = match.groups()
    if len(words) != 3:  # noqa: PLR2004  Party, year, place.
        return None
    party, year, place = words
    if not (_PREFIX.fullmatch(party) and _YEAR.fullmatch(year) and _PLACE.fullmatch(place)):
        return None
    return Phrase(tuple(exact_words(registry_number(party, year, int(place)))))


def with_registry_numbers(nodes: list[Node], joined: set[int]) -> tuple[list[Node], set[int]]:
    """Read «blr 1996 5» and «blr 1996-5» among words side by side as the number, or as the words that they are.

    `joined` are the places behind an AND: who writes that means the words. Returns both anew.
    """
    found: list[Node] = []
    behind: set[int] = set()
    place = 0
    while place < len(nodes):
        if place in joined:
            behind.add(len(found))
        length, number = _number_at(nodes, place, joined)
        found.append(Or((number, And(tuple(nodes[place : place + length])))) if number is not None else nodes[place])
        place += length
    return found, behind


def _number_at(nodes: list[Node], place: int, joined: set[int]) -> tuple[int, Phrase | None]:
    for length in (3, 2):
        run = nodes[place : place + length]
        if len(run) == length and joined.isdisjoint(range(place + 1, place + length)):
            number = as_registry_number(_words(run))
            if number is not None:
                return length, number
    return 1, None


def _words(run: list[Node]) -> tuple[str, ...]:
    """Return the words of plain terms and plain phrases in their order; nothing when there is anything else."""
    words: list[str] = []
    for node in run:
        if isinstance(node, Term) and node == Term(node.text):
            words.append(node.text)
        elif isinstance(node, Phrase) and node == Phrase(node.words):
            words.extend(node.words)
        else:
            return ()
    return tuple(words)
