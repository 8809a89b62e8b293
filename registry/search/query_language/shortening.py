"""Long queries: of a paragraph that was pasted the first words are looked for, so that the work stays bounded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from registry.search.query_language.tree import And, Or, Phrase, Term, Wild, walk
from registry.search.words.small import SMALL_WORDS

if TYPE_CHECKING:
    from registry.search.query_language.tree import Node

#: Words and phrases of one query.
MAX_WORDS = 60


def count_words(node: Node) -> int:
    """Return how many words and phrases a query looks for."""
    return sum(isinstance(item, Term | Wild | Phrase) for item in walk(node))


def shortened(node: Node) -> tuple[Node | None, bool]:
    """Return a query with at most `MAX_WORDS` words, and whether words were left out for that.

    Of a longer one go first the words that it repeats and the small ones, then those at its end. What is excluded, or
    has to stand in one article, is kept whole or not at all, so that it keeps its meaning.
    """
    if count_words(node) <= MAX_WORDS:
        return node, False
    node = _without_repeated(node)
    return (node, False) if count_words(node) <= MAX_WORDS else (_first(node, [MAX_WORDS]), True)


def _without_repeated(node: Node) -> Node:
    if isinstance(node, And):
        nodes = tuple(dict.fromkeys(map(_without_repeated, node.nodes)))
        kept = tuple(item for item in nodes if not (isinstance(item, Term) and item.text in SMALL_WORDS))
        return _joined(And(kept or nodes))
    if isinstance(node, Or):
        return _joined(Or(tuple(dict.fromkeys(map(_without_repeated, node.nodes)))))
    return node


def _first(node: Node, left: list[int]) -> Node | None:
    """Return what of a query fits into the words that are left, and count them down."""
    if isinstance(node, And | Or):
        kept = tuple(item for item in (_first(part, left) for part in node.nodes) if item is not None)
        return _joined(replace(node, nodes=kept)) if kept else None
    words = count_words(node)
    if words > left[0]:
        return None
    left[0] -= words
    return node


def _joined(node: And | Or) -> Node:
    return node.nodes[0] if len(node.nodes) == 1 else node
