"""MRR and nDCG@10 (Järvelin and Kekäläinen 2002, gain 2^grade - 1, discount log2(rank + 1))."""

from __future__ import annotations

import math


def reciprocal_rank(found, wanted):
    """Return 1 / rank of the wanted item, 0 when it was not found; of twins (a tuple) the first found counts."""
    accepted = {wanted} if isinstance(wanted, str) else set(wanted)
    return next((1 / rank for rank, item in enumerate(found, 1) if item in accepted), 0.0)


def ndcg(found, grades, depth=10):
    """Return the gain of the first `depth` items as a share of the best that was possible."""

    def gain(items):
        return sum((2**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(items[:depth]))

    best = gain(sorted(grades.values(), reverse=True))
    return gain([grades.get(item, 0) for item in found]) / best


def hit(found, wanted, depth=3):
    """Return whether one of the wanted items is among the first `depth` that were found."""
    return not wanted.isdisjoint(found[:depth])


def measured(search, known, topics):
    """Return MRR over `known`, mean nDCG@10 over `topics`, and each query's own figure; `search` gives references."""
    ranks = {query: reciprocal_rank(search(query), wanted) for query, wanted in known.items()}
    gains = {query: ndcg(search(query), grades) for query, grades in topics.items()}
    return sum(ranks.values()) / len(ranks), sum(gains.values()) / len(gains), {**ranks, **gains}


def measured_halves(search, known, topics, held_back):
    """Yield the name, MRR, mean nDCG@10 and numbers of queries of the whole, of the part to tune on, and of the rest.

    Tune on the second; the third, the queries in `held_back`, says whether the tuning has only learnt its queries.
    """
    for name, counts in (
        ("all", lambda _: True),
        ("to tune on", lambda query: query not in held_back),
        ("held back", lambda query: query in held_back),
    ):
        asked = {query: wanted for query, wanted in known.items() if counts(query)}
        fields = {query: grades for query, grades in topics.items() if counts(query)}
        mrr, gain, _ = measured(search, asked, fields)
        yield name, mrr, gain, len(asked), len(fields)
