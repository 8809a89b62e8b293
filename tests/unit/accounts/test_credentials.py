"""How passwords and tokens are kept."""

from __future__ import annotations

import time

from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST

from registry.accounts.credentials import hash_password, hash_token, is_outdated, is_password, new_token


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


def test_nobody_has_a_password_and_asking_takes_as_long():
    known = hash_password("nine wet owls")

    def seconds(password_hash):
        start = time.perf_counter()
        assert not is_password(password_hash, "wrong words")
        return time.perf_counter() - start

    # The best of several, since other work on the machine only ever adds time.
    with_user, without = (min(seconds(value) for _ in range(5)) for value in (known, None))
    assert 0.5 < without / with_user < 2


def test_what_cannot_be_a_password_is_refused_without_work():
    known = hash_password("nine wet owls")
    start = time.perf_counter()
    assert not is_password(known, "x" * 1_000_000)
    assert not is_password(None, "x" * 1_000_000)
    assert time.perf_counter() - start < 0.05
    assert not is_password("not a hash", "nine wet owls")
    assert not is_password(known, "half \ud83d of a pair")


def test_tokens_are_long_and_differ_and_are_kept_as_hashes():
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert min(len(token) for token in tokens) >= 43
    assert len(hash_token("x")) == 64
    assert hash_token("\ud83d")
