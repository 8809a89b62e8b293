"""What the index holds of an agreement, and the Whoosh fields that hold it.

Texts reach Whoosh as ready terms joined by spaces, so that the analysis lives in one place and does not depend on
which line of Whoosh is installed. Between two texts of one field stands a term that no query can contain: a
phrase never runs from one title into the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import ID, NUMERIC, STORED, TEXT, Schema

from registry.search.words.analysis import ANALYSIS_VERSION, fold_form, stem_form, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

SCHEMA_VERSION = f"3.{ANALYSIS_VERSION}"

#: Groups of texts with their weight: a word of the title says more than one of the abstract.
GROUPS = {"title": 5.0, "subject": 3.0, "actor": 2.0, "number": 3.0, "place": 1.5, "text": 1.0}

#: The key of the document that says what the index contains; no agreement has it.
STATE_KEY = "state"

_GAP = " ¦ "


@dataclass(frozen=True)
class IndexRecord:
    """The texts of one agreement by group, and the values of its closed vocabularies.

    `signed` holds the earliest and the latest day of signature.
    `depends` says that it amends, supplements, implements or ends another agreement.
    """

    key: int
    texts: dict[str, tuple[str, ...]]
    kind: str
    levels: tuple[str, ...]
    depends: bool = False
    signed: tuple[date, date] | None = None


def day_number(day: date) -> int:
    """Return a day as the index holds it: 1996-01-17 as 19960117."""
    return day.year * 10_000 + day.month * 100 + day.day


FIRST_DAY, LAST_DAY = 0, 99_991_231


def make_schema() -> Schema:
    """Return the Whoosh schema. Nothing but the key is stored: pages are made from the database."""
    terms = TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=True)
    flat = TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=False)
    schema = Schema(key=ID(unique=True, stored=True), state=STORED, change=NUMERIC(stored=True), depends=STORED)
    schema.add("signed_first", NUMERIC(int))
    schema.add("signed_last", NUMERIC(int))
    for group in GROUPS:
        schema.add(f"{group}_exact", terms)
        schema.add(f"{group}_stem", flat)
    schema.add("fold", flat)
    schema.add("kind", flat)
    schema.add("level", flat)
    return schema


def document(record: IndexRecord, change: int) -> dict[str, object]:
    """Return the Whoosh document of an agreement as it stood after change number `change`."""
    fields: dict[str, object] = {
        "key": str(record.key),
        "change": change,
        "depends": record.depends,
        "kind": record.kind,
        "level": " ".join(record.levels),
    }
    if record.signed is not None:
        fields["signed_first"], fields["signed_last"] = (day_number(day) for day in record.signed)
    folded: set[str] = set()
    for group, texts in record.texts.items():
        exact = [[word.text for word in words(text)] for text in texts]
        fields[f"{group}_exact"] = _join(exact)
        fields[f"{group}_stem"] = _join([[stem_form(word) for word in text] for text in exact])
        folded.update(fold_form(word) for text in exact for word in text)
    fields["fold"] = " ".join(sorted(folded))
    return fields


def _join(texts: Sequence[Sequence[str]]) -> str:
    return _GAP.join(" ".join(text) for text in texts)
