"""Words of treaties in other languages, so that a record that speaks Russian only is found by English words.

The concepts are those of `thesaurus.json` and the subjects of `subjects.json`, both bundled. Where both have a word,
the thesaurus decides: its terms mean the same thing, while the synonyms of a subject gather all that belongs to a
field, and who looks for free trade does not mean trade at large. A word that only a subject has leads to the labels
of the subject, and to its other words that the thesaurus does not have.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any

from registry.search.query_language.tree import Alternative, And, Node, Not, Or, Term
from registry.search.words.analysis import stem_form, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

LANGUAGES = ("en", "ru", "kk", "be")

#: Every term that is added is one more thing to look for in every record. What one concept adds is bounded so that
#: nobody can make the data costly, and what a query adds so that a pasted title does not become a hundred searches.
MOST_PER_CONCEPT, MOST_IN_ALL = 12, 40

#: Small words of the terms. When a term is added they are left out: every record has them, and marking them in the
#: text would show nothing.
_SMALL = frozenset({
    "a", "and", "for", "in", "into", "of", "on", "the", "to",
    "в", "и", "на", "о", "об", "по",
    "мен", "пен", "және", "туралы", "жөніндегі",
    "аб", "і", "па", "ў",
})  # fmt: skip

Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Thesaurus:
    """By the stems of a term the others of its meaning, with the query for each; and the words of the longest term."""

    others: Mapping[Stems, tuple[tuple[str, Alternative], ...]]
    longest: int


@lru_cache(maxsize=1)
def _thesaurus() -> _Thesaurus:
    """Return the thesaurus, built once: a query then costs a look-up for each of its runs of words."""
    found: dict[Stems, dict[Stems, str]] = {}
    for terms, asked in _concepts():
        for stems in asked:
            others = found.setdefault(stems, {})
            for other, term in terms.items():
                if other != stems:
                    others.setdefault(other, term)
    queries = {term: _alternative(term) for others in found.values() for term in others.values()}
    return _Thesaurus(
        {
            stems: tuple((term, queries[term]) for term in list(others.values())[:MOST_PER_CONCEPT])
            for stems, others in found.items()
            if others
        },
        max(map(len, found)),
    )


def _concepts() -> Iterator[tuple[dict[Stems, str], list[Stems]]]:
    """Yield the terms of each concept, and which of them lead to the others."""
    thesaurus = _bundled("thesaurus.json")
    known = {_stems(word) for word in thesaurus["not_widened"]}
    for concept in thesaurus["concepts"]:
        terms = _by_stems(concept.get(language, ()) for language in LANGUAGES)
        known.update(terms)
        yield terms, list(terms)
    for subject in _bundled("subjects.json")["subjects"]:
        labels = _by_stems([label] for label in subject["labels"].values())
        synonyms = _by_stems(subject.get("synonyms", {}).values())
        own = [stems for stems in labels | synonyms if stems not in known]
        known.update(own)
        yield labels | {stems: synonyms[stems] for stems in own if stems in synonyms}, own


def _bundled(name: str) -> Any:
    return json.loads((files("registry") / "data" / name).read_text(encoding="utf-8"))


def _by_stems(languages: Iterable[Sequence[str]]) -> dict[Stems, str]:
    """Return terms by their stems, the first of every language before the second of any: a bound keeps the best.

    Terms that the index cannot tell apart, such as a singular and its plural, are looked for once.
    """
    found: dict[Stems, str] = {}
    for term in filter(None, chain.from_iterable(zip_longest(*languages))):
        found.setdefault(_stems(term), term)
    return found


def _stems(text: str) -> Stems:
    return tuple(stem_form(word.text) for word in words(text))


def forget() -> None:
    """Build the thesaurus anew when it is next asked: for the start of an application, which may change stems."""
    _thesaurus.cache_clear()
    _terms_by_word.cache_clear()


def words_of_terms() -> Iterable[str]:
    """Return the words that terms consist of, in their exact form, small ones left out."""
    return _terms_by_word()


def terms_with(word: str) -> tuple[tuple[str, ...], ...]:
    """Return the words of each term that means what a term with this word means, that one included."""
    return tuple(dict.fromkeys(chain.from_iterable(_terms_by_word().get(word, ()))))


@lru_cache(maxsize=1)
def _terms_by_word() -> Mapping[str, list[tuple[tuple[str, ...], ...]]]:
    found: dict[str, list[tuple[tuple[str, ...], ...]]] = {}
    for concept in _bundled("thesaurus.json")["concepts"]:
        terms = tuple(
            tuple(word.text for word in words(term) if word.text not in _SMALL)
            for language in LANGUAGES
            for term in concept.get(language, ())
        )
        for word in dict.fromkeys(chain.from_iterable(terms)):
            found.setdefault(word, []).append(terms)
    return found


def expand(node: Node) -> tuple[Node, list[str]]:
    """Return the query with terms of the same meaning beside its own, and a list of the terms that were added.

    Only plain words are expanded: a phrase, a field, the beginning of a word or a word to be spelled otherwise is
    meant as it stands. The longest term wins: "double taxation" is one thing and not two. At most
    `MOST_PER_CONCEPT` terms are added for one term of the query and `MOST_IN_ALL` for all of it; the terms that
    come first in the query are served first.
    """
    added: list[str] = []
    return _expand(node, added), list(dict.fromkeys(added))


def _expand(node: Node, added: list[str]) -> Node:
    if isinstance(node, Or):
        return Or(tuple(_expand(item, added) for item in node.nodes))
    if isinstance(node, Not):
        return node
    parts = node.nodes if isinstance(node, And) else (node,)
    # Nobody says in which language a word is: each reading of the whole run is tried.
    readings = list(dict.fromkeys(tuple(_stem_of(item, language) for item in parts) for language in (None, *LANGUAGES)))
    expanded: list[Node] = []
    place = 0
    while place < len(parts):
        found = (_longest(stems[place:], MOST_IN_ALL - len(added)) for stems in readings)
        length, others = max(found, key=lambda item: (bool(item[1]), item[0]))
        if others:
            run = parts[place : place + length]
            own: Node = And(tuple(run)) if length > 1 else run[0]
            expanded.append(Or((own, *(alternative for _, alternative in others))))
            added.extend(term for term, _ in others)
            place += length
        else:
            item = parts[place]
            expanded.append(_expand(item, added) if isinstance(item, And | Or) else item)
            place += 1
    return expanded[0] if len(expanded) == 1 else And(tuple(expanded))


def _longest(stems: Stems, most: int) -> tuple[int, tuple[tuple[str, Alternative], ...]]:
    """Return of how many words the longest term is with which `stems` begin, and at most `most` other terms for it."""
    thesaurus = _thesaurus()
    for length in range(min(thesaurus.longest, len(stems)), 0, -1):
        others = thesaurus.others.get(stems[:length])
        if others:
            return length, others[:most]
    return 1, ()


def _stem_of(node: Node, language: str | None) -> str:
    """Return the stem of a plain word, read as one of a language; nothing else is in the thesaurus."""
    if isinstance(node, Term) and not (node.prefix or node.field or node.distance):
        return stem_form(node.text, language)
    return "\0"


def _alternative(term: str) -> Alternative:
    """Return the query for a term: all of its words but the small ones, in whatever form."""
    found = tuple(Term(word.text) for word in words(term) if word.text not in _SMALL)
    return Alternative(found[0] if len(found) == 1 else And(found))
