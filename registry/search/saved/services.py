"""Writes: save a search, rename it, delete it, note that it was looked at, give it a secret address or end that.

Whose search it is stands in the condition of every statement: to anybody else it does not exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from registry.accounts.credentials import hash_token, new_token
from registry.accounts.models import User
from registry.core.errors import NotFoundError, RuleViolationError
from registry.core.i18n import N_
from registry.search.saved.models import SavedSearch

if TYPE_CHECKING:
    from datetime import datetime

    from registry.core.uow import UnitOfWork
    from registry.search.saved.schemas import SaveSearch

#: Each of them is run when its user looks at the list of them, so there must be an end.
MOST = 100


def save_search(uow: UnitOfWork, user_id: int, command: SaveSearch) -> SavedSearch:
    """Save a search of a user; what it shows now counts as seen.

    The same search under the same name is not saved twice, since buttons are pressed twice. Raises
    `RuleViolationError` when the user has as many saved searches as are allowed.
    """
    # Two windows of one user take turns here, so that the number is counted right.
    uow.session.execute(select(User.id).where(User.id == user_id).with_for_update())
    arguments = [list(pair) for pair in command.arguments]
    for saved in uow.session.scalars(
        select(SavedSearch).where(SavedSearch.user_id == user_id, SavedSearch.name == command.name)
    ):
        if saved.arguments == arguments:
            return saved
    count = uow.session.scalar(select(func.count(SavedSearch.id)).where(SavedSearch.user_id == user_id)) or 0
    if count >= MOST:
        raise RuleViolationError(
            N_("You have %(most)s saved searches already; delete one that you no longer need."), most=MOST
        )
    now = uow.clock.now()
    saved = SavedSearch(user_id=user_id, name=command.name, arguments=arguments, created_at=now, seen_at=now)
    uow.session.add(saved)
    uow.session.flush()
    return saved


def rename_search(uow: UnitOfWork, user_id: int, search_id: int, name: str) -> None:
    """Give a saved search another name. Raises `NotFoundError` when the user has no such search."""
    _own(uow, user_id, search_id).name = name


def delete_search(uow: UnitOfWork, user_id: int, search_id: int) -> None:
    """Delete a saved search. Raises `NotFoundError` when the user has no such search."""
    uow.session.delete(_own(uow, user_id, search_id))


def mark_seen(uow: UnitOfWork, user_id: int, search_id: int, shown_at: datetime | None) -> None:
    """Note that a user has seen what a saved search showed at `shown_at` (now, when not given).

    What changed between the making of the page and the press of the button stays new. Raises `NotFoundError`
    when the user has no such search.
    """
    saved, now = _own(uow, user_id, search_id), uow.clock.now()
    saved.seen_at = max(saved.seen_at, min(shown_at or now, now))


def issue_feed_token(uow: UnitOfWork, user_id: int, search_id: int) -> str:
    """Make a new secret address by which a saved search is followed; the one before stops working.

    Returns the token in it, which is kept nowhere. Raises `NotFoundError` when the user has no such search.
    """
    token = new_token()
    _own(uow, user_id, search_id).feed_token_hash = hash_token(token)
    return token


def end_feed(uow: UnitOfWork, user_id: int, search_id: int) -> None:
    """Let the secret address of a saved search stop working.

    Raises `NotFoundError` when the user has no such search.
    """
    _own(uow, user_id, search_id).feed_token_hash = None


def _own(uow: UnitOfWork, user_id: int, search_id: int) -> SavedSearch:
    saved = uow.session.scalar(select(SavedSearch).where(SavedSearch.id == search_id, SavedSearch.user_id == user_id))
    if saved is None:
        raise NotFoundError(N_("You have no such saved search."))
    return saved
