"""The whole record of an agreement as plain values, and a record made of such values again.

Every column of every table that belongs to the record is in the snapshot, whatever is added to the tables later, except
keys that mean nothing outside of the database and what is computed from the rest. What belongs to others and is shown
with the record (names of parties and bodies, labels of subjects) is in it as it was called then.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, inspect

from registry.agreements.queries import agreements_by_ids
from registry.audit.leaves import written
from registry.core.db import PartialDateColumn, UtcDateTime
from registry.core.edtf import PartialDate
from registry.documents.queries import documents_of
from registry.lifecycle.queries import actions_of, clauses_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session
    from sqlalchemy.types import TypeEngine

    from registry.core.db import Base

#: Columns of an agreement that are computed from the others, or say what the revision itself says.
_COMPUTED = frozenset({"content_hash", "sort_title", "revision", "revised_at"})

#: The parts of a record that hang on the agreement and name nothing outside of it.
_OWN = ("titles", "languages", "numbers", "sources")


def snapshots(session: Session, agreement_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return the records of these agreements as plain values, with a fixed number of queries for all of them."""
    actions, clauses = actions_of(session, agreement_ids), clauses_of(session, agreement_ids)
    documents = documents_of(session, agreement_ids)
    return {
        agreement.id: {
            **_values(agreement, _COMPUTED),
            **{name: [_values(item) for item in getattr(agreement, name)] for name in _OWN},
            "sides": [
                {**_values(side), "members": [{**_values(item), **_who(item)} for item in side.members]}
                for side in agreement.sides
            ],
            "signatures": [{**_values(item), **_who(item)} for item in agreement.signatures],
            "competent_bodies": [{**_values(item), "body": _body(item.body)} for item in agreement.competent_bodies],
            "subjects": [{"code": item.code, "labels": item.labels} for item in agreement.subjects],
            "relations": [
                {**_values(item), "to": item.to_agreement.registry_number}
                for item in sorted(agreement.relations, key=lambda item: (item.to_agreement.registry_number, item.kind))
            ],
            "actions": [
                {**_values(item), "by_agreement": item.by_agreement.registry_number if item.by_agreement else None}
                for item in actions.get(agreement.id, ())
            ],
            "final_clauses": [_values(item) for _, item in sorted(clauses.get(agreement.id, {}).items())],
            "documents": [
                _values(item)
                for item in sorted(
                    documents.get(agreement.id, ()), key=lambda item: (item.role, item.language, item.id)
                )
            ],
        }
        for agreement in agreements_by_ids(session, agreement_ids, whole=True)
    }


def _who(item: Any) -> dict[str, Any]:
    """Return the party, and the body if there is one, that a row names."""
    return {"party": {"code": item.party.code, "names": item.party.names}, "body": _body(item.body)}


def _body(body: Any) -> dict[str, Any] | None:
    return {"key": body.key, "kind": body.kind, "names": body.names} if body is not None else None


def _values(row: Base, but: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Return the columns of a row that mean something outside of the database."""
    return {name: _plain(getattr(row, name)) for name in _columns(type(row)) if name not in but}


@cache
def _columns(model: type[Base]) -> tuple[str, ...]:
    """Return the columns of a table but its own key and the keys of other rows.

    A key that itself has a meaning (the language of a title's agreement, say) is no number, and stays.
    """
    return tuple(
        attribute.key
        for attribute in inspect(model).column_attrs
        if not attribute.columns[0].foreign_keys and attribute.key != "id"
    )


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        # As RFC 8785 writes numbers: without a fraction that says nothing.
        return int(value)
    if isinstance(value, datetime):
        return written(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, PartialDate) else value


def typed(model: type[Base], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a snapshot as the columns of a table hold them; what is no column is left out.

    What a column of today is called was not known yet when an old snapshot was made: it stays empty then.
    """
    kinds = {name: inspect(model).column_attrs[name].columns[0].type for name in _columns(model)}
    return {name: _typed(kind, values[name]) for name, kind in kinds.items() if name in values}


def _typed(kind: TypeEngine[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, PartialDateColumn):
        return PartialDate.parse(value)
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value
