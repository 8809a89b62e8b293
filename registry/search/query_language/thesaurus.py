"""Words of treaties in other languages, so that a record that speaks Russian only is found by English words."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files

from registry.search.query_language.tree import Alternative, And, Node, Not, Or, Term
from registry.search.words.analysis import stem_form, words


@lru_cache(maxsize=1)
def _concepts() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return, by the stems of each term, the terms of the same meaning in all languages."""
    content = json.loads((files("registry") / "data" / "thesaurus.json").read_text(encoding="utf-8"))
    found: dict[tuple[str, ...], list[str]] = {}
    for concept in content["terms"]:
        terms = list(dict.fromkeys(term for language in concept.values() for term in language))
        for term in terms:
            others = found.setdefault(_stems(term), [])
            others.extend(other for other in terms if _stems(other) != _stems(term) and other not in others)
    return {stems: tuple(others) for stems, others in found.items()}


def _stems(text: str) -> tuple[str, ...]:
    return tuple(stem_form(word.text) for word in words(text))


def expand(node: Node) -> tuple[Node, list[str]]:
    """Return the query with terms of the same meaning beside its own, and a list of the terms that were added.

    Only plain words are expanded: a phrase, a field or the beginning of a word is meant as it stands. The longest
    term wins: "double taxation" is one thing and not two.
    """
    added: list[str] = []
    return _expand(node, added), list(dict.fromkeys(added))


def _expand(node: Node, added: list[str]) -> Node:
    if isinstance(node, Or):
        return Or(tuple(_expand(item, added) for item in node.nodes))
    if isinstance(node, Not):
        return node
    parts = node.nodes if isinstance(node, And) else (node,)
    longest = max(len(stems) for stems in _concepts())
    expanded: list[Node] = []
    place = 0
    while place < len(parts):
        for length in range(min(longest, len(parts) - place), 0, -1):
            run = parts[place : place + length]
            others = _concepts().get(tuple(_stem_of(item) for item in run), ())
            if others:
                added.extend(others)
                own: Node = And(tuple(run)) if length > 1 else run[0]
                expanded.append(Or((own, *(Alternative(_all_words(other)) for other in others))))
                place += length
                break
        else:
            item = parts[place]
            expanded.append(_expand(item, added) if isinstance(item, And | Or) else item)
            place += 1
    return expanded[0] if len(expanded) == 1 else And(tuple(expanded))


def _stem_of(node: Node) -> str:
    """Return the stem of a plain word; nothing else is in the thesaurus."""
    return stem_form(node.text) if isinstance(node, Term) and not node.prefix and not node.field else "\0"


def _all_words(text: str) -> Node:
    terms = tuple(Term(word.text) for word in words(text))
    return terms[0] if len(terms) == 1 else And(terms)
