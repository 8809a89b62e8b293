"""Revisions: every change makes one, none can be changed, and any past state can be had again."""

from __future__ import annotations

import json
from datetime import timedelta
from importlib.resources import files

import orjson
import pytest
import sqlalchemy as sa

from registry.agreements.models import Agreement, Title
from registry.audit.models import Entry
from registry.audit.vocabulary import Act
from registry.completeness.report import findings_of
from registry.core.access import ANYBODY, OPERATOR
from registry.core.canonical import canonical, sha256_of
from registry.documents.schemas import AttachText
from registry.documents.services import attach_text
from registry.interchange.files import read_bytes
from registry.interchange.imports import import_file
from registry.lifecycle.dossier import dossier_by_number
from registry.migrations.schema import TARGET
from registry.outbox.services import note_changes
from registry.revisions.models import Revision
from registry.revisions.queries import agreements_as_recorded, as_recorded, history, last_recorded_at
from registry.revisions.restoring import past_state
from registry.revisions.services import RECORD_TABLES, UnnotedChangeError, begin_revisions
from registry.revisions.snapshot import snapshots
from registry.revisions.verifying import verify_revisions
from tests.helpers.tampering import past_the_registry


def bundled(name):
    return json.loads((files("registry") / "data" / name).read_text(encoding="utf-8"))


def amended(registry, change, *, file="office.json", number=None):
    """Import the bundled record of one agreement again after a change; return its registry number."""
    records = bundled("agreements.json")["agreements"]
    record = next(item for item in records if number is None or item.get("registry_number") == number)
    change(record)
    data = orjson.dumps({"format": "treaty-registry/1", "agreements": [record]})
    report = import_file(registry.database, read_bytes(data, file), home_party="KAZ", actor="officer")
    assert report.problems == []
    return report.registered[0].registry_number


def revisions_of(registry, number, reader=OPERATOR):
    with registry.database.read(reader) as session:
        key = session.scalar(sa.select(Agreement.id).where(Agreement.registry_number == number))
        return key, history(session, key)


def retitle(text):
    def change(record):
        record["titles"][0]["text"] = text

    return change


def test_every_agreement_of_a_new_registry_has_its_first_revision(registry):
    with registry.database.read() as session:
        rows = session.scalars(sa.select(Revision)).all()
        assert len(rows) == session.scalar(sa.select(sa.func.count(Agreement.id))) == 88
        assert {(row.number, row.counted, row.reason) for row in rows} == {(1, 1, "import of agreements.json")}
        assert verify_revisions(session) == []


def test_a_change_makes_a_revision_with_who_when_why_and_the_whole_record(registry):
    number = amended(registry, retitle("A new title"))
    _, states = revisions_of(registry, number)
    after, before = states
    assert (after.revision.number, after.revision.actor) == (2, "officer")
    assert after.revision.reason == "import of office.json"
    assert after.revision.recorded_at > before.revision.recorded_at
    assert "A new title" in {title["text"] for title in after.record["titles"]}
    assert after.revision.sha256 == sha256_of(after.revision.snapshot.encode())
    assert after.revision.snapshot.encode() == canonical(orjson.loads(after.revision.snapshot))
    with registry.database.read() as session:
        assert session.scalar(sa.select(Agreement.revision).where(Agreement.registry_number == number)) == 2
        entry = session.scalars(
            sa.select(Entry).where(Entry.act == Act.AGREEMENT_REVISED).order_by(Entry.position.desc())
        ).first()
    assert (entry.actor, entry.object) == ("officer", number)
    said = orjson.loads(entry.detail)
    assert (said["revision"], said["sha256"]) == (2, after.revision.sha256)


def test_the_same_content_again_makes_no_revision(registry):
    number = amended(registry, retitle("A new title"))
    amended(registry, retitle("A new title"))
    with registry.database.write("tester") as uow:
        note_changes(uow.session, uow.session.scalars(sa.select(Agreement.id)))
    assert len(revisions_of(registry, number)[1]) == 2


