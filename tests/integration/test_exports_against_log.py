"""The history of exports is held against the log: what was changed past the registry is named."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from registry.cli import main
from registry.exports.runs.against_log import verify_exports
from registry.exports.runs.models import ExportRun
from tests.helpers.proofs import exported
from tests.helpers.tampering import past_the_registry

_OTHERWISE = {
    "actor": "somebody else",
    "request": "{}",
    "clearance": "internal",
    "agreements": 1,
    "sha256": "0" * 64,
    "description": "{}",
    "size": 1,
    "file_name": "other.csv",
    "media_type": "text/plain",
}


def faults(registry):
    with registry.database.read() as session:
        return [str(fault.message) for fault in verify_exports(session)]


def test_each_column_that_was_changed_past_the_registry_is_named(registry):
    run = exported(registry).number
    assert faults(registry) == []
    of_run = sa.update(ExportRun).where(ExportRun.id == run)
    for column, value in _OTHERWISE.items():
        with registry.database.read() as session:
            before = session.scalar(sa.select(getattr(ExportRun, column)).where(ExportRun.id == run))
        with past_the_registry(registry) as connection:
            connection.execute(of_run.values({column: value}))
        (found,) = faults(registry)
        assert found.startswith(f"export {run} is not what the log says of it: ")
        assert column in found.partition(": ")[2].split(", ")
        with past_the_registry(registry) as connection:
            connection.execute(of_run.values({column: before}))
    assert faults(registry) == []


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        (lambda _: sa.delete(ExportRun), "export {run} is missing in the history"),
        (
            lambda run: sa.update(ExportRun).values(id=run + 1),
            "export {other}: the history has it as made, and the log has no entry of it",
        ),
    ],
)
def test_exports_that_are_gone_or_added_are_named_by_the_command(registry, monkeypatch, tamper, words):
    run = exported(registry).number
    for name in ("instance", "search_index", "database_url", "secret_key"):
        monkeypatch.setenv(f"REGISTRY_{name.upper()}", str(getattr(registry.settings, name)))
    assert CliRunner().invoke(main, ["audit", "verify"]).exit_code == 0
    with past_the_registry(registry) as connection:
        connection.execute(tamper(run))
    answer = CliRunner().invoke(main, ["audit", "verify"])
    assert answer.exit_code == 1
    assert words.format(run=run, other=run + 1) in answer.output
