"""Reads: who is signed in, whose password this is, whose link this is, and lists of users and sign-ins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, select

from registry.accounts.credentials import hash_password, hash_token, is_outdated, is_password
from registry.accounts.models import Identity, PasswordLink, SecondFactor, SignIn, User
from registry.accounts.policy import may, reader_of
from registry.accounts.rules import ABSOLUTE_LIMIT, CODE_LIMIT, IDLE_LIMIT, is_login
from registry.core.errors import NotFoundError
from registry.core.i18n import N_
from registry.parties.models import Body

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from registry.accounts.schemas import Credentials
    from registry.accounts.vocabulary import Permission
    from registry.core.access import Reader
    from registry.core.db import LangText


@dataclass(frozen=True)
class OwnBody:
    """The ministry or agency to which a user belongs."""

    id: int
    key: str
    names: LangText


@dataclass(frozen=True)
class SignedIn:
    """A user who is signed in, and by which sign-in."""

    sign_in_id: int
    last_seen_at: datetime
    user_id: int
    login: str
    name: str
    role: str
    #: Whether two factors were given for this sign-in.
    by_two_factors: bool
    #: In whose name the user submits; None for users of no ministry.
    body: OwnBody | None = None

    @property
    def reader(self) -> Reader:
        """Return as whom this user reads."""
        return reader_of(self.role)

    def may(self, permission: Permission) -> bool:
        """Return whether this user is allowed to do this."""
        return may(self.role, permission)


@dataclass(frozen=True)
class Proven:
    """Somebody who gave the right password: whose it is, the hash it was compared with, and a newer one if due."""

    user_id: int
    login: str
    password_hash: str
    newer_hash: str | None


def is_open(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a sign-in goes on: it was not ended, and neither limit has passed."""
    return and_(
        SignIn.ended_at.is_(None), SignIn.started_at > now - ABSOLUTE_LIMIT, SignIn.last_seen_at > now - IDLE_LIMIT
    )


def who_is_signed_in(session: Session, token: str, now: datetime) -> SignedIn | None:
    """Return who holds this token, or None when the sign-in has ended or the user is disabled. One query."""
    row = session.execute(
        select(SignIn.id, SignIn.last_seen_at, User.id, User.login, User.name, User.role)
        .add_columns(SignIn.by_two_factors, Body.id, Body.key, Body.names)
        .join(User, User.id == SignIn.user_id)
        .outerjoin(Body, Body.id == User.body_id)
        .where(SignIn.token_hash == hash_token(token), is_open(now), ~SignIn.awaits_code, User.is_active)
    ).one_or_none()
    if row is None:
        return None
    sign_in_id, last_seen_at, user_id, login, name, role, by_two_factors, body_id, key, names = row
    body = None if body_id is None else OwnBody(body_id, key, names)
    return SignedIn(sign_in_id, last_seen_at, user_id, login, name, role, by_two_factors, body)


def has_password(session: Session, user_id: int) -> bool:
    """Return whether a user signs in by a password; those of a provider have none."""
    return session.scalar(select(User.id).where(User.id == user_id, User.password_hash.is_not(None))) is not None


def awaits_code_now(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a sign-in waits for the code of the second factor, and not for too long yet."""
    return and_(SignIn.ended_at.is_(None), SignIn.awaits_code, SignIn.started_at > now - CODE_LIMIT)


def awaits_code(session: Session, token: str, now: datetime) -> bool:
    """Return whether the sign-in with this token waits for the code of the second factor."""
    waiting = select(SignIn.id).where(SignIn.token_hash == hash_token(token), awaits_code_now(now))
    return session.scalar(waiting) is not None


def has_second_factor(session: Session, user_id: int) -> bool:
    """Return whether a user is asked for a code when signing in."""
    confirmed = select(SecondFactor.user_id).where(
        SecondFactor.user_id == user_id, SecondFactor.confirmed_at.is_not(None)
    )
    return session.scalar(confirmed) is not None


def prove(session: Session, credentials: Credentials) -> Proven | None:
    """Return whose login and password these are, or None.

    An unknown or disabled login takes as long as a wrong password. This is a read, and apart from the write that
    follows it, since a password is slow to check on purpose and other writers must not wait for that.
    """
    # What cannot be a login is not asked for: PostgreSQL, for one, refuses a text with NUL in it.
    wanted = select(User).where(User.login == credentials.login, User.is_active)
    user = session.scalar(wanted) if is_login(credentials.login) else None
    known = user.password_hash if user is not None else None
    if not is_password(known, credentials.password) or user is None or known is None:
        return None
    newer = hash_password(credentials.password) if is_outdated(known) else None
    return Proven(user.id, user.login, known, newer)


def user_of_link(session: Session, token: str, now: datetime) -> User | None:
    """Return who may choose a password by this link, or None when it was used, has expired or never was."""
    return session.scalar(
        select(User)
        .join(PasswordLink, PasswordLink.user_id == User.id)
        .where(
            PasswordLink.token_hash == hash_token(token),
            PasswordLink.used_at.is_(None),
            PasswordLink.expires_at > now,
            User.is_active,
        )
    )


def open_sign_ins(session: Session, user_id: int, now: datetime) -> list[SignIn]:
    """Return the sign-ins of a user that have not ended, the newest first."""
    return list(
        session.scalars(
            select(SignIn)
            .where(SignIn.user_id == user_id, is_open(now), ~SignIn.awaits_code)
            .order_by(SignIn.started_at.desc(), SignIn.id.desc())
        )
    )


@dataclass(frozen=True)
class UserDetails:
    """A user as an administrator sees them: what they are, and how they sign in."""

    user: User
    body: Body | None
    second_factor_at: datetime | None
    issuer: str | None
    open_sign_ins: int


def user_details(session: Session, user_id: int, now: datetime) -> UserDetails:
    """Return one user by id. Raises `NotFoundError` when there is none."""
    row = session.execute(
        select(User, Body, SecondFactor.confirmed_at, Identity.issuer)
        .outerjoin(Body, Body.id == User.body_id)
        .outerjoin(SecondFactor, SecondFactor.user_id == User.id)
        .outerjoin(Identity, Identity.user_id == User.id)
        .where(User.id == user_id)
    ).first()
    if row is None:
        raise NotFoundError(N_("There is no such user."))
    return UserDetails(*row, len(open_sign_ins(session, user_id, now)))


def users(session: Session) -> list[tuple[User, Body | None]]:
    """Return all users by login, each with the body to which they belong."""
    found = select(User, Body).outerjoin(Body, Body.id == User.body_id).order_by(User.login)
    return [(user, body) for user, body in session.execute(found)]
