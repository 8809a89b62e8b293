"""Says why an agreement stands where it stands: what each word of the query gave to its score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.core.access import OPERATOR
from registry.search.query_language.grammar import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry.search.engine.index import SearchIndex
    from registry.search.schemas import ListRequest

_MOST = 12


def explanation(index: SearchIndex, request: ListRequest, agreement: int) -> Iterator[str]:
    """Yield how the score is made up, then a line for each posting list that could give something to it.

    The first line adds up to the score. Of several posting lists of one word the best counts, in whole records and in
    the best article apart (`docs/searching.md`), so that the lines below it add up to more.
    """
    node = parse(request.q)
    if node is None:
        return
    parts, shares = index.explain(node, agreement, OPERATOR, expanded=request.expand)
    yield (
        f"{parts.score:6.2f} = (record {parts.record:.2f} + words together in a title {parts.title:.2f} "
        f"+ best article {parts.article:.2f} + words together in it {parts.together:.2f}) x {parts.factor:.1f}"
    )
    for share in shares[:_MOST]:
        yield (
            f"{share.score:6.2f} = rarity {share.rarity:.2f} x impact {share.impact:.2f} x factor {share.factor:.2f}  "
            f"{share.words}: {share.field} {share.term}"
        )
