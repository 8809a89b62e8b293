"""Submissions for tests: people of two ministries, of the treaty office and others, and what a ministry types."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from sqlalchemy import select

from registry.accounts.models import User
from registry.accounts.schemas import AddUser
from registry.accounts.services import add_user
from registry.submissions.rules import Person
from registry.submissions.schemas import HandIn, SaveDraft, StartDraft
from registry.submissions.services import create_draft, save_draft, submit

_KEYS = itertools.count(1)


def key():
    """Return the key of a new form."""
    return f"form-key-{next(_KEYS):06d}"


@dataclass(frozen=True)
class People:
    """One of each who meets submissions."""

    author: Person
    colleague: Person
    stranger: Person
    officer: Person
    second_officer: Person
    auditor: Person
    administrator: Person


_PEOPLE = {
    "author": ("submitter", 0),
    "colleague": ("submitter", 0),
    "stranger": ("submitter", 1),
    "officer": ("legal_officer", None),
    "second_officer": ("legal_officer", None),
    "auditor": ("auditor", None),
    "administrator": ("administrator", None),
}


def bodies_of(registry):
    """Return the keys of two ministries of the home state that the bundled agreements name."""
    from registry.parties.models import Body, BodyKind, Party

    with registry.database.read() as session:
        found = session.scalars(
            select(Body.key)
            .join(Party)
            .where(Party.code == "KAZ", Body.kind == BodyKind.MINISTRY, Body.valid_until.is_(None))
            .order_by(Body.key)
            .limit(2)
        )
        return list(found)


def people_in(registry):
    """Add one user of each kind, without passwords."""
    bodies = bodies_of(registry)
    with registry.database.write("test") as uow:
        for login, (role, body) in _PEOPLE.items():
            add_user(uow, AddUser(login, f"Name of {login}", role, None if body is None else bodies[body]))
    with registry.database.read() as session:
        made = {
            user.login: Person(user.id, user.login, user.role, user.body_id) for user in session.scalars(select(User))
        }
        return People(**{login: made[login] for login in _PEOPLE})


def memorandum(**changed):
    """Return the content of a memorandum of two ministries, whole and right; fields with None are left out."""
    content = {
        "kind": "memorandum_of_understanding",
        "proof": "official_text",
        "titles": [
            {"language": "ru", "text": "Меморандум о взаимопонимании в области пчеловодства", "status": "authentic"},
            {"language": "en", "text": "Memorandum of Understanding on Beekeeping", "status": "translation"},
        ],
        "sides": [
            {"level": "ministries", "members": [{"party": "KAZ"}], "source": "s1"},
            {"level": "ministries", "members": [{"party": "BLR"}], "source": "s1"},
        ],
        "signed_on": "2026-10-05",
        "signed_at": {"ru": "Минск", "en": "Minsk"},
        "signatures": [
            {"side": 1, "party": "KAZ", "person": {"ru": "А. Асанов"}, "office": "minister_or_agency_head"},
            {"side": 2, "party": "BLR", "person": {"ru": "И. Иванов"}, "office": "minister_or_agency_head"},
        ],
        "subjects": ["agriculture"],
        "final_clauses": {
            "entry_into_force": {"rule": "on_signature", "source": "s1", "article": "Art. 7"},
            "duration": {"form": "indefinite", "source": "s1", "article": "Art. 7"},
        },
        "sources": [{"id": "s1", "kind": "official_text", "locator": "certified copy"}],
    }
    return {name: value for name, value in {**content, **changed}.items() if value is not None}


def begin(registry, person, content=None, kind="new_agreement", agreement=None):
    """Begin a draft with this content, and return its public id."""
    with registry.database.write(person.login) as uow:
        draft = create_draft(uow, person, StartDraft(kind, key(), agreement))
        if content is not None:
            save_draft(uow, person, draft.public_id, SaveDraft(content, draft.version))
        return draft.public_id


def version_of(registry, public_id):
    from registry.submissions.models import Submission

    with registry.database.read() as session:
        return session.scalar(select(Submission.version).where(Submission.public_id == public_id))


def hand_in(registry, person, public_id, form_key=None, because=None, version=None):
    """Hand a draft in, and return its receipt."""
    command = HandIn(version or version_of(registry, public_id), form_key or key(), because)
    with registry.database.write(person.login) as uow:
        return submit(uow, person, public_id, command, registry.settings)


def submitted(registry, person, content=None, **how):
    """Begin a draft and hand it in."""
    public_id = begin(registry, person, memorandum() if content is None else content, **how)
    hand_in(registry, person, public_id)
    return public_id
