"""From the tree of a query to a Whoosh query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whoosh import query as whoosh_query

from registry.search.analysis import fold_form, is_kazakh_or_belarusian, stem_form
from registry.search.fields import GROUPS
from registry.search.grammar import Alternative, And, Not, Or, Phrase, Term, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry.search.grammar import Node

#: A word found only by its folded beginning counts little: it may be another word.
_FOLD_WEIGHT = 0.3
_EXACT_BONUS = 0.5
_ALTERNATIVE_WEIGHT = 0.3
_MIN_FOLD = 4


def build(node: Node, is_known: Callable[[str, str], bool], weight: float = 1.0) -> whoosh_query.Query:
    """Return the Whoosh query for a tree; `weight` is how much it counts.

    `is_known(field, term)` says whether the index has a term: a word that no record has is looked for by its
    folded beginning, so that unfamiliar endings and missing letters still find something.
    """
    if isinstance(node, Term):
        return _term(node, is_known, weight)
    if isinstance(node, Phrase):
        return whoosh_query.Or([_phrase(group, node.words, weight) for group in _groups(node.field)])
    if isinstance(node, Value):
        return whoosh_query.Term(node.field, node.value)
    if isinstance(node, Not):
        return whoosh_query.Not(build(node.node, is_known))
    if isinstance(node, Alternative):
        return build(node.node, is_known, weight * _ALTERNATIVE_WEIGHT)
    parts = [build(item, is_known, weight) for item in node.nodes]
    return whoosh_query.And(parts) if isinstance(node, And) else whoosh_query.Or(parts)


def relaxed(node: Node) -> Node | None:
    """Return the query that asks for any of the words instead of all, or None when there is nothing to relax."""
    if not isinstance(node, And):
        return None
    kept = tuple(item for item in node.nodes if isinstance(item, Not | Value))
    wanted = tuple(item for item in node.nodes if not isinstance(item, Not | Value))
    if len(wanted) < 2:  # noqa: PLR2004  One word cannot be relaxed.
        return None
    return And((Or(wanted), *kept)) if kept else Or(wanted)


def _groups(field: str | None) -> dict[str, float]:
    return {field: GROUPS[field]} if field else GROUPS


def _term(node: Term, is_known: Callable[[str, str], bool], factor: float) -> whoosh_query.Query:
    groups = {group: weight * factor for group, weight in _groups(node.field).items()}
    if node.prefix:
        found: list[whoosh_query.Query] = [
            whoosh_query.Prefix(f"{group}_exact", node.text, boost=weight) for group, weight in groups.items()
        ]
        if not node.field:
            found.append(whoosh_query.Prefix("fold", fold_form(node.text), boost=_FOLD_WEIGHT * factor))
        return whoosh_query.Or(found)
    stem = stem_form(node.text)
    # Each form is looked for among the other's terms too: the stemmer takes «-ев» of «Назарбаев» for an ending,
    # so that the stem of «Назарбаева» is the name itself.
    forms = dict.fromkeys((stem, node.text))
    known = any(is_known(f"{group}_stem", form) for group in groups for form in forms)
    found = [
        whoosh_query.Term(f"{group}_stem", form, boost=weight) for group, weight in groups.items() for form in forms
    ]
    found += [
        whoosh_query.Term(f"{group}_exact", form, boost=weight * _EXACT_BONUS)
        for group, weight in groups.items()
        for form in forms
    ]
    if not node.field and len(node.text) >= _MIN_FOLD and (not known or is_kazakh_or_belarusian(node.text)):
        found.append(whoosh_query.Prefix("fold", fold_form(node.text), boost=_FOLD_WEIGHT * factor))
    return whoosh_query.Or(found)


def _phrase(group: str, words: tuple[str, ...], factor: float) -> whoosh_query.Query:
    field = f"{group}_exact"
    if len(words) == 1:
        return whoosh_query.Term(field, words[0], boost=GROUPS[group] * factor)
    return whoosh_query.Phrase(field, list(words), boost=GROUPS[group] * factor)