def test_a_dry_run_makes_none(registry):
    data = orjson.dumps({"agreements": bundled("agreements.json")["agreements"][:1]})
    import_file(registry.database, read_bytes(data, "x.json"), home_party="KAZ", actor="officer", dry_run=True)
    with registry.database.read() as session:
        assert session.scalar(sa.select(sa.func.max(Revision.number))) == 1


def test_names_of_bodies_and_subjects_are_kept_as_they_were(registry):
    """A list as known then is written with the labels of then, so a renamed term makes revisions of what it marks."""
    subjects = bundled("subjects.json")
    subjects["subjects"][0]["labels"]["en"] = "Renamed"
    code = subjects["subjects"][0]["code"]
    import_file(
        registry.database,
        read_bytes(orjson.dumps(subjects), "subjects.json"),
        home_party="KAZ",
        actor="officer",
    )
    with registry.database.read() as session:
        again = session.scalars(sa.select(Revision).where(Revision.number == 2)).all()
    assert again
    for revision in again:
        labels = {item["code"]: item["labels"]["en"] for item in orjson.loads(revision.snapshot)["subjects"]}
        assert labels[code] == "Renamed"


@pytest.mark.parametrize(
    "statement",
    [
        sa.update(Agreement).values(kind="treaty"),
        sa.update(Title).values(text="x"),
        sa.text("UPDATE side SET level = 'other'"),
        sa.text('delete from "final_clause"'),
        sa.text(
            "insert into title (agreement_id, language, text, status) select id, 'en', 'x', 'as_cited' from agreement"
        ),
    ],
)
def test_a_write_that_says_nothing_of_its_agreement_is_refused_whole(registry, statement):
    with registry.database.read() as session:
        before = snapshots(session, [1])
    with pytest.raises(UnnotedChangeError), registry.database.write("careless") as uow:
        uow.session.execute(statement)
    with registry.database.read() as session:
        assert snapshots(session, [1]) == before
        assert verify_revisions(session) == []


def test_every_table_that_hangs_on_an_agreement_is_watched():
    """A new table of the record has to be in the snapshot and in the list, or be named here with its reason."""
    computed = {
        "status_period": "follows from acts and clauses",
        "article": "follows from the file of its document",
        "extraction": "the work of reading a file",
        "agreement_deadline": "follows from acts and clauses",
        "sent_reminder": "what was written to whom, and no fact about the agreement",
        "submission": "what somebody proposes; it becomes part of the record when it is registered",
    }
    hanging, grown = {"agreement"}, True
    while grown:
        found = {
            table.name
            for table in TARGET.tables.values()
            for key in table.foreign_keys
            if key.column.table.name in hanging
            and key.parent.name in ("agreement_id", "from_id", "side_id", "document_id")
        }
        grown = not found <= hanging
        hanging |= found
    assert hanging - computed.keys() == RECORD_TABLES


def test_deletion_is_told_and_what_was_known_stays(registry):
    with registry.database.write("officer") as uow:
        agreement = uow.session.scalars(sa.select(Agreement).order_by(Agreement.id.desc()).limit(1)).one()
        number = agreement.registry_number
        uow.session.delete(agreement)
        note_changes(uow.session, [agreement.id])
    with registry.database.read() as session:
        entry = session.scalars(sa.select(Entry).order_by(Entry.position.desc())).first()
        assert (entry.act, entry.object) == (Act.AGREEMENT_DELETED, number)
        assert session.scalar(sa.select(sa.func.count(Revision.id))) == 88
        assert verify_revisions(session) == []


def test_states_found_before_revisions_began_say_so(registry):
    with past_the_registry(registry) as connection:
        connection.execute(sa.delete(Revision).where(Revision.agreement_id <= 2))
        connection.execute(sa.update(Agreement).where(Agreement.id == 1).values(revision=5))
    assert begin_revisions(registry.database, "registry init") == 2
    assert begin_revisions(registry.database, "registry init") == 0
    with registry.database.read() as session:
        rows = session.scalars(
            sa.select(Revision).where(Revision.agreement_id <= 2).order_by(Revision.agreement_id)
        ).all()
    assert [(row.number, row.reason) for row in rows] == [
        (5, "state found when revisions began"),
        (1, "state found when revisions began"),
    ]


