"""Reads: who is signed in, whose password this is, whose link this is, and lists of users and sign-ins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, select

from registry.accounts.credentials import hash_password, hash_token, is_outdated, is_password
from registry.accounts.models import PasswordLink, SignIn, User
from registry.accounts.policy import may, reader_of
from registry.accounts.rules import ABSOLUTE_LIMIT, IDLE_LIMIT, is_login
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
        .add_columns(Body.id, Body.key, Body.names)
        .join(User, User.id == SignIn.user_id)
        .outerjoin(Body, Body.id == User.body_id)
        .where(SignIn.token_hash == hash_token(token), is_open(now), User.is_active)
    ).one_or_none()
    if row is None:
        return None
    sign_in_id, last_seen_at, user_id, login, name, role, body_id, key, names = row
    body = None if body_id is None else OwnBody(body_id, key, names)
    return SignedIn(sign_in_id, last_seen_at, user_id, login, name, role, body)


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
            .where(SignIn.user_id == user_id, is_open(now))
            .order_by(SignIn.started_at.desc(), SignIn.id.desc())
        )
    )


def users(session: Session) -> list[tuple[User, Body | None]]:
    """Return all users by login, each with the body to which they belong."""
    found = select(User, Body).outerjoin(Body, Body.id == User.body_id).order_by(User.login)
    return [(user, body) for user, body in session.execute(found)]
