"""From the tree of a query to a Whoosh query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whoosh import query as whoosh_query

from registry.search.engine.fields import FIRST_DAY, GROUPS, LAST_DAY, day_number
from registry.search.query_language.tree import Alternative, And, Not, Or, Phrase, Signed, Term, Value, Wild
from registry.search.words.analysis import fold_form, is_kazakh_or_belarusian, stem_form

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry.search.query_language.tree import Node

#: A word found only by its folded beginning counts little: it may be another word.
_FOLD_WEIGHT = 0.3
_EXACT_BONUS = 0.5
_ALTERNATIVE_WEIGHT = 0.3
_MIN_FOLD = 4


def build(  # noqa: PLR0911  One answer for each kind of node.
    node: Node, is_known: Callable[[str, str], bool], weight: float = 1.0
) -> whoosh_query.Query:
    """Return the Whoosh query for a tree; `weight` is how much it counts.

    `is_known(field, term)` says whether the index has a term: a word that no record has is looked for by its
    folded beginning, so that unfamiliar endings and missing letters still find something.
    """
    if isinstance(node, Term):
        return _term(node, is_known, weight)
    if isinstance(node, Phrase):
        return whoosh_query.Or([_phrase(group, node, weight) for group in _groups(node.field)])
    if isinstance(node, Wild):
        return _wild(node, weight)
    if isinstance(node, Signed):
        return _signed(node)
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
    kept = tuple(item for item in node.nodes if isinstance(item, Not | Value | Signed))
    wanted = tuple(item for item in node.nodes if not isinstance(item, Not | Value | Signed))
    if len(wanted) < 2:  # noqa: PLR2004  One word cannot be relaxed.
        return None
    return And((Or(wanted), *kept)) if kept else Or(wanted)


def _groups(field: str | None) -> dict[str, float]:
    return {field: GROUPS[field]} if field else GROUPS


def _term(node: Term, is_known: Callable[[str, str], bool], factor: float) -> whoosh_query.Query:
    groups = {group: weight * factor for group, weight in _groups(node.field).items()}
    if node.distance:
        return whoosh_query.Or(
            [
                whoosh_query.FuzzyTerm(f"{group}_exact", node.text, boost=weight, maxdist=node.distance, prefixlength=1)
                for group, weight in groups.items()
            ]
        )
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


def _phrase(group: str, node: Phrase, factor: float) -> whoosh_query.Query:
    field = f"{group}_exact"
    weight = GROUPS[group] * factor
    if len(node.words) == 1:
        return whoosh_query.Term(field, node.words[0], boost=weight)
    return whoosh_query.Phrase(field, list(node.words), slop=node.slop, boost=weight)


def _wild(node: Wild, factor: float) -> whoosh_query.Query:
    found: list[whoosh_query.Query] = [
        whoosh_query.Wildcard(f"{group}_exact", node.pattern, boost=weight * factor)
        for group, weight in _groups(node.field).items()
    ]
    if not node.field:
        found.append(whoosh_query.Wildcard("fold", fold_form(node.pattern), boost=_FOLD_WEIGHT * factor))
    return whoosh_query.Or(found)


def _signed(node: Signed) -> whoosh_query.Query:
    """Signed in a time: some day that the signature can mean lies in it, as for the filters of lists."""
    parts: list[whoosh_query.Query] = [whoosh_query.NumericRange("signed_last", FIRST_DAY, LAST_DAY)]
    if node.first is not None:
        parts.append(whoosh_query.NumericRange("signed_last", day_number(node.first.earliest), LAST_DAY))
    if node.last is not None:
        parts.append(whoosh_query.NumericRange("signed_first", FIRST_DAY, day_number(node.last.latest)))
    return whoosh_query.And(parts)
