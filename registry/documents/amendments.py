"""Which articles of its base agreement a protocol amends, read from the words of the protocol.

Protocols give orders in set phrases («Пункт 1 статьи 6 Соглашения изложить в следующей редакции», «Келісімнің
6-бабының 1-тармағы мынадай редакцияда жазылсын», “Article 5 shall be replaced by the following”), which `grammars`
holds for each language. What is read is a pointer to the protocol's words, not a consolidated text (Vienna Convention,
Art. 39 and 40: only the parties amend).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.documents.grammars import GRAMMARS, NUMBER, Change, Grammar
from registry.documents.numbering import roman_value

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Amendment", "Change", "amended_articles"]

_QUOTED = re.compile(r"«[^«»]*»|“[^“”]*”|„[^„“”]*[“”]|\"[^\"]*\"")
_UNCLOSED = re.compile(r"[«“„\"][^«»“”„\"]*$")
#: An order ends with a semicolon, or with a full stop after which another one begins.
_CLAUSE_END = re.compile(r";|(?<=[^\W\d_]{3})\.(?=\s+[^\W\d_]|\s*$)|(?<=[^\W\d_])\.(?=\s+\d)")
_NUMBERING = re.compile(r"(?:[\s*_•–—-]|\(?(?:\d{1,2}|[^\W\d_])[.)](?!\d))*")
_NUMBERS = re.compile(NUMBER)
_SPAN = re.compile(rf"({NUMBER})\s*(?:\s[-–—]\s|–|—)\s*({NUMBER})")
_LONGEST_SPAN = 50
_LONGEST_PASSAGE = 300
_LONGEST_CLAUSE = 2_000
#: The number of a new article may stand in its text only.
_NEAR = 200


@dataclass(frozen=True)
class Amendment:
    """One article that is amended, how, and the passage that says so, which begins at `start` of the text.

    `instrument` is the kind of what the article belongs to, as far as the passage says («Соглашения»: agreement).
    """

    number: str
    change: Change
    passage: str
    start: int
    instrument: str | None = None


def amended_articles(text: str) -> list[Amendment]:
    """Return the articles that the orders in `text` amend, each change of an article once, in their order.

    Only what an order names is found: `text` may be in any language of the registry, and what it quotes is not read.
    Takes a time in proportion to the length.
    """
    found: dict[tuple[str, Change, str | None], Amendment] = {}
    for grammar in GRAMMARS:
        if grammar.order.search(text):
            for amendment in _orders(grammar, text):
                found.setdefault((amendment.number, amendment.change, amendment.instrument), amendment)
    return sorted(found.values(), key=lambda item: item.start)


def _orders(grammar: Grammar, text: str) -> Iterator[Amendment]:
    """Yield what each order amends. A heading («В Протоколе:») names the instrument of the orders below it."""
    instrument: str | None = None
    for start, clause in _clauses(text):
        bare = clause[_end_of_numbering(clause) :]
        if grammar.heading.match(bare):
            instrument = None
            continue
        order = grammar.order.search(bare)
        references = [
            match for match in grammar.reference.finditer(bare) if not grammar.aside.search(bare[: match.start()])
        ]
        named = grammar.instrument_in(bare)
        if grammar.own.search(bare):
            continue
        if order is None and not grammar.list_of.match(bare):
            if named and bare.rstrip().endswith(":"):
                instrument = named
            continue
        if not references and order is not None and not grammar.inserting.search(bare):
            instrument = named or instrument
            continue
        if order is not None and not grammar.opening.match(bare):
            continue
        passage = " ".join(text[start : start + len(clause)].split())
        for number, change in _changes(grammar, bare, references, text[start + len(clause) :][:_NEAR]):
            yield Amendment(number, change, _shortened(passage), start, named or instrument)


def _changes(
    grammar: Grammar, clause: str, references: list[re.Match[str]], following: str
) -> Iterator[tuple[str, Change]]:
    """Yield (number of an article, what becomes of it) for one order."""
    change = grammar.change_of(clause)
    whole = grammar.part.search(clause) is None
    new = {match.start() for match in grammar.inserting.finditer(clause) if change == Change.INSERTED}
    if change == Change.INSERTED and grammar.inserting.search(clause) and not _has_number(grammar, clause, new):
        quoted = grammar.quoted.search(following)
        if quoted is not None:
            yield _normal(quoted["number"]), Change.INSERTED
    for match in references:
        is_new = any(begin <= match.start() <= begin + len("the following new ") for begin in new)
        if change == Change.RENUMBERED and grammar.inserting.match(clause, match.start()):
            continue
        for number in _numbers(match["numbers"]):
            if change == Change.INSERTED:
                yield number, Change.INSERTED if is_new else Change.CHANGED
            else:
                yield number, change if whole else Change.CHANGED


def _has_number(grammar: Grammar, clause: str, new: set[int]) -> bool:
    return any(grammar.reference.match(clause, place) for place in new)


def _clauses(text: str) -> Iterator[tuple[int, str]]:
    """Yield (place, clause) of each line, with what is quoted blanked out, so that only orders are read."""
    place = 0
    for line in text.splitlines(keepends=True):
        blank = _UNCLOSED.sub(_blanked, _QUOTED.sub(_blanked, line))
        start = 0
        for end in [*(match.end() for match in _CLAUSE_END.finditer(blank)), len(blank)]:
            clause = blank[start:end]
            if clause.strip(" \n\r\t;.") and len(clause) <= _LONGEST_CLAUSE:
                yield place + start, clause
            start = end
        place += len(line)


def _blanked(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _end_of_numbering(clause: str) -> int:
    match = _NUMBERING.match(clause)
    return match.end() if match else 0


def _numbers(written: str) -> list[str]:
    """Return the numbers that are enumerated: «2, 4, 6 и 7», «13 – 15»; «20-1» is one number."""
    found: list[str] = []
    for match in _SPAN.finditer(written):
        first, last = _normal(match[1]), _normal(match[2])
        if first.isdecimal() and last.isdecimal() and 0 < int(last) - int(first) <= _LONGEST_SPAN:
            found.extend(str(number) for number in range(int(first) + 1, int(last)))
    return [*(_normal(match.group()) for match in _NUMBERS.finditer(written)), *found]


def _normal(number: str) -> str:
    """Return a number as articles have it: in Arabic digits, «5bis» and «5a» without a space."""
    value = roman_value(number)
    return str(value) if value else re.sub(r"\s+", "", number).lower()


def _shortened(passage: str) -> str:
    if len(passage) <= _LONGEST_PASSAGE:
        return passage
    return passage[:_LONGEST_PASSAGE].rsplit(" ", 1)[0] + " …"
