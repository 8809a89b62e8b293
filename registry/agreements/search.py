"""What of an agreement the index holds: every name and text by which somebody may look for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.dates import format_date

from registry.core.schemas import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry.agreements.models import Agreement
    from registry.core.edtf import PartialDate


def index_texts(agreement: Agreement) -> dict[str, tuple[str, ...]]:
    """Return the texts of an agreement by the group in which they are indexed; the whole record must be loaded."""
    return {
        "title": tuple(title.text for title in agreement.titles),
        "subject": tuple(_subjects(agreement)),
        "actor": tuple(dict.fromkeys(_actors(agreement))),
        "number": tuple(_numbers(agreement)),
        "place": tuple((agreement.signed_at or {}).values()),
        "text": tuple(_texts(agreement)),
    }


def _subjects(agreement: Agreement) -> Iterator[str]:
    for subject in agreement.subjects:
        yield from subject.labels.values()
        for synonyms in subject.synonyms.values():
            yield from synonyms


def _actors(agreement: Agreement) -> Iterator[str]:
    for side in agreement.sides:
        for member in side.members:
            yield from member.party.names.values()
            yield from member.party.long_names.values()
            if member.name:
                yield member.name
            if member.body:
                yield from member.body.names.values()
                yield from member.body.also_known_as
    for signature in agreement.signatures:
        yield from signature.person.values()
        yield from (signature.position_held or {}).values()
    for body in agreement.competent_bodies:
        yield from body.name.values()


def _numbers(agreement: Agreement) -> Iterator[str]:
    yield agreement.registry_number
    if agreement.reference:
        yield agreement.reference
    for number in agreement.numbers:
        yield number.value
    if agreement.signed_on:
        yield from written_dates(agreement.signed_on)


def _texts(agreement: Agreement) -> Iterator[str]:
    yield from (agreement.abstract or {}).values()
    for note in agreement.notes:
        yield from note.values()


def written_dates(day: PartialDate) -> Iterator[str]:
    """Yield a date as people write it: 1996-01-17, 17.01.1996, 17 января 1996, 17 January 1996, and so on."""
    yield str(day)
    if day.is_exact:
        yield day.earliest.strftime("%d.%m.%Y")
    for language in LANGUAGES:
        if day.precision != "year":
            yield format_date(day.earliest, "d MMMM y" if day.is_exact else "LLLL y", locale=language)
