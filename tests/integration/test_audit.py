"""The audit log: what it holds, that it only grows, and that every way of rewriting it is found and located."""

from __future__ import annotations

import threading

import orjson
import pytest
import sqlalchemy as sa

from registry.accounts.schemas import AddUser
from registry.accounts.services import add_user
from registry.audit.heads import WITNESS_FILE, LogKey, read_checkpoint
from registry.audit.merkle import is_consistent, is_included, leaf_hash
from registry.audit.models import Entry, Log, SignedHead
from registry.audit.queries import current_head, head_at, prove_consistency, prove_entry
from registry.audit.services import record
from registry.audit.verifying import verify_log
from registry.audit.vocabulary import Act
from registry.core.errors import ConfigurationError, NotFoundError
from tests.helpers.tampering import hash_anew, past_the_registry

AT = "2026-11-24T09:00:00.000000Z"


def write(registry, *objects):
    """Write one transaction with an entry for each object."""
    with registry.database.write("tester") as uow:
        for item in objects:
            record(uow, Act.LIST_EXPORTED, item, detail={"n": 1})


@pytest.fixture
def log(empty_registry):
    """A log of 20 entries in 10 transactions."""
    with empty_registry.database.read() as session:
        before = current_head(session).size
    for place in range(before, 20, 2):
        write(empty_registry, f"{place}", f"{place + 1}")
    return empty_registry


def check(registry, *, with_witness=True):
    """Return what `registry audit verify` would find: (entry, words) of each fault."""
    path = registry.settings.instance / WITNESS_FILE
    known = [("witness", *read_checkpoint(path.read_text()))] if with_witness else []
    with registry.database.read() as session:
        verdict = verify_log(session, registry.log_key, known)
    return [(fault.position, str(fault.message)) for fault in verdict.faults]


def test_a_log_that_nobody_touched_is_right(log):
    assert check(log) == []


def test_heads_are_kept_outside_of_the_database(log):
    head, signature = read_checkpoint((log.settings.instance / WITNESS_FILE).read_text())
    with log.database.read() as session:
        assert head == current_head(session)
    assert log.log_key.is_signed(head, signature)


def test_every_entry_is_proven_and_every_head_continues_those_before(log):
    with log.database.read() as session:
        head = current_head(session)
        for position in range(head.size):
            proof = prove_entry(session, position)
            assert is_included(leaf_hash(proof.leaf), position, head.size, proof.path, head.root)
        for old in range(1, head.size + 1):
            path = prove_consistency(session, old, head.size)
            assert is_consistent(old, head.size, path, head_at(session, old).root, head.root)
        for wrong in (-1, head.size):
            with pytest.raises(NotFoundError):
                prove_entry(session, wrong)
        with pytest.raises(NotFoundError):
            head_at(session, head.size + 1)


def test_what_is_undone_leaves_no_entry(log):
    with log.database.read() as session:
        before = current_head(session)

    def fail():
        with log.database.write("tester") as uow:
            record(uow, Act.LIST_EXPORTED, "never")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with log.database.write("tester") as uow:
        record(uow, Act.LIST_EXPORTED, "never")
        uow.undo()
    with log.database.read() as session:
        assert current_head(session) == before


def test_a_write_that_nobody_named_is_named_by_its_tables(empty_registry):
    with empty_registry.database.write("somebody") as uow:
        uow.session.execute(
            sa.text("insert into party (code, kind, names, long_names) values ('XXA', 'state', '{}', '{}')")
        )
    with empty_registry.database.read() as session:
        last = session.scalars(sa.select(Entry).order_by(Entry.position.desc())).first()
    assert (last.actor, last.act, last.object) == ("somebody", Act.TABLES_CHANGED, "party")


def test_administration_is_logged_without_names_and_secrets(empty_registry):
    with empty_registry.database.write("admin") as uow:
        add_user(uow, AddUser("person@example.org", "Full Name", "auditor"))
    with empty_registry.database.read() as session:
        last = session.scalars(sa.select(Entry).order_by(Entry.position.desc())).first()
    assert (last.actor, last.act, last.object) == ("admin", Act.USER_ADDED, "person@example.org")
    assert orjson.loads(last.detail) == {"role": "auditor", "body": None}


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_entry set actor = 'x' where position = 3",
        "delete from audit_entry where position = 3",
        "update audit_head set size = 99 where size = 20",
        "delete from audit_head",
    ],
)
def test_the_database_refuses_to_change_what_only_grows(log, statement):
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), log.database.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert check(log) == []


def test_sqlite_refuses_to_replace_an_entry(log):
    if log.database.engine.dialect.name != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's")
    statement = "insert or replace into audit_entry select position, at, 'x', act, object, outcome, detail, hashes from audit_entry where position = 3"
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), log.database.engine.begin() as connection:
        connection.exec_driver_sql(statement)


CHANGES = {
    "at": "2020" + AT[4:],
    "actor": "nobody",
    "act": "user.added",
    "object": "another",
    "outcome": "refused",
    "detail": '{"n":2}',
}


@pytest.mark.parametrize("column", list(CHANGES))
def test_a_changed_entry_is_named(log, column):
    with past_the_registry(log) as connection:
        connection.execute(sa.update(Entry).where(Entry.position == 7).values({column: CHANGES[column]}))
    assert check(log) == [(7, "the entry is not what was hashed: it was changed, moved or added")]


