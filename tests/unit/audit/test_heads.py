"""Keys, signed heads and the bytes of entries."""

from __future__ import annotations

import stat
from base64 import b64decode
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from registry.audit.heads import Head, LogKey, UnreadableHeadError, read_checkpoint
from registry.audit.leaves import leaf_of, written
from registry.core.errors import ConfigurationError

HEAD = Head("treaty-registry/1", 3, bytes(range(32)))


@pytest.fixture
def key(tmp_path):
    made = LogKey(tmp_path / "key.pem")
    made.make()
    return made


def test_only_its_owner_can_read_the_key(key):
    assert stat.S_IMODE(key.path.stat().st_mode) == 0o600


def test_a_key_is_never_made_over_another(key):
    before = key.path.read_bytes()
    with pytest.raises(FileExistsError):
        key.make()
    assert key.path.read_bytes() == before


def test_a_head_is_signed_and_read_back(key):
    checkpoint = key.checkpoint(HEAD, key.sign(HEAD))
    head, signature = read_checkpoint(checkpoint)
    assert head == HEAD
    assert key.is_signed(head, signature)


def test_anybody_can_check_a_head_with_the_public_key_alone(key):
    """As C2SP signed-note says: the last part of the verifier's line is the key, after a byte for its kind."""
    said, signed = key.checkpoint(HEAD, key.sign(HEAD)).split("\n\n")
    name, key_id, encoded = key.verifier(HEAD.log).split("+", 2)
    raw = b64decode(signed.split(" ")[2])
    assert name == HEAD.log
    assert raw[:4].hex() == key_id
    Ed25519PublicKey.from_public_bytes(b64decode(encoded)[1:]).verify(raw[4:], f"{said}\n".encode())


@pytest.mark.parametrize(
    "other",
    [Head("treaty-registry/2", 3, HEAD.root), Head(HEAD.log, 4, HEAD.root), Head(HEAD.log, 3, bytes(32))],
)
def test_a_signature_holds_for_one_head_only(key, other):
    assert not key.is_signed(other, key.sign(HEAD))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "a\n3\nAAAA\n\n— a AAAA\n",
        "a\n-1\n{root}\n\n— a AAAA\n",
        "a\n3\n{root}\n\n— b AAAA\n",
        "a\n3\n{root}\n\nno",
    ],
)
def test_what_is_no_head_is_refused(text):
    with pytest.raises(UnreadableHeadError):
        read_checkpoint(text.replace("{root}", "A" * 43 + "="))


@pytest.mark.parametrize("content", [None, b"no key", b""])
def test_a_key_that_cannot_be_used_is_named(tmp_path, content):
    path = tmp_path / "key.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"key\.pem"):
        LogKey(path).sign(HEAD)


def test_the_bytes_of_an_entry_are_canonical_json():
    at = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=timezone(timedelta(hours=5)))
    leaf = leaf_of(7, written(at), "a@b", "list.exported", 'ә "q"\n', "done", '{"a":1}')
    assert leaf.decode() == (
        '{"act":"list.exported","actor":"a@b","at":"2026-01-01T22:04:05.000006Z","detail":{"a":1},"entry":7,'
        '"object":"ә \\"q\\"\\n","outcome":"done"}'
    )
    assert leaf == leaf_of(7, written(at.astimezone(UTC)), "a@b", "list.exported", 'ә "q"\n', "done", '{"a":1}')
