"""`/account/bodies` and `registry bodies`: a ministry is added, gets accounts, and keeps its history."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from registry.agreements.models import Agreement, Side, SideMember
from registry.parties.models import Body
from registry.parties.queries import body_by_key
from tests.cli.test_commands import text
from tests.helpers.accounts import new_user
from tests.helpers.forms import Reader
from tests.helpers.servers import command

BODIES = "/account/bodies"
JUSTICE = {
    "party": "KAZ",
    "key": "kaz-ministry-of-beekeeping",
    "kind": "ministry",
    "names.en": "Ministry of Beekeeping of the Republic of Kazakhstan",
    "names.ru": "Министерство пчеловодства Республики Казахстан",
    "valid_from": "01.03.2026",
    "predecessor": "kaz-ministry-of-finance",
}


def acts(registry, key):
    with registry.database.read() as session:
        found = sa.text("select act, actor from audit_entry where object = :name order by position")
        return [tuple(row) for row in session.execute(found, {"name": f"body {key}"})]


@pytest.mark.parametrize("role", ["administrator", "legal_officer"])
def test_a_ministry_is_added_in_the_place_of_another_and_gets_an_account(app, registry, role):
    new_user(registry, "chief", role)
    chief = Reader(app, "chief")
    chief.open(BODIES).send(JUSTICE, form="body-form")
    assert chief.path == f"{BODIES}/kaz-ministry-of-beekeeping", chief.text
    with registry.database.read() as session:
        before = body_by_key(session, "kaz-ministry-of-finance")
        assert before.successor.key == "kaz-ministry-of-beekeeping"
        assert str(before.valid_until) == "2026-03-01"
    assert acts(registry, "kaz-ministry-of-beekeeping") == [("body.added", "chief")]
    new_user(registry, "author", "submitter", body="kaz-ministry-of-beekeeping")
    assert "Ministry of Beekeeping" in Reader(app, "author").open("/account").text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"key": "Ministry of Bees"}, "Write a key such as"),
        ({"key": "blr-bees"}, "The key begins with the code of the party: kaz-…"),
        ({"key": "kaz-government"}, "A body with this key is there already."),
        ({"names.en": "", "names.ru": ""}, "This has to be filled in|Missing data for required field."),
        ({"valid_from": "31.02.2026"}, "that month has no day 31"),
        ({"predecessor": "blr-ministry-of-health"}, "Body “blr-ministry-of-health” is not known"),
    ],
)
def test_what_cannot_be_added_is_said_at_its_field_and_nothing_is_lost(app, registry, changed, said):
    new_user(registry, "chief", "administrator")
    chief = Reader(app, "chief")
    chief.open(BODIES).send({**JUSTICE, **changed}, form="body-form")
    assert chief.answer.status_code == 422
    assert any(words in chief.text for words in said.split("|"))
    assert "01.03.2026" in chief.answer.text or "valid_from" in changed
    assert acts(registry, "kaz-ministry-of-beekeeping") == []


def test_new_names_stand_in_the_records_and_the_old_ones_still_find_the_body(app, registry):
    new_user(registry, "officer")
    officer = Reader(app, "officer")
    address = f"{BODIES}/kaz-ministry-of-finance"
    with registry.database.read() as session:
        old = body_by_key(session, "kaz-ministry-of-finance").names["en"]
        of_body = (
            sa.select(Agreement.id, Agreement.revision)
            .join(Side, Side.agreement_id == Agreement.id)
            .join(SideMember, SideMember.side_id == Side.id)
            .join(Body, Body.id == SideMember.body_id)
            .where(Body.key == "kaz-ministry-of-finance")
        )
        before = dict(session.execute(of_body).all())
    assert before
    officer.open(address).send({"names.en": "Ministry of Treasure"}, form="body-form")
    assert officer.path == address
    assert old in officer.text
    with registry.database.read() as session:
        after = dict(session.execute(of_body).all())
    assert all(after[key] == before[key] + 1 for key in before), "their records have a new revision"
    officer.open(address).send({"names.en": "Ministry of Treasure"}, form="body-form")
    assert acts(registry, "kaz-ministry-of-finance") == [("body.renamed", "officer")], "the same changes nothing"
    assert officer.open(f"{BODIES}/no-such-body").answer.status_code == 404


def test_bodies_on_the_command_line(settings):
    name = "en=Ministry of Beekeeping"
    given = ("bodies", "add", "kaz-bees", "--party", "KAZ", "--kind", "ministry")
    assert command(settings, *given, "--name", name).returncode == 0
    again = command(settings, *given, "--name", name)
    assert again.returncode == 2
    assert "A body with this key is there already." in text(again)
    assert command(settings, *given, "--name", "Bees").returncode == 2
    renamed = command(settings, "bodies", "rename", "kaz-bees", "--name", "en=Ministry of Bees")
    assert renamed.returncode == 0, text(renamed)
    (line,) = [
        line for line in text(command(settings, "bodies", "list", "--party", "KAZ")).splitlines() if "bees" in line
    ]
    assert line.endswith("Ministry of Bees")
