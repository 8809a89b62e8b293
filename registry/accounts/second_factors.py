"""Writes of the second factor: enrol an authenticator, take its codes, renew recovery codes, take it away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from registry.accounts.codes import (
    new_recovery_codes,
    new_secret,
    normal_recovery_code,
    step_of_code,
)
from registry.accounts.credentials import hash_token
from registry.accounts.models import RecoveryCode, SecondFactor, SignIn, User
from registry.accounts.queries import awaits_code_now
from registry.accounts.services import begin_sign_in, end_sign_ins, find_user
from registry.audit.services import record
from registry.audit.vocabulary import Act, Outcome
from registry.core.errors import NotFoundError, RuleViolationError
from registry.core.i18n import N_

if TYPE_CHECKING:
    from registry.accounts.queries import SignedIn
    from registry.core.sealing import Sealer
    from registry.core.uow import UnitOfWork

#: What the key is for by which secrets of authenticators are sealed.
PURPOSE = "secrets of second factors"

#: After so many wrong codes in a row none is looked at for a while, then for twice that, and for a day at most: at six
#: digits nobody guesses one, and nobody is kept out for good (RFC 6238, 5.1; NIST SP 800-63B, 3.2.2).
WRONG_CODES = 5
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(days=1)


@dataclass(frozen=True)
class Enrolled:
    """An authenticator was enrolled: the token of the sign-in that goes on, and the recovery codes, shown once."""

    token: str
    recovery_codes: list[str]


def begin_enrolment(uow: UnitOfWork, sealer: Sealer, user: SignedIn) -> str:
    """Make a secret for a new authenticator, which asks nobody before a code has confirmed it; return the secret.

    Raises `RuleViolationError` when the user has an authenticator already.
    """
    found = _factor(uow, user.user_id)
    if found is not None and found.confirmed_at is not None:
        raise RuleViolationError(N_("You have a second factor already. An administrator can take it away."))
    secret = new_secret()
    sealed = _seal(sealer, user.user_id, secret)
    if found is None:
        found = SecondFactor(user_id=user.user_id, last_step=0, wrong_codes=0)
        uow.session.add(found)
    found.sealed_secret = sealed
    record(uow, Act.SECOND_FACTOR_BEGUN, user.login)
    return secret


def confirm_enrolment(uow: UnitOfWork, sealer: Sealer, user: SignedIn, code: str) -> Enrolled | None:
    """Enrol the authenticator whose code this is; return None when the code is not right.

    All sign-ins of the user end, and that of the present request goes on under a new token. Raises `NotFoundError`
    when no enrolment was begun.
    """
    found = _factor(uow, user.user_id)
    if found is None or found.confirmed_at is not None:
        raise NotFoundError(N_("No second factor waits to be confirmed."))
    step = step_of_code(_open(sealer, found), code, uow.clock.now(), found.last_step)
    if step is None:
        record(uow, Act.SECOND_FACTOR_ADDED, user.login, outcome=Outcome.REFUSED)
        return None
    found.confirmed_at, found.last_step = uow.clock.now(), step
    record(uow, Act.SECOND_FACTOR_ADDED, user.login)
    codes = _new_recovery_codes(uow, user.user_id)
    end_sign_ins(uow, user.user_id)
    return Enrolled(begin_sign_in(uow, user.user_id, by_two_factors=True), codes)


def renew_recovery_codes(uow: UnitOfWork, user: SignedIn) -> list[str]:
    """Make new recovery codes; those of before are worth nothing. Return them, to be shown once.

    Raises `NotFoundError` when the user has no second factor.
    """
    found = _factor(uow, user.user_id)
    if found is None or found.confirmed_at is None:
        raise NotFoundError(N_("You have no second factor."))
    record(uow, Act.RECOVERY_CODES_MADE, user.login)
    return _new_recovery_codes(uow, user.user_id)


def finish_sign_in(uow: UnitOfWork, sealer: Sealer, token: str, code: str) -> str | None:
    """Take the code of a sign-in whose password was right; return a new token, or None when the code is not right.

    Raises `NotFoundError` when no such sign-in waits for a code, and `RuleViolationError` during the pause that
    follows wrong codes.
    """
    now = uow.clock.now()
    row = uow.session.execute(
        select(SignIn, User)
        .join(User, User.id == SignIn.user_id)
        .where(SignIn.token_hash == hash_token(token), awaits_code_now(now), User.is_active)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFoundError(N_("This sign-in was open for too long. Sign in anew."))
    waiting, user = row
    if not give_code(uow, sealer, user, code):
        record(uow, Act.SIGNED_IN, user.login, outcome=Outcome.REFUSED, actor="", detail={"by": "code"})
        return None
    waiting.ended_at = now
    record(uow, Act.SIGNED_IN, user.login, actor=user.login, detail={"by": "two factors"})
    return begin_sign_in(uow, user.id, by_two_factors=True)


def give_code(uow: UnitOfWork, sealer: Sealer, user: User, code: str) -> bool:
    """Return whether this is a code of the user's authenticator or a recovery code, and use it up.

    A user without a second factor needs none: any code is right. Raises `RuleViolationError` during the pause that
    follows wrong codes.
    """
    found, now = _factor(uow, user.id), uow.clock.now()
    if found is None or found.confirmed_at is None:
        return True
    if found.paused_until is not None and now < found.paused_until:
        minutes = -(-(found.paused_until - now) // timedelta(minutes=1))
        raise RuleViolationError(
            N_("There were too many wrong codes. Try again in %(minutes)s min, or ask an administrator."),
            minutes=minutes,
        )
    step = step_of_code(_open(sealer, found), code, now, found.last_step)
    if step is not None:
        found.last_step = step
    elif not _use_recovery_code(uow, user, code):
        found.wrong_codes += 1
        if found.wrong_codes % WRONG_CODES == 0:
            longer = min(found.wrong_codes // WRONG_CODES - 1, 16)
            found.paused_until = now + min(FIRST_PAUSE * 2**longer, LONGEST_PAUSE)
        return False
    found.wrong_codes, found.paused_until = 0, None
    return True


def remove_second_factor(uow: UnitOfWork, login: str) -> None:
    """Take away a user's second factor and recovery codes, at their request; all their sign-ins end.

    Whoever asks must have shown who they are: from then on the password alone lets them in. Raises `NotFoundError` for
    an unknown login or a user without a second factor.
    """
    user = find_user(uow, login)
    found = _factor(uow, user.id)
    if found is None:
        raise NotFoundError(N_("The user “%(login)s” has no second factor."), login=user.login)
    uow.session.delete(found)
    uow.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    ended = end_sign_ins(uow, user.id)
    record(uow, Act.SECOND_FACTOR_REMOVED, user.login, detail={"ended": ended})


def _factor(uow: UnitOfWork, user_id: int) -> SecondFactor | None:
    # Two requests with one code take turns, so that only the first finds it unused.
    return uow.session.scalar(select(SecondFactor).where(SecondFactor.user_id == user_id).with_for_update())


def _use_recovery_code(uow: UnitOfWork, user: User, code: str) -> bool:
    used = uow.session.execute(
        delete(RecoveryCode)
        .where(RecoveryCode.user_id == user.id, RecoveryCode.code_hash == hash_token(normal_recovery_code(code)))
        .returning(RecoveryCode.id)
    ).all()
    if used:
        record(uow, Act.RECOVERY_CODE_USED, user.login, actor=user.login)
    return bool(used)


def _new_recovery_codes(uow: UnitOfWork, user_id: int) -> list[str]:
    uow.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = new_recovery_codes()
    hashes = [hash_token(normal_recovery_code(code)) for code in codes]
    uow.session.add_all(RecoveryCode(user_id=user_id, code_hash=hashed) for hashed in hashes)
    return codes


def _seal(sealer: Sealer, user_id: int, secret: str) -> str:
    # With the user in it, so that a secret that is copied to another user's row opens nothing.
    return sealer.seal(f"{user_id} {secret}")


def _open(sealer: Sealer, factor: SecondFactor) -> str:
    user_id, secret = sealer.open(factor.sealed_secret).split(" ")
    if user_id != str(factor.user_id):
        raise RuleViolationError(N_("The second factor belongs to another user. Ask an administrator to take it away."))
    return secret
