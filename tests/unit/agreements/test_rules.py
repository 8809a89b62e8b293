"""Registry numbers, levels, and what contradicts them."""

from __future__ import annotations

import pytest

from registry.agreements.rules import (
    MESSAGES,
    agreement_level,
    level_findings,
    parse_registry_number,
    registry_number,
    series_of,
    signature_findings,
)
from registry.core.edtf import PartialDate


@pytest.mark.parametrize(
    ("parties", "signed", "series"),
    [
        (["KAZ", "BLR"], "1996-01-17", ("BLR", "1996")),
        (["BLR", "KAZ", "BLR"], "1996", ("BLR", "1996")),
        (["KAZ", "BLR", "RUS"], "2009-11-27", ("MUL", "2009")),
        (["KAZ", "BLR"], None, ("BLR", "0000")),
    ],
)
def test_the_series_is_the_counterpart_and_the_year_of_signature(parties, signed, series):
    assert series_of("KAZ", parties, PartialDate.parse(signed) if signed else None) == series


def test_a_number_is_written_and_read():
    assert registry_number("BLR", "1996", 3) == "BLR-1996-003"
    assert registry_number("BLR", "1996", 1234) == "BLR-1996-1234"
    assert parse_registry_number("BLR-1996-1234") == ("BLR", "1996", 1234)


def test_the_level_follows_the_sides():
    assert agreement_level(["ministries", "ministries"]) == "ministries"
    assert agreement_level(["governments", "ministries"]) == "mixed"


@pytest.mark.parametrize(
    ("title", "levels", "kinds", "codes"),
    [
        ("Соглашение между Правительством А и Правительством Б", ["governments"] * 2, [["government"]] * 2, []),
        (
            "Соглашение между Правительством А и Правительством Б",
            ["ministries"] * 2,
            [["ministry"]] * 2,
            ["title_contradicts_level"],
        ),
        (
            "Agreement between the Ministry of A and the Ministry of B",
            ["governments"] * 2,
            [["government"]] * 2,
            ["title_contradicts_level"],
        ),
        ("Үкіметі арасындағы келісім", ["ministries"] * 2, [[], []], ["title_contradicts_level"]),
        ("Договор о дружбе", ["heads_of_state"] * 2, [["state"]] * 2, []),
        ("Программа сотрудничества", ["governments"] * 2, [["ministry"], ["government"]], ["body_contradicts_level"]),
        ("Соглашение", ["governments"] * 2, [["government", "agency"]] * 2, []),
        ("Соглашение", ["governments", "ministries"], [["government"], ["ministry"]], ["levels_differ"]),
        ("Меморандум акимата", ["other"] * 2, [["region"]] * 2, []),
    ],
)
def test_what_contradicts_the_level_is_shown(title, levels, kinds, codes):
    found = level_findings([title], levels, kinds)
    assert [finding.code for finding in found] == codes
    assert all(MESSAGES[finding.code] % finding.params for finding in found)


@pytest.mark.parametrize(
    ("signatures", "codes"),
    [
        ([], ["no_signatory_known"]),
        ([(1, "head_of_state", "A", False), (2, "foreign_minister", "B", False)], []),
        ([(1, "head_of_government", "A", False)], ["one_side_unsigned"]),
        ([(1, "ambassador", "A", False), (2, "head_of_state", "B", False)], ["full_powers_not_seen"]),
        ([(1, "minister_or_agency_head", "A", True), (2, "unknown", "B", False)], []),
    ],
    ids=[
        "nobody known",
        "Art. 7(2)(a): no full powers needed",
        "one side",
        "Art. 7(1): an ambassador needs them",
        "seen",
    ],
)
def test_full_powers_are_asked_for_where_article_7_does(signatures, codes):
    assert [finding.code for finding in signature_findings(signatures)] == codes
