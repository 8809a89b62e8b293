"""Who submits, reviews and reads submissions in the present request."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from registry.accounts.vocabulary import Permission
from registry.core.errors import AccessDeniedError
from registry.core.i18n import N_
from registry.http.access import required_body, required_user
from registry.submissions.rules import Person

if TYPE_CHECKING:
    from registry.accounts.queries import SignedIn


def person_of(user: SignedIn) -> Person:
    """Return a user as the workflow knows them."""
    return Person.of(user)


def submitting_user() -> SignedIn:
    """Return the user who submits. Raises `AccessDeniedError` for other roles and for submitters without a body."""
    user = required_user(Permission.SUBMIT)
    if not person_of(user).may_submit:
        required_body(user)
    return user


def reading_user() -> SignedIn:
    """Return a user who reads submissions: their own, those handed in, or all. Raises `AccessDeniedError`."""
    user = required_user()
    person = person_of(user)
    if not (person.may_submit or person.may_review or person.may_read_all):
        if user.may(Permission.SUBMIT):
            required_body(user)
        raise AccessDeniedError(N_("Your role does not allow this."))
    return user


def new_key() -> str:
    """Return the one-time key of a form: what it does is done once, however often it is sent."""
    return secrets.token_urlsafe(18)
