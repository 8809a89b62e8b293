"""Checks an exported list against its manifest, anywhere: one file, Python's standard library and `cryptography`.

    python verifier.py list.csv list.csv.manifest.json --key 'treaty-registry/…+…+…'

Answers `genuine` (exit code 0), `altered` (1) or `unknown` (2), and says of each check how it ended. The key is the
public key of the registry that is said to have made the list (`/exports/key`); get it by another way than the file.

What is checked: the signature of the manifest (Ed25519, RFC 8032, over its canonical JSON, RFC 8785), the bytes of the
file (SHA-256), that the entry of the audit log tells of this very file, that the entry is in the log under the head
that is printed (inclusion proof, RFC 9162, section 2.1.3.2), and the signature of that head (C2SP tlog-checkpoint).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = "treaty-registry-export/1"

#: A manifest is a few thousand bytes; a larger one is not read.
MOST_BYTES = 1024 * 1024

GENUINE, ALTERED, UNKNOWN = "genuine", "altered", "unknown"

_ED25519 = 1
_KEY_BYTES, _ID_BYTES, _SIGNATURE_BYTES, _HASH_BYTES = 32, 4, 64, 32
_MOST_PATH = 64
_MOST_NUMBER = 2**63

_SHAPE = {"format": str, "export": dict, "log": dict, "signature": str}
_EXPORT = {
    "file": dict,
    "format": str,
    "criteria": dict,
    "recorded_at": str,
    "agreements": int,
    "levels": dict,
    "columns": list,
}
_FILE = {"name": str, "sha256": str, "size": int}
_LOG = {"leaf": str, "path": list, "checkpoint": str, "public_key": str}


class UnreadableError(ValueError):
    """A text that is no manifest, or no public key; the message says why."""


@dataclass(frozen=True)
class Key:
    """The public key of a log, as one line: name, the first four bytes of its hash, the key itself."""

    name: str
    identity: bytes
    raw: bytes

    @classmethod
    def read(cls, line: str) -> Key:
        """Read the line. Raises `UnreadableError`."""
        try:
            name, identity, encoded = line.strip().split("+", 2)
            data, given = b64decode(encoded, validate=True), bytes.fromhex(identity)
        except ValueError as error:
            raise UnreadableError("the public key is not a line NAME+ID+KEY") from error
        if len(data) != 1 + _KEY_BYTES or data[0] != _ED25519 or given != _identity(name, data):
            raise UnreadableError("the public key is not an Ed25519 key of a log")
        return cls(name, given, data[1:])

    def has_signed(self, signature: bytes, message: bytes) -> bool:
        """Return whether this key made the signature of the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass
class Report:
    """What the check of a manifest, and of a file if there is one, came to.

    `checks` has a code for each check and whether it held; `reason` says why a manifest could not be read at all.
    """

    verdict: str = UNKNOWN
    checks: list[tuple[str, bool]] = field(default_factory=list)
    reason: str = ""
    manifest: dict[str, Any] | None = None


#: What each check means, by its code.
MEANINGS = {
    "key": "the manifest names the public key that was given",
    "manifest": "the manifest is as it was signed",
    "file": "the file is the one that the manifest describes",
    "entry": "the entry of the audit log tells of this export",
    "inclusion": "the entry is in the log under the printed head",
    "head": "the head of the log is as it was signed",
    "log": "the log of the registry still continues that head (asked of the registry itself)",
}


