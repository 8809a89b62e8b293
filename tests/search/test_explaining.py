"""The explanation of a score adds up to the score."""

from __future__ import annotations

import pytest

from registry.core.access import OPERATOR
from registry.search.query_language.grammar import parse


@pytest.mark.parametrize(
    "text", ["двойное налогообложение", "договор о дружбе", "протокол налогообложение", "космос OR дружба"]
)
def test_the_parts_add_up_to_the_score(registry, text):
    node = parse(text)
    ranking = registry.index.search(node).answer.ranking
    for agreement in ranking.agreements[:5].tolist():
        parts, shares = registry.index.explain(node, agreement, OPERATOR)
        assert parts.score == pytest.approx(ranking.score_of(agreement), abs=0.01)
        assert shares
        assert shares == sorted(shares, key=lambda share: -share.score)
