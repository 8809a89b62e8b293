"""Cuts a query into its tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.core.i18n import N_
from registry.search.query_language.errors import QuerySyntaxError
from registry.search.query_language.vocabulary import FIELDS
from registry.search.words.dates import YEAR_WORD, dates_in, months_in

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_SLOP = 20

_OPERATORS = {"AND": "and", "И": "and", "OR": "or", "ИЛИ": "or", "NOT": "not", "НЕ": "not"}
_OPENERS = '("«“„'
_QUOTES = {'"': '"', "«": "»", "“": "”", "„": "“"}
_FIELD = re.compile(r"([^\W\d_]+):")
#: The signs of other query languages; a single & or | is part of a name, and ! behind a word ends a sentence.
_SIGNS = {"||": "or", "&&": "and"}
_TOKEN = re.compile(r"(?:(?!\|\||&&)[^\s()\"«“„])+")
_SLOP = re.compile(r"~([0-9]+)")
#: A year by itself, or as the value of a field, whose «г.» belongs to it.
_YEAR = re.compile(r"(?:.*:)?(?:[12][0-9]{3}|[0-9]{1,2}([./])[0-9]{1,2}\1[0-9]{2})")
#: «ст.10», which people write without a space.
_ARTICLE = re.compile(r"((?:ст|арт|art)\.)([0-9].*)", re.IGNORECASE)
_FIELD_BEFORE_VALUE = re.compile(r"[-−]?([^\W\d_]+):")
#: A date that goes on is the beginning of something else: 1996-01-17*, 1996-2000.
_GOES_ON = re.compile(r"\*|[-–—?~](?=[\w*])")
_RANGE = re.compile(r"(signed|подписано):\s*\[([^\[\]]*)\]", re.IGNORECASE)


@dataclass(frozen=True)
class Token:
    """A piece of a query, where it begins, and for a phrase how far its words may stand apart."""

    kind: str
    text: str
    position: int
    slop: int = 1


def tokens(text: str) -> Iterator[Token]:  # noqa: C901, PLR0912  One step a sign.
    """Cut a query into words, phrases, operators, brackets and names of fields. Raises `QuerySyntaxError`."""
    place = depth = 0
    times = _times(text)
    while place < len(text):
        letter = text[place]
        if letter.isspace():
            place += 1
        elif place in times:
            token, place = times[place]
            yield token
        elif (sign := text[place : place + 2]) in _SIGNS:
            yield Token(_SIGNS[sign], sign, place)
            place += 2
        elif letter in "-−!" and (_RANGE.match(text, place + 1) or (text[place + 1 : place + 2] or " ") in _OPENERS):
            # A minus excludes a phrase, a bracket or a time as it does a word.
            yield Token("not", letter, place)
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
            run = _run(text, place, times)
            yield from _word_tokens(run, place)
            place = _behind(text, place, run)


def _run(text: str, place: int, times: dict[int, tuple[Token, int]]) -> str:
    """Return the run of letters that begins at a place; it ends at the colon before a date, which has spaces in it."""
    field = _FIELD_BEFORE_VALUE.match(text, place)
    if field and field.end() in times and _takes(field.group(1), times[field.end()][0]):
        return field.group()
    match = _TOKEN.match(text, place)
    return match.group() if match else text[place]


def _behind(text: str, place: int, run: str) -> int:
    """Return where a run of letters ends; the «г.» of a year belongs to it."""
    end = place + len(run)
    year = YEAR_WORD.match(text, end) if _YEAR.fullmatch(run) else None
    return year.end() if year else end


def _times(text: str) -> dict[int, tuple[Token, int]]:
    """Return the dates and months of a query by where they begin, with where each ends."""
    found: dict[int, tuple[Token, int]] = {}
    for kind, written in (("month", months_in(text)), ("date", dates_in(text))):
        for time in written:
            # A quotation mark is part of «17» января 1996, and else the beginning of a phrase.
            quote = _QUOTES.get(text[time.start])
            if not _GOES_ON.match(text, time.end) and (quote is None or quote in text[time.start + 1 : time.end]):
                year = YEAR_WORD.match(text, time.end)
                value = time.edtf if kind == "date" else text[time.start : time.end]
                found[time.start] = (Token(kind, value, time.start), year.end() if year else time.end)
    return found


def _takes(name: str, token: Token) -> bool:
    """Return whether the value of a field is a whole date, or for the time of signature a month."""
    field = FIELDS.get(name.casefold())
    return field == "signed" or (field is not None and token.kind == "date")


def _word_tokens(token: str, place: int) -> Iterator[Token]:
    """Take a run of letters apart: operator, leading minus, field name, word."""
    if token in _OPERATORS:
        yield Token(_OPERATORS[token], token, place)
        return
    if token[0] in "-−!" and len(token) > 1 and (token[0] != "!" or token[1].isalnum()):
        yield Token("not", token[0], place)
        token, place = token[1:], place + 1
    if "^" in token:
        raise QuerySyntaxError(
            N_("Words are not given weights here; leave “^” and what follows it out."), place + token.index("^")
        )
    field = _FIELD.match(token)
    if field and not token.startswith("//", field.end()):
        name = field.group(1)
        if name.casefold() in FIELDS:
            yield Token("field", name.casefold(), place)
            token, place = token[field.end() :], place + field.end()
            if token[:1] == "!" and len(token) > 1:
                raise QuerySyntaxError(
                    N_("To exclude what a field has, write “!” before its name: !%(name)s:…"), place, name=name
                )
        elif len(token) > field.end():
            raise QuerySyntaxError(
                N_("There is no field “%(name)s”. Fields are: %(fields)s."),
                place,
                len(name),
                name=name,
                fields=", ".join(FIELDS),
            )
    article = _ARTICLE.fullmatch(token)
    if article:
        yield Token("word", article[1], place)
        token, place = article[2], place + article.start(2)
    if token:
        yield Token("word", token, place)
