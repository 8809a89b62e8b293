"""Writes: add users, let them choose passwords, sign them in and out, disable and enable them, set what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from registry.accounts.credentials import hash_password, hash_token, new_token
from registry.accounts.models import Identity, PasswordLink, SecondFactor, SignIn, User
from registry.accounts.queries import has_second_factor, is_open, user_of_link
from registry.accounts.rules import LINK_LIMIT, NO_ADDRESS, is_login, normal_login, password_problem
from registry.accounts.schemas import AddUser
from registry.accounts.vocabulary import Role
from registry.audit.services import record
from registry.audit.vocabulary import Act, Outcome
from registry.core.errors import InvalidInputError, NotFoundError, RuleViolationError
from registry.core.i18n import N_
from registry.core.mailboxes import is_address
from registry.core.messages import Message
from registry.parties.models import Body

if TYPE_CHECKING:
    from datetime import timedelta

    from sqlalchemy import ColumnElement

    from registry.accounts.queries import Proven
    from registry.accounts.schemas import ChangeUser
    from registry.core.uow import UnitOfWork

#: Who is there when nobody else is.
FIRST_LOGIN, FIRST_NAME = "administrator", "Administrator"

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
        email=command.email or (command.login if is_address(command.login) else None),
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


def add_first_administrator(uow: UnitOfWork) -> str | None:
    """Add an administrator to a registry without any user; return the token of the link to choose the password.

    Returns None, and adds nobody, when there is a user already, whoever it is.
    """
    if uow.session.scalar(select(User.id).limit(1)) is not None:
        return None
    add_user(uow, AddUser(FIRST_LOGIN, FIRST_NAME, Role.ADMINISTRATOR))
    return issue_password_link(uow, FIRST_LOGIN)


def issue_password_link(uow: UnitOfWork, login: str) -> str:
    """Make a link by which a user chooses a password once, within a day; links made before stop working.

    Returns the token of the link, which is kept nowhere. Raises `NotFoundError` for an unknown login and
    `RuleViolationError` for a disabled one.
    """
    user = find_user(uow, login)
    if not user.is_active:
        raise RuleViolationError(N_("The user “%(login)s” is disabled."), login=user.login)
    if uow.session.scalar(select(Identity.id).where(Identity.user_id == user.id).limit(1)) is not None:
        raise RuleViolationError(
            N_("The user “%(login)s” signs in at the provider of sign-ins and has no password here."), login=user.login
        )
    void_links(uow, user.id)
    token = add_link(uow, user.id, LINK_LIMIT)
    record(uow, Act.LINK_ISSUED, user.login)
    return token


def add_link(uow: UnitOfWork, user_id: int, lasts: timedelta) -> str:
    """Add a link by which a user chooses a password; return its token. The caller writes the entry of the log."""
    token = new_token()
    expires_at = uow.clock.now() + lasts
    uow.session.add(PasswordLink(user_id=user_id, token_hash=hash_token(token), expires_at=expires_at))
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
    void_links(uow, user.id)
    end_sign_ins(uow, user.id)
    # Whoever gave wrong codes knew the password of before.
    uow.session.execute(
        update(SecondFactor).where(SecondFactor.user_id == user.id).values(wrong_codes=0, paused_until=None)
    )
    record(uow, Act.PASSWORD_CHOSEN, user.login)


def sign_in(uow: UnitOfWork, proven: Proven) -> str | None:
    """Sign a user in and return the token of the sign-in, which is kept nowhere but with the browser.

    With a second factor nobody is signed in yet by this token: `finish_sign_in` takes it with a code. Returns None when
    the user was disabled or chose another password after the old one was compared.
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
    awaits_code = has_second_factor(uow.session, user.id)
    record(uow, Act.SIGN_IN_BEGUN if awaits_code else Act.SIGNED_IN, user.login)
    return begin_sign_in(uow, user.id, awaits_code=awaits_code)


def begin_sign_in(uow: UnitOfWork, user_id: int, *, awaits_code: bool = False, by_two_factors: bool = False) -> str:
    """Add a sign-in of a user under a token of its own; return the token. The caller writes the entry of the log."""
    delete_past(uow, _DELETED_AT_ONCE)
    token, now = new_token(), uow.clock.now()
    uow.session.add(
        SignIn(
            user_id=user_id,
            token_hash=hash_token(token),
            started_at=now,
            last_seen_at=now,
            awaits_code=awaits_code,
            by_two_factors=by_two_factors,
        )
    )
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


def end_sign_ins(uow: UnitOfWork, user_id: int, *, but: int = 0) -> int:
    """End all sign-ins of a user, except that with the id `but`; return how many went on."""
    return len(_end(uow, SignIn.user_id == user_id, SignIn.id != but))


def end_other_sign_ins(uow: UnitOfWork, user_id: int, present: int) -> int:
    """End all sign-ins of a user but the present one, at the user's wish; return how many."""
    ended = end_sign_ins(uow, user_id, but=present)
    record(uow, Act.SIGN_INS_ENDED, uow.actor, detail={"ended": ended})
    return ended


