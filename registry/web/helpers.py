"""What templates call: labels, dates, addresses, titles, and the geometry of the drawings."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.units import format_unit
from flask import request, url_for
from flask_babel import gettext

from registry.audit.leaves import written
from registry.http.access import current_user
from registry.http.arguments import arguments_of
from registry.http.context import current_registry
from registry.http.findings import say_finding, say_mend
from registry.http.items import facet_label
from registry.http.language import INTERFACE_LANGUAGES
from registry.http.writing import LABELS, label, language, pick, write, write_place
from registry.lifecycle.explain import explain, whole_sentence
from registry.lifecycle.schemas import CLAUSE_KINDS
from registry.lifecycle.search import life_texts
from registry.search.query_language.shortening import MAX_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from flask import Flask

    from registry.agreements.models import Agreement, Title
    from registry.lifecycle.dossier import Dossier
    from registry.lifecycle.life import Explanation
    from registry.search.highlight import Highlighter, Segment
    from registry.search.schemas import ListRequest

#: How many values of a facet are shown before the rest is folded away.
FACET_SHOWN = 8

#: Units of sizes and how many bytes each has, the largest first.
_SIZES = {"digital-megabyte": 1_000_000, "digital-kilobyte": 1000, "digital-byte": 1}


#: Pages of signing in, to which nobody comes back after it; None is an address without a page.
_NOT_TO_COME_BACK_TO = {
    None,
    "web.sign_in",
    "web.sign_in_code",
    "web.back_from_elsewhere",
    "web.forgotten",
    "web.choose_password",
}


def install(app: Flask) -> None:
    """Give the templates their functions."""
    app.jinja_env.globals.update(
        CLAUSE_KINDS=CLAUSE_KINDS,
        FACET_SHOWN=FACET_SHOWN,
        MAX_WORDS=MAX_WORDS,
        INTERFACE_LANGUAGES=INTERFACE_LANGUAGES,
        bars=bars,
        citation=citation,
        current_address=current_address,
        current_user=current_user,
        facet_label=facet_label,
        hidden_arguments=hidden_arguments,
        instant=instant,
        zoned=zoned,
        file_size=file_size,
        label=label,
        language=language,
        list_url=list_url,
        pick=pick,
        say_finding=say_finding,
        say_mend=say_mend,
        say_reasons=say_reasons,
        say_remark=say_remark,
        sign_in_url=sign_in_url,
        timeline=timeline,
        title_of=title_of,
        titles_by_rank=titles_by_rank,
        toggled=toggled,
        why=why,
        write=write,
        write_place=write_place,
        is_web_address=is_web_address,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def title_of(agreement: Agreement) -> Title:
    """Return the title in the reader's language, or else in the first of the languages that it has."""
    return titles_by_rank(agreement)[0]


def titles_by_rank(agreement: Agreement) -> list[Title]:
    """Return the titles, the reader's language first, and in each language the best kind of title first."""
    languages = [language(), "ru", "en", "kk", "be"]
    kinds = list(LABELS["title_status"])

    def rank(title: Title) -> tuple[int, int, int]:
        known = title.language in languages
        return languages.index(title.language) if known else len(languages), kinds.index(title.status), title.id

    return sorted(agreement.titles, key=rank)


def why(dossier: Dossier, highlighter: Highlighter) -> list[Segment]:
    """Return a passage of what the list does not show of an agreement but the words of the query stand in."""
    agreement = dossier.agreement
    texts: list[tuple[str | None, str]] = [(title.language, title.text) for title in titles_by_rank(agreement)[1:]]
    texts += (agreement.abstract or {}).items()
    for subject in agreement.subjects:
        texts += subject.labels.items()
        texts += ((code, word) for code, words in subject.synonyms.items() for word in words)
    for member in (member for side in agreement.sides for member in side.members):
        texts += member.party.names.items()
        texts += member.body.names.items() if member.body else ()
    texts += (agreement.signed_at or {}).items()
    texts += life_texts(dossier.actions, dossier.clauses.values())
    return highlighter.first_snippet(texts)


def say_reasons(reasons: Sequence[Explanation]) -> list[str]:
    """Return the reasons of a status in whole sentences."""
    return explain(reasons, gettext, write)


def say_remark(template: str, params: Mapping[str, str] | None) -> str:
    """Return a sentence that was stored with what fills it, in the reader's language."""
    sentence: str = gettext(template)
    return sentence % params if params else sentence


