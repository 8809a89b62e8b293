"""What the index holds: a document for each record, one for each article, and one that says how far the index is.

Texts reach Whoosh as ready postings, so that the analysis lives in one place and does not depend on which line of
Whoosh is installed. The weight of a posting is its *impact*: how much a word says about this record, or article,
with the frequency levelled and the length of the text allowed for (BM25 of Robertson and Zaragoza 2009, computed
when the index is written; Trotman and others call this impact ordering). A query then only adds up numbers, and
the answer can be explained by them.
"""

from __future__ import annotations

import hashlib
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.columns import NumericColumn, VarBytesColumn
from whoosh.fields import COLUMN, ID, STORED, FieldType, Schema
from whoosh.formats import Format, Positions

from registry.core.access import Access
from registry.search.words.analysis import ANALYSIS_VERSION
from registry.search.words.synonyms import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    #: A word in a document: its term, how often it occurs, its impact, and its encoded positions.
    Posting = tuple[bytes, int, float, bytes]

_SCHEMA_VERSION = 11


def schema_version() -> str:
    """Return what changes whenever an index would be written otherwise: fields, analysis, or groups of synonyms."""
    return f"{_SCHEMA_VERSION}.{ANALYSIS_VERSION}.{fingerprint()}"


#: Groups of the texts of a record that can be asked for by name, and what a word in them weighs.
GROUPS = {"title": 5.0, "subject": 3.0, "actor": 2.0, "number": 10.0, "place": 1.5}
#: What a word weighs in abstracts and remarks, and in the text of the agreement itself.
REMARK_WEIGHT = 1.0
BODY_WEIGHT = 1.0

#: Words of all texts of a record, by stem, by exact form, by folded stem, and names by their key: with impacts.
#: Articles have the keys of their names as well.
STEM, WORD, FOLD, NAME = "stem", "word", "fold", "name"
#: Words of one article by stem (with impacts) and by exact form (with positions), and its number.
ARTICLE_STEM, ARTICLE_EXACT, ARTICLE_NUMBER = "article_stem", "article_exact", "article_number"
#: Values of closed vocabularies.
KIND, LEVEL = "kind", "level"

#: The key of the document that says what the index contains; no agreement has it.
STATE_KEY = "state"

#: Positions between two texts of one field, so that no phrase runs from one title into the next.
GAP = 100

#: Bits of the column `flags`: the least clearance that sees a document, and those that see a fuller one instead.
DEPENDS = 8
#: The language of an article stands in the bits above.
LANGUAGE_SHIFT = 4
_LANGUAGES = ("ru", "kk", "be", "en", "de", "fr", "nl", "es")
_CLEARANCE = {str(access): position for position, access in enumerate(Access)}


def language_number(code: str | None) -> int:
    """Return the number of a language in the column `flags`; 0 for all that texts of treaties rarely have."""
    return _LANGUAGES.index(code) + 1 if code in _LANGUAGES else 0


def exact_field(group: str) -> str:
    """Return the field that holds the exact words of a group of texts with their positions."""
    return f"{group}_exact"


def stem_field(group: str) -> str:
    """Return the field that holds the stems of a group of texts."""
    return f"{group}_stem"


@dataclass(frozen=True)
class ArticleText:
    """An article as it is indexed: its id in the database, number, heading and words, and who may see it."""

    key: int
    number: str | None
    heading: str
    text: str
    language: str
    access: str
    kind: str = "article"


@dataclass(frozen=True)
class IndexRecord:
    """The texts of one agreement by group with their languages, its articles, and its closed values.

    `signed` holds the earliest and the latest day of signature. `depends` says that it amends, supplements,
    implements or ends another agreement. `access` says how open the record itself is.
    """

    key: int
    texts: dict[str, tuple[tuple[str | None, str], ...]]
    kind: str
    levels: tuple[str, ...]
    depends: bool = False
    signed: tuple[date, date] | None = None
    articles: tuple[ArticleText, ...] = ()
    access: str = Access.PUBLIC


