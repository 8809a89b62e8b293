"""A record as content of a correction, and what content proposes."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from registry.agreements.models import Agreement
from registry.agreements.services import revise_record
from registry.core.canonical import canonical
from registry.lifecycle.schemas import AgreementSchema
from registry.lifecycle.services import complete, ready_to_revise
from registry.revisions.snapshot import snapshots
from registry.submissions.content import (
    FIELDS,
    PARTS,
    STEP_OF,
    changed_fields,
    content_of,
    contested_fields,
    proposed_content,
    with_step,
)
from registry.submissions.problems import problems_of
from registry.submissions.vocabulary import Kind

SEES = ("public", "internal", "restricted")


@pytest.mark.long
def test_every_bundled_record_comes_back_whole(registry):
    with registry.database.write("test") as uow:
        ids = list(uow.session.scalars(select(Agreement.id)))
        before = snapshots(uow.session, ids)
        uow.session.expunge_all()
        for key, snapshot in before.items():
            content = json.loads(canonical(content_of(snapshot)))
            assert problems_of(uow.session, "correction", content, sees=SEES, today=uow.clock.today()) == []
            command = AgreementSchema().load(content)
            agreement = uow.session.scalars(
                select(Agreement).where(Agreement.id == key).options(*ready_to_revise())
            ).one()
            revise_record(uow, agreement, command.record, command.content_hash)
            complete(uow, agreement, command)
        uow.session.expunge_all()
        after = snapshots(uow.session, ids)
        uow.undo()
    assert after == before


def test_every_field_of_the_schema_has_one_step():
    fields = [name for names in FIELDS.values() for name in names]
    assert len(set(fields)) == len(fields)
    assert set(fields) == set(AgreementSchema().fields) - {"registry_number"}
    assert set(PARTS) == set(Kind)
    assert STEP_OF["files"] == "documents"


def test_a_step_takes_fields_away_and_leaves_others():
    before = {"kind": "treaty", "titles": [1], "signed_on": "x"}
    assert with_step(before, "what", {"kind": "plan", "signed_on": "y"}) == {"signed_on": "x", "kind": "plan"}
    # What no step knows is kept where it was typed, to be shown as a mistake.
    assert with_step(before, "who", {"kind": "z", "strange": 1}) == {**before, "strange": 1}


CURRENT = {
    "kind": "treaty",
    "actions": [{"kind": "ratification", "on": "1999", "by_agreement": "BLR-1999-001"}],
    "relations": [{"kind": "amends", "to": "BLR-1998-001"}, {"kind": "refers_to", "to": "BLR-1998-002"}],
    "sources": [{"id": "s1"}, {"id": "s3"}],
}


def test_an_act_brings_its_own_sources():
    content = {"actions": [{"kind": "denunciation", "source": "s1"}, {"source": "s3"}], "sources": [{"id": "s1"}]}
    merged = proposed_content("action", content, CURRENT)
    assert merged["actions"] == [*CURRENT["actions"], {"kind": "denunciation", "source": "s2"}, {"source": "s3"}]
    assert [item["id"] for item in merged["sources"]] == ["s1", "s3", "s2"]


def test_what_an_author_does_not_see_stays():
    """The author of the correction saw neither the second relation nor the instrument of the act."""
    base = {
        "kind": "treaty",
        "actions": [{"kind": "ratification", "on": "1999"}],
        "relations": [{"kind": "amends", "to": "BLR-1998-001"}],
    }
    content = {
        "kind": "treaty",
        "actions": [{"kind": "ratification", "on": "1999"}, {"kind": "expiry", "on": "2005"}],
        "relations": [{"kind": "supplements", "to": "BLR-1998-001"}],
    }
    merged = proposed_content("correction", content, CURRENT, base)
    assert merged["actions"] == [*CURRENT["actions"], {"kind": "expiry", "on": "2005"}]
    assert merged["relations"] == [
        {"kind": "supplements", "to": "BLR-1998-001"},
        {"kind": "refers_to", "to": "BLR-1998-002"},
    ]
    assert merged["sources"] == CURRENT["sources"]


@pytest.mark.parametrize(
    ("content", "changed", "contested"),
    [
        ({"a": 1, "b": 2}, [], []),
        ({"a": 1}, ["b"], ["b"]),
        ({"a": 5, "b": 2}, ["a"], []),
        ({"a": 1, "b": 3}, ["b"], []),
        ({"a": 1, "b": 4}, ["b"], ["b"]),
    ],
)
def test_what_both_changed_is_contested(content, changed, contested):
    base, current = {"a": 1, "b": 2}, {"a": 1, "b": 3}
    assert changed_fields(base, content) == changed
    assert contested_fields(base, content, current) == contested
