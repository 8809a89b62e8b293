"""Who may see and do what: the one table of the registry, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.accounts.vocabulary import Permission, Role
from registry.core.access import Access, Reader

if TYPE_CHECKING:
    from collections.abc import Mapping

#: How much each role sees. A submitter knows the records of one ministry, not those of the others.
CLEARANCE: Mapping[Role, Access] = {
    Role.SUBMITTER: Access.PUBLIC,
    Role.LEGAL_OFFICER: Access.RESTRICTED,
    Role.AUDITOR: Access.RESTRICTED,
    Role.ADMINISTRATOR: Access.RESTRICTED,
}

#: What every user may do with what is theirs alone: bookmarks, templates, and lists that they take along.
_OWN = frozenset({Permission.SAVE_SEARCHES, Permission.SAVE_TEMPLATES, Permission.EXPORT_LISTS})

#: What each role may do. What does not stand here is refused.
PERMITTED: Mapping[Role, frozenset[Permission]] = {
    # A submitter submits in the name of one body, and sees what was submitted in its name only.
    Role.SUBMITTER: _OWN | {Permission.SUBMIT},
    # Names of bodies stand in the records of the treaty office; administrators need them for accounts of ministries.
    Role.LEGAL_OFFICER: _OWN
    | {
        Permission.ATTACH_DOCUMENTS,
        Permission.SUBMIT,
        Permission.REVIEW_SUBMISSIONS,
        Permission.MANAGE_BODIES,
    },
    # An auditor writes nothing but what is their own: no permission of this row may ever change a record.
    Role.AUDITOR: _OWN | {Permission.READ_AUDIT_LOG, Permission.READ_SUBMISSIONS},
    Role.ADMINISTRATOR: _OWN | {Permission.READ_AUDIT_LOG, Permission.MANAGE_ACCOUNTS, Permission.MANAGE_BODIES},
}


def reader_of(role: str) -> Reader:
    """Return as whom a user of this role reads. Raises `ValueError` for a role that nobody knows."""
    return Reader(CLEARANCE[Role(role)])


def may(role: str, permission: Permission) -> bool:
    """Return whether a user of this role is allowed to do this. Raises `ValueError` for an unknown role."""
    return permission in PERMITTED[Role(role)]
