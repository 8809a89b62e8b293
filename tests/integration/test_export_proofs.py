"""Manifests of exports: genuine as they are, and each tampering with file or manifest is found."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from registry.audit.heads import read_checkpoint
from registry.audit.queries import current_head, head_at, prove_consistency
from registry.core.canonical import canonical as canonical_of_registry
from registry.core.canonical import sha256_of
from registry.exports import verifier
from registry.exports.manifests import manifest_of, written_manifest
from registry.exports.runs.models import ExportRun
from registry.exports.runs.verifying import public_key, verify
from registry.exports.verifier import ALTERED, GENUINE, UNKNOWN, Key, check
from registry.runtime import open_registry
from registry.search.schemas import ListRequest
from tests.conftest import TODAY
from tests.helpers.proofs import exported


@pytest.fixture(scope="module")
def made(filled, databases, tmp_path_factory):
    """Two exports with their manifests, made once; tests change copies of them."""
    import shutil

    from registry.audit.heads import KEY_FILE
    from registry.core.clock import FixedClock

    folder = tmp_path_factory.mktemp("proofs")
    shutil.copy(filled.instance / KEY_FILE, folder)
    settings = replace(filled, instance=folder, database_url=databases.copy("filled", folder.name))
    registry = open_registry(settings, FixedClock(TODAY))
    one = exported(registry, ListRequest(level=("ministries",)))
    other = exported(registry, ListRequest(level=("governments",)))
    yield registry, one, other
    registry.close()


@pytest.fixture
def registry(made):
    return made[0]


@pytest.fixture
def one(made):
    return made[1]


@pytest.fixture
def key(registry):
    with registry.database.read() as session:
        return public_key(session, registry.log_key)


def test_a_manifest_says_what_the_file_holds_and_proves_it(registry, one, key):
    report = check(one.manifest, sha256_of(one.data), key)
    assert (report.verdict, report.reason) == (GENUINE, "")
    assert all(held for _, held in report.checks)
    said = report.manifest["export"]
    assert said["criteria"]["parameters"]["level"] == ["ministries"]
    assert ["Level", "Ministries and agencies"] in said["criteria"]["words"]
    assert said["levels"] == {"ministries": said["agreements"]}
    assert said["agreements"] == one.data.count(b"\r\n") - 1
    assert said["file"] == {
        "media_type": "text/csv",
        "name": "list.csv",
        "sha256": sha256_of(one.data),
        "size": len(one.data),
    }
    assert said["recorded_at"].endswith("Z")
    assert said["columns"][0] == "registry_number"
    leaf = json.loads(report.manifest["log"]["leaf"])
    assert (leaf["act"], leaf["actor"], leaf["detail"]["agreements"]) == ("list.exported", "test", said["agreements"])


def test_the_same_list_again_is_the_same_file_and_a_manifest_of_its_own(registry, one, key):
    again = exported(registry, ListRequest(level=("ministries",)))
    assert again.data == one.data
    assert again.manifest != one.manifest
    assert check(again.manifest, sha256_of(one.data), key).verdict == GENUINE
    with registry.database.read() as session:
        run = session.get_one(ExportRun, one.number)
        assert written_manifest(manifest_of(session, registry.log_key, run)) == one.manifest, "asked for later"


def test_the_file_prints_the_head_of_the_log_that_covers_its_records(registry):
    mine = exported(registry, format="json")
    again = exported(registry, format="json")
    assert mine.data == again.data, "though the log has grown"
    criteria = {item["name"]: item["value"] for item in json.loads(mine.data)["criteria"]}
    size, root = re.fullmatch(r"(\d+) entries, root (\S+)", criteria["Head of the audit log"]).groups()
    with registry.database.read() as session:
        assert b64encode(head_at(session, int(size)).root).decode() == root
        printed = read_checkpoint(json.loads(mine.manifest)["log"]["checkpoint"])[0]
        assert prove_consistency(session, int(size), printed.size), "the manifest's head continues it"


def changed(manifest, change):
    found = json.loads(manifest)
    change(found)
    return json.dumps(found).encode()


def flipped(text, place):
    """Change one character of Base64."""
    return text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]


def put(*path, value=None, change=None):
    def apply(manifest):
        target = manifest
        for name in path[:-1]:
            target = target[name]
        target[path[-1]] = change(target[path[-1]]) if change else value

    return apply


TAMPERINGS = {
    "count": put("export", "agreements", change=lambda count: count + 1),
    "count of a level": put("export", "levels", "ministries", value=1),
    "criteria": put("export", "criteria", "parameters", "level", value=["governments"]),
    "criteria in words": put("export", "criteria", "words", value=[["Level", "Governments"]]),
    "record time": put("export", "recorded_at", value="2020-01-01T00:00:00.000000Z"),
    "columns": put("export", "columns", change=lambda columns: columns[:-1]),
    "an addition": put("export", "remark", value="checked"),
    "hash": put("export", "file", "sha256", change=lambda text: text[:-1] + ("0" if text[-1] != "0" else "1")),
    "head, its size": put("log", "checkpoint", change=lambda text: text.replace("\n", "\n1", 1)),
    "head, its root": put(
        "log",
        "checkpoint",
        change=lambda text: "\n".join([*text.split("\n")[:2], "A" * 43 + "=", *text.split("\n")[3:]]),
    ),
    "head, its signature": put("log", "checkpoint", change=lambda text: flipped(text, len(text) - 20)),
    "entry": put("log", "leaf", change=lambda text: text.replace('"actor":"test"', '"actor":"nobody"')),
    "path": put("log", "path", 0, change=lambda text: flipped(text, 5)),
    "a shorter path": put("log", "path", change=lambda path: path[:-1]),
    "signature": put("signature", change=lambda text: flipped(text, 10)),
    "spare bits of the signature": put("signature", change=lambda text: text[:-3] + chr(ord(text[-3]) + 1) + "=="),
    "signature left out": put("signature", value=""),
}


@pytest.mark.parametrize("what", list(TAMPERINGS))
def test_each_change_of_the_manifest_is_found(one, key, registry, what):
    data = changed(one.manifest, TAMPERINGS[what])
    assert json.loads(data) != json.loads(one.manifest)
    report = check(data, sha256_of(one.data), key)
    assert report.verdict == ALTERED, report.checks
    with registry.database.read() as session:
        assert verify(session, registry.log_key, sha256_of(one.data), data).report.verdict == ALTERED


def test_one_byte_of_the_file_is_found_wherever_it_is(one, key):
    for place in (0, len(one.data) // 2, len(one.data) - 1):
        data = bytearray(one.data)
        data[place] ^= 1
        report = check(one.manifest, sha256_of(bytes(data)), key)
        assert report.verdict == ALTERED
        assert [code for code, held in report.checks if not held] == ["file"]


def test_a_file_of_another_export_is_found_though_both_are_genuine(made, registry, key):
    _, one, other = made
    assert check(one.manifest, sha256_of(other.data), key).verdict == ALTERED
    with registry.database.read() as session:
        finding = verify(session, registry.log_key, sha256_of(other.data), one.manifest)
        assert (finding.report.verdict, finding.exports[0].id) == (ALTERED, other.number)
        assert verify(session, registry.log_key, sha256_of(other.data), None).report.verdict == GENUINE
        assert verify(session, registry.log_key, "0" * 64, None).report.verdict == UNKNOWN


def signed_by(private, manifest, name=None):
    """Sign a manifest by another key; with `name` it also names that key as the registry's."""
    found = json.loads(manifest)
    if name is not None:
        raw = b"\x01" + private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        import hashlib

        identity = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4].hex()
        found["log"]["public_key"] = f"{name}+{identity}+{b64encode(raw).decode()}"
    found["signature"] = b64encode(private.sign(verifier.signed_bytes(found))).decode()
    return json.dumps(found).encode()