def test_the_registry_as_it_was_known_at_an_instant(registry):
    with registry.database.read() as session:
        at = last_recorded_at(session)
        before = [
            (item.revision.sha256, item.record["registry_number"]) for item in agreements_as_recorded(session, at)
        ]
        assert list(agreements_as_recorded(session, at - timedelta(days=1))) == []
    assert len(before) == 88
    assert [number for _, number in before] == sorted(number for _, number in before)
    number = amended(registry, retitle("Changed"))
    with registry.database.read() as session:
        again = [(item.revision.sha256, item.record["registry_number"]) for item in agreements_as_recorded(session, at)]
        now = {
            item.record["registry_number"]: item.revision.sha256
            for item in agreements_as_recorded(session, last_recorded_at(session), batch=7)
        }
    assert again == before
    assert {key for value, key in before if now[key] != value} == {number}


def test_a_past_state_is_the_dossier_of_then(registry):
    key, (first,) = revisions_of(registry, "BLR-1996-003")
    amended(registry, retitle("Changed"), number=None)
    today = registry.clock.today()
    with registry.database.read() as session:
        past = past_state(session, key, first.revision.recorded_at, today)
        assert past_state(session, key, first.revision.recorded_at - timedelta(seconds=1), today) is None
        now = dossier_by_number(session, "BLR-1996-003", today)
        assert past.dossier.periods == now.periods
        assert [title.text for title in past.dossier.agreement.titles] == [item.text for item in now.agreement.titles]
        then = findings_of(session, key, past.dossier.on, first.revision.recorded_at)
        assert then == findings_of(session, key, past.dossier.on)
        assert past.sha256 == first.revision.sha256
        assert {(item.kind, item.to_agreement.registry_number) for item in past.dossier.agreement.shown_relations} == {
            (item.kind, item.to_agreement.registry_number) for item in now.agreement.shown_relations
        }
        inverse = {(item.kind, item.from_agreement.registry_number) for item in now.agreement.shown_inverse_relations}
        assert {
            (item.kind, item.from_agreement.registry_number) for item in past.dossier.agreement.shown_inverse_relations
        } == inverse


def test_texts_less_open_than_their_agreement_leave_no_trace_for_others(registry):
    with registry.database.write("officer") as uow:
        agreement = uow.session.scalars(sa.select(Agreement).where(Agreement.id == 1)).one()
        number = agreement.registry_number
        command = AttachText(
            language="en",
            role="unofficial_text",
            access="restricted",
            file_name="secret.txt",
            source=None,
            text="Article 1\nSecret",
            data=b"secret",
        )
        attach_text(uow, agreement, command)
    key, states = revisions_of(registry, number)
    assert [(state.revision.number, state.revision.counted, state.revision.access) for state in states] == [
        (2, 1, "restricted"),
        (1, 1, "public"),
    ]
    _, open_states = revisions_of(registry, number, ANYBODY)
    assert [state.revision.number for state in open_states] == [1]
    with registry.database.read(ANYBODY) as session:
        at = last_recorded_at(session)
        seen = as_recorded(session, key, at + timedelta(days=1))
        assert seen.record["documents"] == []
        assert seen.revision.number == 1
        listed = {
            item.record["registry_number"]: item for item in agreements_as_recorded(session, at + timedelta(days=1))
        }
        assert listed[number].record["documents"] == []
        assert session.scalar(sa.select(Agreement.revision).where(Agreement.id == 1)) == 1
    with registry.database.read() as session:
        assert verify_revisions(session) == []


