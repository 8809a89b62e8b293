"""What is a gap, and what is not: one row for each rule, with its reason."""

from __future__ import annotations

from datetime import date

import pytest

from registry.agreements.rules import MESSAGES as LEVEL_MESSAGES
from registry.completeness.facts import stated_in
from registry.completeness.rules import Judging, all_findings, gaps_in
from registry.completeness.vocabulary import KIND_OF, MEND, MESSAGES, WHY, GapKind
from registry.lifecycle.findings import MESSAGES as LIFE_MESSAGES

TODAY = date(2026, 11, 24)
PUBLIC = ("public",)


def side(position, body="kaz-government", kind="government", level="governments"):
    member = {"party": {"code": "KAZ", "names": {}}, "body": {"key": body, "kind": kind, "names": {}}}
    return {"position": position, "level": level, "members": [member]}


def signer(at_side, office="head_of_government"):
    return {"side": at_side, "office": office, "person": {"en": "A. Person"}, "full_powers": None}


def act(kind, on=None, *, effective_on=None, source="s1", certainty="documented", by=None):
    dated = {"on": on, "effective_on": effective_on, "until": None}
    return {"kind": kind, **dated, "side": None, "source": source, "certainty": certainty, "by_agreement": by}


def clause(kind, **terms):
    return {"kind": kind, "terms": terms}


def text(language="ru", role="authentic_text", access="public"):
    return {"language": language, "role": role, "access": access}


def relation(kind, to, *, provisions=None, effective_on=None):
    return {"kind": kind, "to": to, "provisions": provisions, "effective_on": effective_on}


ENTRY = act("entry_into_force", "2000-06-01")
SOURCE = {"key": "s1", "quote": "Signed in Minsk."}


def record(**changes):
    """A record in which nothing is missing, with changes."""
    return {
        "registry_number": "BLR-2000-001",
        "proof": "official_text",
        "nature": "binding",
        "titles": [{"text": "Agreement between the Governments"}],
        "sides": [side(1), side(2, "blr-government")],
        "signed_on": "2000-01-01",
        "signed_latest": "2000-01-01",
        "signed_at": {"en": "Minsk"},
        "signing_source": "s1",
        "signing_certainty": "documented",
        "registered_at": "2020-05-05T00:00:00.000000Z",
        "signatures": [signer(1), signer(2)],
        "languages": [{"language": "ru", "authentic": True}],
        "documents": [text()],
        "relations": [],
        "actions": [ENTRY],
        "final_clauses": [clause("duration", form="indefinite", counts_from="entry_into_force")],
        "sources": [SOURCE],
        **changes,
    }


def other(number="BLR-1999-001", **changes):
    return stated_in(record(registry_number=number, **changes))


ENDED = other(actions=[ENTRY, act("termination", "2010-01-01", effective_on="2010-01-01")])
ALIVE = other()