def test_a_deleted_entry_is_named(log):
    with past_the_registry(log) as connection:
        connection.execute(sa.delete(Entry).where(Entry.position == 7))
    assert check(log) == [(7, "the entry is missing; the next one is 8")]


def test_entries_that_changed_places_are_named(log):
    with past_the_registry(log) as connection:
        for old, new in ((7, 999), (8, 7), (999, 8)):
            connection.execute(sa.update(Entry).where(Entry.position == old).values(position=new))
    assert check(log) == [(7, "the entry is not what was hashed: it was changed, moved or added")]


def test_hashes_of_the_tree_are_compared_too(log):
    with past_the_registry(log) as connection:
        row = connection.execute(sa.select(Entry.hashes).where(Entry.position == 7)).scalar_one()
        connection.execute(sa.update(Entry).where(Entry.position == 7).values(hashes=row[:-1] + b"x"))
    assert check(log) == [(7, "the hashes of the tree beside the entry do not follow from the entries")]


def test_a_tail_that_was_cut_off_is_found_by_the_log_itself(log):
    with past_the_registry(log) as connection:
        connection.execute(sa.delete(Entry).where(Entry.position >= 15))
    assert check(log, with_witness=False) == [(15, "the log says that it has 20 entries, and has 15")]


def test_a_tail_that_was_cut_off_and_not_counted_any_more_leaves_a_head_that_does_not_fit(log):
    with past_the_registry(log) as connection:
        connection.execute(sa.delete(Entry).where(Entry.position >= 15))
        connection.execute(sa.update(Log).values(size=15))
    ((position, words),) = check(log, with_witness=False)
    assert position == 15
    assert words.startswith("the head that the log keeps of itself is not that of its 15 entries")


def test_a_tail_that_was_cut_off_with_all_that_belongs_to_it_is_found_by_the_head_outside(log):
    with past_the_registry(log) as connection:
        connection.execute(sa.delete(Entry).where(Entry.position >= 16))
        connection.execute(sa.delete(SignedHead).where(SignedHead.size > 16))
        hash_anew(connection)
    assert check(log, with_witness=False) == []
    assert check(log) == [(16, "witness: the log had 20 entries once; from here on they are cut off")]


def test_an_entry_that_was_put_in_with_all_hashes_anew_is_named(log):
    with past_the_registry(log) as connection:
        for position in range(19, 6, -1):
            connection.execute(sa.update(Entry).where(Entry.position == position).values(position=position + 1))
        connection.execute(
            sa.insert(Entry).values(
                position=7, at=AT, actor="x", act="user.added", object="x", outcome="done", detail="{}", hashes=b""
            )
        )
        hash_anew(connection)
    # Heads are signed at each transaction, and entries 6 and 7 came in one.
    assert check(log, with_witness=False) == [
        (6, "from here on the entries are not those that were signed: somebody wrote them without the key")
    ]
    assert (None, "witness: an entry before number 20 is not what it was when that head was signed") in check(log)


def test_entries_that_were_added_at_the_end_without_the_key_are_named(log):
    with past_the_registry(log) as connection:
        connection.execute(
            sa.insert(Entry).values(
                position=20, at=AT, actor="x", act="user.added", object="x", outcome="done", detail="{}", hashes=b""
            )
        )
        hash_anew(connection)
    assert check(log)[0] == (
        20,
        "from here on the entries are not those that were signed: somebody wrote them without the key",
    )


def test_a_head_that_was_signed_by_another_key_is_found(log, tmp_path):
    other = LogKey(tmp_path / "other.pem")
    other.make()
    with past_the_registry(log) as connection:
        connection.execute(sa.update(Entry).where(Entry.position == 18).values(actor="x"))
        hash_anew(connection)
    with log.database.read() as session:
        forged = other.sign(current_head(session))
    with past_the_registry(log) as connection:
        connection.execute(sa.update(SignedHead).where(SignedHead.size == 20).values(signature=forged))
    assert check(log, with_witness=False) == [
        (18, "from here on the entries are not those that were signed: somebody wrote them without the key")
    ]


def test_triggers_that_are_gone_are_missed(log):
    if log.database.engine.dialect.name == "sqlite":
        statement = "drop trigger audit_entry_refuses_delete"
    else:
        statement = "drop trigger audit_entry_refuses_delete on audit_entry"
    with log.database.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert check(log) == [(None, "the triggers that guard the table audit_entry are missing")]


def test_writers_side_by_side_make_one_log(log):
    """Each thread writes transactions of its own; afterwards everything is there once and in one order."""
    failed = []

    def many(name):
        try:
            for place in range(10):
                write(log, f"{name}-{place}")
        except Exception as error:  # noqa: BLE001  The thread hands over whatever went wrong.
            failed.append(error)

    threads = [threading.Thread(target=many, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert check(log) == []
    with log.database.read() as session:
        assert current_head(session).size == 60
        objects = list(session.scalars(sa.select(Entry.object).where(Entry.position >= 20).order_by(Entry.position)))
    assert sorted(objects) == sorted(f"{name}-{place}" for name in "abcd" for place in range(10))
    for name in "abcd":
        assert [item for item in objects if item[0] == name] == [f"{name}-{place}" for place in range(10)]


def test_nothing_is_written_without_the_key(log):
    log.log_key.path.unlink()
    log.log_key.__dict__.pop("_key", None)
    with pytest.raises(ConfigurationError, match="audit-key"):
        write(log, "unsigned")
    with log.database.read() as session:
        assert current_head(session).size == 20
        assert session.scalar(sa.select(Log.size)) == 20
