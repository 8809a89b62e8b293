"""MRR and nDCG@10 (Järvelin and Kekäläinen 2002, gain 2^grade - 1, discount log2(rank + 1))."""

from __future__ import annotations

import math


def reciprocal_rank(found, wanted):
    """Return 1 / rank of the wanted item, 0 when it was not found."""
    return 1 / (found.index(wanted) + 1) if wanted in found else 0.0


def ndcg(found, grades, depth=10):
    """Return the gain of the first `depth` items as a share of the best that was possible."""

    def gain(items):
        return sum((2**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(items[:depth]))

    best = gain(sorted(grades.values(), reverse=True))
    return gain([grades.get(item, 0) for item in found]) / best


def measured(search, known, topics):
    """Return MRR over `known`, mean nDCG@10 over `topics`, and each query's own figure; `search` gives references."""
    ranks = {query: reciprocal_rank(search(query), wanted) for query, wanted in known.items()}
    gains = {query: ndcg(search(query), grades) for query, grades in topics.items()}
    return sum(ranks.values()) / len(ranks), sum(gains.values()) / len(gains), {**ranks, **gains}
