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


@pytest.mark.parametrize(
    ("home", "parties", "signed", "number", "text"),
    [
        ("KAZ", ["KAZ", "BLR"], "1996-01-17", 3, "BLR-1996-003"),
        ("BLR", ["KAZ", "BLR"], "1996-01", 12, "KAZ-1996-012"),
        ("KAZ", ["KAZ", "RUS", "BLR"], "1995-01-20", 1, "MUL-1995-001"),
        ("KAZ", ["KAZ", "BLR", "RUS"], None, 7, "MUL-0000-007"),
        ("KAZ", ["BLR", "KAZ"], None, 999, "BLR-0000-999"),
        ("KAZ", ["BLR", "KAZ"], "2026", 1000, "BLR-2026-1000"),
        ("KAZ", ["KAZ"], "2000", 1, "MUL-2000-001"),
        ("KAZ", ["BLR", "RUS"], "2000", 1, "MUL-2000-001"),
    ],
    ids=[
        "two states",
        "seen from the other state, year and month only",
        "three states",
        "three states, year not known",
        "year not known",
        "the number outgrows three digits",
        "the home state alone has no one counterpart",
        "two others, home not named",
    ],
)
def test_a_number_is_given_in_its_series_and_read_back(home, parties, signed, number, text):
    counterpart, year = series_of(home, parties, PartialDate.parse(signed) if signed else None)
    assert registry_number(counterpart, year, number) == text
    assert parse_registry_number(text) == (counterpart, year, number)


@pytest.mark.parametrize("text", ["", "BLR-1996", "BLR-1996-003-1", "BLR-1996-x"], ids=str)
def test_what_is_not_a_registry_number_is_not_read(text):
    with pytest.raises(ValueError):
        parse_registry_number(text)


@pytest.mark.parametrize(
    ("levels", "level"),
    [(["governments"] * 2, "governments"), (["heads_of_state"] * 2, "heads_of_state"), (["other"] * 2, "other"),
     (["heads_of_state", "governments"], "mixed"), (["ministries", "other"], "mixed")],
    ids=["governments", "heads of state", "other", "a head of state and a government", "a ministry and another body"],
)  # fmt: skip
def test_the_level_is_that_of_both_sides_or_mixed(levels, level):
    assert agreement_level(levels) == level


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Соглашение между Правительством Республики Казахстан и Правительством Республики Беларусь", "governments"),
        ("Agreement between the Government of Kazakhstan and the Government of Belarus", "governments"),
        ("Қазақстан Республикасының Үкіметі мен Беларусь Республикасының Үкіметі арасындағы келісім", "governments"),
        ("Пагадненне паміж Урадам Рэспублікі Казахстан і Урадам Рэспублікі Беларусь", "governments"),
        ("Соглашение между Министерством обороны и Министерством обороны", "ministries"),
        ("Әділет министрлігі арасындағы келісім", "ministries"),
        ("Пагадненне паміж Міністэрствам культуры і Міністэрствам культуры", "ministries"),
        ("Protocol between the Ministries of Justice", "ministries"),
        ("Соглашение между Генеральными прокуратурами", "ministries"),
        ("Соглашение между Правительством А и Правительством Б о комитете по водам", "governments"),
        ("Договор о дружбе и сотрудничестве", None),
    ],
    ids=["gov ru", "gov en", "gov kk", "gov be", "min ru", "min kk", "min be", "min en", "prosecutors",
         "a government outranks the committee it speaks of", "no word of a level"],
)  # fmt: skip
def test_the_title_names_the_level_in_four_languages(title, said):
    found = level_findings([title], ["heads_of_state"] * 2, [["state"], ["state"]])
    assert [finding.params["title_level"] for finding in found] == ([said] if said else [])
    if said:
        assert level_findings([title], [said] * 2, [[], []]) == []
    assert level_findings([title], ["other"] * 2, [[], []]) == [], "the level `other` is never contradicted"


def test_one_title_of_several_is_enough_and_the_finding_says_both_levels():
    titles = ["Договор", "Agreement between the Government of A and the Government of B"]
    (finding,) = level_findings(titles, ["ministries"] * 2, [["ministry"], ["ministry"]])
    assert (finding.code, finding.severity) == ("title_contradicts_level", "warning")
    assert finding.params == {"title_level": "governments", "level": "ministries"}


def test_sides_of_different_levels_are_a_note_and_no_title_contradicts_them():
    found = level_findings(["Agreement of the Government"], ["heads_of_state", "ministries"], [["state"], ["agency"]])
    assert [(finding.code, finding.severity) for finding in found] == [("levels_differ", "note")]


@pytest.mark.parametrize(
    ("kind", "level"),
    [("state", "heads_of_state"), ("head_of_state", "heads_of_state"), ("government", "governments"),
     ("ministry", "ministries"), ("agency", "ministries"), ("parliament", "other"), ("court", "other"),
     ("region", "other"), ("organisation", "other")],
    ids=lambda value: value,
)  # fmt: skip
def test_each_kind_of_body_acts_at_one_level(kind, level):
    for tried in ("heads_of_state", "governments", "ministries", "other"):
        found = level_findings([], [tried] * 2, [[], [kind]])
        if tried == level:
            assert found == []
        else:
            (finding,) = found
            assert finding.code == "body_contradicts_level"
            assert finding.params == {"side": "2", "level": tried, "body_level": level}


def test_both_sides_can_contradict_and_each_is_named():
    found = level_findings([], ["governments"] * 2, [["ministry"], ["court"]])
    assert [(finding.params["side"], finding.params["body_level"]) for finding in found] == [
        ("1", "ministries"),
        ("2", "other"),
    ]


@pytest.mark.parametrize(
    ("office", "needs"),
    [("head_of_state", False), ("head_of_government", False), ("foreign_minister", False), ("unknown", False),
     ("minister_or_agency_head", True), ("ambassador", True), ("other_plenipotentiary", True)],
    ids=str,
)  # fmt: skip
def test_article_7_says_which_offices_need_full_powers(office, needs):
    signed = [(1, office, "A. Ivanov", False), (2, "head_of_state", "B", False)]
    found = signature_findings(signed)
    assert [(finding.code, finding.params) for finding in found] == (
        [("full_powers_not_seen", {"person": "A. Ivanov"})] if needs else []
    )
    assert signature_findings([(1, office, "A. Ivanov", True), signed[1]]) == []


def test_several_signatories_of_one_side_leave_the_other_unsigned():
    found = signature_findings([(2, "ambassador", "A", False), (2, "ambassador", "B", True)])
    assert [finding.code for finding in found] == ["one_side_unsigned", "full_powers_not_seen"]
    assert found[0].params == {"side": "2"}
    assert (
        next(MESSAGES[finding.code] % finding.params for finding in found) == "Signatories are known for side 2 only."
    )
    assert {finding.severity for finding in found} == {"note"}


def test_every_message_of_the_record_is_produced():
    produced = [
        *level_findings(["Government"], ["ministries"] * 2, [["court"], []]),
        *level_findings([], ["ministries", "other"], [[], []]),
        *signature_findings([]),
        *signature_findings([(1, "ambassador", "A", False)]),
    ]
    assert {finding.code for finding in produced} == set(MESSAGES)
    assert all("%(" not in MESSAGES[finding.code] % finding.params for finding in produced)
