"""Real treaties of the public corpora, chosen and set always in the same way, and what a reader sees in them."""

from __future__ import annotations

import unicodedata
from collections import Counter
from itertools import islice

from registry.documents.outline import PieceKind
from registry.documents.splitting import split
from tests.helpers.corpora import rows
from tests.helpers.rendering import can_be_set, lines_of

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


def numbered(pieces):
    """Return number, turn of that number, and first words of each article of (kind, number, text)."""
    turns = Counter()
    found = []
    for kind, number, words in pieces:
        if kind == PieceKind.ARTICLE:
            turns[number] += 1
            found.append((number, turns[number], fold(words)[:_FIRST_WORDS]))
    return found


def articles(text):
    """Return what `numbered` says of the articles that the splitter finds in a text."""
    return numbered((piece.kind, piece.number, text[piece.start : piece.end]) for piece in split(text))


def layout(turn, text):
    """Return the way in which a text is set."""
    return LAYOUTS[turn % len(LAYOUTS)] if len(text) >= _THREE_PAGES else {"columns": 1 + turn % 2}


def chosen():
    """Return records of texts with articles, evenly from each corpus; `text` has a paragraph to a line."""
    found = []
    for corpus, language, count in WANTED:
        fitting = (
            {**row, "text": "\n".join(lines_of(row["text"]))}
            for row in rows(corpus)
            if row["language"] == language and len(row["text"]) <= _LONGEST and can_be_set(row["text"])
        )
        found += islice((row for row in fitting if len(articles(row["text"])) >= _FEWEST_ARTICLES), count)
    return found
