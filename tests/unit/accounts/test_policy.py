"""Who may see and do what. Each row is a promise to somebody; a new role or permission needs rows of its own."""

from __future__ import annotations

import pytest

from registry.accounts.policy import CLEARANCE, PERMITTED, may, reader_of
from registry.accounts.vocabulary import Permission, Role

OWN = {"save_searches", "save_templates", "export_lists"}
TABLE = [
    ("submitter", ("public",), OWN | {"submit"}),
    (
        "legal_officer",
        ("public", "internal", "restricted"),
        OWN | {"attach_documents", "submit", "review_submissions", "manage_bodies"},
    ),
    ("auditor", ("public", "internal", "restricted"), OWN | {"read_audit_log", "read_submissions"}),
    (
        "administrator",
        ("public", "internal", "restricted"),
        OWN | {"read_audit_log", "manage_accounts", "manage_bodies"},
    ),
]


@pytest.mark.parametrize(("role", "sees", "allowed"), TABLE)
def test_what_a_role_sees_and_may_do(role, sees, allowed):
    assert reader_of(role).sees == sees
    assert {str(permission) for permission in Permission if may(role, permission)} == allowed


def test_the_table_is_whole():
    assert {row[0] for row in TABLE} == {str(role) for role in Role} == set(CLEARANCE) == set(PERMITTED)


def test_a_role_that_nobody_knows_sees_nothing_and_may_nothing():
    with pytest.raises(ValueError, match="king"):
        reader_of("king")
    with pytest.raises(ValueError, match="king"):
        may("king", Permission.SAVE_SEARCHES)