def citation(dossier: Dossier, recorded_at: datetime | None = None) -> str:
    """Return a citation: title, place and date, registry number, status on the day, address.

    That of a past state says as of when it was recorded, and its address leads to that state.
    """
    agreement = dossier.agreement
    place = pick(agreement.signed_at)
    when = write(agreement.signed_on) if agreement.signed_on else gettext("date of signature not known")
    parts = [title_of(agreement).text, ", ".join(part for part in (place, when) if part)]
    parts.append(gettext("No. %(number)s", number=agreement.registry_number))
    status = label("status", dossier.period.status)
    parts.append(gettext("Status on %(day)s: %(status)s", day=write(dossier.on), status=status))
    moments = {"on": dossier.on.isoformat()}
    if recorded_at is not None:
        parts.append(gettext("As recorded on %(when)s", when=instant(recorded_at)))
        moments["recorded_at"] = written(recorded_at)
    address = url_for("web.agreement", number=agreement.registry_number, **moments, _external=True)
    return " ".join(whole_sentence(f"{part}.") for part in parts) + f" {address}"


def list_url(asked: ListRequest, endpoint: str = "web.agreements", **changes: Any) -> str:
    """Return the address of the list with other arguments; the page starts anew unless it is among the changes."""
    pairs = arguments_of(asked, **{"page": 1, **changes})
    many: dict[str, Any] = {}
    for name, value in pairs:
        many.setdefault(name, []).append(value)
    return url_for(endpoint, **many)


def toggled(asked: ListRequest, name: str, value: str) -> str:
    """Return the address of the list with a value of a facet added, or taken away when it was chosen."""
    if name == "status" and asked.in_force_on:
        asked_values = asked.statuses()
        changes: dict[str, Any] = {"in_force_on": None, "on": asked.in_force_on}
    else:
        asked_values, changes = getattr(asked, name), {}
    values = tuple(item for item in asked_values if item != value) if value in asked_values else (*asked_values, value)
    return list_url(asked, **{**changes, name: values})


def hidden_arguments(asked: ListRequest, *but: str) -> list[tuple[str, str]]:
    """Return the arguments that a form has to carry along, except those that it asks for itself."""
    return arguments_of(asked, page=1, **dict.fromkeys(but))


def is_web_address(locator: str) -> bool:
    """Return whether a source can be opened in a browser; other locators are names in a collection."""
    return locator.startswith(("http://", "https://"))


def timeline(dossier: Dossier) -> dict[str, Any]:
    """Return the geometry of the status bar: its years and one segment for each status period that it shows.

    The bar runs from the year before the first date to some years after the day asked about, so that open ends
    are seen as such.
    """
    edges = [period.from_on for period in dossier.periods if period.from_on != date.min]
    signed = dossier.agreement.signed_on
    if signed:
        edges.append(signed.earliest)
    today = current_registry().clock.today()
    first = min([*(edge.year for edge in edges), dossier.on.year, today.year]) - 1
    last = max([*(edge.year for edge in edges), dossier.on.year, today.year]) + 2
    start, span = date(first, 1, 1).toordinal(), (last - first) * 365.25

    def place(day: date) -> float:
        return round(max(0.0, min(1000.0, (day.toordinal() - start) / span * 1000)), 1)

    segments = []
    for period in dossier.periods:
        left, right = place(period.from_on), place(period.to_on)
        if right - left > 0:
            segments.append(
                {"x": left, "width": max(2.0, round(right - left, 1)), "status": str(period.status), "period": period}
            )
    step = max(1, (last - first) // 6)
    years = [{"x": place(date(year, 1, 1)), "year": year} for year in range(first + 1, last, step)]
    return {"segments": segments, "years": years, "day": place(dossier.on)}


def bars(counts: Sequence[tuple[str, int]], width: float = 100) -> list[dict[str, Any]]:
    """Return segments that lie one after another: token, count, start and width in the units of the drawing."""
    place, found = 0.0, []
    for token, count in counts:
        if count:
            found.append({"token": token, "count": count, "x": round(place, 2), "width": round(count * width, 2)})
            place += count * width
    return found


def current_address() -> str:
    """Return the path and query of the present page, for coming back to it."""
    return request.full_path.rstrip("?")


def sign_in_url() -> str:
    """Return the address of the sign-in form, which leads back to the present page if that is one to come back to."""
    back = request.method == "GET" and request.endpoint not in _NOT_TO_COME_BACK_TO
    return url_for("web.sign_in", next=current_address() if back else None)


def file_size(size: int) -> str:
    """Write the size of a file in the largest unit of which it has one, as browsers do (1 kB is 1000 bytes)."""
    unit = next((name for name, factor in _SIZES.items() if size >= factor), "digital-byte")
    return str(format_unit(size / _SIZES[unit], unit, "short", format="0.#", locale=language()))


def instant(at: datetime) -> str:
    """Write an instant as day and time at the seat of the registry."""
    zone = ZoneInfo(current_registry().settings.time_zone)
    return format_datetime(at, "d MMMM y, HH:mm", tzinfo=zone, locale=language())


def zoned(at: datetime) -> str:
    """Write an instant as `instant` does, with the zone: how far the seat of the registry is from UTC then."""
    zone = ZoneInfo(current_registry().settings.time_zone)
    return format_datetime(at, "d MMMM y, HH:mm 'UTC'xxx", tzinfo=zone, locale=language())
