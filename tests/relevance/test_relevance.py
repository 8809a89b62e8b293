"""The ranking on the judged queries. A change that lowers it has to be judged, not let through."""

from __future__ import annotations

from sqlalchemy import select

from registry.agreements.models import Agreement
from registry.search.query_language.grammar import parse
from tests.relevance.judged import KNOWN, TOPICS
from tests.relevance.measures import measured, ndcg, reciprocal_rank


def test_the_measures_themselves():
    assert reciprocal_rank(["a", "b"], "b") == 0.5
    assert reciprocal_rank(["a"], "b") == 0
    assert ndcg(["a", "b"], {"a": 2, "b": 1}) == 1
    assert 0 < ndcg(["b", "a"], {"a": 2, "b": 1}) < 1
    assert ndcg(["x"], {"a": 2}) == 0


def test_every_judged_agreement_is_in_the_registry(registry):
    with registry.database.read() as session:
        known = set(session.scalars(select(Agreement.reference)))
    assert {*KNOWN.values(), *(item for grades in TOPICS.values() for item in grades)} <= known


def test_the_ranking_is_as_good_as_it_was(registry):
    with registry.database.read() as session:
        references = dict(session.execute(select(Agreement.id, Agreement.reference)).all())
    assert len(KNOWN) + len(TOPICS) >= 60
    mrr, gain, _ = measured(
        lambda text: [references[key] for key in registry.index.search(parse(text)).keys], KNOWN, TOPICS
    )
    # Measured 0.974 and 0.967 on the records as they are; a ranking that loses a place or two is noticed.
    assert mrr >= 0.97
    assert gain >= 0.96
