"""Decisions of the treaty office, for tests."""

from __future__ import annotations

from registry.submissions.applying import preview
from registry.submissions.decisions import assign, register, reject, return_for_correction
from registry.submissions.schemas import Assign, Decide, Remark
from tests.helpers.submissions import version_of


def proposal(registry, person, public_id):
    return preview(registry.database, person, public_id, registry.settings, registry.storage)


def registered(registry, person, public_id, *, version=None, seen_revision=None):
    """Register a submission; return the number of its agreement."""
    seen = seen_revision if seen_revision is not None else proposal(registry, person, public_id).revision
    command = Decide(version or version_of(registry, public_id), seen_revision=seen)
    with registry.database.write(person.login) as uow:
        return register(uow, person, public_id, command, registry.settings, registry.storage).registry_number


def returned(registry, person, public_id, *remarks, text="Please mend it.", version=None):
    command = Decide(
        version or version_of(registry, public_id), text, tuple(Remark(field, words) for field, words in remarks)
    )
    with registry.database.write(person.login) as uow:
        return_for_correction(uow, person, public_id, command, registry.settings)


def rejected(registry, person, public_id, text="It is no agreement.", version=None):
    with registry.database.write(person.login) as uow:
        reject(uow, person, public_id, Decide(version or version_of(registry, public_id), text), registry.settings)


def assigned(registry, person, public_id, login, version=None):
    with registry.database.write(person.login) as uow:
        assign(uow, person, public_id, Assign(version or version_of(registry, public_id), login))
