"""The tree of a query: what is looked for, and how it is written down again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from registry.search.words.analysis import language_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry.core.edtf import PartialDate


@dataclass(frozen=True)
class Term:
    """A word, or the beginning of one (`prefix`), or one like it (`distance` letters apart at the most)."""

    text: str
    prefix: bool = False
    field: str | None = None
    distance: int = 0


@dataclass(frozen=True)
class Wild:
    """A word with letters left open: `*` any number of them, `?` one."""

    pattern: str
    field: str | None = None


@dataclass(frozen=True)
class Phrase:
    """Words in this order, side by side, or with at most `slop` - 1 others between two of them.

    Of the last one only the beginning is known with `prefix`: `BLR-1997-0*`.
    """

    words: tuple[str, ...]
    field: str | None = None
    slop: int = 1
    prefix: bool = False


@dataclass(frozen=True)
class Value:
    """A value of a closed vocabulary, such as level:ministries."""

    field: str
    value: str


@dataclass(frozen=True)
class Signed:
    """Signed in this time; an end that is None is open."""

    first: PartialDate | None
    last: PartialDate | None


@dataclass(frozen=True)
class ArticleNumber:
    """The number of an article, as people cite it: 5, 5-1, 5bis."""

    number: str


@dataclass(frozen=True)
class InArticle:
    """All of this in one and the same article."""

    node: Node


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


#: What is looked for in texts.
Words = Term | Wild | Phrase
Leaf = Words | Value | Signed | ArticleNumber
Node = Leaf | InArticle | Not | And | Or | Alternative


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all below it."""
    yield node
    if isinstance(node, And | Or):
        for inner in node.nodes:
            yield from walk(inner)
    elif isinstance(node, Not | Alternative | InArticle):
        yield from walk(node.node)


def positive(node: Node) -> Iterator[Leaf]:
    """Yield what is looked for, leaving out what is excluded."""
    if isinstance(node, And | Or):
        for inner in node.nodes:
            yield from positive(inner)
    elif isinstance(node, Alternative | InArticle):
        yield from positive(node.node)
    elif not isinstance(node, Not):
        yield node


def within(node: Node, field: str) -> Node:
    """Return the query with its words looked for in `field`, unless they name a field of their own."""
    if isinstance(node, Term | Wild | Phrase):
        return node if node.field else replace(node, field=field)
    if isinstance(node, And | Or):
        return replace(node, nodes=tuple(within(item, field) for item in node.nodes))
    if isinstance(node, Not | Alternative | InArticle):
        return replace(node, node=within(node.node, field))
    return node


def typed(node: Node) -> Node:
    """Return the words that were typed, without those of the same meaning that stand beside them."""
    if isinstance(node, Or):
        own = [item for item in node.nodes if not isinstance(item, Alternative)]
        return own[0] if len(own) == 1 else node
    return node


def units_of(node: Node) -> Iterator[Node]:
    """Yield the parts of a query that are looked for side by side: the members of its outermost AND."""
    if isinstance(node, And):
        for item in node.nodes:
            yield from units_of(item)
    elif not isinstance(node, Not):
        yield node


def read_as(node: Node) -> str:
    """Write a tree in the query language, so that people see how their query was read."""
    if isinstance(node, Not):
        return f"NOT {_bracketed(node.node)}"
    if isinstance(node, Alternative):
        return read_as(node.node)
    if isinstance(node, InArticle):
        return read_as(node.node) if isinstance(node.node, ArticleNumber) else f"article:({read_as(node.node)})"
    if isinstance(node, And | Or):
        return (" AND " if isinstance(node, And) else " OR ").join(_bracketed(item) for item in node.nodes)
    return _leaf(node)


def _bracketed(node: Node) -> str:
    return f"({read_as(node)})" if isinstance(node, And | Or) else read_as(node)


def _leaf(node: Leaf) -> str:
    if isinstance(node, Value):
        return f"{node.field}:{node.value}"
    if isinstance(node, ArticleNumber):
        return f"article:{node.number}"
    if isinstance(node, Signed):
        return f"signed:[{node.first or '*'} TO {node.last or '*'}]"
    field = f"{node.field}:" if node.field else ""
    if isinstance(node, Phrase):
        quoted = f'"{" ".join(node.words)}"' + (f"~{node.slop}" if node.slop > 1 else "")
        return field + (f"{'-'.join(node.words)}*" if node.prefix else quoted)
    if isinstance(node, Wild):
        return field + node.pattern
    return field + node.text + ("*" if node.prefix else "") + (f"~{node.distance}" if node.distance else "")


def languages_asked(node: Node) -> frozenset[str]:
    """Return the languages in which a query was most likely typed, by the letters of its words.

    Terms of the same meaning that were added say nothing; a word that has only letters which Russian has is Russian.
    """
    words: list[str] = []
    _collect(node, words)
    found = {language_of(word, None) for word in words if not word.isdigit()}
    # Kazakh and Belarusian words may have no letter of their own: one that has tells the language of all.
    return frozenset(found - {"ru"} if found & {"kk", "be"} else found)


def _collect(node: Node, words: list[str]) -> None:
    if isinstance(node, Term):
        words.append(node.text)
    elif isinstance(node, Phrase):
        words.extend(node.words)
    elif isinstance(node, And | Or):
        for item in node.nodes:
            _collect(item, words)
    elif isinstance(node, InArticle):
        _collect(node.node, words)
