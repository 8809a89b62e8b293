"""Real treaties of public corpora on the whole way: attached as files, read by the queue, divided, stored, searched.

How it is judged: each text is set as a PDF and as a Word file by libraries. An article counts as found when the stored
articles of the document have, at the same turn, one of the same number that begins with the same words as an article
that the splitter finds in the text that was set. (How well the splitter itself finds articles is judged elsewhere, by
the numbers of articles that the corpora state.) A text counts as whole when the stored articles, one after another,
have its words and no others after white space is folded.
"""

from __future__ import annotations

import time
from collections import Counter

import pytest
from sqlalchemy import func, select

from registry.core.access import ANYBODY
from registry.core.leases import State
from registry.documents.extraction import MediaType
from registry.documents.models import Article, Document, Extraction
from registry.documents.queries import articles_of
from registry.documents.reading import Reader, read_file
from registry.documents.splitting import split
from registry.search.query_language.grammar import parse
from tests.helpers.bulk import fill
from tests.helpers.corpora import corpora_folder
from tests.helpers.documents import put_in
from tests.helpers.needs import lacking
from tests.helpers.real_texts import articles, chosen, fold, layout, numbered
from tests.helpers.rendering import to_docx, to_pdf

pytestmark = pytest.mark.corpora

#: More than enough for a slow machine; a reader that hangs must not hang the test.
_PATIENCE = 900
#: As many words of an article, asked for as a phrase, are hardly in another one.
_PHRASE = 7
#: Every so many texts one is looked for.
_ASKED_EVERY = 8


def attached(registry, folder):
    """Attach each text as a PDF and as a Word file to an agreement of its own; return (document id, text) of each."""
    texts = chosen()
    assert len(texts) >= 100
    fill(registry, [{**row, "text": ""} for row in texts])
    found = []
    for turn, row in enumerate(texts):
        reference = f"{row['id']}#{turn + 1}"[:60]
        files = (
            ("authentic_text", to_pdf(row["text"], folder / f"{turn}.pdf", **layout(turn, row["text"]))),
            ("unofficial_text", to_docx(row["text"], folder / f"{turn}.docx")),
        )
        for role, path in files:
            said = {"reference": reference, "language": row["language"], "role": role}
            received = put_in(registry, path.read_bytes(), file_name=path.name, read=False, **said)
            found.append((received.document_id, row["text"]))
    return found


def read_all(registry, readers):
    """Read what waits with so many readers of the server beside one another."""
    running = [Reader(registry.database, registry.storage, read_file) for _ in range(readers)]
    for reader in running:
        reader.start()
    until = time.monotonic() + _PATIENCE
    unread = select(func.count()).where(Extraction.state.in_((State.QUEUED, State.RUNNING)))
    while time.monotonic() < until:
        with registry.database.read() as session:
            if session.scalar(unread) == 0:
                break
        time.sleep(0.5)
    for reader in running:
        reader.stop()
    for reader in running:
        reader.join()


def phrase_of(text):
    """Return some words in a row from the longest article of a text."""
    words = fold(max((text[piece.start : piece.end] for piece in split(text)), key=len)).split()
    runs = (words[start : start + _PHRASE] for start in range(len(words) // 3, len(words)))
    return " ".join(next(run for run in runs if all(word.strip(".,;:").isalpha() for word in run)))


def test_real_treaties_go_the_whole_way(empty_registry, tmp_path, record_property):
    if corpora_folder() is None:
        lacking("the public corpora of treaties")
    registry = empty_registry
    began = time.monotonic()
    files = attached(registry, tmp_path)
    attaching = time.monotonic() - began
    began = time.monotonic()
    read_all(registry, 2)
    reading = time.monotonic() - began
    wanted, found, differing, failed, types, pages = 0, 0, [], [], Counter(), 0
    with registry.database.read() as session:
        for key, text in files:
            document = session.get_one(Document, key)
            if document.extraction.state != State.DONE:
                failed.append((document.file_name, document.extraction.message))
                continue
            stored = articles_of(session, key)
            types[document.media_type] += 1
            pages += document.page_count or 0
            before = Counter(articles(text))
            after = Counter(numbered((item.kind, item.number, item.text) for item in stored))
            wanted += before.total()
            found += (before & after).total()
            if fold("".join(item.text for item in stored)) != fold(text):
                differing.append(document.file_name)
    figures = (
        f"{len(files)} files ({pages} pages of PDF): {found} of {wanted} articles; set and attached in "
        f"{attaching:.0f} s, read by two readers in {reading:.0f} s"
    )
    record_property("whole way", figures)
    print(figures)
    assert (failed, differing) == ([], [])
    assert types[str(MediaType.PDF)] >= 100 <= types[str(MediaType.DOCX)]
    assert found >= 0.95 * wanted
    registry.index.ensure()
    for key, text in files[:: 2 * _ASKED_EVERY]:
        phrase = phrase_of(text)
        hits = registry.index.search(parse(f'"{phrase}"'), ANYBODY)
        with registry.database.read(ANYBODY) as session:
            agreement_id = session.get_one(Document, key).agreement_id
            assert agreement_id in hits.keys, phrase
            (best,) = hits.answer.ranking.best_articles([agreement_id], 1)[agreement_id]
            assert phrase in fold(session.get_one(Article, best).text)
