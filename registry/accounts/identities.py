"""Writes of those who sign in at a provider of OpenID Connect: known by issuer and subject, given what claims say."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.accounts.models import Identity, User
from registry.accounts.queries import has_second_factor
from registry.accounts.schemas import AddUser
from registry.accounts.services import (
    add_user,
    begin_sign_in,
    end_sign_ins,
    set_body,
    set_role,
)
from registry.audit.services import record
from registry.audit.vocabulary import Act, Outcome
from registry.parties.models import Body

if TYPE_CHECKING:
    from registry.accounts.claims import Grant, ProvenElsewhere
    from registry.core.uow import UnitOfWork


def sign_in_from_elsewhere(uow: UnitOfWork, proven: ProvenElsewhere) -> str | None:
    """Sign in a user whom the provider has proven; return the token, or None when they are refused.

    Who signs in for the first time becomes a user, who never is one of those that were here before: a login or an
    address may be given to somebody else at the provider, its subject never is (OpenID Connect Core 1.0, 5.7). Role
    and body follow the claims with each sign-in. Refused is who has no claim that means anything here, and who was
    disabled here. Raises `NotFoundError` when the settings name a body that the registry has not.
    """
    identity = uow.session.scalar(
        select(Identity).where(Identity.issuer == proven.issuer, Identity.subject == proven.subject).with_for_update()
    )
    user = None if identity is None else uow.session.get_one(User, identity.user_id)
    if proven.grant is None or (user is not None and not user.is_active):
        reason = "disabled" if proven.grant else "no role by the claims"
        login = "" if user is None else user.login
        if user is not None:
            end_sign_ins(uow, user.id)
        record(uow, Act.SIGNED_IN, login, outcome=Outcome.REFUSED, actor="", detail={"by": "provider", "why": reason})
        return None
    if user is None:
        user = _new_user(uow, proven, proven.grant)
    else:
        _follow(uow, user, proven.grant)
    if proven.email is not None:
        user.email = proven.email
    awaits_code = not proven.by_two_factors and has_second_factor(uow.session, user.id)
    act = Act.SIGN_IN_BEGUN if awaits_code else Act.SIGNED_IN
    record(uow, act, user.login, actor=user.login, detail={"by": "provider"})
    return begin_sign_in(uow, user.id, awaits_code=awaits_code, by_two_factors=proven.by_two_factors)


def _new_user(uow: UnitOfWork, proven: ProvenElsewhere, grant: Grant) -> User:
    user = add_user(uow, AddUser(_free_login(uow, proven), proven.name or proven.subject, grant.role, grant.body))
    # What `add_user` takes for an address by its form is none that the provider has checked.
    user.email = None
    uow.session.flush()
    uow.session.add(Identity(user_id=user.id, issuer=proven.issuer, subject=proven.subject, linked_at=uow.clock.now()))
    record(uow, Act.IDENTITY_LINKED, user.login, detail={"issuer": proven.issuer})
    return user


def _follow(uow: UnitOfWork, user: User, grant: Grant) -> None:
    """Give a user the role and body of the claims, where they are others than before."""
    if user.role != grant.role:
        set_role(uow, user.login, grant.role)
    body = uow.session.scalar(select(Body.key).where(Body.id == user.body_id))
    if body != grant.body:
        set_body(uow, user.login, grant.body)


def _free_login(uow: UnitOfWork, proven: ProvenElsewhere) -> str:
    """Return the login that the provider proposes when nobody has it, else one of the subject that nobody can have."""
    wanted = proven.wanted_login
    if wanted is not None and uow.session.scalar(select(User.id).where(User.login == wanted)) is None:
        return wanted
    return f"oidc-{hashlib.sha256(f'{proven.issuer} {proven.subject}'.encode()).hexdigest()[:16]}"