def digest(record: IndexRecord) -> int:
    """Return a number that stands for all that a record gives to the index: 64 bits of BLAKE2 (RFC 7693).

    It stands in each document of the record, so that what was written can be compared with what would be written
    now. The order in which a database hands out the parts of a record does not matter.
    """
    # Every text is written with its quotation marks, so that no two records read the same.
    content = (
        record.key,
        sorted((group, sorted(map(repr, texts))) for group, texts in record.texts.items()),
        str(record.kind),
        sorted(map(str, record.levels)),
        record.depends,
        record.signed,
        sorted(map(repr, record.articles)),
        str(record.access),
    )
    return int.from_bytes(hashlib.blake2b(repr(content).encode(), digest_size=8).digest(), signed=True)


class PackedPositions(Positions):  # type: ignore[misc]
    """Positions as an array of 32-bit numbers, which are read a block of documents at a time."""

    def encode(self, poslist: Iterable[int]) -> bytes:
        """Return the bytes of a list of positions."""
        return array("I", poslist).tobytes()

    def decode_positions(self, valuestring: bytes) -> list[int]:
        """Return the positions in `valuestring`."""
        return array("I", valuestring).tolist()

    def decode_frequency(self, valuestring: bytes) -> int:
        """Return how many positions there are."""
        return len(valuestring) // array("I").itemsize

    def decode_weight(self, valuestring: bytes) -> float:
        """Return the weight of a posting whose weight is its frequency."""
        return float(self.decode_frequency(valuestring))


class Impact(Format):  # type: ignore[misc]
    """Nothing but the weight of a posting, which Whoosh stores beside it."""

    posting_size = 0

    def decode_frequency(self, valuestring: bytes) -> int:
        """Return 1: how often the word occurs is already part of its impact."""
        del valuestring
        return 1

    def decode_weight(self, valuestring: bytes) -> float:
        """Return 1, since the weight is not in the value."""
        del valuestring
        return 1.0


class Prepared(FieldType):  # type: ignore[misc]
    """A field whose postings were made by us."""

    def __init__(self, *, positions: bool = False) -> None:
        """Choose whether the field keeps positions. The analyzer is what a bare Whoosh query parser would use."""
        super().__init__(PackedPositions() if positions else Impact(), SpaceSeparatedTokenizer())

    def index(self, value: Iterable[Posting], **kwargs: object) -> Iterable[Posting]:
        """Return the postings as they are."""
        del kwargs
        return value


def make_schema() -> Schema:
    """Return the Whoosh schema. Texts are not stored: pages are made from the database."""
    schema = Schema(
        key=ID(),
        state=STORED,
        owner=COLUMN(NumericColumn("i", default=0)),
        article=COLUMN(NumericColumn("i", default=0)),
        change=COLUMN(NumericColumn("i", default=0)),
        flags=COLUMN(NumericColumn("B", default=0)),
        digest=COLUMN(NumericColumn("q", default=0)),
        signed_first=COLUMN(NumericColumn("i", default=0)),
        signed_last=COLUMN(NumericColumn("i", default=0)),
        sequence=COLUMN(VarBytesColumn()),
    )
    plain = [stem_field(group) for group in GROUPS if group != "title"]
    for name in (STEM, WORD, FOLD, NAME, ARTICLE_STEM, ARTICLE_NUMBER, KIND, LEVEL, *plain):
        schema.add(name, Prepared())
    # The stems of titles keep their places, since words that stand together in a title belong together.
    for name in (ARTICLE_EXACT, stem_field("title"), *map(exact_field, GROUPS), exact_field("remark")):
        schema.add(name, Prepared(positions=True))
    return schema


def day_number(day: date) -> int:
    """Return a day as the index holds it: 1996-01-17 as 19960117."""
    return day.year * 10_000 + day.month * 100 + day.day


def audience(clearance: str) -> int:
    """Return the place of a clearance among all, the most open first: 0, 1 or 2."""
    return _CLEARANCE[clearance]
