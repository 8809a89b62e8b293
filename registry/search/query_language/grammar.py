"""The query language: what people type, read into a tree, with errors that point to the place.

    query  = part { ["AND" | "И" | "&&" | "OR" | "ИЛИ" | "||"] part }   words side by side must all match, but
                                                               values side by side in level:( ) or kind:( ) need not
    part   = ["NOT" | "НЕ" | "-" | "!"] [field ":"] ( "(" query ")" | value )
    value  = word | word "*" | wo?d | word "~" [1|2] | "phrase" ["~" distance] | «phrase» | date | month year
           | [date TO date]                                behind signed: only, as are >date, date..date, "month year"

`AND` binds more strongly than `OR`. Operators are written in capitals, so that the Russian word «и» is a word.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from registry.core.i18n import N_
from registry.search.query_language.errors import QuerySyntaxError
from registry.search.query_language.literals import article_number, literal, numbered
from registry.search.query_language.numbers import with_registry_numbers
from registry.search.query_language.shortening import shortened
from registry.search.query_language.tokens import Token, tokens
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
    walk,
    within,
)
from registry.search.query_language.vocabulary import CLOSED, FIELDS

MAX_LENGTH = 2000
MAX_DEPTH = 20
_ARTICLE_WORDS = frozenset(
    ("статья", "статьи", "статье", "статью", "статьей", "ст", "article", "articles", "art", "артыкул", "артыкула")
)
_ROMAN = frozenset("ivxlc")
#: Words with letters left open, each of which stands for many.
MAX_OPEN = 6


@dataclass(frozen=True)
class Reading:
    """What was read of a query: its tree, None when it holds nothing to look for, and whether words were left out."""

    node: Node | None
    is_shortened: bool = False


def parse(text: str) -> Node | None:
    """Read a query and return its tree, as `read` does."""
    return read(text).node


def read(text: str) -> Reading:
    """Read a query. Of a long one, such as a paragraph that was pasted, only the first words are looked for.

    A query of nothing but exclusions asks for all that is left without them. Punctuation alone is nothing to look for.
    Raises `QuerySyntaxError` for what cannot be read.
    """
    if len(text) > MAX_LENGTH:
        raise QuerySyntaxError(N_("The query is too long: at most %(most)s characters."), MAX_LENGTH, most=MAX_LENGTH)
    parser = _Parser(_without_question(list(tokens(text))))
    node = parser.any_of(0)
    rest = parser.peek()
    if rest is not None:
        raise QuerySyntaxError(N_("This “)” closes nothing; remove it or open a bracket before it."), rest.position)
    node, is_shortened = shortened(node) if node is not None else (None, False)
    open_words = sum(
        isinstance(item, Wild) or (isinstance(item, Term | Phrase) and is_open(item)) for item in walk(node or Or(()))
    )
    if open_words > MAX_OPEN:
        raise QuerySyntaxError(
            N_("At most %(most)s words of a query may have open letters (*, ?, ~)."), 0, len(text), most=MAX_OPEN
        )
    return Reading(node, is_shortened=is_shortened)


def _without_question(found: list[Token]) -> list[Token]:
    """Return the tokens without the question mark that ends a query of several plain words: «Что это?»."""
    if len(found) > 1 and all(token.kind in ("word", "date", "month") for token in found):
        return [*found[:-1], replace(found[-1], text=found[-1].text.rstrip("?!.…"))]
    return found


def is_open(leaf: Term | Phrase) -> bool:
    """Return whether a term or a phrase has open letters; the days of a month (1996-01-*) are few."""
    if isinstance(leaf, Phrase):
        return leaf.prefix
    return (leaf.prefix and not leaf.text.endswith("-")) or leaf.distance > 0


def _with_articles(nodes: list[Node], joined: set[int]) -> list[Node]:
    """Read «статья 10» and "Article 10" as the article of that number, or as the words where no text is stored.

    `joined` are the places behind an AND: who writes «статья AND 10» means the words.
    """
    found: list[Node] = []
    for place, node in enumerate(nodes):
        before = found[-1] if found else None
        if (
            place not in joined
            and isinstance(before, Term)
            and isinstance(node, Term)
            and before.text in _ARTICLE_WORDS
            and before == Term(before.text)
            and node == Term(node.text)
            and (number := _number_of(node.text)) is not None
        ):
            found[-1] = Or((InArticle(ArticleNumber(number)), And((before, node))))
        else:
            found.append(node)
    return found


def _number_of(word: str) -> str | None:
    """Return the number of an article that a word behind «статья» names, in digits or as a Roman number."""
    return article_number(word) if word.isdigit() or set(word) <= _ROMAN else None


def _any_of_values(nodes: list[Node], joined: set[int]) -> Node | None:
    """Read `level:(ministries governments)`: any of the values, without those that are excluded.

    A side has one level and an agreement one kind, so that all of them together would hardly ever be found; who means
    an agreement whose sides differ in level writes `level:(ministries AND governments)`.
    """
    groups: list[list[Node]] = []
    for place, node in enumerate(nodes):
        if place in joined and groups:
            groups[-1].append(node)
        else:
            groups.append([node])
    excluded = [group[0] for group in groups if len(group) == 1 and isinstance(group[0], Not)]
    wanted = [_all(group) for group in groups if not (len(group) == 1 and isinstance(group[0], Not))]
    kept = tuple(node for node in wanted if node is not None)
    return _all([*([kept[0] if len(kept) == 1 else Or(kept)] if kept else ()), *excluded])


def _all(nodes: list[Node]) -> Node | None:
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes)) if nodes else None


class _Parser:
    """Reads the tokens by recursive descent."""

    def __init__(self, found: list[Token]) -> None:
        self.tokens = found
        self.place = 0
        #: The field in whose brackets we are.
        self.within: str | None = None

    def peek(self) -> Token | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def take(self) -> Token | None:
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
        #: Which of them stand behind an AND.
        joined: set[int] = set()
        while (token := self.peek()) is not None and token.kind not in ("or", ")"):
            if token.kind == "and":
                self._operand_before(token, nodes[-1] if nodes else None)
                self.take()
                following = self.peek()
                if following is None or following.kind in ("or", "and", ")"):
                    self._operand_after(token, None)
                joined.add(len(nodes))
                continue
            node = self.part(depth)
            if token.kind == "word" and isinstance(node, And):
                # The parts of a word with a hyphen stand among the other words of the query.
                nodes.extend(node.nodes)
            elif node is not None:
                nodes.append(node)
        if self.within in CLOSED:
            return _any_of_values(nodes, joined)
        return _all(_with_articles(*with_registry_numbers(nodes, joined)))

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
            return self.field(token, depth)
        # Words get the field of the brackets when these are closed.
        return literal(token, self.within if self.within in CLOSED or token.kind == "month" else None)

    def bracket(self, opening: Token, depth: int) -> Node | None:
        if depth >= MAX_DEPTH:
            raise QuerySyntaxError(
                N_("Brackets are nested too deeply: at most %(most)s levels."), opening.position, most=MAX_DEPTH
            )
        node = self.any_of(depth + 1)
        closing = self.take()
        if closing is None:
            raise QuerySyntaxError(N_("This “(” is never closed; close it or remove it."), opening.position)
        return node

    def field(self, name: Token, depth: int) -> Node | None:
        field = FIELDS[name.text]
        token = self.peek()
        if token is not None:
            if token.kind in ("word", "phrase", "range", "date", "month"):
                self.take()
                return literal(token, field)
            if token.kind == "(":
                self.take()
                outer, self.within = self.within, field
                node = self.bracket(token, depth)
                self.within = outer
                if field in CLOSED:
                    return node
                return (
                    None if node is None else InArticle(numbered(node)) if field == "article" else within(node, field)
                )
        examples = {"level": "level:governments", "kind": "kind:protocol", "signed": "signed:[1996 TO 2000]"}
        raise QuerySyntaxError(
            N_("“%(name)s:” needs a value right after the colon, such as %(example)s."),
            name.position,
            len(name.text) + 1,
            name=name.text,
            example=examples.get(field, f'{name.text}:"…"'),
        )

    def _operand_before(self, operator: Token, node: Node | None) -> None:
        if node is None:
            raise QuerySyntaxError(
                N_("Before “%(operator)s” comes something to look for."),
                operator.position,
                len(operator.text),
                operator=operator.text,
            )

    def _operand_after(self, operator: Token, node: Node | None) -> Node:
        if node is None:
            raise QuerySyntaxError(
                N_(
                    "After “%(operator)s” comes something to look for. "
                    "To look for the word itself, write it in small letters."
                )
                if operator.text.isalpha()
                else N_("After “%(operator)s” comes something to look for."),
                operator.position,
                len(operator.text),
                operator=operator.text,
            )
        return node
