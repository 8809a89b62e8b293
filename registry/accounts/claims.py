"""What a provider of OpenID Connect says of a user, and what that makes them here: pure rules over its claims."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from registry.accounts.rules import is_login, normal_login
from registry.accounts.vocabulary import Role
from registry.core.errors import ConfigurationError
from registry.core.i18n import N_
from registry.core.mailboxes import is_address

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Values of `amr` that say of more than one factor (RFC 8176, section 2).
_SEVERAL_FACTORS = frozenset({"mfa"})

_MAX_NAME = 200


@dataclass(frozen=True)
class Grant:
    """What users with one value of the claim are here."""

    value: str
    role: Role
    body: str | None = None


@dataclass(frozen=True)
class ProvenElsewhere:
    """A user whom the provider has proven."""

    issuer: str
    subject: str
    #: The login that a new user gets, if it is free and fit for one.
    wanted_login: str | None
    name: str
    email: str | None
    by_two_factors: bool
    #: None when no value of the claim means anything here: the user is refused then.
    grant: Grant | None


def read_grants(text: str) -> tuple[Grant, ...]:
    """Read the setting that says which values of the claim mean which role, and for submitters which body.

    The form is `value=role` or `value=role:body`, divided by semicolons or line breaks; of several that fit a user the
    first counts. Raises `ConfigurationError` for anything else.
    """
    grants = []
    for part in re.split(r"[;\n]", text):
        if not part.strip():
            continue
        value, sign, given = (piece.strip() for piece in part.rpartition("="))
        role, _, body = given.partition(":")
        if not sign or not value or role not in set(Role):
            raise ConfigurationError(
                N_("REGISTRY_OIDC_ROLES: “%(value)s” has not the form value=role or value=role:body."),
                value=part.strip(),
            )
        grants.append(Grant(value, Role(role), body or None))
    return tuple(grants)


def read_roles(text: str) -> frozenset[Role]:
    """Read the setting that says which roles need a second factor. Raises `ConfigurationError` for another word."""
    words = [word for word in re.split(r"[\s,;]+", text) if word]
    for word in words:
        if word not in set(Role):
            raise ConfigurationError(N_("REGISTRY_REQUIRE_SECOND_FACTOR: “%(value)s” is not a role."), value=word)
    return frozenset(Role(word) for word in words)


def proven_elsewhere(claims: Mapping[str, Any], grants: Sequence[Grant], role_claim: str) -> ProvenElsewhere:
    """Return whom the claims of a valid ID token prove (OpenID Connect Core 1.0, sections 2 and 5.1).

    Only issuer and subject say who it is; login and address are for people to read. An address that the provider has
    not checked is not used at all.
    """
    email = claims.get("email")
    checked = isinstance(email, str) and claims.get("email_verified") is True and is_address(email)
    methods = claims.get("amr")
    return ProvenElsewhere(
        issuer=str(claims["iss"]),
        subject=str(claims["sub"]),
        wanted_login=_wanted_login(claims),
        name=_name(claims),
        email=email if checked else None,
        by_two_factors=isinstance(methods, list) and bool(_SEVERAL_FACTORS.intersection(map(str, methods))),
        grant=_grant(_values(claims, role_claim), grants),
    )


def _grant(values: frozenset[str], grants: Sequence[Grant]) -> Grant | None:
    return next((grant for grant in grants if grant.value in values), None)


def _values(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    """Return the values of a claim: one text or a list; dots lead into claims within claims."""
    found: Any = claims.get(name)
    if found is None:
        found = claims
        for part in name.split("."):
            found = found.get(part) if isinstance(found, dict) else None
    if isinstance(found, str):
        return frozenset({found})
    return frozenset(item for item in found if isinstance(item, str)) if isinstance(found, list) else frozenset()


def _wanted_login(claims: Mapping[str, Any]) -> str | None:
    for name in ("preferred_username", "email"):
        given = claims.get(name)
        if isinstance(given, str) and is_login(login := normal_login(given)):
            return login
    return None


def _name(claims: Mapping[str, Any]) -> str:
    given = next((claims[name] for name in ("name", "preferred_username", "sub") if claims.get(name)), "")
    return " ".join("".join(sign if sign.isprintable() else " " for sign in str(given)).split())[:_MAX_NAME]