def test_what_a_past_state_says_of_hidden_agreements_is_left_out(registry):
    with registry.database.read() as session:
        relation = session.execute(sa.text("select from_id, to_id from relation order by id limit 1")).one()
    with registry.database.write("officer") as uow:
        uow.session.execute(sa.update(Agreement).where(Agreement.id == relation.to_id).values(access="restricted"))
        note_changes(uow.session, [relation.to_id])
    with registry.database.read() as session:
        at = last_recorded_at(session)
        hidden = session.scalar(sa.select(Agreement.registry_number).where(Agreement.id == relation.to_id))
        assert hidden in {item["to"] for item in as_recorded(session, relation.from_id, at).record["relations"]}
    with registry.database.read(ANYBODY) as session:
        assert hidden not in {item["to"] for item in as_recorded(session, relation.from_id, at).record["relations"]}
        assert hidden not in {item.record["registry_number"] for item in agreements_as_recorded(session, at)}
        past = past_state(session, relation.from_id, at, registry.clock.today())
        assert all(item.to_agreement.registry_number != hidden for item in past.family)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (sa.update(Revision).where(Revision.agreement_id == 3).values(snapshot="{}"), "revision 1 is missing"),
        (sa.update(Revision).where(Revision.agreement_id == 3).values(sha256="0" * 64), "revision 1 was changed"),
        (sa.delete(Revision).where(Revision.agreement_id == 3), "revision 1 is missing"),
        (sa.update(Title).where(Title.agreement_id == 3).values(text="Rewritten"), "is not as its last revision says"),
        (sa.delete(Agreement).where(Agreement.id == 88), "was deleted past the registry"),
    ],
)
def test_what_was_changed_past_the_registry_is_found(registry, change, words):
    with past_the_registry(registry) as connection:
        connection.exec_driver_sql("delete from relation where to_id = 88")
        connection.exec_driver_sql("delete from action where by_agreement_id = 88")
        connection.execute(change)
    with registry.database.read() as session:
        assert any(words in str(fault.message) for fault in verify_revisions(session))


#: Each column of a revision and another value that it could be given; the record itself is above.
_OTHERWISE = {
    "recorded_at": None,
    "actor": "somebody else",
    "reason": "another reason",
    "counted": Revision.counted + 1,
    "access": "internal",
    "agreement_id": 9999,
    "number": Revision.number + 1,
}


def test_every_column_of_a_revision_is_held_against_the_log():
    columns = set(Revision.__table__.columns.keys())
    assert columns == {*_OTHERWISE, "id", "snapshot", "sha256"}, "say how a new column is bound"


@pytest.mark.parametrize("column", _OTHERWISE)
def test_a_column_of_a_revision_that_was_changed_past_the_registry_is_named(registry, column):
    number = amended(registry, retitle("Amended"), number="BLR-1996-003")
    _, (after, _) = revisions_of(registry, number)
    value = after.revision.recorded_at - timedelta(microseconds=1) if column == "recorded_at" else _OTHERWISE[column]
    with past_the_registry(registry) as connection:
        row = sa.update(Revision).where(Revision.id == after.revision.id)
        connection.execute(row.values({column: value}))
    with registry.database.read() as session:
        first = verify_revisions(session)[0]
    assert f"{number}: revision" in str(first.message)
    assert "is missing" in str(first.message) if column == "number" else str(first.message).endswith(f": {column}")


@pytest.mark.parametrize(
    ("column", "is_found"),
    [
        ("actor", True),
        ("reason", True),
        ("recorded_at", True),
        # Nothing in an entry of the first kind says these; docs/auditing.md says so too.
        ("counted", False),
        ("access", False),
    ],
)
def test_revisions_with_entries_of_the_first_kind_are_held_against_what_these_say(
    registry, monkeypatch, column, is_found
):
    def said_once(row):
        reason = {"reason": row["reason"]} if row["reason"] else {}
        return {"revision": row["number"], "sha256": row["sha256"], **reason}

    monkeypatch.setattr("registry.revisions.services.said_in_the_log", said_once)
    number = amended(registry, retitle("Amended"), number="BLR-1996-003")
    with registry.database.read() as session:
        assert verify_revisions(session) == []
    _, (after, before) = revisions_of(registry, number)
    value = before.revision.recorded_at - timedelta(days=1) if column == "recorded_at" else _OTHERWISE[column]
    with past_the_registry(registry) as connection:
        connection.execute(sa.update(Revision).where(Revision.id == after.revision.id).values({column: value}))
    with registry.database.read() as session:
        found = [str(fault.message) for fault in verify_revisions(session)]
    assert [words.endswith(f": {column}") for words in found] == [True] * is_found


def test_a_revision_cannot_be_changed_or_deleted(registry):
    for statement in ("update revision set reason = 'x'", "delete from revision"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), registry.database.engine.begin() as connection:
            connection.exec_driver_sql(statement)
