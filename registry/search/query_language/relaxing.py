"""A wider query for one that found nothing."""

from __future__ import annotations

from registry.search.query_language.tree import And, Node, Not, Or, Signed, Value


def relaxed(node: Node) -> Node | None:
    """Return the query that asks for any of the words instead of all, or None when there is nothing to relax."""
    if not isinstance(node, And):
        return None
    kept = tuple(item for item in node.nodes if isinstance(item, Not | Value | Signed))
    wanted = tuple(item for item in node.nodes if not isinstance(item, Not | Value | Signed))
    if len(wanted) < 2:  # noqa: PLR2004  One word cannot be relaxed.
        return None
    return And((Or(wanted), *kept)) if kept else Or(wanted)
