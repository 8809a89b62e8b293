"""Dates as people write them in texts and in queries: 17.01.1996, 17 января 1996 г., 17 January 1996, 1996-01-17.

Queries name months as well: «январь 1996».

The names of months come from the Common Locale Data Repository (through Babel), in the forms that stand in dates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from babel.dates import get_month_names

from registry.core.edtf import InvalidDateError, PartialDate

if TYPE_CHECKING:
    from collections.abc import Iterator

_LANGUAGES = ("en", "ru", "kk", "be", "de", "fr", "nl", "es")
_YEAR = r"(?P<{0}>1[0-9]{{3}}|2[0-9]{{3}})"
#: Without a year of four digits nothing below can match, and most texts have none.
_HAS_YEAR = re.compile(r"(?<![0-9])[12][0-9]{3}(?![0-9])")
#: What people write after the year of a date.
YEAR_WORD = re.compile(r"\s*(?:(?:года?|году|г|жылы|жылғы|year)\b\.?|ж\.)", re.IGNORECASE)
_SHORT = re.compile(
    r"(?P<day>[0-9]{1,2})(?P<sign>[./])(?P<month>[0-9]{1,2})(?P=sign)(?P<year>[0-9]{2})(?:г\.?)?", re.IGNORECASE
)
_LAST_OF_CENTURY = 68
#: No date is longer, so that only the surroundings of years are read with care.
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date in a text: where it stands, and its EDTF text (`1996-01-17`)."""

    start: int
    end: int
    edtf: str


def dates_in(text: str) -> list[WrittenDate]:
    """Return the dates of `text` that name a day and exist in the calendar, in their order."""
    found: list[WrittenDate] = []
    for start, end in _around_years(text):
        found.extend(_read(text, start, end))
    return found


def short_date(text: str) -> str | None:
    """Return the EDTF text of a date of a query whose year has two digits: 17.01.96, 17/01/96; or None.

    Years up to 68 are of this century, as POSIX has it (strptime, %y). In texts such numbers mean many other things.
    """
    match = _SHORT.fullmatch(text)
    if match is None:
        return None
    year = int(match["year"])
    edtf = f"{year + (2000 if year <= _LAST_OF_CENTURY else 1900)}-{match['month']:>02}-{match['day']:>02}"
    try:
        PartialDate.parse(edtf)
    except InvalidDateError:
        return None
    return edtf


def months_in(text: str) -> list[WrittenDate]:
    """Return the months that `text` names with their year: «январь 1996», "in January 1996", in their order."""
    if not _HAS_YEAR.search(text):
        return []
    found = []
    for match in _month_pattern().finditer(text):
        year, name = match["year1"] or match["year2"], match["month1"] or match["month2"]
        month = _months_alone()[name.casefold().rstrip(".")]
        found.append(WrittenDate(match.start(), match.end(), f"{year}-{month:02}"))
    return found


def _around_years(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of `text` in which dates can stand; no two of them overlap."""
    start = end = -1
    for year in _HAS_YEAR.finditer(text):
        if year.start() - _LONGEST > end:
            if end > 0:
                yield start, end
            start = max(0, year.start() - _LONGEST)
        end = min(len(text), year.end() + _LONGEST)
    if end > 0:
        yield start, end


def _read(text: str, start: int, end: int) -> Iterator[WrittenDate]:
    for match in _pattern().finditer(text, start, end):
        found = {name.rstrip("0123456789"): value for name, value in match.groupdict().items() if value}
        month = found["month"] if found["month"].isdigit() else str(_months()[found["month"].casefold().rstrip(".")])
        edtf = f"{found['year']}-{month:>02}-{found['day']:>02}"
        try:
            PartialDate.parse(edtf)
        except InvalidDateError:
            # «31.02.1996» is a number of something else, or a slip; it stays the words that it consists of.
            continue
        yield WrittenDate(match.start(), match.end(), edtf)


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    """Return the number of each month by its names."""
    found: dict[str, int] = {}
    for language in _LANGUAGES:
        for names in (
            get_month_names("wide", "format", language),
            get_month_names("wide", "stand-alone", language),
            get_month_names("abbreviated", "format", language),
        ):
            for number, name in names.items():
                found.setdefault(name.casefold().rstrip("."), number)
    return found


@lru_cache(maxsize=1)
def _months_alone() -> dict[str, int]:
    """Return the number of each month by its names without a day, which Russian also puts into the prepositional."""
    russian = get_month_names("wide", "stand-alone", "ru").items()
    prepositional = {re.sub("[ьй]$", "", name.casefold()) + "е": number for number, name in russian}
    return _months() | prepositional


@lru_cache(maxsize=1)
def _month_pattern() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, _months_alone()), key=len, reverse=True))
    forms = [
        rf"(?P<month1>{names})\.?,?\s+(?:of\s+|de\s+)?{_YEAR.format('year1')}",
        # 1996 жылғы қаңтар
        rf"{_YEAR.format('year2')}\s*(?:жыл[а-яәғқңөұүһі]*|ж\.)\s+(?P<month2>{names})[а-яәғқңөұүһі]*",
    ]
    return re.compile(rf"(?<![\w.-])(?:{'|'.join(forms)})(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, _months()), key=len, reverse=True))
    day, month = r"(?P<day{0}>0?[1-9]|[12][0-9]|3[01])", r"(?P<month{0}>0?[1-9]|1[0-2])"
    forms = [
        rf"{_YEAR.format('year1')}-{month.format(1)}-{day.format(1)}",
        rf"{day.format(2)}[./]\s?{month.format(2)}[./]\s?{_YEAR.format('year2')}",
        # «17» января 1996 г.; 17th of January, 1996; 17. Januar 1996; 17 de enero de 1996
        (
            rf"[«\"“]?{day.format(3)}[»\"”.]?(?:st|nd|rd|th|er|-?го)?\s+(?:of\s+|de\s+)?(?P<month3>{names})\.?,?\s+"
            rf"(?:de\s+|жылы\s+)?{_YEAR.format('year3')}"
        ),
        rf"(?P<month4>{names})\.?\s+{day.format(4)}(?:st|nd|rd|th)?,?\s+{_YEAR.format('year4')}",
        # 1996 жылғы 17 қаңтар
        rf"{_YEAR.format('year5')}\s*(?:жыл[а-яәғқңөұүһі]*|ж\.)\s+{day.format(5)}\s+(?P<month5>{names})[а-яәғқңөұүһі]*",
    ]
    return re.compile(rf"(?<![\w.-])(?:{'|'.join(forms)})(?![0-9])", re.IGNORECASE)
