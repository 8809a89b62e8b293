"""Bags (BagIt 1.0, RFC 8493) as ZIP files, made while they are sent: never more than a chunk of a file is in memory.

The same parts give the same bytes: order, instants and rights are fixed, and nothing is compressed, since what a
compressor makes of a text differs between versions of its library. What documents consist of is compressed already.
"""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.core.errors import RegistryError
from registry.core.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

#: A file that its owner may write and everybody read, in the upper half as ZIP keeps the rights of Unix.
_RIGHTS = 0o100644 << 16
_UNIX = 3


class DamagedPartError(RegistryError):
    """A file is not what its hash says; the bag is left unfinished, so that nobody takes it for whole."""


@dataclass(frozen=True)
class Part:
    """A file of the payload: its path in ASCII below `data/`, how it is read, and what is known of it before."""

    path: str
    read: Callable[[], Iterable[bytes]]
    size: int = 0
    sha256: str | None = None


def whole(path: str, data: bytes) -> Part:
    """Return a part that is in memory already."""
    return Part(path, lambda: [data], len(data))


class _Pipe:
    """What the ZIP is written to, and taken from as soon as it is there."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._chunks.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> Iterator[bytes]:
        """Yield what was written since, if anything: to a server an empty chunk would mean the end."""
        data = b"".join(self._chunks)
        self._chunks.clear()
        if data:
            yield data


def bag(name: str, parts: Sequence[Part], info: Mapping[str, str], at: datetime) -> Iterator[bytes]:
    """Yield a ZIP file with the bag `name`, all of its files dated `at`.

    Raises `DamagedPartError` in the middle when a part has another hash than it should: a file that ends there cannot
    be opened.
    """
    pipe = _Pipe()
    hashes: dict[str, str] = {}
    octets = 0
    # The protocol of zipfile is that of a file; write and flush are all that it asks of one that cannot seek.
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]

        def put(path: str, read: Callable[[], Iterable[bytes]], size: int) -> Iterator[bytes]:
            nonlocal octets
            member = zipfile.ZipInfo(f"{name}/{path}", (at.year, at.month, at.day, at.hour, at.minute, at.second))
            member.external_attr, member.create_system, member.file_size = _RIGHTS, _UNIX, size
            digest = hashlib.sha256()
            with archive.open(member, "w") as file:
                for data in read():
                    file.write(data)
                    digest.update(data)
                    octets += len(data) if path.startswith("data/") else 0
                    yield from pipe.take()
            hashes[path] = digest.hexdigest()

        yield from put("bagit.txt", lambda: [_DECLARATION], 0)
        for part in sorted(parts, key=lambda item: item.path):
            path = f"data/{part.path}"
            yield from put(path, part.read, part.size)
            if part.sha256 is not None and hashes[path] != part.sha256:
                raise DamagedPartError(
                    N_("%(path)s is not what was kept: its SHA-256 is another one. See “registry documents verify”."),
                    path=part.path,
                )
        manifest = _manifest(hashes, "data/")
        about = {**info, "Payload-Oxum": f"{octets}.{len(parts)}"}
        lines = "".join(f"{label}: {value}\n" for label, value in about.items()).encode()
        yield from put("bag-info.txt", lambda: [lines], 0)
        yield from put("manifest-sha256.txt", lambda: [manifest], 0)
        tags = _manifest({path: digest for path, digest in hashes.items() if not path.startswith("data/")}, "")
        yield from put("tagmanifest-sha256.txt", lambda: [tags], 0)
    yield from pipe.take()


def _manifest(hashes: Mapping[str, str], below: str) -> bytes:
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(hashes.items()) if path.startswith(below)).encode()
