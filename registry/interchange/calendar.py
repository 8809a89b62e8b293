"""Deadlines as a calendar (RFC 5545): whole days that need no answer, with an alarm some time before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from icalendar import Alarm, Calendar, Event

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

MEDIA_TYPE = "text/calendar"

#: How often a program should ask again (RFC 7986, 5.7). What is due changes with records, and with the day.
_REFRESH = timedelta(hours=12)

#: An alarm rings at nine in the morning so many days before a whole day, which begins at midnight.
_MORNING = timedelta(hours=9)


@dataclass(frozen=True)
class DeadlineEvent:
    """One deadline: an identity that stays with it, the revision of its agreement, and what is said of it.

    `alarms` says how many days before it a program should speak up; `is_open` whether everybody may see it.
    """

    identity: str
    revision: int
    revised_at: datetime
    on: date
    summary: str
    description: str
    address: str
    category: str
    alarms: tuple[int, ...]
    is_open: bool


def deadline_calendar(name: str, language: str, events: Iterable[DeadlineEvent]) -> bytes:
    """Return a calendar of whole-day events, folded and escaped as RFC 5545, 3.1 and 3.3.11 ask.

    An event keeps its UID as long as the deadline stays the same; SEQUENCE and DTSTAMP are the number and the instant
    of the revision that it was reckoned from (3.8.7.2: without METHOD, DTSTAMP is when the event was last revised).
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Treaty registry//Deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", _REFRESH, parameters={"value": "DURATION"})
    for item in events:
        calendar.add_component(_event(item, language))
    return bytes(calendar.to_ical())


def _event(item: DeadlineEvent, language: str) -> Event:
    event = Event()
    revised_at = item.revised_at.astimezone(UTC).replace(microsecond=0)
    event.add("uid", item.identity)
    event.add("dtstamp", revised_at)
    event.add("last-modified", revised_at)
    event.add("sequence", item.revision)
    event.add("dtstart", item.on)
    event.add("summary", item.summary, parameters={"language": language})
    event.add("description", item.description, parameters={"language": language})
    event.add("url", item.address)
    event.add("categories", [item.category])
    event.add("class", "PUBLIC" if item.is_open else "CONFIDENTIAL")
    # A deadline takes nobody's time: programs that look for a free hour read over it.
    event.add("transp", "TRANSPARENT")
    for days in item.alarms:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", item.summary)
        alarm.add("trigger", _MORNING - timedelta(days=days))
        event.add_component(alarm)
    return event
