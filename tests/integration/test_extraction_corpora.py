"""Real treaties of public corpora, set as PDF and Word by libraries and read again in the real way.

How it is judged: an article counts as found when the extracted text, divided by the splitter, has at the same turn an
article of the same number that begins with the same words as in the text that was set. For texts whose corpus states
the number of articles, that count is held against the extracted text as well.
"""

from __future__ import annotations

from collections import Counter

import pytest

from registry.documents.extraction import Limits, MediaType, Method, extract
from tests.helpers.corpora import corpora_folder
from tests.helpers.needs import lacking
from tests.helpers.real_texts import articles, chosen, fold, layout
from tests.helpers.rendering import to_docx, to_pdf

pytestmark = pytest.mark.corpora


@pytest.fixture(scope="module")
def texts():
    if corpora_folder() is None:
        lacking("the public corpora of treaties")
    found = [(row["id"], row["text"]) for row in chosen()]
    assert len(found) >= 100
    return found


@pytest.mark.parametrize("media_type", [MediaType.PDF, MediaType.DOCX])
def test_articles_and_words_of_real_treaties_survive(texts, media_type, tmp_path, record_property):
    wanted, found, differing, missed = 0, 0, [], []
    for turn, (name, text) in enumerate(texts):
        path = tmp_path / f"{turn}.{media_type.name.lower()}"
        if media_type is MediaType.PDF:
            to_pdf(text, path, **layout(turn, text))
        else:
            to_docx(text, path)
        read = extract(path, file_name=path.name, languages=["ru"], limits=Limits())
        assert (read.media_type, read.method) == (media_type, Method.TEXT)
        before, after = Counter(articles(text)), Counter(articles(read.text))
        wanted += before.total()
        found += (before & after).total()
        if before != after:
            missed.append(f"{name}: {(before & after).total()} of {before.total()}")
        if fold(read.text) != fold(text):
            differing.append(name)
    record_property("articles", f"{found} of {wanted}")
    print(f"{media_type.name}: {found} of {wanted} articles in {len(texts)} texts; not whole: {missed}")
    assert differing == []
    assert found >= 0.95 * wanted, missed
