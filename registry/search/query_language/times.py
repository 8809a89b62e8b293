"""Times in a query: when an agreement was signed, and months that are named in its words."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from registry.core.edtf import InvalidDateError, PartialDate
from registry.core.i18n import N_
from registry.search.query_language.errors import QuerySyntaxError
from registry.search.query_language.tree import And, InArticle, Node, Or, Signed, Term
from registry.search.words.analysis import exact_words
from registry.search.words.dates import YEAR_WORD, dates_in, months_in, short_date

if TYPE_CHECKING:
    from registry.search.query_language.tokens import Token

_MONTH = re.compile(r"([0-9]{1,2})[./]([0-9]{4})")
#: 1996 TO 2000, 1996..2000, 1996 - 2000; without spaces only where it cannot be the month of a year.
_BETWEEN = re.compile(
    r"\s+(?:TO|ДО|ПО)\s+|\s*\.\.\s*|\s+[-–—]\s+|(?<=[0-9]{4})[-–—](?=[0-9]{4}|[0-9]{1,2}[./])", re.IGNORECASE
)
_COMPARED = re.compile(r"([<>]=?)\s*(.+)")
_QUOTES = '"«»“”„ \t'


def signed(token: Token) -> Signed:
    """Read `signed:1996`, `signed:"январь 1996"`, `signed:>=1996` or `signed:[1996 TO 2000-06]`.

    `*` leaves an end open. Raises `QuerySyntaxError`.
    """
    text = token.text.strip()
    if token.kind == "word" and text.startswith("["):
        raise QuerySyntaxError(N_("This “[” is never closed; write a time as signed:[1996 TO 2000]."), token.position)
    ends = _BETWEEN.split(text)
    compared = _COMPARED.fullmatch(text)
    if len(ends) == 2:  # noqa: PLR2004  From and to.
        first, last = (_date(token, end) for end in ends)
    elif token.kind == "range":
        raise QuerySyntaxError(
            N_("Write a time as signed:[1996 TO 2000]."), token.position, len(token.text) + len("[]")
        )
    elif compared:
        return _compared(token, compared[1], _known_date(token, compared[2]))
    else:
        first = last = _known_date(token, text)
    if first is not None and last is not None and first.earliest > last.latest:
        raise QuerySyntaxError(N_("This time ends before it begins."), token.position, max(len(token.text), 1))
    return Signed(first, last)


def month(token: Token, field: str | None) -> Node:
    """Read «январь 1996» among the words: the words, a day of that month, or a signature in it.

    In a field only its own words and days are looked for, since the signature stands in none but `signed`.
    """
    written = months_in(token.text)[0].edtf
    own = None if field == "article" else field
    words = And(tuple(Term(word, field=own) for word in exact_words(token.text)))
    days = Term(f"{written}-", prefix=True, field=own)
    if field is not None:
        found = Or((words, days))
        return InArticle(found) if field == "article" else found
    when = PartialDate.parse(written)
    return Or((words, days, Signed(when, when)))


def whole_date(text: str) -> str | None:
    """Return the EDTF text of a date that is all of `text`, or None."""
    text = text.strip()
    dates = dates_in(text)
    return dates[0].edtf if len(dates) == 1 and (dates[0].start, dates[0].end) == (0, len(text)) else None


def _compared(token: Token, sign: str, date: PartialDate) -> Signed:
    if sign == ">=":
        return Signed(date, None)
    if sign == "<=":
        return Signed(None, date)
    next_to = date.latest + timedelta(1) if sign == ">" else date.earliest - timedelta(1)
    border = _known_date(token, next_to.isoformat())
    return Signed(border, None) if sign == ">" else Signed(None, border)


def _date(token: Token, text: str) -> PartialDate | None:
    return None if text.strip(_QUOTES) == "*" else _known_date(token, text)


def _known_date(token: Token, text: str) -> PartialDate:
    text = text.strip(_QUOTES)
    year = re.search(rf"(?:{YEAR_WORD.pattern})$", text, re.IGNORECASE)
    plain = text[: year.start()] if year else text
    months = months_in(plain)
    numbered = _MONTH.fullmatch(plain)
    if len(months) == 1 and months[0].end - months[0].start == len(plain):
        edtf = months[0].edtf
    else:
        edtf = whole_date(plain) or short_date(plain) or (f"{numbered[2]}-{numbered[1]:>02}" if numbered else plain)
    try:
        return PartialDate.parse(edtf)
    except InvalidDateError as error:
        raise QuerySyntaxError(error.template, token.position, max(len(token.text), 1), **error.params) from error
