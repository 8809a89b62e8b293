"""Words, phrases and values of fields: the smallest parts of a query."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from registry.core.i18n import N_
from registry.documents.numbering import roman_value
from registry.search.query_language.errors import QuerySyntaxError
from registry.search.query_language.numbers import as_registry_number
from registry.search.query_language.times import month, signed, whole_date
from registry.search.query_language.tree import (
    And,
    ArticleNumber,
    InArticle,
    Node,
    Not,
    Or,
    Phrase,
    Term,
    Wild,
)
from registry.search.query_language.vocabulary import VALUES, closed_value
from registry.search.words.analysis import exact_form, exact_words
from registry.search.words.dates import short_date

if TYPE_CHECKING:
    from registry.search.query_language.tokens import Token

MIN_PREFIX = 2
MIN_FUZZY = 4
_DISTANCES = ("1", "2")
#: A shorter word can be a Roman number, but inside a question it is a word.
_ROMAN_LENGTH = 7

#: What can stand behind a word with open letters and is none of it.
_AFTER_WORD = ".,;:!…"
_ONE_WORD = re.compile(r"[^\W_]+")
_FUZZY = re.compile(r"(.+)~([0-9]*)")
_ARTICLE = re.compile(r"0*(?P<number>[0-9]{1,3}(?:[-.][0-9]{1,2})?(?:bis|ter|бис)?)|(?P<roman>[ivxlc]{1,7})")
#: All days of a month.
_DAYS_OF_MONTH = re.compile(r"[12][0-9]{3}-(?:0[1-9]|1[0-2])-\*")
_BAP = frozenset(("бап", "бабы", "баптың", "бабының"))
#: Pieces of a text that have a name instead of a number.
_PIECES = {
    **dict.fromkeys(("preamble", "преамбула", "кіріспе", "прэамбула"), "preamble"),
    **dict.fromkeys(("annex", "приложение", "қосымша", "дадатак"), "annex"),
}


def literal(token: Token, field: str | None) -> Node | None:  # noqa: PLR0911  One answer for each kind of value.
    """Read a word or a phrase; a number that holds several words (BLR-1996-003) is a phrase of them.

    Returns None for punctuation. Raises `QuerySyntaxError`.
    """
    if field == "signed":
        return signed(token)
    if field in VALUES:
        return closed_value(token, field)
    if token.kind == "month":
        return month(token, field)
    if field == "article":
        number = article_number(token.text) if token.kind == "word" else None
        if number is not None:
            return InArticle(ArticleNumber(number))
        node = literal(token, None)
        return InArticle(numbered(node)) if node is not None else None
    if token.kind == "date":
        return Term(token.text, field=field)
    if token.kind == "phrase":
        found = tuple(exact_words(token.text))
        date = whole_date(token.text)
        return Term(date, field=field) if date else Phrase(found, field, token.slop) if found else None
    fuzzy = _FUZZY.fullmatch(token.text)
    if fuzzy:
        return _like(token, fuzzy.group(1), fuzzy.group(2) or "1", field)
    text = _without_punctuation(token.text)
    if "?" in text or "*" in text.removesuffix("*"):
        return _wild(token, text, field)
    return _plain(token, text, field)


def article_number(text: str) -> str | None:
    """Return the number of an article as texts are divided by it (5, 5-1, 5bis), or the name of a piece, or None."""
    match = _ARTICLE.fullmatch(text.casefold())
    if match is None:
        return _PIECES.get(text.casefold())
    if match["roman"]:
        value = roman_value(match["roman"].upper())
        return str(value) if value else None
    return match["number"].replace(".", "-").replace("бис", "bis")


def numbered(node: Node) -> Node:
    """Return what was asked of one article with the numbers and names of pieces taken for what they name."""
    if isinstance(node, Term) and node == Term(node.text):
        number = article_number(node.text) if not node.text.isalpha() or len(node.text) > _ROMAN_LENGTH else None
        return ArticleNumber(number) if number is not None else node
    if isinstance(node, And | Or):
        return replace(node, nodes=tuple(numbered(item) for item in node.nodes))
    if isinstance(node, Not):
        return replace(node, node=numbered(node.node))
    return node


def _without_punctuation(text: str) -> str:
    """Return a word without what ends a sentence behind it. A `?` is a letter left open where it can be one."""
    if "*" not in text and "?" not in text:
        return text
    text = text.rstrip(_AFTER_WORD)
    bare = text.rstrip("?")
    can_be_open = "*" in bare or "?" in bare or (len(bare) >= MIN_PREFIX and _ONE_WORD.fullmatch(exact_form(bare)))
    return text if can_be_open else bare.rstrip(_AFTER_WORD)


def _plain(token: Token, text: str, field: str | None) -> Node | None:
    date = whole_date(text)
    if date:
        return Term(date, field=field)
    found = tuple(exact_words(text))
    if text.endswith("*"):
        return _beginning(token, text, found, field)
    other = _written_otherwise(text, found, field)
    if other is not None:
        return other
    if len(found) < 2:  # noqa: PLR2004
        return Term(found[0], field=field) if found else None
    if any(map(str.isdigit, text)):
        return _number(found, field)
    # The parts of «научно-техническое» are inflected, so that only their being together can be asked for.
    return And(tuple(Term(word, field=field) for word in found))


def _written_otherwise(text: str, found: tuple[str, ...], field: str | None) -> Node | None:
    """Read a date whose year has two digits, and a registry number that is written in another way; else None."""
    short = short_date(text)
    if short:
        # It may stand so in the record as well.
        return Or((Term(short, field=field), Phrase(found, field)))
    number = as_registry_number(found) if field in (None, "number") else None
    if number is None or number.words == found:
        return None
    written = replace(number, field=field)
    return written if len(found) == 1 else Or((written, Phrase(found, field)))


def _beginning(token: Token, text: str, found: tuple[str, ...], field: str | None) -> Node:
    """Read `word*`: words that begin so; `BLR-1997-0*` and `BLR-1997-*`: numbers that begin so."""
    if _DAYS_OF_MONTH.fullmatch(text):
        return Term(text.removesuffix("*"), prefix=True, field=field)
    if len(found) > 1 and any(map(str.isdigit, text)):
        return Phrase(found, field, prefix=text[-2].isalnum())
    if not found or len(found[-1]) < MIN_PREFIX:
        raise QuerySyntaxError(N_("Before “*” come at least two letters."), token.position, len(token.text))
    last = Term(found[-1], prefix=True, field=field)
    return And((*(Term(word, field=field) for word in found[:-1]), last)) if len(found) > 1 else last


def _number(found: tuple[str, ...], field: str | None) -> Node:
    """Read a number that holds several words; «5-бап» is the article, or the words where no text is stored."""
    phrase = Phrase(found, field)
    if field is None and len(found) == 2 and found[1] in _BAP and found[0].isdigit():  # noqa: PLR2004
        return Or((InArticle(ArticleNumber(found[0].lstrip("0") or found[0])), phrase))
    return phrase


def _like(token: Token, text: str, distance: str, field: str | None) -> Node:
    """Read `word~`: words like it. Short words have too many neighbours."""
    found = exact_words(text)
    if len(found) != 1 or len(found[0]) < MIN_FUZZY or distance not in _DISTANCES:
        raise QuerySyntaxError(
            N_("Before “~” comes one word of at least four letters; after it 1 or 2, how many letters may differ."),
            token.position,
            len(token.text),
        )
    return Term(found[0], field=field, distance=int(distance))


def _wild(token: Token, text: str, field: str | None) -> Node:
    """Read a word with `*` or `?` inside; its beginning must be given, or every word would have to be tried."""
    pattern = "".join(piece if piece in "*?" else exact_form(piece) for piece in re.split(r"([*?])", text) if piece)
    beginning = re.split(r"[*?]", pattern)[0]
    if len(beginning) < MIN_PREFIX or not _ONE_WORD.fullmatch(re.sub(r"[*?]", "", pattern)):
        raise QuerySyntaxError(
            N_("“*” and “?” stand inside or at the end of one word, after at least two letters."),
            token.position,
            len(token.text),
        )
    return Wild(re.sub(r"\*+", "*", pattern), field)
