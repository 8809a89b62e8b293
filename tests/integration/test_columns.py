"""The columns in which facets are counted follow the database, and say the same as if they were read anew."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from registry.agreements.models import Agreement, Side, Subject, agreement_subject
from registry.agreements.vocabulary import Level
from registry.core.access import ANYBODY
from registry.lifecycle.models import StatusPeriod
from registry.outbox.services import note_changes
from registry.parties.models import Body
from registry.search.columns import FacetColumns
from registry.search.facets import FACETS
from registry.search.listing import list_agreements
from registry.search.schemas import ListRequest


def _counts(registry, columns, **asked):
    with registry.database.read() as session:
        facets = list_agreements(session, ListRequest(**asked), registry.clock.today(), columns=columns).facets
    return {name: [(item.value, item.count, item.labels) for item in values] for name, values in facets.items()}


def _change_levels(session):
    agreement = session.scalars(select(Agreement).where(Agreement.level == Level.GOVERNMENTS).limit(1)).one()
    for side in session.scalars(select(Side).where(Side.agreement_id == agreement.id)):
        side.level = Level.OTHER
    agreement.level = Level.OTHER
    return [agreement.id]


def _take_subjects(session):
    (key,) = session.execute(select(agreement_subject.c.agreement_id).limit(1)).one()
    session.execute(agreement_subject.delete().where(agreement_subject.c.agreement_id == key))
    return [key]


def _end(session):
    lasting = StatusPeriod.to_on == date.max
    period = session.scalars(select(StatusPeriod).where(StatusPeriod.status == "in_force", lasting).limit(1)).one()
    period.status = "terminated"
    return [period.agreement_id]


def _delete(session):
    agreement = session.scalars(select(Agreement).order_by(Agreement.id.desc()).limit(1)).one()
    session.delete(agreement)
    return [agreement.id]


def _restrict(session):
    agreement = session.scalars(select(Agreement).order_by(Agreement.id).limit(1)).one()
    agreement.access = "restricted"
    return [agreement.id]


def _rename(session):
    subject, body = session.scalars(select(Subject).limit(1)).one(), session.scalars(select(Body).limit(1)).one()
    subject.labels = {**subject.labels, "en": "Another name"}
    body.names = {**body.names, "en": "Another body"}
    return [session.scalar(select(func.min(Agreement.id)))]


@pytest.mark.parametrize("change", [_change_levels, _take_subjects, _end, _delete, _restrict, _rename])
def test_after_a_change_the_counts_are_those_of_columns_read_anew(registry, change):
    before = _counts(registry, registry.columns.current())
    with registry.database.write("test") as uow:
        note_changes(uow.session, change(uow.session))
    for asked in ({}, {"level": ("governments",)}, {"signed_to": None, "kind": ("agreement",)}):
        followed = _counts(registry, registry.columns.current(), **asked)
        assert followed == _counts(registry, FacetColumns(registry.database).current(), **asked)
    if change is not _restrict:
        assert _counts(registry, registry.columns.current()) != before


def test_a_reader_is_counted_only_what_they_may_see(registry):
    with registry.database.write("test") as uow:
        note_changes(uow.session, _restrict(uow.session))
    with registry.database.read(ANYBODY) as session:
        found = list_agreements(session, ListRequest(), registry.clock.today(), columns=registry.columns.current())
    assert found.facets.keys() == FACETS.keys()
    assert sum(item.count for item in found.facets["kind"]) == found.total == 87
