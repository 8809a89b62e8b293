"""`registry audit`, on a registry of its own: what it prints, and how it ends when somebody rewrote the log."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import replace

import pytest
import sqlalchemy as sa

from registry.audit.heads import read_checkpoint
from registry.audit.merkle import is_consistent, is_included, leaf_hash
from registry.audit.models import Entry, SignedHead
from registry.audit.services import record
from registry.audit.vocabulary import Act
from tests.helpers.tampering import hash_anew, past_the_registry


@pytest.fixture
def run(invoke):
    return lambda *args: invoke("audit", *args)


def write(registry, count=1):
    for place in range(count):
        with registry.database.write("tester") as uow:
            record(uow, Act.LIST_EXPORTED, str(place))


def test_an_untouched_registry_is_verified(run, registry):
    write(registry)
    answer = run("verify")
    assert answer.exit_code == 0, answer.output
    assert "93 entries, all as they were written" in answer.output


def test_a_changed_entry_is_named_and_ends_with_exit_code_1(run, registry):
    write(registry)
    with past_the_registry(registry) as connection:
        connection.execute(sa.update(Entry).where(Entry.position == 5).values(actor="nobody"))
    answer = run("verify")
    assert answer.exit_code == 1
    assert "entry 5: the entry is not what was hashed" in answer.output


def test_a_head_that_was_published_shows_what_was_cut_off(run, registry, tmp_path):
    write(registry, 3)
    published = tmp_path / "published.txt"
    published.write_text(run("head").output)
    size = read_checkpoint(published.read_text())[0].size
    with past_the_registry(registry) as connection:
        connection.execute(sa.delete(Entry).where(Entry.position >= size - 2))
        connection.execute(sa.delete(SignedHead).where(SignedHead.size > size - 2))
        hash_anew(connection)
    (registry.settings.instance / "audit-head.txt").unlink()
    assert run("verify").exit_code == 0, "the log alone cannot know"
    answer = run("verify", "--head", str(published))
    assert answer.exit_code == 1
    assert f"entry {size - 2}: {published}: the log had {size} entries once" in answer.output
    assert run("consistency", str(published)).exit_code == 1


def test_head_proof_and_consistency_can_be_checked_by_anybody(run, registry, tmp_path):
    write(registry)
    head = json.loads(run("head", "--json").output)
    old = tmp_path / "old.txt"
    old.write_text(head["checkpoint"])
    write(registry, 2)
    proof = json.loads(run("proof", "7").output)
    path = [b64decode(item) for item in proof["path"]]
    assert is_included(
        leaf_hash(proof["leaf"].encode()), 7, proof["head"]["size"], path, b64decode(proof["head"]["root"])
    )
    found = json.loads(run("consistency", str(old)).output)
    before, now = found["before"], found["now"]
    assert (before["size"], now["size"]) == (head["size"], head["size"] + 2)
    path = [b64decode(item) for item in found["path"]]
    roots = b64decode(before["root"]), b64decode(now["root"])
    assert is_consistent(before["size"], now["size"], path, *roots)


@pytest.mark.parametrize("arguments", [("proof", "99999"), ("consistency", "{file}"), ("verify", "--head", "{file}")])
def test_what_cannot_be_answered_is_said_in_one_line(run, registry, tmp_path, arguments):
    file = tmp_path / "no-head.txt"
    file.write_text("no head")
    answer = run(*(item.replace("{file}", str(file)) for item in arguments))
    assert answer.exit_code == 1
    assert "error: " in answer.output


def test_a_rewritten_log_proves_no_consistency(run, registry, tmp_path):
    write(registry, 2)
    old = tmp_path / "old.txt"
    old.write_text(run("head").output)
    with past_the_registry(registry) as connection:
        connection.execute(sa.update(Entry).where(Entry.position == 5).values(actor="nobody"))
        hash_anew(connection)
    write(registry)
    answer = run("consistency", str(old))
    assert answer.exit_code == 1
    assert "does not continue the head" in answer.output


def test_another_node_without_the_key_is_told_what_to_do(run, registry, settings, monkeypatch, tmp_path):
    other = replace(settings, instance=tmp_path / "other")
    other.instance.mkdir()
    monkeypatch.setenv("REGISTRY_INSTANCE", str(other.instance))
    answer = run("head")
    assert answer.exit_code == 1
    assert "audit-key.pem" in answer.output