def end_sign_ins_of(uow: UnitOfWork, login: str) -> int:
    """End all sign-ins of a user, at the wish of an administrator; return how many.

    Raises `NotFoundError` for an unknown login.
    """
    user = find_user(uow, login)
    ended = end_sign_ins(uow, user.id)
    record(uow, Act.SIGN_INS_ENDED, user.login, detail={"ended": ended})
    return ended


def note_use(uow: UnitOfWork, sign_in_id: int) -> None:
    """Note that a sign-in is in use now."""
    uow.session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(last_seen_at=uow.clock.now()))


def disable_user(uow: UnitOfWork, login: str) -> int:
    """Let a user sign in no more: sign-ins and links end at once. Return how many sign-ins went on.

    Raises `NotFoundError` for an unknown login, and `RuleViolationError` for the user who acts: somebody must remain.
    """
    user = find_user(uow, login)
    _refuse_self(uow, user)
    user.is_active = False
    uow.session.flush()
    void_links(uow, user.id)
    ended = end_sign_ins(uow, user.id)
    record(uow, Act.USER_DISABLED, user.login, detail={"ended": ended})
    return ended


def enable_user(uow: UnitOfWork, login: str) -> User:
    """Let a disabled user sign in again, with the password of before. Sign-ins and links that ended stay ended.

    Raises `NotFoundError` for an unknown login and `RuleViolationError` for a user who is not disabled.
    """
    user = find_user(uow, login)
    if user.is_active:
        raise RuleViolationError(N_("The user “%(login)s” is not disabled."), login=user.login)
    user.is_active = True
    record(uow, Act.USER_ENABLED, user.login)
    return user


def set_role(uow: UnitOfWork, login: str, role: Role) -> User:
    """Give a user another role. All their sign-ins end: nobody goes on with other rights under the same token.

    Raises `NotFoundError` for an unknown login, and `RuleViolationError` for the user who acts: somebody must remain.
    """
    user = find_user(uow, login)
    _refuse_self(uow, user)
    before, user.role = user.role, str(role)
    record(uow, Act.ROLE_SET, user.login, detail={"before": before, "role": user.role})
    end_sign_ins(uow, user.id)
    return user


def set_email(uow: UnitOfWork, login: str, email: str | None) -> User:
    """Say where a user is written to, or nowhere. Links that were sent to the address before stop working.

    Raises `NotFoundError` for an unknown login, and `InvalidInputError` for what is no address.
    """
    user = find_user(uow, login)
    if email is not None and not is_address(email):
        raise InvalidInputError({"email": [Message(NO_ADDRESS)]}, NO_ADDRESS)
    user.email = email
    void_links(uow, user.id)
    record(uow, Act.EMAIL_SET, user.login)
    return user


def set_body(uow: UnitOfWork, login: str, body: str | None) -> User:
    """Say to which body (by its key) a user belongs, or to none. It holds from the next request on.

    What was submitted before stays with the body in whose name it was submitted. Raises `NotFoundError` for an unknown
    login or body.
    """
    user = find_user(uow, login)
    before = uow.session.scalar(select(Body.key).where(Body.id == user.body_id))
    user.body_id = None if body is None else _body_id(uow, body)
    record(uow, Act.BODY_SET, user.login, detail={"before": before, "body": body})
    return user


def change_user(uow: UnitOfWork, login: str, command: ChangeUser) -> User:
    """Change what differs of a user's name, role, body and address; return the user.

    Raises what `set_role`, `set_body` and `set_email` raise.
    """
    user = find_user(uow, login)
    if user.name != command.name:
        user.name = command.name
        record(uow, Act.NAME_SET, user.login)
    if user.role != command.role:
        set_role(uow, login, Role(command.role))
    if uow.session.scalar(select(Body.key).where(Body.id == user.body_id)) != command.body:
        set_body(uow, login, command.body)
    if user.email != command.email:
        set_email(uow, login, command.email)
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


def find_user(uow: UnitOfWork, login: str) -> User:
    """Return the user with this login, however it is written. Raises `NotFoundError` for an unknown one."""
    user = uow.session.scalar(select(User).where(User.login == normal_login(login)))
    if user is None:
        raise NotFoundError(N_("There is no user with the login “%(login)s”."), login=login[:80])
    return user


def _refuse_self(uow: UnitOfWork, user: User) -> None:
    if uow.actor == user.login:
        raise RuleViolationError(N_("Ask another administrator to do this: you cannot do it to yourself."))


def _body_id(uow: UnitOfWork, key: str) -> int:
    found = uow.session.scalar(select(Body.id).where(Body.key == key))
    if found is None:
        raise NotFoundError(N_("There is no body with the key “%(key)s”."), key=key[:80])
    return found


def void_links(uow: UnitOfWork, user_id: int) -> None:
    """Let no link work any more by which a user could choose a password."""
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
