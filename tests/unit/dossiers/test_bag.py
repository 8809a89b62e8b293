"""A bag is one for everybody's tools, is made in chunks, and is the same for the same parts."""

from __future__ import annotations

import hashlib
import io
import subprocess
import zipfile
from datetime import UTC, datetime

import bagit
import pytest

from registry.dossiers.bag import DamagedPartError, Part, bag, whole

AT = datetime(2025, 5, 1, 12, 30, 1, tzinfo=UTC)


def made(*parts, **info):
    return b"".join(bag("BLR-1996-003", parts, info, AT))


def opened(data, folder):
    (folder / "bag.zip").write_bytes(data)
    subprocess.run(["unzip", "-q", "bag.zip"], cwd=folder, check=True)
    return bagit.Bag(str(folder / "BLR-1996-003"))


PARTS = (whole("b.txt", b"second"), whole("a/first.txt", "первый".encode()), whole("empty", b""))


def test_the_tool_of_the_library_of_congress_finds_it_whole(tmp_path):
    found = opened(made(*PARTS, **{"External-Identifier": "BLR-1996-003"}), tmp_path)
    assert found.validate()
    assert found.info["External-Identifier"] == "BLR-1996-003"
    assert found.info["Payload-Oxum"] == f"{6 + 12}.3"
    assert sorted(found.payload_files()) == ["data/a/first.txt", "data/b.txt", "data/empty"]
    assert sorted(found.tagfile_entries()) == ["bag-info.txt", "bagit.txt", "manifest-sha256.txt"]


def test_a_changed_file_is_found_out(tmp_path):
    found = opened(made(*PARTS), tmp_path)
    (tmp_path / "BLR-1996-003" / "data" / "b.txt").write_bytes(b"Second")
    with pytest.raises(bagit.BagValidationError):
        found.validate()


def test_the_same_parts_in_any_order_give_the_same_bytes():
    assert made(*PARTS) == made(*reversed(PARTS))


def test_unzip_finds_no_fault_and_python_neither(tmp_path):
    (tmp_path / "bag.zip").write_bytes(made(*PARTS))
    assert subprocess.run(["unzip", "-tq", tmp_path / "bag.zip"], check=False).returncode == 0
    with zipfile.ZipFile(tmp_path / "bag.zip") as archive:
        assert archive.testzip() is None
        assert {item.date_time for item in archive.infolist()} == {(2025, 5, 1, 12, 30, 0)}


def test_a_large_file_is_never_whole_in_memory():
    import tracemalloc

    block = bytes(64 * 1024)

    def read():
        return (block for _ in range(640))

    tracemalloc.start()
    size = sum(len(chunk) for chunk in bag("large", [Part("large.bin", read, 640 * len(block))], {}, AT))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 640 * len(block)
    assert peak < 2 * 1024 * 1024
    assert all(bag("any", PARTS, {}, AT)), "an empty chunk would end the answer"


def test_a_file_that_is_not_what_its_hash_says_leaves_no_bag_behind():
    bad = Part("bad.txt", lambda: [b"other"], 5, hashlib.sha256(b"this").hexdigest())
    got = io.BytesIO()
    with pytest.raises(DamagedPartError):
        got.writelines(bag("bad", [bad], {}, AT))
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(got)
