"""What tests of the splitting of texts ask of its pieces."""

from __future__ import annotations

from registry.documents.splitting import PieceKind, split

BODY = "\n\nThe Parties shall cooperate in accordance with their laws.\n\n"


def articles(text):
    """The articles of a text, each once."""
    return [piece for piece in split(text) if piece.kind is PieceKind.ARTICLE and "-part-" not in piece.anchor]


def numbers(text):
    return [piece.number for piece in articles(text)]


def anchors(text):
    return [piece.anchor for piece in split(text)]


def words(text, anchor):
    """The words of the piece with an anchor."""
    return next(text[piece.start : piece.end] for piece in split(text) if piece.anchor == anchor)


def joined(text):
    return "".join(text[piece.start : piece.end] for piece in split(text))


def treaty(*headings, body=BODY):
    return "".join(heading + body for heading in headings)
