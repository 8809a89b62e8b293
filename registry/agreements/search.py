"""What of an agreement the index holds: every name and text by which somebody may look for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry.agreements.models import Agreement

    #: A text with its language, if it has one.
    Text = tuple[str | None, str]


def index_texts(agreement: Agreement) -> dict[str, tuple[Text, ...]]:
    """Return the texts of an agreement by the group in which they are indexed; the whole record must be loaded."""
    return {
        "title": tuple((title.language, title.text) for title in agreement.titles),
        "subject": tuple(_subjects(agreement)),
        "actor": tuple(dict.fromkeys(_actors(agreement))),
        "number": tuple(_numbers(agreement)),
        "place": tuple((agreement.signed_at or {}).items()),
        "remark": tuple(_remarks(agreement)),
    }


def _subjects(agreement: Agreement) -> Iterator[Text]:
    for subject in agreement.subjects:
        yield from subject.labels.items()
        for language, synonyms in subject.synonyms.items():
            yield from ((language, synonym) for synonym in synonyms)


def _actors(agreement: Agreement) -> Iterator[Text]:
    for side in agreement.sides:
        for member in side.members:
            yield from member.party.names.items()
            yield from member.party.long_names.items()
            if member.name:
                yield None, member.name
            if member.body:
                yield from member.body.names.items()
                yield from ((None, name) for name in member.body.also_known_as)
    for signature in agreement.signatures:
        yield from signature.person.items()
        yield from (signature.position_held or {}).items()
    for body in agreement.competent_bodies:
        yield from body.name.items()


def _numbers(agreement: Agreement) -> Iterator[Text]:
    yield None, agreement.registry_number
    if agreement.reference:
        yield None, agreement.reference
    for number in agreement.numbers:
        yield None, number.value
    if agreement.signed_on:
        # Dates are found however they are written, so one way to write them is enough.
        yield None, str(agreement.signed_on)


def _remarks(agreement: Agreement) -> Iterator[Text]:
    yield from (agreement.abstract or {}).items()
    for note in agreement.notes:
        yield from note.items()
