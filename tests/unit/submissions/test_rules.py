"""The workflow as a table: every state, deed and role, for one's own body and another one."""

from __future__ import annotations

from datetime import date

import pytest

from registry.accounts.vocabulary import Role
from registry.core.errors import AccessDeniedError, NotFoundError, RuleViolationError
from registry.submissions.rules import WORKFLOW, Person, Standing, check, due_on, intake_number, may_do, may_see
from registry.submissions.vocabulary import FINAL, Deed, State

OWN, OTHER = 1, 2

#: What authors can do in each state, and what the treaty office can; written out, so that a slip in the rules shows.
AUTHOR = {
    "draft": {"edit": "draft", "submit": "submitted", "withdraw": "withdrawn"},
    "submitted": {"withdraw": "withdrawn", "comment": "submitted"},
    "returned": {"edit": "returned", "submit": "submitted", "withdraw": "withdrawn", "comment": "returned"},
    "registered": {},
    "rejected": {},
    "withdrawn": {},
}
OFFICE = {
    "draft": {},
    "submitted": {
        "comment": "submitted",
        "assign": "submitted",
        "return": "returned",
        "register": "registered",
        "reject": "rejected",
    },
    "returned": {"comment": "returned"},
    "registered": {},
    "rejected": {},
    "withdrawn": {},
}

#: Who is who: role, whether it is of their own body, and by which of the tables above they act; what they may see.
WHO = [
    ("submitter", True, (AUTHOR,), "all"),
    ("submitter", False, (), "nothing"),
    ("legal_officer", False, (OFFICE,), "received"),
    ("auditor", False, (), "all"),
    ("auditor", True, (), "all"),
    ("administrator", False, (), "nothing"),
    ("administrator", True, (), "nothing"),
]

CASES = [
    (state, received, deed, role, own, tables, sees)
    for state in State
    for received in (True, False)
    # Only a draft, or what was withdrawn as a draft, was never received.
    if received != (state == State.DRAFT) and (received or state in (State.DRAFT, State.WITHDRAWN))
    for deed in Deed
    for role, own, tables, sees in WHO
]


def person(role, body_id):
    return Person(10, "somebody", role, None if role == "legal_officer" else body_id)


@pytest.mark.parametrize(("state", "received", "deed", "role", "own", "tables", "sees"), CASES)
def test_the_workflow(state, received, deed, role, own, tables, sees):
    who = person(role, OWN if own else OTHER)
    standing = Standing(state, received, OWN, created_by_id=99)
    visible = sees == "all" or (sees == "received" and received)
    allowed = {name: to for table in tables for name, to in table[str(state)].items() if visible}
    assert may_see(who, standing) == visible
    if deed == Deed.READ:
        assert may_do(who, deed, standing) == visible
        return
    assert may_do(who, deed, standing) == (str(deed) in allowed)
    if str(deed) in allowed:
        assert check(who, deed, standing) == allowed[str(deed)]
        return
    everywhere = {name for table in tables for names in table.values() for name in names}
    kind = NotFoundError if not visible else RuleViolationError if str(deed) in everywhere else AccessDeniedError
    with pytest.raises(kind):
        check(who, deed, standing)


def test_the_table_has_every_role():
    assert {row[0] for row in WHO} == {str(role) for role in Role}
    assert set(AUTHOR) == set(OFFICE) == {str(state) for state in State}
    assert set(WORKFLOW) == set(Deed) - {Deed.READ}


@pytest.mark.parametrize("state", sorted(FINAL))
@pytest.mark.parametrize("deed", sorted(WORKFLOW))
def test_nothing_leads_out_of_an_end(state, deed):
    assert state not in WORKFLOW[deed].in_


def test_an_officer_acts_for_both_sides_of_what_they_enter_themselves():
    officer, other = Person(1, "a", "legal_officer"), Person(2, "b", "legal_officer")
    draft = Standing(State.DRAFT, was_received=False, body_id=None, created_by_id=1)
    assert may_do(officer, Deed.SUBMIT, draft)
    assert not may_see(other, draft)
    waiting = Standing(State.SUBMITTED, True, None, 1, frozenset({1}))
    assert check(officer, Deed.RETURN, waiting) == State.RETURNED
    assert check(other, Deed.REGISTER, waiting) == State.REGISTERED
    assert check(officer, Deed.REGISTER, waiting, two_persons=False) == State.REGISTERED
    with pytest.raises(RuleViolationError, match="Who submitted"):
        check(officer, Deed.REGISTER, waiting)
    with pytest.raises(AccessDeniedError):
        check(other, Deed.WITHDRAW, waiting)


def test_who_submitted_an_earlier_round_does_not_register_either():
    waiting = Standing(State.SUBMITTED, True, None, 1, frozenset({1, 2}))
    with pytest.raises(RuleViolationError):
        check(Person(2, "b", "legal_officer"), Deed.REGISTER, waiting)


def test_a_submitter_without_a_body_submits_nothing():
    nobody = Person(1, "a", "submitter")
    assert not nobody.may_submit
    assert not may_see(nobody, Standing(State.DRAFT, was_received=False, body_id=None, created_by_id=1))


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        ("2026-11-24", 10, "2026-12-08"),
        ("2026-11-27", 1, "2026-11-30"),
        ("2026-11-28", 1, "2026-11-30"),
        ("2026-11-29", 5, "2026-12-04"),
        ("2026-11-24", 0, "2026-11-24"),
    ],
)
def test_working_days_leave_out_the_weekend(received, days, due):
    assert due_on(date.fromisoformat(received), days).isoformat() == due


def test_intake_numbers():
    assert [intake_number(2026, 1), intake_number(2026, 12345)] == ["IN-2026-0001", "IN-2026-12345"]
