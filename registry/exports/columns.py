"""The columns of a downloaded list. Their names are those of the import, so that a list can be read back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.core.schemas import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry.lifecycle.dossier import Dossier

    Column = Callable[[Dossier], object]


def _title(language: str) -> Column:
    return lambda dossier: next((item.text for item in dossier.agreement.titles if item.language == language), "")


def _side(position: int, name: str) -> Column:
    def value(dossier: Dossier) -> object:
        side = dossier.agreement.sides[position - 1]
        if name == "level":
            return side.level
        if name == "party":
            return side.members[0].party.code
        if name == "body":
            return next((member.body.key for member in side.members if member.body), "")
        return "; ".join(member.name for member in side.members if member.name)

    return value


def _signatories(dossier: Dossier) -> str:
    return "; ".join(f"{next(iter(item.person.values()))} ({item.party.code})" for item in dossier.agreement.signatures)


def _relations(dossier: Dossier) -> str:
    return "; ".join(f"{item.kind} {item.to_agreement.registry_number}" for item in dossier.agreement.shown_relations)


def _notes(dossier: Dossier) -> str:
    return " | ".join(note.get("en") or next(iter(note.values())) for note in dossier.agreement.notes)


COLUMNS: dict[str, Column] = {
    "registry_number": lambda dossier: dossier.agreement.registry_number,
    "reference": lambda dossier: dossier.agreement.reference,
    "kind": lambda dossier: dossier.agreement.kind,
    "level": lambda dossier: dossier.agreement.level,
    "proof": lambda dossier: dossier.agreement.proof,
    **{f"title_{language}": _title(language) for language in LANGUAGES},
    "signed_on": lambda dossier: dossier.agreement.signed_on,
    "signed_at_en": lambda dossier: (dossier.agreement.signed_at or {}).get("en"),
    "signed_at_ru": lambda dossier: (dossier.agreement.signed_at or {}).get("ru"),
    **{f"side{side}_{name}": _side(side, name) for side in (1, 2) for name in ("party", "level", "body", "name")},
    "signatories": _signatories,
    "entered_into_force_on": lambda dossier: dossier.entry.on if dossier.entry else None,
    "status_on": lambda dossier: dossier.on,
    "status": lambda dossier: dossier.period.status,
    "status_reason": lambda dossier: dossier.period.reason,
    "subjects": lambda dossier: "; ".join(subject.code for subject in dossier.agreement.subjects),
    "languages": lambda dossier: "; ".join(item.language for item in dossier.agreement.languages),
    "relations": _relations,
    "source": lambda dossier: dossier.agreement.sources[0].locator,
    "sources": lambda dossier: " | ".join(item.locator for item in dossier.agreement.sources),
    "source_quote": lambda dossier: dossier.agreement.sources[0].quote,
    "notes": _notes,
    "revision": lambda dossier: dossier.agreement.revision,
}