def read_manifest(data: bytes) -> dict[str, Any]:
    """Return a manifest whose shape can be trusted, though nothing that it says. Raises `UnreadableError`."""
    if len(data) > MOST_BYTES:
        raise UnreadableError("the manifest is too large")
    try:
        found = json.loads(
            data.decode(), parse_float=_refuse, parse_constant=_refuse, parse_int=_small, object_pairs_hook=_once
        )
    except UnreadableError:
        raise
    except (ValueError, RecursionError) as error:
        raise UnreadableError("the manifest is no JSON that can be read") from error
    _fits(found, _SHAPE, "manifest", exactly=True)
    if found["format"] != FORMAT:
        raise UnreadableError("the manifest is of a format that this verifier does not know")
    _fits(found["export"], _EXPORT, "export")
    _fits(found["export"]["file"], _FILE, "file")
    _fits(found["log"], _LOG, "log", exactly=True)
    if not all(isinstance(item, str) for item in found["log"]["path"]) or len(found["log"]["path"]) > _MOST_PATH:
        raise UnreadableError("“path” is no list of hashes")
    return dict(found)


def signed_bytes(manifest: dict[str, Any]) -> bytes:
    """Return what is signed of a manifest: all but its signature, as canonical JSON, after the name of the format."""
    rest = {name: value for name, value in manifest.items() if name != "signature"}
    return FORMAT.encode() + b"\n" + canonical(rest)


def canonical(value: Any) -> bytes:
    """Return a value as canonical JSON (RFC 8785); there are no fractions in a manifest.

    Raises `UnicodeEncodeError`, a `ValueError`, for half of a surrogate pair.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def check(data: bytes, sha256: str | None, key: Key | None) -> Report:
    """Check a manifest, and with `sha256` a file by its hash, against the key of the registry.

    Without a key the rest is checked by the key that the manifest itself names, but the answer is never better than
    `unknown`, since anybody can make a key.
    """
    try:
        manifest = read_manifest(data)
        named = Key.read(manifest["log"]["public_key"])
        message = signed_bytes(manifest)
        described = hashlib.sha256(canonical(manifest["export"])).hexdigest()
    except ValueError as error:
        reason = str(error) if isinstance(error, UnreadableError) else "the manifest has text that is no Unicode"
        return Report(UNKNOWN, [], reason)
    report = Report(manifest=manifest)
    trusted = key or named
    log = manifest["log"]
    report.checks.append(("key", key is not None and named == key))
    report.checks.append(("manifest", trusted.has_signed(_decoded(manifest["signature"]), message)))
    if sha256 is not None:
        report.checks.append(("file", manifest["export"]["file"]["sha256"] == sha256.lower()))
    head = _head(log["checkpoint"])
    place = _entry_of(log["leaf"], described, manifest["export"]["file"]["sha256"])
    report.checks.append(("entry", place is not None))
    report.checks.append(("inclusion", head is not None and place is not None and _is_included(log, place, head)))
    report.checks.append(("head", head is not None and _is_signed(head, trusted)))
    if not report.checks[0][1]:
        report.verdict = UNKNOWN
    elif all(held for _, held in report.checks):
        report.verdict = GENUINE
    else:
        report.verdict = ALTERED
    return report


def sha256_of_file(path: Path) -> str:
    """Return the SHA-256 of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class _Head:
    """A signed head: the name of the log, its size and root, the text that is signed, key id and signature."""

    log: str
    size: int
    root: bytes
    text: bytes
    identity: bytes
    signature: bytes


def _head(checkpoint: str) -> _Head | None:
    try:
        said, signed = checkpoint.split("\n\n", 1)
        log, size, root = said.split("\n")
        mark, name, encoded = signed.removesuffix("\n").split(" ")
        data = _decoded(encoded)
        head = _Head(log, _small(size), _decoded(root), f"{said}\n".encode(), data[:_ID_BYTES], data[_ID_BYTES:])
    except ValueError:
        return None
    return head if (mark, name) == ("\u2014", log) and size == str(head.size) else None


def _is_signed(head: _Head, key: Key) -> bool:
    return (
        (head.log, head.identity) == (key.name, key.identity)
        and len(head.signature) == _SIGNATURE_BYTES
        and key.has_signed(head.signature, head.text)
    )


