"""Reads the public corpora of treaties that may lie beside the checkout, all in one shape.

A developer may lack them: whoever needs them asks `corpora_folder` first. What a corpus is, where it comes from and
what is wrong with it stands in the README of its folder.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

from registry.agreements.vocabulary import Kind
from registry.core.edtf import InvalidDateError, PartialDate

#: The corpora that `rows` reads, and the file of each. `tota` is licensed for non-commercial use only.
FILES = {
    "ch-treaties": "ch-treaties.jsonl.gz",
    "multilingual": "multilingual.jsonl.gz",
    "nl-treaties": "nl-treaties.jsonl.gz",
    "ru-agreements": "ru-agreements.jsonl.gz",
    "tota": "tota.jsonl.gz",
    "treaty-list": "treaty-list.csv.gz",
    "us-indian-treaties": "us-indian-treaties.jsonl.gz",
}

#: Fields that hold a title beside the first, by their names in the corpora.
OTHER_TITLES = ("title_fr", "title_it", "title_original", "title_alt", "short_title")

#: What the type of a source says, the first that fits. An amendment or a decision has no kind of its own.
KINDS = (
    ("memorandum|mou", Kind.MEMORANDUM_OF_UNDERSTANDING),
    ("exchange of", Kind.EXCHANGE_OF_NOTES),
    ("protocol", Kind.PROTOCOL),
    ("convention", Kind.CONVENTION),
    ("treaty|tratado|covenant|charter", Kind.TREATY),
    ("declaration", Kind.DECLARATION),
    ("programme", Kind.PROGRAMME),
    ("arrangement", Kind.ARRANGEMENT),
    ("agreement|accord|acuerdo|customs union|partial scope", Kind.AGREEMENT),
)


def corpora_folder():
    """Return the folder of the corpora, or None when this machine has none."""
    folder = Path(__file__).parents[2].parent / "shared" / "corpora"
    return folder if folder.is_dir() else None


def rows(name: str) -> Iterator[dict]:
    """Yield the records of the corpus `name` in the order of its file.

    Each has `id`, `title`, `other_titles` (a list), `language` (as the corpus says, `und` for mixed), `parties` (names),
    `party_codes` (ISO 3166 alpha-3; fewer than names where a party has none), `signed_on` (EDTF, or None where the
    source has no date or only an uncertain one), `kind` (a value of `Kind`) and `text` ("" where there is none).
    Raises KeyError for a name that is no corpus, FileNotFoundError where the corpora are missing.
    """
    file = FILES[name]
    folder = corpora_folder()
    if folder is None:
        raise FileNotFoundError("There is no folder shared/corpora beside the checkout.")
    with gzip.open(folder / name / file, "rt", encoding="utf-8", newline="") as lines:
        for record in csv.DictReader(lines) if ".csv" in file else map(json.loads, lines):
            yield _normalised(record)


def _normalised(record):
    title = record["title"].strip()
    others = [record[field].strip() for field in OTHER_TITLES if record.get(field)]
    return {
        "id": record["id"],
        "title": title,
        "other_titles": [other for other in dict.fromkeys(others) if other and other != title],
        "language": record.get("language") or record.get("title_lang"),
        "parties": _listed(record.get("parties")),
        "party_codes": _listed(record.get("party_codes")),
        "signed_on": _date(record.get("signed_on")),
        "kind": _kind(record.get("type") or ""),
        "text": record.get("text") or "",
    }


def _listed(value):
    """Read a list that a table holds as one text."""
    if isinstance(value, str):
        return [item.strip() for item in value.split(";") if item.strip()]
    return list(value or [])


def _date(value):
    try:
        return PartialDate.parse(value or "").text
    except InvalidDateError:
        return None


def _kind(kind):
    return next((found for words, found in KINDS if re.search(words, kind, re.IGNORECASE)), Kind.OTHER)
