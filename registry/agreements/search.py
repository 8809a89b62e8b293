"""What of an agreement the index holds: every name and text by which somebody may look for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from registry.agreements.vocabulary import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry.agreements.models import Agreement

    #: A text with its language, if it has one.
    Text = tuple[str | None, str]


_SITE = re.compile(r"\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|int|ru|kz|by)\b", re.IGNORECASE)

#: What the kinds of instruments are called, since people type what they see on the page.
KIND_NAMES: dict[str, dict[str, str]] = {
    Kind.TREATY: {"en": "treaty", "ru": "договор", "kk": "шарт", "be": "дагавор"},
    Kind.AGREEMENT: {"en": "agreement", "ru": "соглашение", "kk": "келісім", "be": "пагадненне"},
    Kind.CONVENTION: {"en": "convention", "ru": "конвенция", "kk": "конвенция", "be": "канвенцыя"},
    Kind.PROTOCOL: {"en": "protocol", "ru": "протокол", "kk": "хаттама", "be": "пратакол"},
    Kind.MEMORANDUM_OF_UNDERSTANDING: {
        "en": "memorandum of understanding",
        "ru": "меморандум о взаимопонимании",
        "kk": "өзара түсіністік туралы меморандум",
        "be": "мемарандум аб узаемаразуменні",
    },
    Kind.EXCHANGE_OF_NOTES: {"en": "exchange of notes", "ru": "обмен нотами", "kk": "ноталар алмасу"},
    Kind.PROGRAMME: {"en": "programme", "ru": "программа", "kk": "бағдарлама", "be": "праграма"},
    Kind.PLAN: {"en": "plan", "ru": "план", "kk": "жоспар", "be": "план"},
    Kind.DECLARATION: {"en": "declaration", "ru": "заявление", "kk": "мәлімдеме", "be": "заява"},
    Kind.ARRANGEMENT: {"en": "arrangement", "ru": "договорённость"},
    Kind.OTHER: {},
}


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
            yield None, member.party.code
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
        # A site of the web is no part of the number that it gives.
        yield None, _SITE.sub(" ", number.value)
    if agreement.signed_on:
        # Dates are found however they are written, so one way to write them is enough.
        yield None, str(agreement.signed_on)


def _remarks(agreement: Agreement) -> Iterator[Text]:
    yield from (agreement.abstract or {}).items()
    for note in (*agreement.notes, agreement.nature_reason, agreement.signing_note):
        yield from (note or {}).items()
    yield from KIND_NAMES[agreement.kind].items()
    for signature in agreement.signatures:
        yield from (signature.full_powers or {}).items()
    for source in agreement.sources:
        if source.title:
            yield source.language, source.title
        if source.quote:
            yield source.language, source.quote
        yield from (source.note or {}).items()
