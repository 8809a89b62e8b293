"""How passwords and tokens are kept."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import CHEAPEST, RFC_9106_LOW_MEMORY

from registry.accounts import credentials
from registry.accounts.credentials import hash_password, hash_token, is_outdated, is_password, new_token


@pytest.fixture(autouse=True)
def _dear_passwords(monkeypatch):
    """Hash passwords at the cost that they have for users, which other tests do not pay."""
    monkeypatch.setattr(credentials, "_hasher", PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY))
    monkeypatch.setattr(credentials, "_NOBODY", credentials._nobodys_hash())


def test_a_password_is_kept_as_argon2id_with_its_own_salt():
    first, second = hash_password("nine wet owls"), hash_password("nine wet owls")
    assert first.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert first != second
    assert is_password(first, "nine wet owls")
    assert not is_password(first, "nine wet owls ")
    assert not is_outdated(first)


def test_a_password_typed_on_another_keyboard_is_the_same():
    assert is_password(hash_password("re\u0301gime ﬁ"), "r\u00e9gime fi")


def test_a_hash_of_older_parameters_is_known_and_outdated():
    older = PasswordHasher.from_parameters(CHEAPEST).hash("nine wet owls")
    assert is_password(older, "nine wet owls")
    assert is_outdated(older)


@pytest.fixture
def work(_dear_passwords, monkeypatch):
    """The hashes that were compared: each of them is the slow step that an attacker could time."""
    compared = []

    class Watched:
        def verify(self, password_hash, password):
            compared.append(password_hash)
            return hasher.verify(password_hash, password)

    hasher = credentials._hasher
    monkeypatch.setattr(credentials, "_hasher", Watched())
    return compared


def test_an_unknown_login_costs_the_same_work_as_a_wrong_password(work):
    known = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY).hash("nine wet owls")
    assert not is_password(known, "wrong words")
    assert not is_password(None, "wrong words")
    assert not is_password(None, "")
    assert len(work) == 3
    assert work[0] == known
    assert all(extract_parameters(password_hash) == extract_parameters(known) for password_hash in work)


def test_what_cannot_be_a_password_is_refused_without_work(work):
    known = PasswordHasher.from_parameters(CHEAPEST).hash("nine wet owls")
    assert not is_password(known, "x" * 257)
    assert not is_password(None, "x" * 1_000_000)
    assert work == []
    assert not is_password("not a hash", "nine wet owls")
    assert not is_password(known, "half \ud83d of a pair")


def test_tokens_are_long_and_differ_and_are_kept_as_hashes():
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert min(len(token) for token in tokens) >= 43
    assert len(hash_token("x")) == 64
    assert hash_token("\ud83d")
