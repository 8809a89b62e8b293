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
    """Yield a line for each posting list that gave something: word, field and term, rarity x impact x factor.

    Of several lines of one word in whole records, and in articles, the best counts (`docs/searching.md` has the
    formula), so that the lines add up to more than the score when a word was found in several ways.
    """
    node = parse(request.q)
    if node is None:
        return
    for share in index.explain(node, agreement, OPERATOR, expanded=request.expand)[:_MOST]:
        yield (
            f"{share.score:6.2f} = rarity {share.rarity:.2f} x impact {share.impact:.2f} x factor {share.factor:.2f}  "
            f"{share.words}: {share.field} {share.term}"
        )
