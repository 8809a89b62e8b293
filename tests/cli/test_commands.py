"""The command line, as an administrator uses it."""

from __future__ import annotations

import csv
import io
import socket
import stat
import subprocess
import sys
from dataclasses import replace

import pytest

from tests.helpers.servers import command


def test_the_commands_are_a_module_too():
    done = subprocess.run([sys.executable, "-m", "registry.cli", "--version"], capture_output=True, check=False)
    assert done.returncode == 0, text(done)
    assert done.stdout.startswith(b"registry, version ")


def text(process):
    return process.stdout.decode() + process.stderr.decode()


def test_a_new_folder_becomes_a_registry_and_can_be_prepared_again(settings, databases, tmp_path):
    fresh = replace(
        settings,
        instance=tmp_path / "new",
        search_index=tmp_path / "new-index",
        database_url=databases.new("fresh"),
        secret_key="",
    )
    first = command(fresh, "init")
    assert first.returncode == 0, text(first)
    assert "loaded" in text(first)
    assert "http://127.0.0.1:8000/account/password/" in text(first)
    again = command(fresh, "init")
    assert again.returncode == 0
    assert "loaded" not in text(again)
    assert "search index: current" in text(again)
    assert "/account/password/" not in text(again), "the link for the first administrator is shown once"
    found = command(fresh, "search", "двойного налогообложения")
    assert found.returncode == 0, text(found)
    assert "BLR-1997-001" in found.stdout.decode().splitlines()[0]


def test_the_secret_key_is_made_once_and_readable_by_its_owner_only(tmp_path):
    from registry.config import ensure_secret_key, load_settings

    environ = {"REGISTRY_INSTANCE": str(tmp_path)}
    assert ensure_secret_key(load_settings(environ))
    key = load_settings(environ).secret_key
    assert len(key) >= 48
    assert not ensure_secret_key(load_settings(environ))
    assert load_settings(environ).secret_key == key
    assert stat.S_IMODE((tmp_path / "settings.toml").stat().st_mode) == 0o600


def test_export_holds_every_agreement_and_can_be_filtered(settings, tmp_path):
    done = command(settings, "export", "--format", "csv", "--output", str(tmp_path / "list.csv"))
    assert done.returncode == 0, text(done)
    data = (tmp_path / "list.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert len(rows) == len({row["registry_number"] for row in rows}) > 80
    assert {row["proof"] for row in rows} >= {"official_text", "press", "announced_only"}
    filtered = command(settings, "export", "--filter", "level=ministries", "--filter", "kind=protocol")
    kept = list(csv.DictReader(io.StringIO(filtered.stdout.decode("utf-8-sig"))))
    expected = {row["registry_number"] for row in rows if row["level"] == "ministries" and row["kind"] == "protocol"}
    assert {row["registry_number"] for row in kept} == expected


def test_a_mistake_is_one_clear_line_and_exit_code_1(settings, tmp_path):
    missing = command(settings, "import", str(tmp_path / "none.csv"))
    assert missing.returncode == 1
    assert "there is no such file" in text(missing)
    assert "Traceback" not in text(missing)
    query = command(settings, "search", '"unclosed')
    assert query.returncode == 1
    assert "never closed" in text(query)
    wrong = command(settings, "export", "--filter", "level=kings")
    assert wrong.returncode == 2
    assert "use one of" in text(wrong)


def test_an_import_report_names_row_and_column(settings, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text(
        "kind;level;subjects;source;title_ru;side2_party\npact;ministries;trade;x;Имя;BLR\n", encoding="utf-8"
    )
    done = command(settings, "import", str(path))
    assert done.returncode == 1
    assert "row 2: kind:" in text(done)
    assert "nothing was imported" in text(done)


def test_a_port_that_is_taken_is_one_clear_line(settings):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = command(settings, "serve", "--port", port)
    assert done.returncode == 1
    (line,) = [line for line in done.stderr.decode().splitlines() if port in line]
    assert line == (
        f"error: Port {port} is taken by another program: end that one, or choose another port by REGISTRY_PORT."
    )
    assert "Traceback" not in text(done)
    assert "The registry is at" not in text(done), "nothing is promised before the port is there"


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
def test_an_address_at_which_nobody_can_listen_is_one_clear_line(settings, host):
    done = command(settings, "serve", "--host", host)
    assert done.returncode == 1
    assert f"error: The registry cannot listen at {host}" in done.stderr.decode()
    assert "REGISTRY_HOST" in text(done)
    assert "Traceback" not in text(done)