def test_a_manifest_that_is_signed_by_another_key_is_not_genuine(one, key):
    private = Ed25519PrivateKey.generate()
    data = changed(one.manifest, TAMPERINGS["count"])
    sha256 = sha256_of(one.data)
    assert check(signed_by(private, data), sha256, key).verdict == ALTERED
    named = signed_by(private, data, name=key.name)
    assert check(named, sha256, key).verdict == UNKNOWN
    assert check(named, sha256, None).verdict == UNKNOWN, "no key was given, and anybody can make one"
    assert check(one.manifest, sha256, None).verdict == UNKNOWN


def test_a_row_that_was_changed_in_the_database_is_found(registry):
    mine = exported(registry, ListRequest(level=("heads_of_state",)))
    forged = sha256_of(b"forged")
    with registry.database.engine.begin() as connection:
        connection.execute(sa.update(ExportRun).where(ExportRun.id == mine.number).values(sha256=forged))
    with registry.database.read() as session:
        assert verify(session, registry.log_key, forged, None).report.verdict == ALTERED


HOSTILE = {
    "nothing": b"",
    "no JSON": b"{",
    "not UTF-8": b"\xff\xfe{}",
    "a list": b"[]",
    "null": b"null",
    "deep": b"[" * 100_000,
    "deep inside": b'{"format":' + b"[" * 100_000,
    "a huge number": b'{"format": ' + b"9" * 100_000 + b"}",
    "a fraction": b'{"format": 1e999}',
    "not a number": b'{"format": NaN}',
    "a name twice": b'{"format":"a","format":"b"}',
    "too large": b" " * (verifier.MOST_BYTES + 1),
    "empty": b"{}",
}


