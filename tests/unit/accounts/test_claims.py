"""What claims of a provider make of a user. What is not said plainly gives nothing."""

from __future__ import annotations

import pytest

from registry.accounts.claims import Grant, proven_elsewhere, read_grants, read_roles
from registry.accounts.vocabulary import Role
from registry.core.errors import ConfigurationError

GRANTS = read_grants("treaty office=legal_officer; /minfin=submitter:kaz-ministry-of-finance\nit=administrator")


def test_the_setting_says_which_value_means_which_role():
    assert (
        Grant("treaty office", Role.LEGAL_OFFICER),
        Grant("/minfin", Role.SUBMITTER, "kaz-ministry-of-finance"),
        Grant("it", Role.ADMINISTRATOR),
    ) == GRANTS
    assert read_grants("cn=it,ou=x=auditor") == (Grant("cn=it,ou=x", Role.AUDITOR),)
    assert read_grants("") == ()


@pytest.mark.parametrize("text", ["officer", "x=king", "=auditor", "x="])
def test_a_setting_of_another_form_stops_the_start(text):
    with pytest.raises(ConfigurationError, match="OIDC_ROLES"):
        read_grants(text)


def test_roles_that_need_a_second_factor_are_named_rightly():
    assert read_roles("legal_officer, administrator") == {Role.LEGAL_OFFICER, Role.ADMINISTRATOR}
    assert read_roles(" ") == frozenset()
    with pytest.raises(ConfigurationError, match="officers"):
        read_roles("officers")


@pytest.mark.parametrize(
    ("claim", "claims", "role"),
    [
        ("groups", {"groups": ["staff", "it"]}, "administrator"),
        # The first of the setting counts, not the first of the token.
        ("groups", {"groups": ["it", "treaty office"]}, "legal_officer"),
        ("groups", {"groups": "it"}, "administrator"),
        ("realm_access.roles", {"realm_access": {"roles": ["it"]}}, "administrator"),
        ("https://example.org/roles", {"https://example.org/roles": ["it"]}, "administrator"),
        ("groups", {"groups": ["IT", "it "]}, None),
        ("groups", {"groups": []}, None),
        ("groups", {}, None),
        ("groups", {"groups": {"it": True}}, None),
        ("groups", {"groups": [["it"], 7, None]}, None),
        ("groups.it", {"groups": ["it"]}, None),
    ],
)
def test_a_role_follows_from_the_values_of_the_claim(claim, claims, role):
    found = proven_elsewhere({"iss": "i", "sub": "s", **claims}, GRANTS, claim).grant
    assert (found.role if found else None) == role


@pytest.mark.parametrize(
    ("claims", "email"),
    [
        ({"email": "a@example.org", "email_verified": True}, "a@example.org"),
        ({"email": "a@example.org", "email_verified": False}, None),
        ({"email": "a@example.org", "email_verified": "true"}, None),
        ({"email": "a@example.org"}, None),
        ({"email": "a@b\nBcc: c@d", "email_verified": True}, None),
        ({"email": ["a@example.org"], "email_verified": True}, None),
    ],
)
def test_an_address_is_used_only_when_the_provider_has_checked_it(claims, email):
    assert proven_elsewhere({"iss": "i", "sub": "s", **claims}, (), "groups").email == email


@pytest.mark.parametrize(
    ("claims", "login"),
    [
        ({"preferred_username": "Officer"}, "officer"),
        ({"preferred_username": "два слова", "email": "a@example.org"}, "a@example.org"),
        ({"preferred_username": 7}, None),
        ({}, None),
    ],
)
def test_a_login_is_proposed_only_if_it_can_be_one(claims, login):
    assert proven_elsewhere({"iss": "i", "sub": "s", **claims}, (), "groups").wanted_login == login


@pytest.mark.parametrize(
    ("methods", "two"), [(["pwd", "mfa"], True), (["mfa"], True), (["pwd"], False), ("mfa", False), (None, False)]
)
def test_two_factors_are_believed_when_the_token_says_so(methods, two):
    """RFC 8176, section 2: `mfa` means more than one factor."""
    assert proven_elsewhere({"iss": "i", "sub": "s", "amr": methods}, (), "groups").by_two_factors is two


def test_a_name_is_one_line():
    claims = {"iss": "i", "sub": "s", "name": " A.\n\x00 Sarsenova " + "x" * 300}
    name = proven_elsewhere(claims, (), "groups").name
    assert name.startswith("A. Sarsenova x")
    assert len(name) == 200
