"""The query language: what people type, read into a tree, with errors that point to the place.

    query  = part { ["AND" | "И" | "OR" | "ИЛИ"] part }        words side by side must all match
    part   = ["NOT" | "НЕ" | "-"] ( "(" query ")" | [field ":"] value )
    value  = word | word "*" | "phrase" | «phrase»

`AND` binds more strongly than `OR`. Operators are written in capitals, so that the Russian word «и» is a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.agreements.vocabulary import Kind, Level
from registry.core.errors import RegistryError
from registry.core.i18n import N_
from registry.search.analysis import words

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LENGTH = 2000
MAX_DEPTH = 20
MAX_WORDS = 60
MIN_PREFIX = 2

#: Names of fields, in English and Russian.
FIELDS = {
    "title": "title", "название": "title", "заголовок": "title",
    "subject": "subject", "тема": "subject",
    "body": "actor", "орган": "actor",
    "party": "actor", "сторона": "actor",
    "person": "actor", "подписал": "actor", "лицо": "actor",
    "place": "place", "место": "place",
    "number": "number", "номер": "number",
    "level": "level", "уровень": "level",
    "kind": "kind", "вид": "kind",
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

_OPERATORS = {"AND": "and", "И": "and", "OR": "or", "ИЛИ": "or", "NOT": "not", "НЕ": "not"}
_QUOTES = {'"': '"', "«": "»", "“": "”", "„": "“"}
_FIELD = re.compile(r"([^\W\d_]+):")
_TOKEN = re.compile(r"[^\s()\"«“„]+")


class QuerySyntaxError(RegistryError):
    """A query that cannot be read: what is wrong, and where (`position` counts characters from 0)."""

    def __init__(self, message: str, position: int, length: int = 1, **params: object) -> None:
        """Keep the place beside the message."""
        super().__init__(message, **params)
        self.position = position
        self.length = length


@dataclass(frozen=True)
class Term:
    """A word, or the beginning of one."""

    text: str
    prefix: bool = False
    field: str | None = None


@dataclass(frozen=True)
class Phrase:
    """Words that stand side by side in this order."""

    words: tuple[str, ...]
    field: str | None = None


@dataclass(frozen=True)
class Value:
    """A value of a closed vocabulary, such as level:ministries."""

    field: str
    value: str


@dataclass(frozen=True)
class Not:
    """What must not occur."""

    node: Node


@dataclass(frozen=True)
class And:
    """All of these."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Or:
    """Any of these."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Alternative:
    """What means the same in other words; it counts for less than what was typed."""

    node: Node


Node = Term | Phrase | Value | Not | And | Or | Alternative


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    position: int


def parse(text: str) -> Node | None:
    """Read a query. Returns its tree, or None when it holds nothing to look for.

    Raises `QuerySyntaxError` for what cannot be read. Punctuation alone is nothing to look for.
    """
    if len(text) > MAX_LENGTH:
        raise QuerySyntaxError(N_("The query is too long: at most %(most)s characters."), MAX_LENGTH, most=MAX_LENGTH)
    parser = _Parser(list(_tokens(text)), len(text))
    node = parser.any_of(0)
    rest = parser.peek()
    if rest is not None:
        raise QuerySyntaxError(N_("This “)” closes nothing; remove it or open a bracket before it."), rest.position)
    if node is not None and sum(isinstance(item, Term | Phrase) for item in walk(node)) > MAX_WORDS:
        raise QuerySyntaxError(N_("The query has too many words: at most %(most)s."), 0, most=MAX_WORDS)
    if node is not None and not list(positive(node)):
        raise QuerySyntaxError(N_("Everything in this query is excluded; add a word to look for."), 0, len(text))
    return node


def _tokens(text: str) -> Iterator[_Token]:
    place = 0
    while place < len(text):
        letter = text[place]
        if letter.isspace():
            place += 1
        elif letter in "()":
            yield _Token(letter, letter, place)
            place += 1
        elif letter in _QUOTES:
            end = text.find(_QUOTES[letter], place + 1)
            if end < 0:
                raise QuerySyntaxError(N_("This quotation mark is never closed; close it or remove it."), place)
            yield _Token("phrase", text[place + 1 : end], place)
            place = end + 1
        else:
            match = _TOKEN.match(text, place)
            token = match.group() if match else letter
            yield from _word_tokens(token, place)
            place += len(token)


def _word_tokens(token: str, place: int) -> Iterator[_Token]:
    """Take a run of letters apart: operator, leading minus, field name, word."""
    if token in _OPERATORS:
        yield _Token(_OPERATORS[token], token, place)
        return
    if token[0] in "-−" and len(token) > 1:
        yield _Token("not", "-", place)
        token, place = token[1:], place + 1
    field = _FIELD.match(token)
    if field and not token.startswith("//", field.end()):
        name = field.group(1)
        if name.casefold() in FIELDS:
            yield _Token("field", name.casefold(), place)
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
        yield _Token("word", token, place)


class _Parser:
    """Reads the tokens by recursive descent."""

    def __init__(self, tokens: list[_Token], length: int) -> None:
        self.tokens = tokens
        self.length = length
        self.place = 0

    def peek(self) -> _Token | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def take(self) -> _Token | None:
        token = self.peek()
        self.place += 1
        return token

    def any_of(self, depth: int) -> Node | None:
        nodes = [self.all_of(depth)]
        while (token := self.peek()) is not None and token.kind == "or":
            self._operand_before(token, nodes[-1])
            self.take()
            nodes.append(self._operand_after(token, self.all_of(depth)))
        kept = tuple(node for node in nodes if node is not None)
        return kept[0] if len(kept) == 1 else Or(kept) if kept else None

    def all_of(self, depth: int) -> Node | None:
        nodes: list[Node] = []
        while (token := self.peek()) is not None and token.kind not in ("or", ")"):
            if token.kind == "and":
                self._operand_before(token, nodes[-1] if nodes else None)
                self.take()
                following = self.peek()
                if following is None or following.kind in ("or", "and", ")"):
                    self._operand_after(token, None)
                continue
            node = self.part(depth)
            if node is not None:
                nodes.append(node)
        return nodes[0] if len(nodes) == 1 else And(tuple(nodes)) if nodes else None

    def part(self, depth: int) -> Node | None:
        token = self.take()
        assert token is not None  # noqa: S101  The callers looked before.
        if token.kind == "not":
            following = self.peek()
            if following is None or following.kind in ("or", "and", ")", "not"):
                raise QuerySyntaxError(
                    N_("After “%(operator)s” comes what is to be excluded."),
                    token.position,
                    len(token.text),
                    operator=token.text,
                )
            node = self.part(depth)
            return Not(node) if node is not None else None
        if token.kind == "(":
            return self.bracket(token, depth)
        if token.kind == "field":
            return self.field(token)
        return _value(token, None)

    def bracket(self, opening: _Token, depth: int) -> Node | None:
        if depth >= MAX_DEPTH:
            raise QuerySyntaxError(
                N_("Brackets are nested too deeply: at most %(most)s levels."), opening.position, most=MAX_DEPTH
            )
        node = self.any_of(depth + 1)
        closing = self.take()
        if closing is None:
            raise QuerySyntaxError(N_("This “(” is never closed; close it or remove it."), opening.position)
        return node

    def field(self, name: _Token) -> Node | None:
        token = self.peek()
        if token is None or token.kind not in ("word", "phrase") or token.position > name.position + len(name.text) + 1:
            example = {"level": "level:governments", "kind": "kind:protocol"}.get(FIELDS[name.text], f'{name.text}:"…"')
            raise QuerySyntaxError(
                N_("“%(name)s:” needs a value right after the colon, such as %(example)s."),
                name.position,
                len(name.text) + 1,
                name=name.text,
                example=example,
            )
        self.take()
        return _value(token, FIELDS[name.text])

    def _operand_before(self, operator: _Token, node: Node | None) -> None:
        if node is None:
            raise QuerySyntaxError(
                N_("Before “%(operator)s” comes something to look for."),
                operator.position,
                len(operator.text),
                operator=operator.text,
            )

    def _operand_after(self, operator: _Token, node: Node | None) -> Node:
        if node is None:
            raise QuerySyntaxError(
                N_(
                    "After “%(operator)s” comes something to look for. "
                    "To look for the word itself, write it in small letters."
                ),
                operator.position,
                len(operator.text),
                operator=operator.text,
            )
        return node


def _value(token: _Token, field: str | None) -> Node | None:
    """Read a word or a phrase; a word that holds several (BLR-1996-003) is a phrase of them."""
    if field in VALUES:
        return _closed(token, field)
    prefix = token.kind == "word" and token.text.endswith("*")
    found = tuple(word.text for word in words(token.text))
    if token.kind == "word" and ("*" in token.text.rstrip("*") or "?" in token.text[:-1]):
        raise QuerySyntaxError(
            N_("“*” can stand only at the end of a word, and “?” not inside one: write the beginning of the word."),
            token.position,
            len(token.text),
        )
    if prefix and (not found or len(found[-1]) < MIN_PREFIX):
        raise QuerySyntaxError(N_("Before “*” come at least two letters."), token.position, len(token.text))
    if not found:
        return None
    if len(found) == 1 and token.kind == "word":
        return Term(found[0], prefix, field)
    if prefix:
        return And((*(Term(word, field=field) for word in found[:-1]), Term(found[-1], prefix=True, field=field)))
    return Phrase(found, field)


def _closed(token: _Token, field: str) -> Node:
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


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all below it."""
    yield node
    if isinstance(node, And | Or):
        for inner in node.nodes:
            yield from walk(inner)
    elif isinstance(node, Not | Alternative):
        yield from walk(node.node)


def positive(node: Node) -> Iterator[Term | Phrase | Value]:
    """Yield what is looked for, leaving out what is excluded."""
    if isinstance(node, And | Or):
        for inner in node.nodes:
            yield from positive(inner)
    elif isinstance(node, Alternative):
        yield from positive(node.node)
    elif not isinstance(node, Not):
        yield node


def read_as(node: Node) -> str:
    """Write a tree in the query language, so that people see how their query was read."""
    if isinstance(node, Term):
        return f"{node.field + ':' if node.field else ''}{node.text}{'*' if node.prefix else ''}"
    if isinstance(node, Phrase):
        return f'{node.field + ":" if node.field else ""}"{" ".join(node.words)}"'
    if isinstance(node, Value):
        return f"{node.field}:{node.value}"
    if isinstance(node, Not):
        return f"NOT {read_as(node.node)}"
    if isinstance(node, Alternative):
        return read_as(node.node)
    inner = [f"({read_as(item)})" if isinstance(item, And | Or) else read_as(item) for item in node.nodes]
    return (" AND " if isinstance(node, And) else " OR ").join(inner)
