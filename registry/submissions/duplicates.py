"""Which registered agreements may be the one that somebody submits: found by indexes first, then compared in words."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz
from sqlalchemy import and_, distinct, func, or_, select
from sqlalchemy.orm import selectinload

from registry.agreements.models import Agreement, AgreementNumber, Side, SideMember
from registry.core.edtf import InvalidDateError, PartialDate
from registry.documents.models import Document
from registry.parties.models import Party
from registry.submissions.schemas import Duplicate
from registry.submissions.vocabulary import Likeness

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

#: Agreements signed so many days apart are still compared by their titles.
_WINDOW = timedelta(days=366)

#: Signatures so close to each other are close: a visit, or a slip in the date.
_CLOSE = timedelta(days=7)

#: From here on titles are alike: of the same length and mostly the same words, in whatever order.
_SIMILAR = 82

#: How many candidates are compared at most, those of the closest date first.
_MOST_COMPARED, _MOST_SHOWN = 500, 10


def likely_duplicates(
    session: Session,
    content: Mapping[str, Any],
    *,
    sees: Collection[str],
    digests: Collection[str] = (),
    but: Collection[str] = (),
) -> list[Duplicate]:
    """Return registered agreements that may be the one that `content` describes, the likeliest first.

    Alike are those with the same file or number; with a similar title in any language, of the same parties; and those
    of the same parties signed within a week. `content` may be incomplete and wrong: what cannot be read is not used.
    `sees` is how open agreements may be that the asker knows of, `but` are registry numbers to be left out.
    """
    parties, titles = _parties(content), _titles(content)
    signed = _date(content.get("signed_on"))
    by_file = _by_file(session, digests)
    by_number = _by_number(session, content)
    of_parties = _of_parties(session, parties, signed)
    ids = {*by_file, *by_number, *of_parties}
    found = session.scalars(
        select(Agreement)
        .where(Agreement.id.in_(ids), Agreement.access.in_(sees), Agreement.registry_number.not_in(but))
        .options(selectinload(Agreement.titles))
    )
    alike = []
    for agreement in found:
        reasons: list[Likeness] = []
        if agreement.id in by_file:
            reasons.append(Likeness.SAME_FILE)
        if agreement.id in by_number:
            reasons.append(Likeness.SAME_NUMBER)
        likeness = _likeness(titles, [title.text for title in agreement.titles])
        if likeness >= _SIMILAR:
            reasons.append(Likeness.SAME_TITLE if likeness == 100 else Likeness.SIMILAR_TITLE)  # noqa: PLR2004  All of it.
        apart = _apart(signed, agreement)
        if apart is not None and apart <= _CLOSE:
            reasons.append(Likeness.SAME_DATE if not apart else Likeness.CLOSE_DATE)
        if not reasons:
            continue
        if agreement.id in of_parties:
            reasons.append(Likeness.SAME_PARTIES)
        alike.append(
            Duplicate(
                agreement.registry_number,
                {title.language: title.text for title in reversed(agreement.titles)},
                str(agreement.signed_on) if agreement.signed_on else None,
                _score(reasons, likeness),
                tuple(str(reason) for reason in reasons),
            )
        )
    return sorted(alike, key=lambda item: (-item.score, item.registry_number))[:_MOST_SHOWN]


def likely_same(
    content: Mapping[str, Any], digests: Collection[str], other: Mapping[str, Any], other_digests: Collection[str]
) -> tuple[int, tuple[str, ...]]:
    """Return how alike the contents of two submissions are, of 100, and why; without a reason they are not alike.

    Alike are those with the same file or number, and those of the same parties with a similar title or close dates.
    """
    reasons: list[Likeness] = []
    if set(digests) & set(other_digests):
        reasons.append(Likeness.SAME_FILE)
    if set(_numbers(content)) & set(_numbers(other)):
        reasons.append(Likeness.SAME_NUMBER)
    likeness = _likeness(_titles(content), _titles(other))
    of_same_parties = bool(_parties(content)) and _parties(content) == _parties(other)
    if likeness >= _SIMILAR:
        reasons.append(Likeness.SAME_TITLE if likeness == 100 else Likeness.SIMILAR_TITLE)  # noqa: PLR2004  All of it.
    apart = _between(_date(content.get("signed_on")), _date(other.get("signed_on")))
    if of_same_parties and apart is not None and apart <= _CLOSE:
        reasons.append(Likeness.SAME_DATE if not apart else Likeness.CLOSE_DATE)
    if reasons and of_same_parties:
        reasons.append(Likeness.SAME_PARTIES)
    return (_score(reasons, likeness) if reasons else 0), tuple(str(reason) for reason in reasons)


def _score(reasons: Collection[Likeness], likeness: float) -> int:
    """Return how alike two agreements are, of 100: a file or number is proof, a title weighs more than a date."""
    if Likeness.SAME_FILE in reasons or Likeness.SAME_NUMBER in reasons:
        return 100
    of_date = 100 if Likeness.SAME_DATE in reasons else 70 if Likeness.CLOSE_DATE in reasons else 0
    return round(0.7 * likeness + 0.3 * of_date)


def _by_file(session: Session, digests: Collection[str]) -> set[int]:
    """Return the agreements that have one of these files."""
    if not digests:
        return set()
    owners = select(Document.agreement_id).where(Document.sha256.in_(digests), Document.withdrawn_at.is_(None))
    return set(session.scalars(owners))


def _by_number(session: Session, content: Mapping[str, Any]) -> set[int]:
    """Return the agreements to which somebody else gave the same number; two can stand on one page of a gazette."""
    numbers = _numbers(content)
    if not numbers:
        return set()
    # The few parties and dates are not asked for: a number of another registry names one agreement only.
    same = [and_(AgreementNumber.scheme == scheme, AgreementNumber.value == value) for scheme, value in numbers]
    return set(session.scalars(select(AgreementNumber.agreement_id).where(or_(*same))))


def _of_parties(session: Session, parties: Collection[str], signed: PartialDate | None) -> set[int]:
    """Return the agreements of these parties, signed around this time or at an unknown one."""
    if not parties:
        return set()
    ids = list(session.scalars(select(Party.id).where(Party.code.in_(parties))))
    if len(ids) < len(parties):
        return set()
    statement = (
        select(Side.agreement_id)
        .join(SideMember, SideMember.side_id == Side.id)
        .join(Agreement, Agreement.id == Side.agreement_id)
        .where(SideMember.party_id.in_(ids))
        .group_by(Side.agreement_id, Agreement.signed_earliest)
        .having(func.count(distinct(SideMember.party_id)) == len(ids))
    )
    if signed is not None:
        near = and_(
            Agreement.signed_earliest <= _moved(signed.latest, _WINDOW),
            Agreement.signed_latest >= _moved(signed.earliest, -_WINDOW),
        )
        statement = statement.where(or_(near, Agreement.signed_earliest.is_(None)))
    return set(session.scalars(statement.order_by(Agreement.signed_earliest.desc()).limit(_MOST_COMPARED)))


def _likeness(titles: Sequence[str], others: Iterable[str]) -> float:
    """Return how alike the two most alike titles are, of 100; case, marks and the order of words do not count."""
    return max((fuzz.token_sort_ratio(title, _folded(other)) for title in titles for other in others), default=0.0)


def _apart(signed: PartialDate | None, agreement: Agreement) -> timedelta | None:
    return _between(signed, agreement.signed_on)


def _between(signed: PartialDate | None, other: PartialDate | None) -> timedelta | None:
    """Return how far apart two signatures are, where both days are known; None where they are not."""
    if signed is None or other is None:
        return None
    if signed.is_exact and other.is_exact:
        return abs(signed.earliest - other.earliest)
    return timedelta(0) if str(signed) == str(other) and signed.precision == "month" else None


def _numbers(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the numbers that others gave; two agreements can stand on one page of a gazette."""
    return [
        (item["scheme"], item["value"].strip())
        for item in _items(content.get("numbers"))
        if isinstance(item.get("scheme"), str) and _is_text(item.get("value")) and item["scheme"] != "publication"
    ]


def _parties(content: Mapping[str, Any]) -> set[str]:
    return {
        member["party"].strip()
        for side in _items(content.get("sides"))
        for member in _items(side.get("members"))
        if _is_text(member.get("party"))
    }


def _titles(content: Mapping[str, Any]) -> list[str]:
    return [_folded(item["text"]) for item in _items(content.get("titles")) if _is_text(item.get("text"))]


def _date(value: Any) -> PartialDate | None:
    try:
        return PartialDate.parse(value.strip()) if isinstance(value, str) else None
    except InvalidDateError:
        return None


def _moved(day: date, by: timedelta) -> date:
    return day + by


def _items(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of what should be a list of them."""
    yield from (item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def _folded(text: str) -> str:
    return " ".join(re.sub(r"[^\w ]", " ", text.casefold()).split())
