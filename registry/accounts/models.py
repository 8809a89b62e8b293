"""Tables of users: how they sign in, their sign-ins, and the links by which they choose a password."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from registry.core.db import Base


class User(Base):
    """Somebody who can sign in. Users are never deleted, since records will name them; they are disabled."""

    # `user` is a word of SQL itself, which PostgreSQL answers with the name of the connection.
    __tablename__ = "user_account"
    __table_args__ = (
        CheckConstraint("role in ('submitter', 'legal_officer', 'auditor', 'administrator')", name="role_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    # Where links and messages go. Nobody signs in by it, so that two users may have the same one.
    email: Mapped[str | None] = mapped_column(String(254))
    role: Mapped[str] = mapped_column(String(16))
    # The ministry or agency in whose name a submitter submits; others belong to one without consequence.
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"), index=True)
    # Empty until the user has chosen a password; nobody can sign in before that.
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_active: Mapped[bool]
    created_at: Mapped[datetime]


class SignIn(Base):
    """One sign-in of a user on one browser. Only the hash of its token is kept: a stolen copy signs nobody in."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    # The password was right and the code of the second factor is not given yet: nobody is signed in by this row.
    awaits_code: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Two factors were given, here or (as its token says) to the provider.
    by_two_factors: Mapped[bool] = mapped_column(default=False, server_default=false())


class PasswordLink(Base):
    """A link by which a user chooses a password, once and in time. Only the hash of its token is kept."""

    __tablename__ = "password_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiToken(Base):
    """A token by which a program acts as a user. `prefix` names it openly; of the secret only the hash is kept."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    prefix: Mapped[str] = mapped_column(String(16), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SecondFactor(Base):
    """The secret that a user's authenticator shares with the registry (RFC 6238), sealed by a key not kept here."""

    __tablename__ = "second_factor"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True)
    sealed_secret: Mapped[str] = mapped_column(String(300))
    # Empty until the user has shown by a code that the authenticator has the secret: it asks nobody before that.
    confirmed_at: Mapped[datetime | None]
    # The step of time of the last code that was taken: no code is taken twice (RFC 6238, 5.2).
    last_step: Mapped[int] = mapped_column(BigInteger)
    # Wrong codes since the last right one, and until when no further one is looked at.
    wrong_codes: Mapped[int]
    paused_until: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code that stands in once for an authenticator that was lost. Only its hash is kept."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)


class Identity(Base):
    """Who a user is at a provider of OpenID Connect: the subject there, never an address of e-mail."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    issuer: Mapped[str] = mapped_column(String(500))
    subject: Mapped[str] = mapped_column(String(255))
    linked_at: Mapped[datetime]
