"""What no record may say, whatever else is known: acts of the future, and bodies of another party. Pure.

Pages and the API show these mistakes while somebody still types; `services.complete` refuses them for everybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry.core.edtf import InvalidDateError, PartialDate
from registry.core.i18n import N_
from registry.core.messages import Message
from registry.lifecycle.vocabulary import ActionKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

#: Acts whose date is the day from which they have effect, which can be known before it comes (Art. 24 and 25).
_PLANNED = frozenset({ActionKind.ENTRY_INTO_FORCE, ActionKind.PROVISIONAL_APPLICATION})

_FUTURE = N_("%(date)s lies in the future: only what has happened is recorded.")
_FUTURE_ACT = N_(
    "%(date)s lies in the future: only acts that are done are recorded. From when an act has effect is "
    "a date of its own."
)
_FOREIGN_BODY = N_("Body “%(body)s” is one of %(party)s, and cannot act for %(other)s.")


def record_problems(
    content: Mapping[str, Any], today: date, body_parties: Mapping[str, str]
) -> list[tuple[str, Message]]:
    """Return (path, message) for each such mistake in a record.

    `content` has the shape of `AgreementSchema`, loaded or not; what is missing or cannot be read is passed over, since
    the schema complains about it. `body_parties` gives the party of each body by their keys. A date of which only month
    or year is known lies in the future when its first day does.
    """
    return [*_future_dates(content, today), *_foreign_bodies(content, body_parties)]


def _future_dates(content: Mapping[str, Any], today: date) -> Iterator[tuple[str, Message]]:
    between = content.get("signing_date_range")
    dates = [
        ("signed_on", content.get("signed_on")),
        *(
            (f"signing_date_range.{place}", value)
            for place, value in enumerate(between if isinstance(between, (list, tuple)) else ())
        ),
        *((f"signatures.{place}.signed_on", item.get("signed_on")) for place, item in _items(content, "signatures")),
    ]
    acts = [
        (f"actions.{place}.on", item.get("on"))
        for place, item in _items(content, "actions")
        if item.get("kind") not in _PLANNED
    ]
    for sentence, given in ((_FUTURE, dates), (_FUTURE_ACT, acts)):
        for path, value in given:
            found = _date(value)
            if found is not None and found.earliest > today:
                yield path, Message(sentence, date=str(found))


def _foreign_bodies(content: Mapping[str, Any], body_parties: Mapping[str, str]) -> Iterator[tuple[str, Message]]:
    members = [
        (f"sides.{place}.members.{number}.body", member)
        for place, side in _items(content, "sides")
        for number, member in _items(side, "members")
    ]
    signatures = [(f"signatures.{place}.body", item) for place, item in _items(content, "signatures")]
    for path, item in (*members, *signatures):
        body, party = item.get("body"), item.get("party")
        if not isinstance(body, str) or not isinstance(party, str) or not party.strip():
            continue
        own = body_parties.get(body.strip())
        if own is not None and own != party.strip():
            yield path, Message(_FOREIGN_BODY, body=body.strip(), party=own, other=party.strip()[:80])


def _items(holder: Mapping[str, Any], name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects of what should be a list of them, with their places."""
    value = holder.get(name)
    for place, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, dict):
            yield place, item


def _date(value: Any) -> PartialDate | None:
    try:
        if isinstance(value, str):
            return PartialDate.parse(value.strip())
    except InvalidDateError:
        return None
    return value if isinstance(value, PartialDate) else None
