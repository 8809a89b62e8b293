"""The ranking on the judged queries. A change that lowers it has to be judged, not let through."""

from __future__ import annotations

from sqlalchemy import select

from registry.agreements.models import Agreement
from registry.documents.models import Article, Document
from registry.interchange.texts import import_texts
from registry.search.query_language.grammar import parse
from tests.relevance.judged import KNOWN, TOPICS
from tests.relevance.judged_articles import ARTICLES, TERMS
from tests.relevance.measures import hit, measured, ndcg, reciprocal_rank
from tests.relevance.shown import articles_shown


def test_the_measures_themselves():
    assert reciprocal_rank(["a", "b"], "b") == 0.5
    assert reciprocal_rank(["a"], "b") == 0
    assert ndcg(["a", "b"], {"a": 2, "b": 1}) == 1
    assert 0 < ndcg(["b", "a"], {"a": 2, "b": 1}) < 1
    assert ndcg(["x"], {"a": 2}) == 0
    assert hit(["a", "b", "c"], {"c", "x"})
    assert not hit(["a", "b", "c", "d"], {"d"})


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
    # Measured 0.982 and 0.974 on the records as they are; a ranking that loses a place or two is noticed.
    assert mrr >= 0.975
    assert gain >= 0.97


def test_the_article_that_is_asked_for_is_among_the_first_three_shown(registry, texts_folder):
    report = import_texts(
        registry.database,
        registry.storage,
        texts_folder,
        role="unofficial_text",
        access="public",
        actor="test",
        dry_run=False,
    )
    assert not report.problems
    registry.index.ensure()
    with registry.database.read() as session:
        rows = session.execute(
            select(Agreement.reference, Article.number)
            .join(Document, Document.agreement_id == Agreement.id)
            .join(Article, Article.document_id == Document.id)
        )
        known = {tuple(row) for row in rows}
    assert set().union(*ARTICLES.values(), *TERMS.values()) <= known
    search = articles_shown(registry)
    hits = [hit(search(query), wanted) for query, wanted in ARTICLES.items()]
    # Measured 49 of 51. What is missed: words for which the texts have others of the same meaning.
    assert len(hits) >= 50
    assert sum(hits) / len(hits) >= 0.94
    first = [hit(search(query), wanted, depth=1) for query, wanted in TERMS.items()]
    assert sum(first) / len(first) >= 0.9