def _entry_of(leaf: str, described: str, sha256: str) -> int | None:
    """Return the place of the entry in the log if it tells of this export and of this file."""
    try:
        entry = json.loads(leaf, parse_int=_small, parse_float=_refuse, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    if not isinstance(entry, dict) or entry.get("act") != "list.exported" or entry.get("outcome") != "done":
        return None
    detail, place = entry.get("detail"), entry.get("entry")
    fits = isinstance(detail, dict) and (detail.get("description"), detail.get("sha256")) == (described, sha256)
    return place if fits and isinstance(place, int) and not isinstance(place, bool) else None


def _is_included(log: dict[str, Any], place: int, head: _Head) -> bool:
    """Return whether the audit path leads from the leaf to the root (RFC 9162, section 2.1.3.2)."""
    if not 0 <= place < head.size:
        return False
    hashed = hashlib.sha256(b"\x00" + log["leaf"].encode()).digest()
    last = head.size - 1
    for encoded in log["path"]:
        sibling = _decoded(encoded)
        if last == 0 or len(sibling) != _HASH_BYTES:
            return False
        if place & 1 or place == last:
            hashed = hashlib.sha256(b"\x01" + sibling + hashed).digest()
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            hashed = hashlib.sha256(b"\x01" + hashed + sibling).digest()
        place, last = place >> 1, last >> 1
    return last == 0 and hashed == head.root


def _identity(name: str, data: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + data).digest()[:_ID_BYTES]


def _decoded(encoded: str) -> bytes:
    """Return the bytes of Base64, or nothing when it is not written in the one way in which these bytes are."""
    try:
        data = b64decode(encoded, validate=True)
    except ValueError:
        return b""
    return data if b64encode(data).decode() == encoded else b""


def _fits(value: Any, shape: Mapping[str, type], name: str, *, exactly: bool = False) -> None:
    """Refuse what has not the shape of a manifest."""
    if not isinstance(value, dict) or (exactly and value.keys() != shape.keys()):
        raise UnreadableError(f"“{name}” has not the parts of a manifest")
    for part, kind in shape.items():
        if not isinstance(value.get(part), kind) or isinstance(value.get(part), bool):
            raise UnreadableError(f"“{part}” is missing in the manifest, or of another kind")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that has a name twice, since readers would take one or the other."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnreadableError("the manifest has a name twice")
    return found


def _small(text: str) -> int:
    """Read a whole number, unless it is longer than any number of a manifest."""
    if len(text) > len(str(_MOST_NUMBER)) or not text.removeprefix("-").isdecimal() or not text.isascii():
        raise UnreadableError("the manifest has a number that no manifest has")
    return int(text)


def _refuse(text: str) -> Any:
    raise UnreadableError(f"the manifest has a number that no manifest has: {text[:20]}")


def main(arguments: list[str] | None = None) -> int:
    """Check the file and the manifest that are named on the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="Check an exported list against its manifest.")
    parser.add_argument("file", type=Path, help="the exported list")
    parser.add_argument("manifest", type=Path, help="its manifest")
    parser.add_argument("--key", help="the public key of the registry, or a file that holds it")
    given = parser.parse_args(arguments)
    try:
        key = _key(given.key)
        with given.manifest.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        report = check(data, sha256_of_file(given.file), key)
    except (OSError, UnreadableError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    lines = [f"{'yes' if held else 'NO '}  {MEANINGS[code]}" for code, held in report.checks]
    if report.reason:
        lines.append(report.reason)
    if key is None and report.manifest is not None:
        lines.append(f"no key was given; the manifest names {report.manifest['log']['public_key']}")
    sys.stdout.write("\n".join([report.verdict, *lines]) + "\n")
    return {GENUINE: 0, ALTERED: 1}.get(report.verdict, 2)


def _key(given: str | None) -> Key | None:
    if given is None:
        return None
    path = Path(given)
    is_file = "+" not in given or path.is_file()
    return Key.read(path.read_text(encoding="utf-8") if is_file else given)


if __name__ == "__main__":
    sys.exit(main())
