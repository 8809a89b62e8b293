"""Differences between two states of a record, in words and in the reader's language."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import gettext

from registry.core.edtf import PartialDate
from registry.core.i18n import N_
from registry.core.schemas import LANGUAGES
from registry.http.writing import LABELS, label, pick, write

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from registry.revisions.differences import Difference

#: Parts and fields of a record by the names that snapshots have; what is not here is shown by its own name.
NAMES = {
    "abstract": N_("Abstract"),
    "access": N_("Who may see it"),
    "act": N_("Act"),
    "actions": N_("Act"),
    "article": N_("Article"),
    "article_count": N_("Number of articles"),
    "authentic": N_("Authentic"),
    "body": N_("Body"),
    "by_agreement": N_("By agreement"),
    "certainty": N_("How it is known"),
    "competent_bodies": N_("Competent body"),
    "documents": N_("Text"),
    "effective_on": N_("With effect from"),
    "file_name": N_("File"),
    "final_clauses": N_("Final clause"),
    "full_powers": N_("Full powers"),
    "kind": N_("Kind"),
    "language": N_("Language"),
    "languages": N_("Language of conclusion"),
    "languages_article": N_("Article on languages"),
    "languages_source": N_("Source for languages"),
    "level": N_("Level"),
    "locator": N_("Address"),
    "members": N_("Who acts"),
    "name": N_("Name"),
    "nature": N_("Nature"),
    "nature_judged_by": N_("Who judged its nature"),
    "nature_reason": N_("Why its nature was judged so"),
    "note": N_("Remark"),
    "notes": N_("Doubts and remarks"),
    "numbers": N_("Number elsewhere"),
    "office": N_("Office"),
    "on": N_("Day"),
    "party": N_("Party"),
    "person": N_("Person"),
    "position_held": N_("Position"),
    "prevails": N_("Prevails"),
    "proof": N_("How it is proven"),
    "provisions": N_("Provisions"),
    "quote": N_("Words of the source"),
    "reference": N_("Reference"),
    "relations": N_("Relation"),
    "role": N_("Kind of text"),
    "scheme": N_("Kind of number"),
    "sha256": N_("SHA-256"),
    "side": N_("Side"),
    "sides": N_("Side"),
    "signatures": N_("Signature"),
    "signed_at": N_("Place of signature"),
    "signed_earliest": N_("Signed at the earliest"),
    "signed_latest": N_("Signed at the latest"),
    "signed_on": N_("Date of signature"),
    "signing_article": N_("Article on signature"),
    "signing_certainty": N_("How the signature is known"),
    "signing_note": N_("Remark on signature"),
    "signing_source": N_("Source for signature"),
    "size": N_("Size in bytes"),
    "source": N_("Source"),
    "sources": N_("Source"),
    "status": N_("Status"),
    "subjects": N_("Subject"),
    "terms": N_("Terms"),
    "text": N_("Text"),
    "title": N_("Title"),
    "titles": N_("Title"),
    "to": N_("Agreement"),
    "until": N_("Until"),
    "value": N_("Value"),
}

#: Fields whose vocabulary is called as they are.
_SAME_NAME = ("level", "kind", "proof", "access", "nature", "certainty", "language", "office")

#: The vocabulary of a field, by part and field or for the field in any part.
_VOCABULARIES: dict[tuple[str | None, str], str] = {
    **{(None, name): name for name in _SAME_NAME},
    (None, "signing_certainty"): "certainty",
    ("titles", "status"): "title_status",
    ("actions", "kind"): "action",
    ("final_clauses", "kind"): "clause",
    ("relations", "kind"): "relation",
    ("numbers", "scheme"): "number",
    ("sources", "kind"): "source",
    ("documents", "role"): "text_role",
}

#: What an item of a list is called by, and what is shown of it when it came or went.
_CALLED = {
    "titles": ("language", "status"),
    "languages": ("language",),
    "sides": ("position",),
    "signatures": ("person",),
    "competent_bodies": ("name",),
    "numbers": ("scheme",),
    "subjects": ("labels",),
    "relations": ("kind", "to"),
    "actions": ("kind", "on"),
    "final_clauses": ("kind",),
    "sources": ("key",),
    "documents": ("role", "language"),
}
_SUMMARY = {
    "titles": ("text",),
    "signatures": ("office", "position_held"),
    "numbers": ("value",),
    "sides": ("level", "members"),
    "actions": ("effective_on", "act"),
    "final_clauses": ("text",),
    "sources": ("title", "locator"),
    "documents": ("file_name", "sha256"),
}


@dataclass(frozen=True)
class Change:
    """A difference in words: what it is about, and how it read before and after; an empty text means nothing."""

    about: str
    before: str
    after: str


def say_change(difference: Difference) -> Change:
    """Return a difference in words."""
    part, item, name = difference.part, difference.item, difference.field
    heading = _name(part)
    if item is None:
        return Change(heading, say_value(None, part, difference.before), say_value(None, part, difference.after))
    called = ", ".join(part for part in _said(part, item, _CALLED.get(part, ())) if part)
    about = f"{heading}: {called}" if called else heading
    if name is not None:
        about = f"{about} — {_name(name)}"
        return Change(about, say_value(part, name, difference.before), say_value(part, name, difference.after))
    return Change(about, _summary(part, difference.before), _summary(part, difference.after))


def say_value(part: str | None, name: str, value: Any) -> str:
    """Return the value of a field in words."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    if isinstance(value, dict):
        return _mapping(value)
    if isinstance(value, list):
        return "; ".join(_mapping(item) if isinstance(item, dict) else str(item) for item in value)
    vocabulary = _VOCABULARIES.get((part, name)) or _VOCABULARIES.get((None, name))
    if vocabulary in LABELS:
        return label(str(vocabulary), str(value))
    is_day = name in ("on", "until") or name.endswith(("_on", "_earliest", "_latest"))
    return write(PartialDate.parse(value)) if is_day else str(value)


def _mapping(value: Mapping[str, Any]) -> str:
    """Write a text in several languages, a party, a body, a member of a side, or else plain JSON."""
    if value.keys() <= set(LANGUAGES):
        return pick(value) if len(value) == 1 else "; ".join(f"{code}: {text}" for code, text in sorted(value.items()))
    if "party" in value:
        return ", ".join(
            part for part in (_mapping(value["party"]), _mapping(value["body"] or {}), value.get("name")) if part
        )
    if "names" in value:
        return pick(value["names"])
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _summary(part: str, item: Mapping[str, Any] | None) -> str:
    """Return what is shown of an item that came or went."""
    if item is None:
        return ""
    return ", ".join(text for text in _said(part, item, _SUMMARY.get(part, ())) if text) or str(gettext("present"))


def _said(part: str, item: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        value = item.get(name)
        yield pick(value) if isinstance(value, dict) else say_value(part, name, value)


def _name(name: str) -> str:
    return str(gettext(NAMES[name])) if name in NAMES else name
