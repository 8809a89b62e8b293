"""Bytes are kept once, under their hash, in a folder and in S3 alike; nothing is overwritten."""

from __future__ import annotations

import hashlib
import os
import socket
import stat
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest

from registry.config import Settings
from registry.core.errors import ConfigurationError
from registry.documents.services import Attached
from registry.documents.storage.folder import FolderStorage
from registry.documents.storage.interface import QUARANTINE, MissingBytesError, StorageError
from registry.documents.storage.opening import open_storage
from registry.documents.storage.s3 import S3Storage
from registry.documents.storage.spool import TooLargeError
from registry.documents.verifying import mend_storage, verify_storage
from registry.runtime import open_registry
from tests.helpers.documents import TEXT, documents_in, files_below, put_in
from tests.helpers.servers import free_port

DATA = "Статья 1\n".encode() * 20_000
DIGEST = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(scope="session")
def s3_server():
    """A server process that speaks the protocol of S3, on a free port of the loopback address."""
    port = free_port()
    line = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            break
        assert process.poll() is None, "the server ended"
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.wait()


@pytest.fixture
def s3(s3_server, tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "only-for-tests")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "only-for-tests")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    bucket = f"b{hashlib.sha256(str(tmp_path).encode()).hexdigest()[:20]}"
    client = boto3.client("s3", endpoint_url=s3_server)
    client.create_bucket(Bucket=bucket)
    settings = Settings(instance=tmp_path, documents_storage=f"s3://{bucket}/treaties", documents_endpoint=s3_server)
    storage = open_storage(settings)
    assert isinstance(storage, S3Storage)
    storage.tests = (client, bucket)
    yield storage
    client.close()
    storage._client.close()


@pytest.fixture
def folder(tmp_path):
    return FolderStorage(tmp_path / "documents")


@pytest.fixture(params=["folder", "s3"])
def storage(request):
    return request.getfixturevalue(request.param)


def keep(storage, data=DATA):
    with storage.spool.receive() as incoming:
        for start in range(0, len(data), 1000):
            incoming.write(data[start : start + 1000])
        storage.keep(incoming)
        return incoming.digest


def test_what_is_kept_is_found_under_its_hash(storage):
    assert storage.size(DIGEST) is None
    assert keep(storage) == DIGEST
    assert storage.size(DIGEST) == len(DATA)
    assert b"".join(storage.read(DIGEST)) == DATA
    with storage.local(DIGEST) as path:
        assert path.read_bytes() == DATA
    (file,) = storage.stored()
    assert (file.key, file.size) == (DIGEST, len(DATA))
    assert abs(datetime.now(UTC) - file.changed_at) < timedelta(minutes=5)
    assert storage.spool.left_over() == files_below(storage.spool.folder) == []


@pytest.mark.parametrize(
    ("start", "length"), [(0, 1), (0, None), (7, 100_000), (len(DATA) - 1, 1), (100, None), (5, 0)]
)
def test_ranges_are_read(storage, start, length):
    keep(storage)
    chunks = list(storage.read(DIGEST, start, length))
    assert b"".join(chunks) == DATA[start:][:length]
    assert all(len(chunk) <= 64 * 1024 for chunk in chunks)


def test_the_same_bytes_are_kept_once(storage):
    keep(storage)
    keep(storage)
    keep(storage, b"")
    assert [file.key for file in storage.stored()] == sorted([DIGEST, hashlib.sha256(b"").hexdigest()])


def test_what_is_not_there_is_said(storage):
    with pytest.raises(MissingBytesError, match=DIGEST):
        storage.read(DIGEST)
    with pytest.raises(MissingBytesError), storage.local(DIGEST):
        pass


def test_what_is_set_aside_is_not_listed_and_not_lost(storage):
    keep(storage)
    storage.set_aside(DIGEST)
    assert list(storage.stored()) == []
    assert storage.size(DIGEST) is None
    keep(storage)
    assert storage.size(DIGEST) == len(DATA)


def test_a_file_too_large_is_refused_with_the_first_byte_too_many(storage):
    with storage.spool.receive(1000) as incoming:
        incoming.write(b"x" * 1000)
        with pytest.raises(TooLargeError, match="REGISTRY_MAX_UPLOAD"):
            incoming.write(b"x")
    assert files_below(storage.spool.folder) == []


def test_foreign_files_are_listed_by_their_own_names(folder, s3):
    keep(folder)
    (folder.root / "readme.txt").write_text("?")
    (folder.root / "ab").mkdir(exist_ok=True)
    (folder.root / "ab" / DIGEST).write_bytes(DATA)
    assert {file.key for file in folder.stored()} == {DIGEST, "readme.txt", f"ab/{DIGEST}"}
    folder.set_aside(f"ab/{DIGEST}")
    assert {file.key for file in folder.stored()} == {DIGEST, "readme.txt"}
    client, bucket = s3.tests
    client.put_object(Bucket=bucket, Key="treaties/readme.txt", Body=b"?")
    client.put_object(Bucket=bucket, Key="elsewhere.txt", Body=b"?")
    assert [file.key for file in s3.stored()] == ["readme.txt"]


