"""Second factors: enrolment, codes that count once, pauses after wrong ones, recovery, removal."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from registry.accounts.codes import STEP_SECONDS, code_at, step_of
from registry.accounts.models import RecoveryCode, SecondFactor, SignIn, User
from registry.accounts.passwords import change_password
from registry.accounts.queries import awaits_code, who_is_signed_in
from registry.accounts.second_factors import (
    PURPOSE,
    begin_enrolment,
    confirm_enrolment,
    finish_sign_in,
    give_code,
    remove_second_factor,
    renew_recovery_codes,
)
from registry.accounts.services import choose_password, issue_password_link, sign_in
from registry.core.errors import InvalidInputError, NotFoundError, RegistryError, RuleViolationError
from registry.core.sealing import Sealer
from tests.conftest import TODAY
from tests.helpers.accounts import PASSWORD, MovableClock, enrol, new_user, proven

SEALER = Sealer("only-for-tests", PURPOSE)
OTHER = "five warm bears by a river"


@pytest.fixture
def clock(empty_registry):
    """A clock that can be moved on, in the database of the registry."""
    made = MovableClock(TODAY)
    empty_registry.database.clock = made
    return made


def begin(registry, by=None):
    with registry.database.write("officer") as uow:
        return sign_in(uow, by or proven(registry))


def finish(registry, token, code):
    with registry.database.write("test") as uow:
        return finish_sign_in(uow, SEALER, token, code)


def holder(registry, token):
    with registry.database.read() as session:
        return who_is_signed_in(session, token, registry.database.clock.now())


def waits(registry, token):
    with registry.database.read() as session:
        return awaits_code(session, token, registry.database.clock.now())


def code_now(secret, clock, steps=0):
    return code_at(secret, step_of(clock.now()) + steps)


def entries(registry, act):
    with registry.database.read() as session:
        found = sa.text("select outcome, detail from audit_entry where act = :act order by position")
        return [tuple(row) for row in session.execute(found, {"act": act})]


def test_after_enrolment_the_password_alone_signs_nobody_in(empty_registry, clock):
    new_user(empty_registry)
    before = begin(empty_registry)
    secret, enrolled = enrol(empty_registry, SEALER, holder(empty_registry, before))
    assert holder(empty_registry, before) is None, "the token before two factors were given is worth nothing"
    assert holder(empty_registry, enrolled.token).by_two_factors
    clock.pass_by(seconds=STEP_SECONDS)
    token = begin(empty_registry)
    assert holder(empty_registry, token) is None
    assert waits(empty_registry, token)
    signed_in = finish(empty_registry, token, code_now(secret, clock))
    assert signed_in != token
    assert holder(empty_registry, signed_in).by_two_factors
    assert not waits(empty_registry, token)
    with pytest.raises(NotFoundError):
        finish(empty_registry, token, code_now(secret, clock, 1))


def test_a_code_counts_once_for_whoever_gives_it(empty_registry, clock):
    new_user(empty_registry)
    secret, _ = enrol(empty_registry, SEALER, holder(empty_registry, begin(empty_registry)))
    first, second = begin(empty_registry), begin(empty_registry)
    assert finish(empty_registry, first, code_now(secret, clock)) is None, "it has confirmed the enrolment"
    clock.pass_by(seconds=STEP_SECONDS)
    assert finish(empty_registry, first, code_now(secret, clock))
    assert finish(empty_registry, second, code_now(secret, clock)) is None
    assert ("refused", '{"by":"code"}') in entries(empty_registry, "account.signed_in")


def test_the_code_is_awaited_for_ten_minutes(empty_registry, clock):
    new_user(empty_registry)
    secret, _ = enrol(empty_registry, SEALER, holder(empty_registry, begin(empty_registry)))
    token = begin(empty_registry)
    clock.pass_by(minutes=10)
    with pytest.raises(NotFoundError):
        finish(empty_registry, token, code_now(secret, clock))


def test_wrong_codes_are_followed_by_longer_and_longer_pauses_that_pass(empty_registry, clock):
    """Brute force: five tries, then five minutes, ten, twenty, up to a day; no right code helps meanwhile."""
    new_user(empty_registry)
    secret, _ = enrol(empty_registry, SEALER, holder(empty_registry, begin(empty_registry)))
    pauses, by = [], proven(empty_registry)
    for _ in range(10):
        token = begin(empty_registry, by)
        for _ in range(5):
            assert finish(empty_registry, token, "000000") is None
        with pytest.raises(RuleViolationError, match="too many wrong codes"):
            finish(empty_registry, token, code_now(secret, clock))
        began = clock.now()
        with empty_registry.database.read() as session:
            until = session.scalar(sa.select(SecondFactor.paused_until))
        pauses.append(until - began)
        clock.instant = until
    minutes = [pause // timedelta(minutes=1) for pause in pauses]
    assert minutes[:5] == [5, 10, 20, 40, 80]
    assert max(minutes) == minutes[-1] == 24 * 60
    assert finish(empty_registry, begin(empty_registry), code_now(secret, clock)), "the pause passes by itself"
    assert finish(empty_registry, begin(empty_registry), "000000") is None, "and the count begins anew"


def test_a_new_password_ends_the_pause_since_whoever_guessed_knew_the_old_one(empty_registry, clock):
    new_user(empty_registry)
    secret, _ = enrol(empty_registry, SEALER, holder(empty_registry, begin(empty_registry)))
    for _ in range(5):
        finish(empty_registry, begin(empty_registry), "000000")
    with empty_registry.database.write("test") as uow:
        choose_password(uow, issue_password_link(uow, "officer"), PASSWORD)
    clock.pass_by(seconds=STEP_SECONDS)
    assert finish(empty_registry, begin(empty_registry), code_now(secret, clock))


def test_recovery_codes_work_once_and_new_ones_end_those_of_before(empty_registry, clock):
    new_user(empty_registry)
    _, enrolled = enrol(empty_registry, SEALER, holder(empty_registry, begin(empty_registry)))
    code = enrolled.recovery_codes[0]
    token = finish(empty_registry, begin(empty_registry), code.lower().replace("-", " "))
    assert token
    assert finish(empty_registry, begin(empty_registry), code) is None
    with empty_registry.database.write("officer") as uow:
        renewed = renew_recovery_codes(uow, holder(empty_registry, token))
        kept = set(uow.session.scalars(sa.select(RecoveryCode.code_hash)))
    assert len(kept) == len(renewed) == 8
    assert not kept & set(renewed), "only hashes are kept"
    assert finish(empty_registry, begin(empty_registry), enrolled.recovery_codes[1]) is None
    assert finish(empty_registry, begin(empty_registry), renewed[1])


def test_an_administrator_takes_it_away_and_all_sign_ins_end(empty_registry, clock):
    new_user(empty_registry)
    _, enrolled = enrol(empty_registry, SEALER, holder(empty_registry, begin(empty_registry)))
    with empty_registry.database.write("chief") as uow:
        remove_second_factor(uow, "Officer")
        with pytest.raises(NotFoundError):
            remove_second_factor(uow, "officer")
    assert holder(empty_registry, enrolled.token) is None
    assert not holder(empty_registry, begin(empty_registry)).by_two_factors
    assert entries(empty_registry, "account.second_factor_removed") == [("done", '{"ended":1}')]


def test_enrolment_needs_the_right_code_and_is_done_once(empty_registry, clock):
    new_user(empty_registry)
    user = holder(empty_registry, begin(empty_registry))
    with empty_registry.database.write("officer") as uow:
        with pytest.raises(NotFoundError):
            confirm_enrolment(uow, SEALER, user, "000000")
        with pytest.raises(NotFoundError):
            renew_recovery_codes(uow, user)
        first = begin_enrolment(uow, SEALER, user)
        second = begin_enrolment(uow, SEALER, user)
        assert confirm_enrolment(uow, SEALER, user, code_now(first, clock)) is None, "the newer secret counts"
        held = uow.session.get_one(User, user.user_id)
        assert give_code(uow, SEALER, held, ""), "what is not confirmed asks nobody"
        assert confirm_enrolment(uow, SEALER, user, code_now(second, clock))
        with pytest.raises(RuleViolationError):
            begin_enrolment(uow, SEALER, user)


def test_the_secret_is_sealed_for_this_user_by_a_key_that_is_not_in_the_database(empty_registry, clock):
    mine = new_user(empty_registry)
    secret, _ = enrol(empty_registry, SEALER, holder(empty_registry, begin(empty_registry)))
    other = new_user(empty_registry, login="other")
    with empty_registry.database.write("test") as uow:
        factor = uow.session.get_one(SecondFactor, mine)
        assert secret not in factor.sealed_secret
        uow.session.add(
            SecondFactor(
                user_id=other,
                sealed_secret=factor.sealed_secret,
                confirmed_at=clock.now(),
                last_step=0,
                wrong_codes=0,
            )
        )
    with empty_registry.database.write("test") as uow:
        with pytest.raises(RuleViolationError, match="another user"):
            give_code(uow, SEALER, uow.session.get_one(User, other), code_now(secret, clock, 1))
        with pytest.raises(RegistryError, match="SECRET_KEY"):
            give_code(uow, Sealer("another key", PURPOSE), uow.session.get_one(User, mine), "000000")
    with empty_registry.database.read() as session:
        written = " ".join(session.scalars(sa.text("select detail from audit_entry")))
    assert secret not in written


def test_a_password_is_changed_by_the_old_one_and_a_code(empty_registry, clock):
    new_user(empty_registry)
    secret, enrolled = enrol(empty_registry, SEALER, holder(empty_registry, begin(empty_registry)))
    clock.pass_by(seconds=STEP_SECONDS)
    user, by = holder(empty_registry, enrolled.token), proven(empty_registry)

    def change(given, code, password=OTHER):
        with empty_registry.database.write("officer") as uow:
            return change_password(uow, SEALER, user, given, code, password)

    assert change(None, code_now(secret, clock)) is None
    assert change(by, "000000") is None
    with pytest.raises(InvalidInputError):
        change(by, code_now(secret, clock), "short")
    token = change(by, code_now(secret, clock))
    assert token, "a refused password uses no code up"
    assert holder(empty_registry, token).by_two_factors
    assert holder(empty_registry, enrolled.token) is None
    assert proven(empty_registry) is None
    assert proven(empty_registry, password=OTHER)
    assert change(by, code_now(secret, clock, 1)) is None, "the password was proven before it was changed"
    with empty_registry.database.read() as session:
        assert session.scalar(sa.select(sa.func.count(SignIn.id)).where(SignIn.ended_at.is_(None))) == 1
