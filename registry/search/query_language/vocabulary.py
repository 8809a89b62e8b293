"""Names of the fields of a query, and the values of those that have a closed vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.agreements.vocabulary import Kind, Level
from registry.core.i18n import N_
from registry.search.query_language.errors import QuerySyntaxError
from registry.search.query_language.tree import Value

if TYPE_CHECKING:
    from registry.search.query_language.tokens import Token

#: Names of fields, in English and Russian.
FIELDS = {
    "title": "title", "название": "title", "заголовок": "title",
    "subject": "subject", "тема": "subject",
    "body": "actor", "орган": "actor",
    "party": "actor", "сторона": "actor",
    "actor": "actor", "участник": "actor",
    "person": "actor", "подписал": "actor", "лицо": "actor",
    "place": "place", "место": "place",
    "number": "number", "номер": "number",
    "signed": "signed", "подписано": "signed",
    "level": "level", "уровень": "level",
    "kind": "kind", "вид": "kind",
    "article": "article", "статья": "article",
    "text": "text", "текст": "text",
}  # fmt: skip

#: Values of the fields whose values are a closed vocabulary, with the Russian words for them.
VALUES = {
    "level": {
        **{str(level): str(level) for level in Level},
        "государства": "heads_of_state", "межгосударственный": "heads_of_state",
        "правительства": "governments", "межправительственный": "governments",
        "министерства": "ministries", "ведомства": "ministries", "межведомственный": "ministries",
        "иной": "other",
    },
    "kind": {
        **{str(kind): str(kind) for kind in Kind},
        "memorandum": "memorandum_of_understanding", "notes": "exchange_of_notes",
        "договор": "treaty", "соглашение": "agreement", "конвенция": "convention", "протокол": "protocol",
        "меморандум": "memorandum_of_understanding", "программа": "programme", "план": "plan",
        "заявление": "declaration",
    },
}  # fmt: skip

#: Fields that say something of the whole record, and not of words in it.
CLOSED = frozenset((*VALUES, "signed"))


def closed_value(token: Token, field: str) -> Value:
    """Read a value of a closed vocabulary. Raises `QuerySyntaxError` that names the values."""
    known = VALUES[field]
    value = known.get(token.text.strip().casefold())
    if value is None:
        raise QuerySyntaxError(
            N_("“%(value)s” is not a value of %(field)s; use one of: %(choices)s."),
            token.position,
            len(token.text),
            value=token.text[:60],
            field=field,
            choices=", ".join(known),
        )
    return Value(field, value)