def test_a_file_is_for_reading_only_and_lies_in_folders_of_two_levels(folder):
    keep(folder)
    path = folder.root / DIGEST[:2] / DIGEST[2:4] / DIGEST
    assert stat.S_IMODE(path.stat().st_mode) == 0o440
    assert path.stat().st_nlink == 1


def test_damaged_bytes_give_way_when_the_right_ones_come_again(folder):
    keep(folder)
    path = folder.root / DIGEST[:2] / DIGEST[2:4] / DIGEST
    path.chmod(0o600)
    path.write_bytes(b"!" + DATA[1:])
    keep(folder)
    assert path.read_bytes() == DATA
    (aside,) = (folder.root / QUARANTINE).iterdir()
    assert aside.read_bytes() == b"!" + DATA[1:]


def test_bytes_that_come_again_are_young_again(folder):
    keep(folder)
    path = folder.root / DIGEST[:2] / DIGEST[2:4] / DIGEST
    os.utime(path, (0, 0))
    keep(folder)
    (file,) = folder.stored()
    assert datetime.now(UTC) - file.changed_at < timedelta(minutes=5)


def test_an_upload_under_way_is_not_left_over(folder):
    with folder.spool.receive() as incoming:
        incoming.write(b"half")
        assert folder.spool.left_over() == []
    (folder.spool.folder / "upload-dead").write_bytes(b"half")
    assert [path.name for path in folder.spool.left_over()] == ["upload-dead"]


def test_a_storage_that_cannot_be_written_is_an_error_with_a_reason(tmp_path):
    folder = FolderStorage(tmp_path / "documents")
    digest = hashlib.sha256(b"x").hexdigest()
    folder.root.mkdir()
    (folder.root / digest[:2]).write_text("a file where a folder should be")
    with pytest.raises(StorageError, match="cannot be written"):
        keep(folder, b"x")


def test_an_object_of_s3_has_the_name_that_a_folder_gives(s3):
    keep(s3)
    client, bucket = s3.tests
    listed = client.list_objects_v2(Bucket=bucket)["Contents"]
    assert [entry["Key"] for entry in listed] == [f"treaties/{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST}"]


def test_s3_overwrites_nothing(s3):
    client, bucket = s3.tests
    key = f"treaties/{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST}"
    client.put_object(Bucket=bucket, Key=key, Body=b"there before")
    keep(s3)
    assert client.get_object(Bucket=bucket, Key=key)["Body"].read() == b"there before"


def test_an_s3_that_does_not_answer_is_an_error_with_a_reason(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr("registry.documents.storage.s3._ATTEMPTS", 1)
    settings = Settings(instance=tmp_path, documents_storage="s3://none/x", documents_endpoint="http://127.0.0.1:1")
    with pytest.raises(StorageError, match="does not answer"):
        keep(open_storage(settings))


@pytest.mark.parametrize("address", ["ftp://host/x", "s3://", "https://bucket"])
def test_an_address_that_is_none_stops_the_start(tmp_path, address):
    with pytest.raises(ConfigurationError, match="REGISTRY_DOCUMENTS_STORAGE"):
        open_storage(Settings(instance=tmp_path, documents_storage=address))


def test_another_folder_can_be_named(tmp_path):
    storage = open_storage(Settings(instance=tmp_path, documents_storage=str(tmp_path / "elsewhere")))
    keep(storage)
    assert files_below(tmp_path / "elsewhere") == [f"{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST}"]
    assert Path(tmp_path / "documents").exists() is False


def test_a_registry_works_on_s3_from_the_file_to_its_text(s3, s3_server, settings):
    _, bucket = s3.tests
    made = replace(settings, documents_storage=f"s3://{bucket}/treaties", documents_endpoint=s3_server)
    registry = open_registry(made)
    assert put_in(registry, TEXT).outcome == Attached.ADDED
    (document,) = documents_in(registry)
    assert (document.extraction.state, document.has_text) == ("done", True)
    assert b"".join(registry.storage.read(document.sha256)) == TEXT.encode()
    keep(registry.storage, b"nobody's")
    report = verify_storage(registry.database, registry.storage, datetime.now(UTC), timedelta())
    assert (report.compared, len(report.orphans)) == (1, 1)
    assert mend_storage(registry.database, registry.storage, report, "test") == 1
    assert verify_storage(registry.database, registry.storage, datetime.now(UTC), timedelta()).is_well
    registry.storage._client.close()
    registry.close()
