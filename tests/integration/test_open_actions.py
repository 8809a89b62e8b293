"""What the registry waits for from a ministry follows from what it reported and from the final clauses."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from registry.core.access import ANYBODY
from registry.parties.models import Body
from registry.submissions.open_actions import open_actions
from tests.helpers.reviews import registered
from tests.helpers.submissions import begin, bodies_of, hand_in, memorandum, people_in

NOTIFIED = {"entry_into_force": {"rule": "on_last_notification", "source": "s1"}}
EXCHANGED = {"entry_into_force": {"rule": "on_exchange_of_ratifications"}}


@pytest.fixture
def people(registry):
    return people_in(registry)


def act(kind, **values):
    return {"kind": kind, "on": "2026-10-20", **values}


CASES = [
    (NOTIFIED, [], [("notification", 1)]),
    (NOTIFIED, [act("notification", side=2)], [("notification", 1)]),
    (NOTIFIED, [act("notification", side=1)], []),
    (NOTIFIED, [act("notification")], []),
    (NOTIFIED, [act("entry_into_force")], []),
    (NOTIFIED, [act("withdrawal", side=2)], []),
    (EXCHANGED, [act("ratification", side=1)], [("exchange_of_instruments", 1)]),
    (EXCHANGED, [act("exchange_of_instruments")], []),
    ({"entry_into_force": {"rule": "on_signature"}}, [], []),
    ({"entry_into_force": {"rule": "not_stated"}}, [], []),
    (None, [], []),
]


def test_what_a_ministry_has_to_report(registry, people):
    body = bodies_of(registry)[0]
    sides = memorandum()["sides"]
    sides[0]["members"][0]["body"] = body
    made = []
    for clauses, actions, waits in CASES:
        content = memorandum(sides=sides, final_clauses=clauses, actions=actions or None)
        public_id = begin(registry, people.author, content)
        hand_in(registry, people.author, public_id, because="It is one of a series.")
        made.append((registered(registry, people.officer, public_id), waits))
    with registry.database.read(ANYBODY) as session:
        found = open_actions(session, session.scalar(select(Body.id).where(Body.key == body)))
    for number, waits in made:
        assert [(str(item.kind), item.side) for item in found if item.registry_number == number] == waits, number
