"""The content of a submission in words: rows of label and value, for people who check and decide."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from flask_babel import gettext
from sqlalchemy import select

from registry.agreements.models import Side, SideMember, Subject
from registry.core.durations import Period
from registry.core.i18n import N_
from registry.core.schemas import LANGUAGES
from registry.http.changes import NAMES, Change, say_value
from registry.http.writing import label, pick, write
from registry.parties.models import Body, Party

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

#: What the registry's own pages never ask for in words.
_UNSAID = frozenset({"id"})

_MAX_DEPTH = 8

#: The fields of a group in the order of the form, not of the stored JSON; others follow as they are.
_ORDER = {
    name: place
    for place, name in enumerate(
        (
            *("kind", "side", "level", "members", "party", "body", "name", "to", "text", "language", "status"),
            *("prevails", "authentic", "value", "judged_by", "reason", "person", "position", "office", "full_powers"),
            *("entry_into_force", "provisional_application", "duration", "denunciation"),
            *("rule", "form", "delay", "term", "counts_from", "from", "on", "with", "ends_on", "renewal", "renewals"),
            *("notice", "counts", "earliest_after", "locator", "title", "quote", "provisions", "effective_on"),
            *("until", "act", "by_agreement", "signed_on", "signed_at", "article", "certainty", "source", "note"),
        )
    )
}

_FIELDS = {
    **NAMES,
    "kind": N_("Kind"),
    "agreement": N_("Agreement"),
    "another_because": N_("Why it is another one"),
    "counts": N_("The period counts"),
    "counts_from": N_("The term counts from"),
    "delay": N_("How long after that"),
    "denunciation": N_("How it can be ended by notice"),
    "duration": N_("Duration"),
    "earliest_after": N_("Not earlier than after"),
    "ends_on": N_("Last day, if the text names it"),
    "entry_into_force": N_("Entry into force"),
    "file": N_("File"),
    "files": N_("Files"),
    "form": N_("For how long it is concluded"),
    "from": N_("From when"),
    "judged_by": N_("Who says so"),
    "notice": N_("Period of notice"),
    "position": N_("Position"),
    "provisional_application": N_("Provisional application"),
    "range": N_("Between"),
    "reason": N_("Why"),
    "renewal": N_("Each renewal"),
    "renewals": N_("How often it can be renewed"),
    "rule": N_("How it enters into force"),
    "signing": N_("How the signature is known"),
    "signing_date_range": N_("Signed between"),
    "subjects": N_("Subjects"),
    "term": N_("First term"),
    "with": N_("With which other agreement"),
}

_ITEMS = {
    "actions": N_("Act %(number)s"),
    "competent_bodies": N_("Competent body %(number)s"),
    "languages": N_("Language %(number)s"),
    "members": N_("Party %(number)s"),
    "notes": N_("Remark %(number)s"),
    "numbers": N_("Number %(number)s"),
    "relations": N_("Relation %(number)s"),
    "sides": N_("Side %(number)s"),
    "signatures": N_("Signature %(number)s"),
    "sources": N_("Source %(number)s"),
    "titles": N_("Title %(number)s"),
}

_PERIODS = frozenset({"delay", "term", "renewal", "notice", "earliest_after"})

#: Labels of what only the form asks for.
COUNTS_FROM = {
    "entry_into_force": N_("entry into force"),
    "signature": N_("signature"),
    "date": N_("a named day"),
}
NOTICE_COUNTS = {
    "before_end_of_term": N_("back from the end of the term"),
    "from_receipt": N_("from receipt of the notice"),
    "from_sending": N_("from sending the notice"),
    "before_end_of_calendar_year": N_("back from the end of the calendar year"),
}


@dataclass(frozen=True)
class Row:
    """One answer: the path of its field, what the field is called, and what was answered, in words."""

    path: str
    label: str
    value: str


@dataclass(frozen=True)
class Words:
    """Names of what content calls by keys: parties, bodies and subjects."""

    parties: Mapping[str, str] = field(default_factory=dict)
    bodies: Mapping[str, str] = field(default_factory=dict)
    subjects: Mapping[str, str] = field(default_factory=dict)
    sides: Mapping[str, str] = field(default_factory=dict)


def words_of(session: Session, agreement_id: int | None = None) -> Words:
    """Return the names of all parties, bodies and subjects, and of an agreement's sides, in the reader's language."""
    sides: dict[str, list[str]] = {}
    if agreement_id is not None:
        wanted = (
            select(Side.position, Party.names)
            .join(SideMember, SideMember.side_id == Side.id)
            .join(Party, Party.id == SideMember.party_id)
            .where(Side.agreement_id == agreement_id)
            .order_by(Side.position, SideMember.id)
        )
        for position, names in session.execute(wanted):
            sides.setdefault(str(position), []).append(pick(names))
    return Words(
        {code: pick(names) for code, names in session.execute(select(Party.code, Party.names))},
        {key: pick(names) for key, names in session.execute(select(Body.key, Body.names).order_by(Body.key))},
        {code: pick(labels) for code, labels in session.execute(select(Subject.code, Subject.labels))},
        {position: ", ".join(dict.fromkeys(names)) for position, names in sides.items()},
    )


def rows_of(content: Mapping[str, Any], parts: Iterable[str], words: Words) -> list[Row]:
    """Return the answers in some parts of the content, in the order of `parts`; nothing that was typed is left out."""
    words = replace(words, sides={**words.sides, **_sides_of(content, words)})
    return [row for part in parts if part in content for row in _rows(part, content[part], words)]


def differing_rows(before: Sequence[Row], after: Sequence[Row]) -> list[Change]:
    """Return what is not the same in two lists of answers, in the order of the later one."""
    old, new = ({row.path: row for row in rows} for rows in (before, after))
    return [
        Change((new.get(path) or old[path]).label, _value(old, path), _value(new, path))
        for path in [*new, *(path for path in old if path not in new)]
        if _value(old, path) != _value(new, path)
    ]


def _value(rows: Mapping[str, Row], path: str) -> str:
    return rows[path].value if path in rows else ""


def _sides_of(content: Mapping[str, Any], words: Words) -> dict[str, str]:
    """Return the names of the parties of each side that the content names, by its number."""
    named: dict[str, str] = {}
    sides = content.get("sides")
    for number, side in enumerate(sides if isinstance(sides, list) else [], 1):
        members = side.get("members") if isinstance(side, dict) else None
        parties = [
            str(item["party"])
            for item in (members if isinstance(members, list) else [])
            if isinstance(item, dict) and item.get("party")
        ]
        if parties:
            named[str(number)] = ", ".join(dict.fromkeys(words.parties.get(party, party) for party in parties))
    return named


def terms_in_words(kind: str, terms: Mapping[str, Any]) -> list[Row]:
    """Return what a final clause says besides its rule or form: terms, renewals, periods of notice, days."""
    said = {name: value for name, value in terms.items() if name not in ("rule", "form")}
    rows = _rows(f"final_clauses.{kind}", said, Words())
    return [Row(row.path, row.label.rpartition(" · ")[2], row.value) for row in rows]


def say_path(path: str) -> str:
    """Return what a field is called, such as “Side 1 · Party 1 · Body” for `sides.0.members.0.body`."""
    pieces = path.split(".")
    said: list[str] = []
    for place, piece in enumerate(pieces):
        following = pieces[place + 1] if place + 1 < len(pieces) else ""
        if piece.isdecimal() or (piece in LANGUAGES and place > 0):
            continue
        if piece in _ITEMS and following.isdecimal():
            said.append(gettext(_ITEMS[piece], number=int(following) + 1))
        elif piece == "final_clauses" and following:
            continue
        else:
            said.append(gettext(_FIELDS[piece]) if piece in _FIELDS else piece)
    return " · ".join(said)


def _rows(path: str, value: Any, words: Words) -> Iterator[Row]:
    pieces = path.split(".")
    if value in (None, "", [], {}) or pieces[-1] in _UNSAID:
        return
    if len(pieces) < _MAX_DEPTH:
        if isinstance(value, dict) and not value.keys() <= set(LANGUAGES):
            for key, inner in sorted(value.items(), key=lambda pair: _ORDER.get(pair[0], len(_ORDER))):
                yield from _rows(f"{path}.{key}", inner, words)
            return
        if isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
            for number, item in enumerate(value):
                yield from _rows(f"{path}.{number}", item, words)
            return
    yield Row(path, say_path(path), _say(pieces, value, words))


def _say(pieces: list[str], value: Any, words: Words) -> str:
    """Return a value in words, or as it was typed when it is none that the registry knows."""
    part, name = pieces[0], pieces[-1]
    if isinstance(value, list):
        inner = ["", "subject"] if part == "subjects" else [*pieces, "0"]
        return "; ".join(_say(inner, item, words) for item in value)
    if isinstance(value, dict):
        return _in_languages(value)
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    text = str(value)
    named = {"party": words.parties, "body": words.bodies, "subject": words.subjects, "side": words.sides}
    if name in named:
        return named[name].get(text, text)
    if name in _OURS:
        return str(gettext(_OURS[name][text])) if text in _OURS[name] else text
    return _say_text(part, name, text)


def _say_text(part: str, name: str, text: str) -> str:
    try:
        if name in _PERIODS:
            return write(Period.parse(text))
        if name in ("rule", "form") and part == "final_clauses":
            return label("term", text)
        return say_value(part, name, text)
    except ValueError:
        # It is no date and no period: it is shown as it was typed, and its field says what is wrong.
        return text


_YES_NO = {"true": N_("yes"), "false": N_("no")}
_OURS = {"authentic": _YES_NO, "prevails": _YES_NO, "counts": NOTICE_COUNTS, "counts_from": COUNTS_FROM}


def _in_languages(value: Mapping[str, Any]) -> str:
    if all(isinstance(text, str) for text in value.values()):
        return "\n".join(f"{label('language', code)}: {text}" for code, text in value.items())
    return json.dumps(value, ensure_ascii=False)
