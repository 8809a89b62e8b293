"""What a reader is shown of the articles that match: for relevance tests and benchmarks alike."""

from __future__ import annotations

from sqlalchemy import select

from registry.agreements.models import Agreement
from registry.documents.models import Article, Document
from registry.http.lists import ARTICLES_SHOWN
from registry.search.query_language.grammar import parse


def articles_shown(registry):
    """Return a search that gives (reference, number of the article), in the order in which a list shows them."""
    with registry.database.read() as session:
        rows = session.execute(
            select(Article.id, Agreement.reference, Article.number)
            .join(Document, Document.id == Article.document_id)
            .join(Agreement, Agreement.id == Document.agreement_id)
        )
        names = {key: (reference, number) for key, reference, number in rows}

    def search(text):
        hits = registry.index.search(parse(text))
        best = hits.answer.ranking.best_articles(hits.keys, ARTICLES_SHOWN)
        return [names[article] for key in hits.keys for article in best.get(key, ())]

    return search
