"""Codes of authenticators against the vectors of RFC 6238, and when a code counts."""

from __future__ import annotations

from base64 import b32encode
from datetime import UTC, datetime, timedelta

import pytest

from registry.accounts.codes import (
    RECOVERY_CODES,
    code_at,
    enrolment_uri,
    new_recovery_codes,
    new_secret,
    normal_recovery_code,
    step_of,
    step_of_code,
)

SECRET = b32encode(b"12345678901234567890").decode()
NOW = datetime(2026, 11, 24, 9, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("second", "code"),
    [
        # RFC 6238, appendix B, SHA-1: the last six of the eight digits there.
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(second, code):
    at = datetime.fromtimestamp(second, UTC)
    assert code_at(SECRET, step_of(at)) == code
    assert step_of_code(SECRET, f" {code[:3]} {code[3:]}", at, 0) == step_of(at)


@pytest.mark.parametrize(("steps", "counts"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_counts_one_step_early_or_late(steps, counts):
    step = step_of(NOW) + steps
    assert step_of_code(SECRET, code_at(SECRET, step), NOW, 0) == (step if counts else None)


def test_no_code_counts_twice_nor_one_before_it():
    step = step_of(NOW)
    assert step_of_code(SECRET, code_at(SECRET, step), NOW, step) is None
    assert step_of_code(SECRET, code_at(SECRET, step - 1), NOW, step) is None
    later = NOW + timedelta(seconds=30)
    assert step_of_code(SECRET, code_at(SECRET, step + 1), later, step) == step + 1


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "\ud800", "0" * 1000])
def test_what_is_no_code_is_none(code):
    assert step_of_code(SECRET, code, NOW, 0) is None


def test_secrets_and_recovery_codes_are_long_and_new_each_time():
    assert len(new_secret()) == 32
    assert new_secret() != new_secret()
    codes = new_recovery_codes()
    assert len(set(codes)) == RECOVERY_CODES
    assert {len(normal_recovery_code(code)) for code in codes} == {24}
    assert normal_recovery_code(f" {codes[0].lower()} ") == codes[0].replace("-", "")


def test_the_address_for_authenticators_names_user_and_registry():
    uri = enrolment_uri(SECRET, "officer@example.org", "Treaty registry")
    assert uri.startswith("otpauth://totp/Treaty%20registry:officer%40example.org?")
    assert f"secret={SECRET}" in uri
