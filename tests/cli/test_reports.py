"""`registry completeness` and `registry dossier`, as whole commands."""

from __future__ import annotations

import csv
import io
import json
import zipfile

from tests.helpers.servers import command

NUMBER = "BLR-1996-003"


def test_the_report_is_written_as_csv_and_as_json(settings, tmp_path):
    done = command(settings, "completeness", "--filter", "gap=text", "--filter", "years=5")
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout.decode("utf-8-sig"))))
    assert {"text"} <= {row["gap"] for row in rows}
    assert {row["years"] for row in rows} == {"5"}
    assert b"of 88 agreements have gaps" in done.stderr
    done = command(settings, "completeness", "--format", "json", "--output", str(tmp_path / "report.json"))
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "report.json").read_bytes())["agreements"] == 88


def test_a_filter_that_cannot_be_used_is_named(settings):
    done = command(settings, "completeness", "--filter", "gap=nothing")
    assert done.returncode == 2
    assert b"nothing" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_dossier_is_written_with_the_log_and_noted(settings, tmp_path):
    done = command(settings, "dossier", NUMBER, str(tmp_path / "dossier.zip"))
    assert done.returncode == 0, done.stderr
    assert b"recorded_at=" in done.stderr
    with zipfile.ZipFile(tmp_path / "dossier.zip") as archive:
        assert archive.testzip() is None
        assert f"{NUMBER}/data/log/proofs.jsonl" in archive.namelist()
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []
    again = command(settings, "audit", "verify")
    assert again.returncode == 0, again.stderr


def test_a_dossier_of_no_agreement_is_refused_in_one_line(settings, tmp_path):
    done = command(settings, "dossier", "BLR-1900-001", str(tmp_path / "dossier.zip"))
    assert done.returncode == 1
    assert done.stderr.decode().strip() == "error: There is no agreement BLR-1900-001 in this registry."
    assert not (tmp_path / "dossier.zip").exists()
