"""Rules of the record: registry numbers, the signatory level and what contradicts it. Pure functions, no session."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from registry.agreements.vocabulary import MIXED, Level, Office
from registry.core.findings import Finding, Severity
from registry.core.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from registry.core.edtf import PartialDate

#: The counterpart of a registry number when the home state has more than one.
MULTIPLE_COUNTERPARTS = "MUL"

#: The year of a registry number when the year of signature is not known. The number stays when the year becomes known.
UNKNOWN_YEAR = "0000"

#: Words of a title that say in whose name the agreement is concluded, in the four languages.
_TITLE_WORDS = {
    Level.GOVERNMENTS: re.compile(r"правительств|government|үк[іi]мет|урад(?:ам|а|у)?\b", re.IGNORECASE),
    Level.MINISTRIES: re.compile(
        r"министерств|министрл|ministr(?:y|ies)|міністэрств|прокуратур|prosecutor|комитет|committee", re.IGNORECASE
    ),
}

#: Which kinds of body act in the name of which level.
_BODY_LEVEL = {
    "state": Level.HEADS_OF_STATE,
    "head_of_state": Level.HEADS_OF_STATE,
    "government": Level.GOVERNMENTS,
    "ministry": Level.MINISTRIES,
    "agency": Level.MINISTRIES,
    "parliament": Level.OTHER,
    "court": Level.OTHER,
    "region": Level.OTHER,
    "organisation": Level.OTHER,
}

#: Art. 7(2)(a): these persons represent their state by virtue of their functions, without full powers.
_NO_FULL_POWERS_NEEDED = {Office.HEAD_OF_STATE, Office.HEAD_OF_GOVERNMENT, Office.FOREIGN_MINISTER}

MESSAGES = {
    "title_contradicts_level": N_(
        "The title speaks of the %(title_level)s level, but the record says that the sides act at the %(level)s level."
    ),
    "body_contradicts_level": N_(
        "Side %(side)s acts at the %(level)s level, but the body named for it belongs to the %(body_level)s level."
    ),
    "levels_differ": N_("The two sides act at different levels: the agreement is found under both."),
    "full_powers_not_seen": N_(
        "%(person)s signed in an office that needs full powers (Vienna Convention, Art. 7); none are recorded."
    ),
    "one_side_unsigned": N_("Signatories are known for side %(side)s only."),
    "no_signatory_known": N_("No source seen so far names the persons who signed."),
}


def series_of(home: str, party_codes: Iterable[str], signed_on: PartialDate | None) -> tuple[str, str]:
    """Return the series (counterpart, year) in which an agreement is numbered.

    The counterpart is the one party besides `home`, or `MUL` for several. The year is that of signature, or
    `0000` when no source gives it: a guessed year in a permanent number could never be taken back.
    """
    others = sorted(set(party_codes) - {home})
    counterpart = others[0] if len(others) == 1 else MULTIPLE_COUNTERPARTS
    return counterpart, str(signed_on)[:4] if signed_on else UNKNOWN_YEAR


def registry_number(counterpart: str, year: str, number: int) -> str:
    """Write a registry number, such as `BLR-1996-003`."""
    return f"{counterpart}-{year}-{number:03d}"


def parse_registry_number(text: str) -> tuple[str, str, int]:
    """Split a registry number into counterpart, year and running number."""
    counterpart, year, number = text.split("-")
    return counterpart, year, int(number)


def agreement_level(side_levels: Sequence[str]) -> str:
    """Return the agreement's level: that of its sides, or `mixed` when they differ."""
    return side_levels[0] if len(set(side_levels)) == 1 else MIXED


def level_findings(
    titles: Iterable[str], side_levels: Sequence[str], side_body_kinds: Sequence[Sequence[str]]
) -> list[Finding]:
    """Report where the title or the bodies contradict the level that the record states.

    `side_body_kinds` holds, per side, the kinds of the bodies through which it acts. A side that acts through
    several bodies (a government together with its central bank) is in order when one of them fits.
    """
    findings = []
    if len(set(side_levels)) > 1:
        findings.append(Finding("levels_differ", Severity.NOTE))
    else:
        level = Level(side_levels[0])
        said = _level_of_titles(titles)
        if said is not None and level not in (said, Level.OTHER):
            findings.append(Finding("title_contradicts_level", Severity.WARNING, {"title_level": said, "level": level}))
    for position, (level_token, kinds) in enumerate(zip(side_levels, side_body_kinds, strict=True), start=1):
        body_levels = [_BODY_LEVEL[kind] for kind in kinds]
        if body_levels and level_token not in body_levels:
            params = {"side": str(position), "level": level_token, "body_level": body_levels[0]}
            findings.append(Finding("body_contradicts_level", Severity.WARNING, params))
    return findings


def _level_of_titles(titles: Iterable[str]) -> Level | None:
    """Return the level that the words of a title name, or None when they do not say.

    A government outranks a ministry in the same title, since titles of government agreements often name the
    committee or ministry whose matters they settle.
    """
    for level in (Level.GOVERNMENTS, Level.MINISTRIES):
        if any(_TITLE_WORDS[level].search(title) for title in titles):
            return level
    return None


def signature_findings(signatures: Sequence[tuple[int, str, str, bool]]) -> list[Finding]:
    """Report what is missing among the signatures: (side, office, person, full powers seen) for each."""
    if not signatures:
        return [Finding("no_signatory_known", Severity.NOTE)]
    findings = []
    sides = {side for side, *_ in signatures}
    if len(sides) == 1:
        findings.append(Finding("one_side_unsigned", Severity.NOTE, {"side": str(sides.pop())}))
    findings.extend(
        Finding("full_powers_not_seen", Severity.NOTE, {"person": person})
        for _, office, person, full_powers in signatures
        if office not in _NO_FULL_POWERS_NEEDED | {Office.UNKNOWN} and not full_powers
    )
    return findings
