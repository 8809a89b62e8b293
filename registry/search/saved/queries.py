"""Reads: the saved searches of a user, and how each of them stands."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from registry.accounts.credentials import hash_token
from registry.accounts.models import User
from registry.accounts.policy import may, reader_of
from registry.accounts.vocabulary import Permission
from registry.agreements.models import Agreement, Subject
from registry.parties.models import Body, Party
from registry.search.conditions import among
from registry.search.query_language.grammar import parse
from registry.search.query_language.relaxing import without_small_words
from registry.search.query_language.tree import read_as
from registry.search.saved.models import SavedSearch
from registry.search.services import find_all_ids

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from registry.core.access import Reader
    from registry.core.db import LangText
    from registry.core.pagination import Paging
    from registry.search.engine.index import SearchIndex
    from registry.search.schemas import ListRequest


@dataclass(frozen=True)
class Standing:
    """How many agreements a saved search matches now, how many are new or changed since, and how its words are read."""

    total: int
    changed: int
    read_as: str


def saved_searches(session: Session, user_id: int, paging: Paging) -> tuple[list[SavedSearch], int]:
    """Return a page of the saved searches of a user by name, and how many there are."""
    own = SavedSearch.user_id == user_id
    total = session.scalar(select(func.count(SavedSearch.id)).where(own)) or 0
    page = select(SavedSearch).where(own).order_by(SavedSearch.name, SavedSearch.id)
    return list(session.scalars(page.offset(paging.offset).limit(paging.per_page))), total


@dataclass(frozen=True)
class PrivateFeed:
    """A saved search that is followed by its secret address: its name and arguments, its user, and as whom it reads."""

    key: int
    login: str
    name: str
    arguments: list[list[str]]
    reader: Reader


def feed_of(session: Session, search_id: int, token: str) -> PrivateFeed | None:
    """Return the saved search whose secret address has this token, or None.

    It reads as its user does now: never when the user is disabled, and with the rights of the user's present role.
    """
    row = session.execute(
        select(SavedSearch.feed_token_hash, SavedSearch.name, SavedSearch.arguments, User.login, User.role)
        .join(User, User.id == SavedSearch.user_id)
        .where(SavedSearch.id == search_id, User.is_active)
    ).one_or_none()
    given = hash_token(token)
    # Whatever is not there is compared too, so that the delay of the answer does not tell why it is no.
    fits = hmac.compare_digest(given, (row.feed_token_hash if row is not None else None) or hash_token(given))
    if row is None or not fits or not may(row.role, Permission.SAVE_SEARCHES):
        return None
    return PrivateFeed(search_id, row.login, row.name, row.arguments, reader_of(row.role))


def standing(
    session: Session, index: SearchIndex, request: ListRequest, today: date, since: datetime, reader: Reader
) -> Standing:
    """Run a saved search as `reader`, for whom `session` must be. Raises the same errors as `find_all_ids`."""
    node = parse(request.q)
    ids = find_all_ids(session, index, request, today, reader)
    changed = session.scalar(select(func.count(Agreement.id)).where(among(session, ids), Agreement.revised_at > since))
    return Standing(len(ids), changed or 0, "" if node is None else read_as(without_small_words(node)))


def labels_of(session: Session, request: ListRequest) -> dict[tuple[str, str], LangText]:
    """Return the labels of the subjects, parties and bodies that a request names, by argument and value."""
    columns: list[tuple[str, Any, Any]] = [
        ("subject", Subject.code, Subject.labels),
        ("party", Party.code, Party.names),
        ("body", Body.key, Body.names),
    ]
    found: dict[tuple[str, str], LangText] = {}
    for name, code, labels in columns:
        if values := getattr(request, name):
            rows = session.execute(select(code, labels).where(code.in_(values)))
            found.update({(name, row[0]): row[1] for row in rows})
    return found