# (the reason, record, the other agreement, the codes of its gaps)
ROWS = [
    ("nothing is missing", record(), None, []),
    # Vienna Convention, Art. 7 and 12: who signed, when, where.
    ("12: not known when it was signed", record(signed_on=None, signed_latest=None), None, ["signature_date_missing"]),
    ("12: a year is no day", record(signed_on="2000", signed_latest="2000-12-31"), None, ["signature_day_missing"]),
    ("12: where", record(signed_at=None), None, ["signature_place_missing"]),
    ("12: by whom", record(signatures=[]), None, ["no_signatory_known"]),
    ("12: by whom for the other side", record(signatures=[signer(1)]), None, ["one_side_unsigned"]),
    ("7: in which office", record(signatures=[signer(1), signer(2, "unknown")]), None, ["office_missing"]),
    ("7(2): an ambassador needs full powers for this", record(signatures=[signer(1), signer(2, "ambassador")]), None, ["full_powers_not_seen"]),
    # Art. 10, 33, 77: the authentic text.
    ("10: no text", record(documents=[]), None, ["no_text"]),
    ("10: a text that nobody vouches for", record(documents=[text(role="unofficial_text")]), None, ["text_not_vouched"]),
    ("77(1)(b): a certified copy reproduces it", record(documents=[text(role="certified_copy")]), None, []),
    ("33(1): equally authentic in each language", record(languages=[{"language": "ru", "authentic": True}, {"language": "kk", "authentic": True}]), None, ["text_languages_missing"]),
    ("33(2): of a version that is not authentic no text is asked for", record(languages=[{"language": "ru", "authentic": True}, {"language": "en", "authentic": False}]), None, []),
    ("a text that the reader may not see is none for them", record(documents=[text(access="internal")]), None, ["no_text"]),
    # Art. 24: entry into force.
    ("24: not in force for more than three years", record(actions=[]), None, ["entry_overdue"]),
    ("24: three years and a day ago", record(actions=[], signed_on="2023-11-23", signed_latest="2023-11-23"), None, ["entry_overdue"]),
    ("24: three years ago to the day", record(actions=[], signed_on="2023-11-24", signed_latest="2023-11-24"), None, ["entry_overdue"]),
    ("24: a day less may still be waiting", record(actions=[], signed_on="2023-11-25", signed_latest="2023-11-25"), None, []),
    ("24: in 2023, which may have been its last day", record(actions=[], signed_on="2023", signed_latest="2023-12-31"), None, ["signature_day_missing"]),
    ("24: nobody knows when it was signed, but it was registered long ago", record(actions=[], signed_on=None, signed_latest=None), None, ["signature_date_missing", "entry_overdue"]),
    ("24: nobody knows when it was signed, and it was registered last year", record(actions=[], signed_on=None, signed_latest=None, registered_at="2025-05-05T00:00:00.000000Z"), None, ["signature_date_missing"]),
    ("24(1): in force on signature by its own clause", record(actions=[], final_clauses=[*record()["final_clauses"], clause("entry_into_force", rule="on_signature")]), None, []),
    ("2(1)(a): what does not bind enters into nothing", record(actions=[], nature="non_binding"), None, []),
    # Art. 54 to 56: duration and end.
    ("55: for how long", record(final_clauses=[]), None, ["duration_missing"]),
    ("54: ended, but when", record(actions=[ENTRY, act("termination")]), None, ["end_date_missing"]),
    # Acts that contradict one another.
    ("28: in force before it was signed", record(actions=[act("entry_into_force", "1999-01-01")]), None, ["in_force_before_signature"]),
    ("24: entered twice", record(actions=[ENTRY, act("entry_into_force", "2001-01-01")]), None, ["two_entries"]),
    # In whose name.
    ("the title speaks of ministries", record(titles=[{"text": "Agreement between the Ministries"}]), None, ["title_contradicts_level"]),
    ("a ministry acts for a government", record(sides=[side(1), side(2, "blr-finance", "ministry")]), None, ["body_contradicts_level"]),
    ("7: two levels are a fact and no gap", record(sides=[side(1), side(2, "blr-finance", "ministry", "ministries")]), None, []),
    # What nobody can verify.
    ("only announced: nothing else is asked for", record(proof="announced_only", signed_on=None, signed_latest=None, signed_at=None, signatures=[], documents=[], actions=[], final_clauses=[]), None, ["only_announced"]),
    ("a news report is no proof", record(proof="press"), None, ["proof_weak"]),
    ("a source without its words", record(sources=[SOURCE, {"key": "s2", "quote": None}]), None, ["source_without_words"]),
    ("an act without a source", record(actions=[{**ENTRY, "source": None}]), None, ["fact_without_source"]),
    ("a source that the record does not have", record(signing_source="s9"), None, ["fact_without_source"]),
    ("a date that was inferred", record(actions=[{**ENTRY, "certainty": "inferred"}]), None, ["fact_not_documented"]),
    # Art. 39, 40, 54, 59: relations.
    ("40: amends what has ended, and stands as in force", record(relations=[relation("amends", "BLR-1999-001")]), ENDED, ["relation_to_ended"]),
    ("40: amends what is in force", record(relations=[relation("amends", "BLR-1999-001")]), ALIVE, []),
    ("a reference outlives what it refers to", record(relations=[relation("refers_to", "BLR-1999-001")]), ENDED, []),
    ("59: supersedes what stands as in force", record(relations=[relation("supersedes", "BLR-1999-001")]), ALIVE, ["end_not_recorded"]),
    ("59: supersedes what has ended", record(relations=[relation("supersedes", "BLR-1999-001")]), ENDED, []),
    ("59: supersedes an article of it", record(relations=[relation("supersedes", "BLR-1999-001", provisions="Art. 5")]), ALIVE, []),
    ("59: supersedes it from a day to come", record(relations=[relation("supersedes", "BLR-1999-001", effective_on="2030")]), ALIVE, []),
    ("59: before it is in force itself it ends nothing", record(actions=[], signed_on="2026-01-01", signed_latest="2026-01-01", relations=[relation("supersedes", "BLR-1999-001")]), ALIVE, []),
    ("an agreement that the reader may not see is none for them", record(relations=[relation("amends", "BLR-1999-001")]), None, []),
    ("39: amended by an agreement that knows nothing of it", record(actions=[ENTRY, act("amendment", "2005-01-01", by="BLR-1999-001")]), ALIVE, ["act_without_relation"]),
    ("39: amended by an agreement that says so", record(actions=[ENTRY, act("amendment", "2005-01-01", by="BLR-1999-001")]), other(relations=[relation("amends", "BLR-2000-001")]), []),
]  # fmt: skip


def judged(case, beside=None, *, years=3, sees=PUBLIC):
    others = {beside.number: beside} if beside else {}
    return all_findings(stated_in(case), others.get, Judging(TODAY, years, sees))


@pytest.mark.parametrize(("case", "beside", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_record_has_these_gaps_and_no_others(case, beside, expected):
    found = gaps_in(judged(case, beside))
    assert [gap.code for gap in found] == expected
    for gap in found:
        assert "%(" not in {**MESSAGES, **LEVEL_MESSAGES, **LIFE_MESSAGES}[gap.code] % gap.params


@pytest.mark.parametrize(("years", "is_gap"), [(0, True), (2, True), (3, False), (100, False)])
def test_who_reads_says_after_how_many_years_an_entry_is_missed(years, is_gap):
    case = record(actions=[], signed_on="2024-06-01", signed_latest="2024-06-01")
    found = {gap.code: gap for gap in judged(case, years=years)}
    assert ("entry_overdue" in found) is is_gap
    assert ("entry_date_missing" in found) is not is_gap, "it is noted with the record, and counts only when it is late"


def test_who_may_see_a_closed_text_does_not_miss_it():
    case = record(documents=[text(access="restricted")])
    assert judged(case, sees=("public", "internal", "restricted")) == judged(case, sees=None) == []


def test_every_gap_says_why_it_matters_and_how_it_is_mended():
    known = {**MESSAGES, **LEVEL_MESSAGES, **LIFE_MESSAGES}
    assert set(KIND_OF) == set(MEND)
    assert set(KIND_OF) <= set(known)
    assert set(known) - set(KIND_OF) == {"entry_date_missing", "levels_differ"}
    assert set(WHY) == set(KIND_OF.values()) == set(GapKind)


def test_every_gap_that_only_this_report_knows_has_a_row():
    assert {code for row in ROWS for code in row[3]} >= set(MESSAGES)
