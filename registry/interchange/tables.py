"""A row of a table (CSV) turned into the shape of a record. The schema then checks both alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from registry.agreements.vocabulary import Proof, TitleStatus
from registry.core.schemas import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Columns that a table must have; without them no row can become a record.
REQUIRED = ("kind", "subjects", "source")

#: Columns that our own downloads add and that are computed: they are read over.
COMPUTED = (
    "status",
    "status_on",
    "status_reason",
    "entered_into_force_certainty",
    "signatories",
    "relations",
    "notes",
    "sources",
    "url",
    "revision",
)

_PLAIN = ("reference", "registry_number", "kind", "proof", "signed_on", "article_count")
_SIDE = ("party", "level", "body", "name", "signatory", "position", "office")
_CLAUSES = ("entry_rule", "duration_form", "term", "renewal", "ends_on", "notice", "notice_counts")
_BY_LANGUAGE = ("title", "title_status", "signed_at", "abstract", "note")
_OTHER = (
    "level",
    "entered_into_force_on",
    "subjects",
    "languages",
    "relation_kind",
    "relation_to",
    "publication",
    "source",
    "source_kind",
    "source_quote",
)

COLUMNS = (
    *_PLAIN,
    *_OTHER,
    *(f"{name}_{language}" for name in _BY_LANGUAGE for language in LANGUAGES),
    *(f"side{side}_{name}" for side in (1, 2) for name in _SIDE),
    *_CLAUSES,
)

_DOTTED = re.compile(r"(?:(\d{1,2})\.)?(\d{1,2})\.(\d{4})(?:\s*г\.?)?")
_WITH_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]00:00(:00)?")


def record_of(row: Mapping[str, str], home_party: str) -> dict[str, Any]:
    """Return the record that a row of a table describes, unchecked.

    Empty cells are unknown facts and leave no field behind. Dates may be written 17.01.1996 as offices do.
    Every fact rests on the one source that the row names.
    """
    proof = row.get("proof", str(Proof.PRESS))
    record: dict[str, Any] = {name: row[name] for name in _PLAIN if name in row}
    record["proof"] = proof
    if "signed_on" in row:
        record["signed_on"] = plain_date(row["signed_on"])
        record["signing"] = {"source": "s1"}
    record["titles"] = [
        {
            "language": language,
            "text": row[f"title_{language}"],
            "status": row.get(f"title_status_{language}", str(TitleStatus.AS_CITED)),
        }
        for language in LANGUAGES
        if f"title_{language}" in row
    ]
    record["subjects"] = _list(row.get("subjects", ""))
    record["sides"] = [_side(row, side, home_party) for side in (1, 2)]
    record["signatures"] = [_signature(row, side, home_party) for side in (1, 2) if f"side{side}_signatory" in row]
    record["languages"] = [{"language": language} for language in _list(row.get("languages", ""))]
    kind = row.get("source_kind", "official_text" if proof == Proof.OFFICIAL_TEXT else "press")
    source = {"id": "s1", "kind": kind, "locator": row.get("source", ""), "quote": row.get("source_quote")}
    record["sources"] = [{name: value for name, value in source.items() if value}] if row.get("source") else []
    for name in ("signed_at", "abstract"):
        text = _by_language(row, name)
        if text:
            record[name] = text
    note = _by_language(row, "note")
    if note:
        record["notes"] = [note]
    if "publication" in row:
        record["numbers"] = [{"scheme": "publication", "value": row["publication"], "source": "s1"}]
    if "relation_to" in row:
        record["relations"] = [
            {"kind": row.get("relation_kind", "refers_to"), "to": row["relation_to"], "source": "s1"}
        ]
    if "entered_into_force_on" in row:
        record["actions"] = [
            {"kind": "entry_into_force", "on": plain_date(row["entered_into_force_on"]), "source": "s1"}
        ]
    clauses = _clauses(row)
    if clauses:
        record["final_clauses"] = clauses
    if isinstance(record.get("article_count"), str) and record["article_count"].isdecimal():
        record["article_count"] = int(record["article_count"])
    return {
        name: value
        for name, value in record.items()
        if value not in (None, []) or name in ("titles", "subjects", "sources")
    }


def plain_date(text: str) -> str:
    """Write a date as EDTF: `17.01.1996` and `01.1996` as offices write them, and what Excel makes of a date."""
    text = text.strip()
    dotted = _DOTTED.fullmatch(text)
    if dotted:
        day, month, year = dotted.groups()
        return "-".join(part for part in (year, month.zfill(2), day.zfill(2) if day else None) if part)
    timed = _WITH_TIME.fullmatch(text)
    return timed.group(1) if timed else text


def _side(row: Mapping[str, str], side: int, home_party: str) -> dict[str, Any]:
    party = row.get(f"side{side}_party", home_party if side == 1 else "")
    member = {"party": party, "body": row.get(f"side{side}_body"), "name": row.get(f"side{side}_name")}
    return {
        "level": row.get(f"side{side}_level", row.get("level", "")),
        "members": [{name: value for name, value in member.items() if value}],
    }


def _signature(row: Mapping[str, str], side: int, home_party: str) -> dict[str, Any]:
    language = "ru" if re.search("[а-яё]", row[f"side{side}_signatory"], re.IGNORECASE) else "en"
    signature: dict[str, Any] = {
        "side": side,
        "party": row.get(f"side{side}_party", home_party if side == 1 else ""),
        "person": {language: row[f"side{side}_signatory"]},
        "source": "s1",
    }
    if f"side{side}_position" in row:
        signature["position"] = {language: row[f"side{side}_position"]}
    for name in ("body", "office"):
        if f"side{side}_{name}" in row:
            signature[name] = row[f"side{side}_{name}"]
    return signature


def _clauses(row: Mapping[str, str]) -> dict[str, Any]:
    clauses: dict[str, Any] = {}
    if "entry_rule" in row:
        clauses["entry_into_force"] = {"rule": row["entry_rule"], "source": "s1"}
    if "duration_form" in row:
        duration = {"form": row["duration_form"], "source": "s1"}
        duration.update({name: row[name] for name in ("term", "renewal") if name in row})
        if "ends_on" in row:
            duration["ends_on"] = plain_date(row["ends_on"])
        clauses["duration"] = duration
    if "notice" in row:
        clauses["denunciation"] = {"notice": row["notice"], "source": "s1"}
        if "notice_counts" in row:
            clauses["denunciation"]["counts"] = row["notice_counts"]
    return clauses


def _by_language(row: Mapping[str, str], name: str) -> dict[str, str]:
    return {language: row[f"{name}_{language}"] for language in LANGUAGES if f"{name}_{language}" in row}


def _list(cell: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;|]", cell) if part.strip()]
