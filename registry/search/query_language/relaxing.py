"""Queries that ask for less than was typed: without small words, and for any word when nothing has all of them."""

from __future__ import annotations

from dataclasses import replace

from registry.search.query_language.tree import Alternative, And, InArticle, Node, Not, Or, Signed, Term, Value, walk
from registry.search.words.small import SMALL_WORDS


def without_small_words(node: Node) -> Node:
    """Return the query without the small words that stand beside others, such as «о» and "of".

    A query of nothing but small words stays as it is, and so do words of a field and phrases.
    """
    if isinstance(node, And):
        parts = tuple(without_small_words(item) for item in node.nodes)
        kept = tuple(part for part in parts if not _is_small(part))
        if not any(not isinstance(part, Not) for part in kept):
            return node
        return kept[0] if len(kept) == 1 else And(kept)
    if isinstance(node, Or):
        return Or(tuple(without_small_words(item) for item in node.nodes))
    if isinstance(node, Not | Alternative | InArticle):
        return replace(node, node=without_small_words(node.node))
    return node


def _is_small(node: Node) -> bool:
    return isinstance(node, Term) and node == Term(node.text) and node.text in SMALL_WORDS


def _is_closed(node: Node) -> bool:
    """Return whether a part asks for values only, such as level:(ministries governments): those hold in any case."""
    return all(isinstance(item, Value | Signed | Not | And | Or) for item in walk(node))


def relaxed(node: Node) -> Node | None:
    """Return the query that asks for any of the words instead of all, or None when there is nothing to relax."""
    if not isinstance(node, And):
        return None
    kept = tuple(item for item in node.nodes if isinstance(item, Not) or _is_closed(item))
    wanted = tuple(item for item in node.nodes if item not in kept)
    if len(wanted) < 2:  # noqa: PLR2004  One word cannot be relaxed.
        return None
    return And((Or(wanted), *kept)) if kept else Or(wanted)
