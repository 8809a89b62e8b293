"""What amends the articles of an agreement: read from the texts of its protocols at the time it is asked.

Nothing of it is stored, so that a text that is replaced, corrected or closed to a reader changes the answer at once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.agreements.models import Agreement, Relation
from registry.agreements.queries import agreements_by_ids
from registry.agreements.vocabulary import Kind, RelationKind
from registry.documents.amendments import Amendment, Change, amended_articles
from registry.documents.numbering import read_number
from registry.documents.outline import PieceKind
from registry.documents.queries import documents_of, text_in
from registry.lifecycle.dossier import dossiers_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from registry.documents.models import Article, Document
    from registry.lifecycle.dossier import Dossier


@dataclass(frozen=True)
class Mark:
    """One article of the agreement that a protocol amends, and the article of the protocol that says so."""

    amendment: Amendment
    article: Article


@dataclass(frozen=True)
class Amending:
    """A protocol that amends an agreement: its dossier, the text that was read, and what was found in it.

    `document` is None where no text of the protocol is here for the reader.
    """

    dossier: Dossier
    document: Document | None
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Placed:
    """A mark at an article of the agreement's text. With `is_after` it is about an article that follows this one."""

    mark: Mark
    by: Amending
    is_after: bool


def amendments_of(session: Session, agreement: Agreement, language: str, today: date) -> list[Amending]:
    """Return what amends `agreement` as far as the session may see it, the earliest signed first.

    A protocol is read in `language` where it has that text, and else in the weightiest one that it has.
    """
    rows = session.scalars(
        select(Relation.from_id).where(Relation.to_id == agreement.id, Relation.kind == RelationKind.AMENDS)
    )
    # What the session may not see is not among the agreements that it finds.
    protocols = agreements_by_ids(session, list(rows), whole=False)
    texts = documents_of(session, [protocol.id for protocol in protocols])
    found = []
    for dossier in dossiers_of(session, protocols, today):
        languages = [document.language for document in texts.get(dossier.agreement.id, []) if document.has_text]
        chosen = language if language in languages else next(iter(languages), None)
        document = text_in(session, dossier.agreement.id, chosen) if chosen else None
        others = _other_kinds(session, dossier.agreement.id, agreement.id)
        marks = tuple(mark for mark in _marks(document) if concerns(mark.amendment, agreement.kind, others))
        found.append(Amending(dossier, document, marks))
    return sorted(found, key=_signed)


def concerns(amendment: Amendment, kind: str, other_kinds: Collection[str | None]) -> bool:
    """Return whether an amendment is one of the agreement of this kind.

    `other_kinds` are those of the other agreements that the protocol amends, None for a hidden one. Where there are
    others, the passage must name the kind, and the kind must tell them apart: an article is not marked on a guess.
    """
    named = amendment.instrument
    if other_kinds:
        return named == kind and kind not in other_kinds
    return named is None or named == kind or Kind.PROTOCOL not in (named, kind)


def placed(articles: Sequence[Article], amending: Sequence[Amending]) -> dict[str, list[Placed]]:
    """Return the marks of each article of the agreement's text by its anchor.

    An article that the text does not have, as it was put in later, is marked at the one that it follows.
    """
    own = [article for article in articles if article.kind == PieceKind.ARTICLE and article.number]
    by_number: dict[str, Article] = {}
    for article in own:
        by_number.setdefault(str(article.number).lower(), article)
    found: dict[str, list[Placed]] = defaultdict(list)
    for by in amending:
        for mark in by.marks:
            there = by_number.get(mark.amendment.number)
            place = there or _before(mark.amendment, list(by_number.values()))
            if place is not None:
                found[place.anchor].append(Placed(mark, by, is_after=there is None))
    return found


def _before(amendment: Amendment, articles: Sequence[Article]) -> Article | None:
    """Return the article after which a new one stands; the count may only be known by its numbers."""
    new = read_number(amendment.number)
    if amendment.change != Change.INSERTED or new is None:
        return None
    orders = [(number[0].order, article) for article in articles if (number := read_number(str(article.number)))]
    earlier = [pair for pair in orders if pair[0] < new[0].order]
    return max(earlier, key=lambda pair: pair[0])[1] if earlier else None


def _marks(document: Document | None) -> list[Mark]:
    """Return what a protocol amends; the text is read as a whole, since a heading may stand above several articles."""
    if document is None:
        return []
    articles = document.articles
    starts = list(accumulate((len(article.text) for article in articles), initial=0))
    text = "".join(article.text for article in articles)
    return [Mark(item, articles[bisect_right(starts, item.start) - 1]) for item in amended_articles(text)]


def _other_kinds(session: Session, protocol_id: int, agreement_id: int) -> list[str | None]:
    rows = session.execute(
        select(Agreement.kind)
        .select_from(Relation)
        .outerjoin(Agreement, Agreement.id == Relation.to_id)
        .where(Relation.from_id == protocol_id, Relation.kind == RelationKind.AMENDS, Relation.to_id != agreement_id)
    )
    return [row[0] for row in rows]


def _signed(amending: Amending) -> tuple[str, str]:
    signed = amending.dossier.agreement.signed_on
    return (signed.earliest.isoformat() if signed else "9999", amending.dossier.agreement.registry_number)
