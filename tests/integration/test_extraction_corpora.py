"""Real treaties of public corpora, set as PDF and Word by libraries and read again in the real way.

How it is judged: an article counts as found when the extracted text, divided by the splitter, has at the same turn an
article of the same number that begins with the same words as in the text that was set. For texts whose corpus states
the number of articles, that count is held against the extracted text as well.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from itertools import islice

import pytest

from registry.documents.extraction import Limits, MediaType, Method, extract
from registry.documents.outline import PieceKind
from registry.documents.splitting import split
from tests.helpers.corpora import corpora_folder, rows
from tests.helpers.needs import lacking
from tests.helpers.rendering import can_be_set, lines_of, to_docx, to_pdf

pytestmark = pytest.mark.corpora

#: How many texts of each language are taken; those of `tota` are for measuring only.
WANTED = (
    ("ru-agreements", "ru", 50),
    ("nl-treaties", "nl", 12),
    ("nl-treaties", "en", 22),
    ("nl-treaties", "fr", 8),
    ("nl-treaties", "es", 4),
    ("ch-treaties", "de", 16),
)
_FEWEST_ARTICLES = 4
_LONGEST = 60_000
_FIRST_WORDS = 80
#: Titles and numbers of pages are known as such from three pages on.
_THREE_PAGES = 12_000

#: The ways in which texts are set as PDF, in turn.
LAYOUTS = (
    {},
    {"header": "БЮЛЛЕТЕНЬ МЕЖДУНАРОДНЫХ ДОГОВОРОВ", "numbers": True},
    {"columns": 2, "numbers": True},
    {"justified": False},
)


def fold(text):
    """Return the words of a text as a reader sees them, with one space between them."""
    return " ".join(unicodedata.normalize("NFC", text).replace("\u00ad", "").split())


def articles(text):
    """Return number, turn of that number, and first words of each article."""
    turns = Counter()
    found = []
    for piece in split(text):
        if piece.kind == PieceKind.ARTICLE:
            turns[piece.number] += 1
            found.append((piece.number, turns[piece.number], fold(text[piece.start : piece.end])[:_FIRST_WORDS]))
    return found


def layout(turn, text):
    """Return the way in which a text is set."""
    return LAYOUTS[turn % len(LAYOUTS)] if len(text) >= _THREE_PAGES else {"columns": 1 + turn % 2}


def chosen():
    """Return (name, text) of texts with articles, evenly from each corpus."""
    found = []
    for corpus, language, count in WANTED:
        fitting = (
            (row["id"], "\n".join(lines_of(row["text"])))
            for row in rows(corpus)
            if row["language"] == language and len(row["text"]) <= _LONGEST and can_be_set(row["text"])
        )
        found += islice(((name, text) for name, text in fitting if len(articles(text)) >= _FEWEST_ARTICLES), count)
    return found


@pytest.fixture(scope="module")
def texts():
    if corpora_folder() is None:
        lacking("the public corpora of treaties")
    found = chosen()
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
