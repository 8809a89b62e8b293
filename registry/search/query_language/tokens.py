"""Cuts a query into its tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.core.i18n import N_
from registry.search.query_language.errors import QuerySyntaxError
from registry.search.query_language.vocabulary import FIELDS
from registry.search.words.dates import dates_in

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_SLOP = 20

_OPERATORS = {"AND": "and", "И": "and", "OR": "or", "ИЛИ": "or", "NOT": "not", "НЕ": "not"}
_OPENERS = '("«“„'
_QUOTES = {'"': '"', "«": "»", "“": "”", "„": "“"}
_FIELD = re.compile(r"([^\W\d_]+):")
_TOKEN = re.compile(r"[^\s()\"«“„]+")
_SLOP = re.compile(r"~([0-9]{1,3})")
#: What people write after the year of a date.
_YEAR_WORD = re.compile(r"\s*(?:года?|году|г\.|г\b|жылы|жылғы|ж\.|year)", re.IGNORECASE)
_RANGE = re.compile(r"(signed|подписано):\[([^\[\]]*)\]", re.IGNORECASE)


@dataclass(frozen=True)
class Token:
    """A piece of a query, where it begins, and for a phrase how far its words may stand apart."""

    kind: str
    text: str
    position: int
    slop: int = 1


def tokens(text: str) -> Iterator[Token]:  # noqa: C901  One step a sign.
    """Cut a query into words, phrases, operators, brackets and names of fields. Raises `QuerySyntaxError`."""
    place = depth = 0
    dates = {date.start: date for date in dates_in(text)}
    while place < len(text):
        letter = text[place]
        if letter.isspace():
            place += 1
        elif place in dates and letter not in _QUOTES:
            date = dates[place]
            yield Token("date", date.edtf, place)
            year = _YEAR_WORD.match(text, date.end)
            place = year.end() if year else date.end
        elif letter in "-−" and text[place + 1 : place + 2] and text[place + 1] in _OPENERS:
            # A minus excludes a phrase or a bracket as it does a word.
            yield Token("not", "-", place)
            place += 1
        elif letter in "()":
            depth += 1 if letter == "(" else -1
            if depth < 0 and text[max(place - 1, 0)].isalnum():
                # The bracket of «а)» and «1)» in a text that was pasted closes nothing and opens nothing.
                depth = 0
            else:
                yield Token(letter, letter, place)
            place += 1
        elif letter in _QUOTES:
            end = text.find(_QUOTES[letter], place + 1)
            if end < 0:
                raise QuerySyntaxError(N_("This quotation mark is never closed; close it or remove it."), place)
            star = text.find("*", place, end)
            if star >= 0:
                raise QuerySyntaxError(
                    N_("Inside quotation marks “*” is not looked for; leave it out, or leave the quotation marks out."),
                    star,
                )
            slop = _SLOP.match(text, end + 1)
            yield Token("phrase", text[place + 1 : end], place, min(int(slop.group(1)), MAX_SLOP) if slop else 1)
            place = slop.end() if slop else end + 1
        elif span := _RANGE.match(text, place):
            yield Token("field", span.group(1).casefold(), place)
            yield Token("range", span.group(2), span.start(2) - 1)
            place = span.end()
        else:
            match = _TOKEN.match(text, place)
            token = match.group() if match else letter
            yield from _word_tokens(token, place)
            place += len(token)


def _word_tokens(token: str, place: int) -> Iterator[Token]:
    """Take a run of letters apart: operator, leading minus, field name, word."""
    if token in _OPERATORS:
        yield Token(_OPERATORS[token], token, place)
        return
    if token[0] in "-−" and len(token) > 1:
        yield Token("not", "-", place)
        token, place = token[1:], place + 1
    field = _FIELD.match(token)
    if field and not token.startswith("//", field.end()):
        name = field.group(1)
        if name.casefold() in FIELDS:
            yield Token("field", name.casefold(), place)
            token, place = token[field.end() :], place + field.end()
        elif len(token) > field.end():
            raise QuerySyntaxError(
                N_("There is no field “%(name)s”. Fields are: %(fields)s."),
                place,
                len(name),
                name=name,
                fields=", ".join(FIELDS),
            )
    if token:
        yield Token("word", token, place)
