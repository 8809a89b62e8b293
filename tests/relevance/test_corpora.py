"""The ranking on queries over public corpora: 1,930 treaties in five languages, which not every machine has."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from registry.agreements.models import Agreement
from registry.search.query_language.grammar import parse
from tests.helpers.bulk import fill
from tests.helpers.corpora import corpora_folder
from tests.relevance.judged_corpora import HELD_BACK, KNOWN, TOPICS, collection
from tests.relevance.measures import measured_halves

pytestmark = pytest.mark.corpora


@pytest.fixture
def filled_with_corpora(empty_registry):
    if corpora_folder() is None:
        pytest.skip("the corpora of treaties are not on this machine")
    fill(empty_registry, collection())
    empty_registry.index.ensure()
    return empty_registry


def test_the_ranking_over_public_corpora_is_as_good_as_it_was(filled_with_corpora):
    with filled_with_corpora.database.read() as session:
        found = session.execute(select(Agreement.id, Agreement.reference)).all()
    references = {key: reference.split("#")[0] for key, reference in found}

    def search(text):
        hits = filled_with_corpora.index.search(parse(text))
        # What has some of the words is shown below what has all of them.
        return [references[key] for key in (*hits.keys, *hits.answer.partial)]

    figures = {name: (mrr, gain) for name, mrr, gain, *_ in measured_halves(search, KNOWN, TOPICS, HELD_BACK)}
    # Measured 0.94 and 0.89 in all; 0.90 and 0.91 on the queries that were not looked at while tuning.
    assert figures["all"][0] >= 0.94
    assert figures["all"][1] >= 0.89
    assert figures["held back"][0] >= 0.88
    assert figures["held back"][1] >= 0.88
