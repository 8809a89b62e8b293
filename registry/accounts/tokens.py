"""Tokens by which programs act as a user: issued and revoked on the command line, shown once, kept as a hash.

A token is `<prefix>.<secret>`: the row is found by the prefix, which is no secret, and the secret is compared in a time
that does not depend on it.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.accounts.credentials import hash_token, new_token
from registry.accounts.models import ApiToken, User
from registry.accounts.policy import reader_of
from registry.accounts.queries import OwnBody
from registry.accounts.rules import normal_login
from registry.audit.services import record
from registry.audit.vocabulary import Act
from registry.core.errors import NotFoundError, RuleViolationError
from registry.core.i18n import N_
from registry.parties.models import Body

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from registry.core.access import Reader
    from registry.core.uow import UnitOfWork

#: How long a token works unless something else is said.
USUAL_DAYS = 365

_PREFIX_BYTES = 8
_MOST_TOKEN = 200


@dataclass(frozen=True)
class TokenHolder:
    """The user as whom a program acts, and by which token."""

    prefix: str
    user_id: int
    login: str
    name: str
    role: str
    body: OwnBody | None = None

    @property
    def reader(self) -> Reader:
        """Return as whom this user reads."""
        return reader_of(self.role)


def issue_token(uow: UnitOfWork, login: str, name: str, days: int = USUAL_DAYS) -> str:
    """Make a token for a user and return it; it is kept nowhere and cannot be shown again.

    Raises `NotFoundError` for an unknown login and `RuleViolationError` for a disabled one.
    """
    user = uow.session.scalar(select(User).where(User.login == normal_login(login)))
    if user is None:
        raise NotFoundError(N_("There is no user with the login “%(login)s”."), login=login[:80])
    if not user.is_active:
        raise RuleViolationError(N_("The user “%(login)s” is disabled."), login=user.login)
    prefix, secret, now = secrets.token_hex(_PREFIX_BYTES), new_token(), uow.clock.now()
    uow.session.add(
        ApiToken(
            user_id=user.id,
            name=name,
            prefix=prefix,
            secret_hash=hash_token(secret),
            created_at=now,
            expires_at=now + timedelta(days=days),
            revoked_at=None,
        )
    )
    uow.session.flush()
    record(uow, Act.TOKEN_ISSUED, user.login, detail={"token": prefix, "days": days})
    return f"{prefix}.{secret}"


def revoke_token(uow: UnitOfWork, prefix: str) -> str:
    """Let a token work no more, from the next request on; return whose it was.

    Raises `NotFoundError` when there is none that works.
    """
    found = uow.session.execute(
        select(ApiToken, User.login)
        .join(User, User.id == ApiToken.user_id)
        .where(ApiToken.prefix == prefix, ApiToken.revoked_at.is_(None))
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFoundError(N_("There is no token “%(prefix)s” that works."), prefix=prefix[:40])
    token, login = found
    token.revoked_at = uow.clock.now()
    record(uow, Act.TOKEN_REVOKED, login, detail={"token": prefix})
    return str(login)


def holder_of(session: Session, token: str, now: datetime) -> TokenHolder | None:
    """Return as whom a program with this token acts, or None when it is none, was revoked, expired or is of nobody."""
    prefix, _, secret = token[:_MOST_TOKEN].partition(".")
    if not prefix.isascii() or not prefix.isalnum():
        # A database must not be asked for what no prefix can be; PostgreSQL, for one, refuses NUL.
        return None
    row = session.execute(
        select(ApiToken.secret_hash, User.id, User.login, User.name, User.role)
        .add_columns(Body.id, Body.key, Body.names)
        .join(User, User.id == ApiToken.user_id)
        .outerjoin(Body, Body.id == User.body_id)
        .where(ApiToken.prefix == prefix, ApiToken.revoked_at.is_(None), ApiToken.expires_at > now, User.is_active)
    ).one_or_none()
    if row is None or not hmac.compare_digest(row[0], hash_token(secret)):
        return None
    _, user_id, login, name, role, body_id, key, names = row
    return TokenHolder(prefix, user_id, login, name, role, None if body_id is None else OwnBody(body_id, key, names))


def tokens(session: Session) -> list[tuple[ApiToken, str]]:
    """Return all tokens, each with the login of its user, the newest first."""
    found = select(ApiToken, User.login).join(User, User.id == ApiToken.user_id).order_by(ApiToken.id.desc())
    return [(token, login) for token, login in session.execute(found)]
