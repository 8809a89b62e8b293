"""Writes: register an agreement, revise its record, and relate it to others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from registry.agreements.models import (
    Agreement,
    AgreementNumber,
    CompetentBody,
    ConclusionLanguage,
    RegistrySeries,
    Relation,
    Side,
    SideMember,
    Signature,
    Source,
    Subject,
    Title,
    VoidNumber,
)
from registry.agreements.rules import agreement_level, parse_registry_number, registry_number, series_of
from registry.agreements.vocabulary import Nature
from registry.core.access import Access
from registry.core.errors import RuleViolationError
from registry.core.facts import Fact
from registry.core.i18n import N_
from registry.outbox.services import note_changes
from registry.parties.queries import body_ids, party_ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from registry.agreements.schemas import AgreementRecord, EnterSubject
    from registry.core.uow import UnitOfWork

#: Which language's title orders lists, first one that the record has.
_SORT_LANGUAGES = ("ru", "en", "kk", "be")


def enter_subjects(uow: UnitOfWork, commands: Sequence[EnterSubject]) -> int:
    """Enter subject terms, or bring them up to date; return how many changed.

    Raises `RuleViolationError` when a term names a broader term that nobody knows.
    """
    subjects = {subject.code: subject for subject in uow.session.scalars(select(Subject))}
    changed = 0
    for command in commands:
        subject = subjects.get(command.code)
        if subject is None:
            subject = subjects[command.code] = Subject(
                code=command.code, labels=command.labels, synonyms=command.synonyms
            )
            uow.session.add(subject)
            changed += 1
        elif (subject.labels, subject.synonyms) != (command.labels, command.synonyms):
            subject.labels, subject.synonyms = command.labels, command.synonyms
            changed += 1
    uow.session.flush()
    for command in commands:
        if command.broader is not None and command.broader not in subjects:
            raise RuleViolationError(
                N_("Subject “%(subject)s”: subject “%(other)s” is not known."),
                subject=command.code,
                other=command.broader,
            )
        subjects[command.code].broader_id = subjects[command.broader].id if command.broader else None
    uow.session.flush()
    return changed


def enter_record(uow: UnitOfWork, record: AgreementRecord, home_party: str, content_hash: str) -> Agreement:
    """Register a new agreement under a registry number; relations follow in `relate`.

    Returns the new agreement, flushed, with its number. Raises `RuleViolationError` when a party, body or
    subject is not known, or when the number asked for is taken or belongs to another series.
    """
    agreement = Agreement(
        registry_number=_take_number(uow, record, home_party),
        reference=record.reference,
        content_hash=content_hash,
        revision=0,
        registered_at=uow.clock.now(),
        titles=[],
    )
    _fill(uow, agreement, record, content_hash)
    uow.session.add(agreement)
    uow.session.flush()
    note_changes(uow.session, [agreement.id])
    return agreement


def revise_record(uow: UnitOfWork, agreement: Agreement, record: AgreementRecord, content_hash: str) -> None:
    """Replace the record of an agreement by `record`; its registry number stays.

    Raises `RuleViolationError` when `record` asks for another number, or names what is not known.
    """
    if record.registry_number not in (None, agreement.registry_number):
        raise RuleViolationError(
            N_("%(reference)s is registered as %(number)s; a registry number never changes."),
            reference=record.reference or record.registry_number,
            number=agreement.registry_number,
        )
    for collection in (
        "titles",
        "languages",
        "sides",
        "signatures",
        "numbers",
        "competent_bodies",
        "sources",
        "relations",
    ):
        getattr(agreement, collection).clear()
    # The old rows leave before the new ones come, since both may hold the same unique values.
    uow.session.flush()
    _fill(uow, agreement, record, content_hash)
    uow.session.flush()
    note_changes(uow.session, [agreement.id])


def relate(uow: UnitOfWork, agreement: Agreement, record: AgreementRecord) -> None:
    """Record what the agreement does to others, which must all be in the registry by now.

    Raises `RuleViolationError` when another agreement cannot be found, or is the agreement itself.
    """
    for relation in record.relations:
        other = find_agreement_id(uow.session, relation["to"])
        if other is None or other == agreement.id:
            raise RuleViolationError(
                N_("%(number)s: the related agreement “%(to)s” is not in the registry or in the file."),
                number=agreement.reference or agreement.registry_number,
                to=relation["to"],
            )
        uow.session.add(
            Relation(
                from_id=agreement.id,
                to_id=other,
                kind=relation["kind"],
                provisions=relation.get("provisions"),
                effective_on=relation.get("effective_on"),
                **_fact(relation),
            )
        )
    uow.session.flush()


def find_agreement_id(session: Session, name: str) -> int | None:
    """Return the id of the agreement with this reference or registry number."""
    return session.scalar(
        select(Agreement.id).where(or_(Agreement.reference == name, Agreement.registry_number == name))
    )


def find_twin(session: Session, record: AgreementRecord) -> str | None:
    """Return the registry number of an agreement with the same title and date of signature, if there is one."""
    texts = [title["text"] for title in record.titles]
    signed = Agreement.signed_on.is_(None) if record.signed_on is None else Agreement.signed_on == record.signed_on
    return session.scalar(
        select(Agreement.registry_number)
        .join(Title, Title.agreement_id == Agreement.id)
        .where(signed, func.trim(Title.text).in_(texts))
        .limit(1)
    )


def _take_number(uow: UnitOfWork, record: AgreementRecord, home_party: str) -> str:
    """Give the next number of the series, or the number asked for when it is free and of the right series."""
    codes = [member["party"] for side in record.sides for member in side["members"]]
    counterpart, year = series_of(home_party, codes, record.signed_on)
    if record.registry_number is not None:
        counterpart_asked, year, number = parse_registry_number(record.registry_number)
        if counterpart_asked != counterpart:
            raise RuleViolationError(
                N_("%(number)s: this agreement belongs to the series of %(counterpart)s."),
                number=record.registry_number,
                counterpart=counterpart,
            )
    series = uow.session.get(RegistrySeries, (counterpart, year), with_for_update=True)
    if series is None:
        series = RegistrySeries(counterpart=counterpart, year=year, last_number=0)
        uow.session.add(series)
    if record.registry_number is None:
        number = series.last_number + 1
    elif find_agreement_id(uow.session, record.registry_number) is not None:
        raise RuleViolationError(N_("Registry number %(number)s is taken."), number=record.registry_number)
    elif uow.session.get(VoidNumber, record.registry_number) is not None:
        raise RuleViolationError(N_("Registry number %(number)s was declared void."), number=record.registry_number)
    series.last_number = max(series.last_number, number)
    uow.session.flush()
    return registry_number(counterpart, year, number)


def _fill(uow: UnitOfWork, agreement: Agreement, record: AgreementRecord, content_hash: str) -> None:
    """Write all of `record` but its relations into `agreement`."""
    known = _Known(uow.session, record)
    earliest, latest = _signing_range(record)
    nature = record.nature or {"value": Nature.UNDETERMINED}
    languages_clause = record.languages_clause or Fact()
    values: dict[str, Any] = {
        "reference": record.reference,
        "kind": record.kind,
        # A file that does not say how open a record is leaves that as it was: nothing is opened by saying nothing.
        "access": record.access or agreement.access or Access.PUBLIC,
        "level": agreement_level([side["level"] for side in record.sides]),
        "proof": record.proof,
        "nature": nature["value"],
        "nature_judged_by": nature.get("judged_by"),
        "nature_reason": nature.get("reason"),
        "signed_on": record.signed_on,
        "signed_earliest": earliest,
        "signed_latest": latest,
        "signed_at": record.signed_at,
        "signing_certainty": record.signing.certainty,
        "signing_source": record.signing.source,
        "signing_article": record.signing.article,
        "signing_note": record.signing.note,
        "languages_article": languages_clause.article,
        "languages_source": languages_clause.source,
        "article_count": record.article_count,
        "abstract": record.abstract,
        "notes": record.notes,
        "sort_title": sort_title(record.titles),
        "content_hash": content_hash,
        "revised_at": uow.clock.now(),
    }
    for name, value in values.items():
        setattr(agreement, name, value)
    agreement.titles = [Title(**title) for title in record.titles]
    agreement.languages = [ConclusionLanguage(**language) for language in record.languages]
    agreement.sides = [
        Side(
            position=position,
            level=side["level"],
            members=[
                SideMember(
                    position=place,
                    party_id=known.party(member["party"]),
                    body_id=known.body(member.get("body")),
                    name=member.get("name"),
                )
                for place, member in enumerate(side["members"], start=1)
            ],
            **_fact(side),
        )
        for position, side in enumerate(record.sides, start=1)
    ]
    agreement.signatures = [
        Signature(
            position=position,
            side=signature["side"],
            party_id=known.party(signature["party"]),
            body_id=known.body(signature.get("body")),
            person=signature["person"],
            position_held=signature.get("position"),
            office=signature["office"],
            full_powers=signature.get("full_powers"),
            signed_on=signature.get("signed_on"),
            signed_at=signature.get("signed_at"),
            **_fact(signature),
        )
        for position, signature in enumerate(record.signatures, start=1)
    ]
    agreement.subjects = [known.subject(code) for code in dict.fromkeys(record.subjects)]
    agreement.numbers = [AgreementNumber(**number) for number in record.numbers]
    agreement.competent_bodies = [
        CompetentBody(
            side=body["side"],
            name=body["name"],
            body_id=known.body(body.get("body")),
            article=body.get("article"),
            source=body.get("source"),
        )
        for body in record.competent_bodies
    ]
    agreement.sources = [
        Source(position=position, key=source["id"], **{name: value for name, value in source.items() if name != "id"})
        for position, source in enumerate(record.sources, start=1)
    ]


class _Known:
    """Looks up what a record names by its public keys, and says which name is not known."""

    def __init__(self, session: Session, record: AgreementRecord) -> None:
        self._label = record.reference or record.registry_number or record.titles[0]["text"]
        self._parties = party_ids(session)
        self._bodies = body_ids(session)
        self._subjects = {
            item.code: item for item in session.scalars(select(Subject).where(Subject.code.in_(record.subjects)))
        }

    def party(self, code: str) -> int:
        if code not in self._parties:
            raise RuleViolationError(N_("%(record)s: party “%(name)s” is not known."), record=self._label, name=code)
        return self._parties[code]

    def body(self, key: str | None) -> int | None:
        if key is None:
            return None
        if key not in self._bodies:
            raise RuleViolationError(N_("%(record)s: body “%(name)s” is not known."), record=self._label, name=key)
        return self._bodies[key]

    def subject(self, code: str) -> Subject:
        if code not in self._subjects:
            raise RuleViolationError(N_("%(record)s: subject “%(name)s” is not known."), record=self._label, name=code)
        return self._subjects[code]


def _fact(part: dict[str, Any]) -> dict[str, Any]:
    """Take the proof of a fact out of a loaded part of a record."""
    return {name: part[name] for name in ("certainty", "source", "article", "note") if name in part}


def _signing_range(record: AgreementRecord) -> tuple[Any, Any]:
    """Return the earliest and the latest day on which the agreement can have been signed."""
    if record.signing_date_range is not None:
        first, last = record.signing_date_range
        return first.earliest, last.latest
    if record.signed_on is None:
        return None, None
    return record.signed_on.earliest, record.signed_on.latest


def sort_title(titles: Sequence[dict[str, Any]]) -> str:
    """Return the title by which lists are ordered: the first language of the order that the record has, folded."""
    by_language = {title["language"]: title["text"] for title in reversed(titles)}
    text = next(by_language[language] for language in _SORT_LANGUAGES if language in by_language)
    return re.sub(r"[^\w ]", "", text).casefold()
