"""Writes of passwords by their users: change one that is known, ask for a link when it is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from registry.accounts.credentials import hash_password
from registry.accounts.models import Identity, PasswordLink, User
from registry.accounts.rules import MAILED_LINK_LIMIT, MAILED_LINKS, is_login, password_problem
from registry.accounts.second_factors import give_code
from registry.accounts.services import add_link, begin_sign_in, end_sign_ins, void_links
from registry.audit.services import record
from registry.audit.vocabulary import Act, Outcome
from registry.core.errors import InvalidInputError
from registry.core.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry.accounts.queries import Proven, SignedIn
    from registry.core.sealing import Sealer
    from registry.core.uow import UnitOfWork


def change_password(
    uow: UnitOfWork, sealer: Sealer, user: SignedIn, proven: Proven | None, code: str, password: str
) -> str | None:
    """Give a user who is signed in another password; return the new token of the present sign-in.

    `proven` is who gave the password of before, and `code` one of the second factor, if the user has one. All other
    sign-ins and all links end. Returns None when password or code of before is not right; raises `InvalidInputError`
    when the new password is refused, and `RuleViolationError` during the pause that follows wrong codes.
    """
    held = uow.session.scalar(select(User).where(User.id == user.user_id, User.is_active).with_for_update())
    is_theirs = proven is not None and held is not None and held.password_hash == proven.password_hash
    if held is None or not is_theirs or not give_code(uow, sealer, held, code):
        record(uow, Act.PASSWORD_CHANGED, user.login, outcome=Outcome.REFUSED)
        return None
    if problem := password_problem(password, held.login, held.name):
        raise InvalidInputError({"password": [problem]}, N_("This password cannot be used."))
    held.password_hash = hash_password(password)
    void_links(uow, held.id)
    ended = end_sign_ins(uow, held.id)
    record(uow, Act.PASSWORD_CHANGED, user.login, detail={"ended": ended})
    return begin_sign_in(uow, held.id, by_two_factors=user.by_two_factors)


def ask_for_links(uow: UnitOfWork, given: str) -> Iterator[tuple[str, str]]:
    """Make links for whoever has forgotten their password, and yield the address to which each goes, and its token.

    `given` is a normal login, or an address of e-mail that several users may have. Nobody is found who has no address,
    is disabled or signs in elsewhere, nor is anybody to whom three such links are on their way: the caller says the
    same in each case. Links of before go on working, so that nobody can spoil them for others.
    """
    if not is_login(given):
        record(uow, Act.LINK_ASKED, outcome=Outcome.REFUSED)
        return
    now = uow.clock.now()
    elsewhere = select(Identity.id).where(Identity.user_id == User.id).exists()
    found = uow.session.scalars(
        select(User)
        .where(
            or_(User.login == given, func.lower(User.email) == given),
            User.email.is_not(None),
            User.is_active,
            ~elsewhere,
        )
        .order_by(User.id)
        .with_for_update()
    ).all()
    sent = 0
    for user in found:
        on_their_way = select(func.count(PasswordLink.id)).where(
            PasswordLink.user_id == user.id, PasswordLink.used_at.is_(None), PasswordLink.expires_at > now
        )
        if user.email is None or (uow.session.scalar(on_their_way) or 0) >= MAILED_LINKS:
            continue
        sent += 1
        record(uow, Act.LINK_ASKED, user.login)
        yield user.email, add_link(uow, user.id, MAILED_LINK_LIMIT)
    if not sent:
        # What was typed may be a password in the wrong field, so it is not kept.
        record(uow, Act.LINK_ASKED, outcome=Outcome.REFUSED)
