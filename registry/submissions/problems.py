"""What keeps a draft from being submitted: all mistakes by field and step, found by the schemas of the import.

Names of parties, bodies, subjects and agreements are looked up as the services would, as far as the author may see.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError
from sqlalchemy import or_, select

from registry.agreements.models import Agreement, Subject
from registry.core.i18n import N_
from registry.core.messages import Message
from registry.documents.vocabulary import Role
from registry.lifecycle.checks import record_problems
from registry.lifecycle.schemas import AgreementSchema
from registry.parties.queries import body_ids, body_parties, party_ids
from registry.submissions.content import PARTS, STEP_OF, proposed_content
from registry.submissions.schemas import Problem
from registry.submissions.vocabulary import Kind, Step

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

#: Fields that hold names of what the registry must know, by the vocabulary that knows them; `*` is the place in a list.
_NAMES = {
    r"(sides\.\d+\.members\.\d+|signatures\.\d+)\.party": "party",
    r"(sides\.\d+\.members\.\d+|signatures\.\d+|competent_bodies\.\d+)\.body": "body",
    r"subjects\.\d+": "subject",
    r"relations\.\d+\.to|actions\.\d+\.by_agreement": "agreement",
}

_UNKNOWN = {
    "party": N_("Party “%(name)s” is not known to this registry."),
    "body": N_("Body “%(name)s” is not known to this registry."),
    "subject": N_("Subject “%(name)s” is not known to this registry."),
    "agreement": N_("Agreement “%(name)s” is not in this registry."),
}


def problems_of(
    session: Session,
    kind: str,
    content: Mapping[str, Any],
    *,
    sees: Collection[str],
    today: date,
    current: Mapping[str, Any] | None = None,
    files: Sequence[tuple[str, str, str]] = (),
) -> list[Problem]:
    """Return all that keeps a draft from being submitted, in the order of the form's steps; nothing is changed.

    `current` is the content of the record that it concerns (`content_of`), `sees` how open agreements may be that its
    author knows of, `files` the role, language and name of each file. A field is a path in the content, such as
    `sides.0.level`; `files` stands for the files.
    """
    parts = PARTS[Kind(kind)]
    found = [(name, Message(N_("Unknown field."))) for name in content if name not in (*parts, "registry_number")]
    if "registry_number" in content:
        found.append(("registry_number", Message(N_("The registry gives the number itself; leave it out."))))
    known = {name: value for name, value in content.items() if name in parts}
    if kind == Kind.DOCUMENT:
        if not files:
            found.append(("files", Message(N_("Add at least one file."))))
    else:
        if kind == Kind.ACTION and not known.get("actions"):
            found.append(("actions", Message(N_("Give at least one act."))))
        found += _of_schema(kind, known, current)
        found += _unknown_names(session, known, sees)
        found += record_problems(known, today, body_parties(session))
    if kind == Kind.NEW_AGREEMENT and isinstance(content.get("reference"), str):
        found += _taken_reference(session, content["reference"], sees)
    found += _same_place(files)
    order = list(Step)
    problems = [Problem(step_of(field), field, message) for field, message in dict.fromkeys(found)]
    return sorted(problems, key=lambda problem: order.index(Step(problem.step)))


def _same_place(files: Sequence[tuple[str, str, str]]) -> list[tuple[str, Message]]:
    """Find what cannot stand side by side: an agreement has one document of each role in a language, except annexes."""
    found = []
    for place, (role, language, name) in enumerate(files):
        others = [other for other in files[:place] if other[:2] == (role, language)]
        if others and role != Role.ANNEX:
            message = Message(
                N_("“%(file)s” has the role and language of “%(other)s”; only annexes may be several."),
                file=name,
                other=others[0][2],
            )
            found.append((f"files.{place}", message))
    return found


def step_of(field: str) -> str:
    """Return the step of the form in which a field stands."""
    return str(STEP_OF.get(field.split(".", maxsplit=1)[0], Step.WHAT))


def messages_of(errors: Any, path: str = "") -> Iterator[tuple[str, Message]]:
    """Yield (path, message) for each of marshmallow's errors; messages keep their templates, to be translated."""
    if isinstance(errors, str):
        yield path, errors if isinstance(errors, Message) else Message(errors)
    elif isinstance(errors, list):
        for item in errors:
            yield from messages_of(item, path)
    else:
        for key, value in errors.items():
            yield from messages_of(value, path if key == "_schema" else f"{path}.{key}" if path else str(key))


def _of_schema(
    kind: str, content: Mapping[str, Any], current: Mapping[str, Any] | None
) -> Sequence[tuple[str, Message]]:
    """Ask the schema of the import. What an action adds is judged as a part of the record to which it is added."""
    whole = proposed_content(kind, content, current) if kind == Kind.ACTION else dict(content)
    try:
        AgreementSchema().load(whole)
    except ValidationError as error:
        found = list(messages_of(error.messages))
        return [(_own_path(path, current), text) for path, text in found] if kind == Kind.ACTION else found
    return []


def _own_path(path: str, current: Mapping[str, Any] | None) -> str:
    """Return a path in the whole record as one in the content of an action, which begins to count after it."""
    name, _, rest = path.partition(".")
    place, _, inner = rest.partition(".")
    before = len((current or {}).get(name, ())) if name in PARTS[Kind.ACTION] else 0
    if not place.isdigit() or int(place) < before:
        return path
    return ".".join(part for part in (name, str(int(place) - before), inner) if part)


def _unknown_names(session: Session, content: Mapping[str, Any], sees: Collection[str]) -> list[tuple[str, Message]]:
    named = [
        (path, vocabulary, value.strip())
        for path, value in _texts(content)
        for pattern, vocabulary in _NAMES.items()
        if re.fullmatch(pattern, path) and value.strip()
    ]
    wanted = {vocabulary: {name for _, kind, name in named if kind == vocabulary} for vocabulary in _UNKNOWN}
    known: dict[str, Collection[str]] = {
        "party": party_ids(session),
        "body": body_ids(session),
        "subject": set(session.scalars(select(Subject.code).where(Subject.code.in_(_safe(wanted["subject"]))))),
        "agreement": known_agreements(session, wanted["agreement"], sees),
    }
    return [
        (path, Message(_UNKNOWN[vocabulary], name=name[:80]))
        for path, vocabulary, name in named
        if name not in known[vocabulary]
    ]


def known_agreements(session: Session, names: Collection[str], sees: Collection[str]) -> set[str]:
    """Return which of these references and registry numbers are of agreements that one may see who sees so much."""
    wanted = _safe(names)
    rows = session.execute(
        select(Agreement.reference, Agreement.registry_number).where(
            or_(Agreement.reference.in_(wanted), Agreement.registry_number.in_(wanted)), Agreement.access.in_(sees)
        )
    )
    return {name for row in rows for name in row if name}


def _safe(names: Collection[str]) -> list[str]:
    """Return the names that a database can be asked for: PostgreSQL refuses NUL and halves of characters."""
    return sorted(name for name in names if name.isprintable())


def _taken_reference(session: Session, reference: str, sees: Collection[str]) -> list[tuple[str, Message]]:
    taken = known_agreements(session, [reference.strip()], sees)
    return [("reference", Message(N_("An agreement with this reference is registered already.")))] if taken else []


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield (path, text) of all texts in the content."""
    if isinstance(value, str):
        yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _texts(inner, f"{path}.{key}" if path else str(key))
