"""Writes: add users, let them choose passwords, sign them in and out, disable and enable them, set role and body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from registry.accounts.credentials import hash_password, hash_token, new_token
from registry.accounts.models import PasswordLink, SignIn, User
from registry.accounts.queries import is_open, user_of_link
from registry.accounts.rules import LINK_LIMIT, is_login, normal_login, password_problem
from registry.audit.services import record
from registry.audit.vocabulary import Act, Outcome
from registry.core.errors import InvalidInputError, NotFoundError, RuleViolationError
from registry.core.i18n import N_
from registry.parties.models import Body

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from registry.accounts.queries import Proven
    from registry.accounts.schemas import AddUser
    from registry.accounts.vocabulary import Role
    from registry.core.uow import UnitOfWork

#: How many past sign-ins a new one deletes at most: they do not pile up, and nobody waits for it.
_DELETED_AT_ONCE = 100


def add_user(uow: UnitOfWork, command: AddUser) -> User:
    """Add a user without a password.

    Raises `RuleViolationError` when the login is taken, and `NotFoundError` for a body that the registry has not.
    """
    user = User(
        login=command.login,
        name=command.name,
        role=command.role,
        body_id=None if command.body is None else _body_id(uow, command.body),
        is_active=True,
        created_at=uow.clock.now(),
    )
    try:
        with uow.session.begin_nested():
            uow.session.add(user)
    except IntegrityError as error:
        raise RuleViolationError(
            N_("There is already a user with the login “%(login)s”."), login=command.login
        ) from error
    record(uow, Act.USER_ADDED, user.login, detail={"role": user.role, "body": command.body})
    return user


def issue_password_link(uow: UnitOfWork, login: str) -> str:
    """Make a link by which a user chooses a password once, within a day; links made before stop working.

    Returns the token of the link, which is kept nowhere. Raises `NotFoundError` for an unknown login and
    `RuleViolationError` for a disabled one.
    """
    user = _user(uow, login)
    if not user.is_active:
        raise RuleViolationError(N_("The user “%(login)s” is disabled."), login=user.login)
    _void_links(uow, user.id)
    token, now = new_token(), uow.clock.now()
    uow.session.add(PasswordLink(user_id=user.id, token_hash=hash_token(token), expires_at=now + LINK_LIMIT))
    record(uow, Act.LINK_ISSUED, user.login)
    return token


def choose_password(uow: UnitOfWork, token: str, password: str) -> None:
    """Give the user of a link the password that they chose; all their sign-ins and other links end.

    Raises `NotFoundError` when the link was used, has expired or never was, and `InvalidInputError` when the
    password is refused, which leaves the link as it was.
    """
    now = uow.clock.now()
    user = user_of_link(uow.session, token, now)
    if user is not None and (problem := password_problem(password, user.login, user.name)):
        raise InvalidInputError({"password": [problem]}, N_("This password cannot be used."))
    # Of two requests with one link only the first finds it unused, whatever both of them have read before.
    used = uow.session.execute(
        update(PasswordLink)
        .where(PasswordLink.token_hash == hash_token(token), PasswordLink.used_at.is_(None))
        .values(used_at=now)
        .returning(PasswordLink.id)
    ).one_or_none()
    if user is None or used is None:
        raise NotFoundError(N_("This link was used, has expired or never was. Ask an administrator for a new one."))
    user.password_hash = hash_password(password)
    _void_links(uow, user.id)
    end_sign_ins(uow, user.id)
    record(uow, Act.PASSWORD_CHOSEN, user.login)


def sign_in(uow: UnitOfWork, proven: Proven) -> str | None:
    """Sign a user in and return the token of the sign-in, which is kept nowhere but with the browser.

    Returns None when the user was disabled or chose another password after the old one was compared.
    """
    user = uow.session.scalar(
        select(User)
        .where(User.id == proven.user_id, User.is_active, User.password_hash == proven.password_hash)
        .with_for_update()
    )
    if user is None:
        return None
    if proven.newer_hash:
        user.password_hash = proven.newer_hash
    delete_past(uow, _DELETED_AT_ONCE)
    token, now = new_token(), uow.clock.now()
    uow.session.add(SignIn(user_id=user.id, token_hash=hash_token(token), started_at=now, last_seen_at=now))
    record(uow, Act.SIGNED_IN, user.login)
    return token


def refuse_sign_in(uow: UnitOfWork, login: str) -> None:
    """Note that somebody tried to sign in and was refused.

    A login that no user has is not kept: it may be a password, typed into the wrong field.
    """
    known = uow.session.scalar(select(User.login).where(User.login == login)) if is_login(login) else None
    record(uow, Act.SIGNED_IN, known or "", outcome=Outcome.REFUSED, actor="")


def sign_out(uow: UnitOfWork, token: str) -> None:
    """End the sign-in with this token, if it has not ended yet."""
    if ended := _end(uow, SignIn.token_hash == hash_token(token)):
        login = uow.session.scalar(select(User.login).where(User.id == ended[0]))
        record(uow, Act.SIGNED_OUT, login or "", actor=login)


def end_sign_in(uow: UnitOfWork, user_id: int, sign_in_id: int) -> None:
    """End one sign-in of a user. Raises `NotFoundError` when the user has no such sign-in that goes on."""
    if not _end(uow, SignIn.user_id == user_id, SignIn.id == sign_in_id):
        raise NotFoundError(N_("You have no such sign-in, or it has ended already."))
    record(uow, Act.SIGN_INS_ENDED, uow.actor, detail={"ended": 1})


def end_sign_ins(uow: UnitOfWork, user_id: int) -> int:
    """End all sign-ins of a user; return how many went on."""
    return len(_end(uow, SignIn.user_id == user_id))


def note_use(uow: UnitOfWork, sign_in_id: int) -> None:
    """Note that a sign-in is in use now."""
    uow.session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(last_seen_at=uow.clock.now()))


def disable_user(uow: UnitOfWork, login: str) -> int:
    """Let a user sign in no more: sign-ins and links end at once. Return how many sign-ins went on.

    Raises `NotFoundError` for an unknown login.
    """
    user = _user(uow, login)
    user.is_active = False
    uow.session.flush()
    _void_links(uow, user.id)
    ended = end_sign_ins(uow, user.id)
    record(uow, Act.USER_DISABLED, user.login, detail={"ended": ended})
    return ended


def enable_user(uow: UnitOfWork, login: str) -> User:
    """Let a disabled user sign in again, with the password of before. Sign-ins and links that ended stay ended.

    Raises `NotFoundError` for an unknown login and `RuleViolationError` for a user who is not disabled.
    """
    user = _user(uow, login)
    if user.is_active:
        raise RuleViolationError(N_("The user “%(login)s” is not disabled."), login=user.login)
    user.is_active = True
    record(uow, Act.USER_ENABLED, user.login)
    return user


def set_role(uow: UnitOfWork, login: str, role: Role) -> User:
    """Give a user another role. What is open in a browser has it with the next request.

    Raises `NotFoundError` for an unknown login.
    """
    user = _user(uow, login)
    before, user.role = user.role, role
    record(uow, Act.ROLE_SET, user.login, detail={"before": before, "role": str(role)})
    return user


def set_body(uow: UnitOfWork, login: str, body: str | None) -> User:
    """Say to which body (by its key) a user belongs, or to none. It holds from the next request on.

    What was submitted before stays with the body in whose name it was submitted. Raises `NotFoundError` for an unknown
    login or body.
    """
    user = _user(uow, login)
    before = uow.session.scalar(select(Body.key).where(Body.id == user.body_id))
    user.body_id = None if body is None else _body_id(uow, body)
    record(uow, Act.BODY_SET, user.login, detail={"before": before, "body": body})
    return user


def delete_past(uow: UnitOfWork, most: int | None = None) -> int:
    """Delete sign-ins that ended or expired, and links that were used or expired; of each at most `most`.

    Nothing asks for them any more, and when somebody was at work is nobody's business for ever. Returns how many
    were deleted.
    """
    now = uow.clock.now()
    count = 0
    for table, is_past in (
        (SignIn, ~is_open(now)),
        (PasswordLink, PasswordLink.used_at.is_not(None) | (PasswordLink.expires_at <= now)),
    ):
        # Of two who sign in at one moment, each deletes what the other does not: neither waits.
        past = select(table.id).where(is_past).order_by(table.id).limit(most).with_for_update(skip_locked=True)
        gone = uow.session.execute(
            delete(table).where(table.id.in_(past)).returning(table.id),
            execution_options={"synchronize_session": False},
        )
        count += len(gone.all())
    return count


def _user(uow: UnitOfWork, login: str) -> User:
    user = uow.session.scalar(select(User).where(User.login == normal_login(login)))
    if user is None:
        raise NotFoundError(N_("There is no user with the login “%(login)s”."), login=login[:80])
    return user


def _body_id(uow: UnitOfWork, key: str) -> int:
    found = uow.session.scalar(select(Body.id).where(Body.key == key))
    if found is None:
        raise NotFoundError(N_("There is no body with the key “%(key)s”."), key=key[:80])
    return found


def _void_links(uow: UnitOfWork, user_id: int) -> None:
    now = uow.clock.now()
    uow.session.execute(
        update(PasswordLink)
        .where(PasswordLink.user_id == user_id, PasswordLink.used_at.is_(None), PasswordLink.expires_at > now)
        .values(expires_at=now)
    )


def _end(uow: UnitOfWork, *which: ColumnElement[bool]) -> list[int]:
    """End sign-ins; return whose they were."""
    return list(
        uow.session.scalars(
            update(SignIn)
            .where(*which, SignIn.ended_at.is_(None))
            .values(ended_at=uow.clock.now())
            .returning(SignIn.user_id)
        )
    )
