"""Words looked for in past states: the states are put into a small index of their own, by the same code as today's.

What a revision does not hold is that of today: other names of bodies, long names of parties, synonyms of subjects. The
texts are those of the documents of then; of one that was withdrawn since, and of one whose text is divided anew, there
is what is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, tuple_

from registry.agreements.models import Agreement, Subject
from registry.documents.models import Document
from registry.documents.queries import articles_to_index
from registry.parties.models import Body, Party
from registry.revisions.queries import states
from registry.revisions.restoring import restored
from registry.search.aside import search_aside
from registry.search.records import index_record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from registry.revisions.queries import State
    from registry.search.engine.fields import IndexRecord
    from registry.search.engine.index import TextHits
    from registry.search.query_language.tree import Node

_BATCH = 200


def search_past(session: Session, node: Node, revisions: Sequence[int], at: datetime, *, expanded: bool) -> TextHits:
    """Return which agreements match a query in these states of theirs, as far as the reader of the session may see."""
    vocabulary = _Vocabulary(session)
    records: list[IndexRecord] = []
    for start in range(0, len(revisions), _BATCH):
        records += _records(session, vocabulary, states(session, revisions[start : start + _BATCH]), at)
    return search_aside(records, node, expanded=expanded)


class _Vocabulary:
    """What the names of a record stand for today beyond what the record itself says."""

    def __init__(self, session: Session) -> None:
        self.parties: dict[str, Any] = dict(session.execute(select(Party.code, Party.long_names)).tuples())
        self.bodies: dict[str, Any] = dict(session.execute(select(Body.key, Body.also_known_as)).tuples())
        self.subjects: dict[str, Any] = dict(session.execute(select(Subject.code, Subject.synonyms)).tuples())

    def complete(self, agreement: Agreement) -> None:
        """Give the parts of a restored record what the index wants to know of them."""
        for subject in agreement.subjects:
            subject.synonyms = self.subjects.get(subject.code, {})
        for side in agreement.sides:
            for member in side.members:
                member.party.long_names = self.parties.get(member.party.code, {})
                if member.body:
                    member.body.also_known_as = self.bodies.get(member.body.key, [])


def _records(session: Session, vocabulary: _Vocabulary, found: list[State], at: datetime) -> list[IndexRecord]:
    keys = [state.agreement_id for state in found]
    articles = articles_to_index(session, keys, _documents(session, found))
    made = []
    for state in found:
        past = restored(state, at)
        vocabulary.complete(past.agreement)
        made.append(index_record(past.agreement, past.actions, past.clauses, articles.get(state.agreement_id, ())))
    return made


def _documents(session: Session, found: list[State]) -> list[int]:
    """Return the keys of the documents of these states, which revisions do not hold."""
    names = [
        (state.agreement_id, item["sha256"], item["language"], item["role"])
        for state in found
        for item in state.record["documents"]
    ]
    what = tuple_(Document.agreement_id, Document.sha256, Document.language, Document.role)
    return list(session.scalars(select(Document.id).join(Agreement).where(what.in_(names)))) if names else []