@pytest.mark.parametrize("what", list(HOSTILE))
def test_hostile_manifests_get_a_clear_answer(registry, key, what):
    report = check(HOSTILE[what], "0" * 64, key)
    assert report.verdict == UNKNOWN
    assert "manifest" in report.reason


@pytest.mark.parametrize("value", [None, True, 3, -1, 10**18, "", "x", [], [1], {}, {"a": 1}, "\ud800", "\u0000"])
@pytest.mark.parametrize(
    "path",
    [
        ("format",), ("export",), ("log",), ("signature",), ("log", "leaf"), ("log", "path"), ("log", "checkpoint"),
        ("log", "public_key"), ("export", "file"), ("export", "file", "sha256"), ("export", "agreements"),
        ("export", "criteria"),
    ],
)  # fmt: skip
def test_wrong_types_are_never_genuine_and_never_a_mistake(registry, one, key, path, value):
    data = changed(one.manifest, put(*path, value=value))
    if json.loads(data) != json.loads(one.manifest):
        assert check(data, sha256_of(one.data), key).verdict != GENUINE


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(codec="utf-8")),
        lambda inner: st.lists(inner) | st.dictionaries(st.text("abcdef_", max_size=5), inner),
    )
)
def test_the_verifier_and_the_registry_write_the_same_canonical_json(value):
    assert verifier.canonical(value) == canonical_of_registry(value)


def run_offline(tmp_path, *arguments):
    """Run the verifier as the one file that it is, in a folder where nothing of the registry is found."""
    script = tmp_path / "verifier.py"
    script.write_bytes(Path(verifier.__file__).read_bytes())
    return subprocess.run(
        [sys.executable, "-P", "-X", "utf8", str(script), *map(str, arguments)],
        capture_output=True, text=True, check=False, cwd=tmp_path, env={"PYTHONPATH": ""},
    )  # fmt: skip


def test_the_offline_verifier_needs_one_file_and_the_public_key(tmp_path, registry, one, key):
    with registry.database.read() as session:
        line = registry.log_key.verifier(current_head(session).log)
    file, manifest, altered = tmp_path / "list.csv", tmp_path / "list.json", tmp_path / "altered.csv"
    file.write_bytes(one.data)
    manifest.write_bytes(one.manifest)
    altered.write_bytes(one.data + b"\r\n")
    (tmp_path / "key").write_text(line, encoding="utf-8")
    for named in (line, tmp_path / "key"):
        done = run_offline(tmp_path, file, manifest, "--key", named)
        assert (done.returncode, done.stdout.split("\n")[0]) == (0, GENUINE), done.stderr
    done = run_offline(tmp_path, altered, manifest, "--key", line)
    assert (done.returncode, done.stdout.split("\n")[0]) == (1, ALTERED)
    assert "NO   the file is the one that the manifest describes" in done.stdout
    done = run_offline(tmp_path, file, manifest)
    assert (done.returncode, done.stdout.split("\n")[0]) == (2, UNKNOWN)
    assert line in done.stdout
    assert run_offline(tmp_path, file, tmp_path / "none").returncode == 2
    assert run_offline(tmp_path, file, manifest, "--key", "a+b+c").returncode == 2
    imports = [
        text for text in (tmp_path / "verifier.py").read_text().splitlines() if text.startswith(("import", "from"))
    ]
    assert {text.split()[1].split(".")[0] for text in imports} - set(sys.stdlib_module_names) == {"cryptography"}


def test_keys_that_are_none_are_refused(key):
    for line in (
        "",
        "a",
        "a+b",
        "name+00000000+AAAA",
        "+".join(["other", key.identity.hex(), b64encode(b"\x01" + key.raw).decode()]),
    ):
        with pytest.raises(verifier.UnreadableError):
            Key.read(line)
