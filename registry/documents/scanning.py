"""Has files looked at by a virus scanner that speaks the protocol of clamd (INSTREAM), when the settings name one.

The protocol is a command, pieces of the file with their lengths, and one line of answer; see clamd(8).
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from typing import Protocol

from registry.core.errors import ConfigurationError, RegistryError
from registry.core.i18n import N_
from registry.documents.storage.interface import CHUNK

_SECONDS = 60.0
_LONGEST_ANSWER = 4096


class Readable(Protocol):
    """A file, as far as a scanner needs one."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at the end."""


class InfectedError(RegistryError):
    """The scanner found something in a file."""


class ScannerError(RegistryError):
    """The scanner cannot be asked, or gives no verdict. What was not looked at is not taken."""


@dataclass(frozen=True)
class Scanner:
    """A clamd, at an address and port or at the path of a socket."""

    host: str
    port: int | None = None

    def check(self, file: Readable) -> None:
        """Have a file looked at, from where it stands. Raises `InfectedError` or `ScannerError`."""
        try:
            with self._connect() as connection:
                answer = _verdict(connection, file)
        except OSError as error:
            raise _no_verdict(str(error)) from error
        if answer.endswith(" FOUND"):
            raise InfectedError(
                N_("The virus scanner found “%(name)s” in this file. Nothing was kept."),
                name=answer.removeprefix("stream: ").removesuffix(" FOUND")[:200],
            )
        if answer != "stream: OK":
            raise _no_verdict(answer or "no answer")

    def _connect(self) -> socket.socket:
        if self.port is not None:
            return socket.create_connection((self.host, self.port), timeout=_SECONDS)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(_SECONDS)
        try:
            connection.connect(self.host)
        except OSError:
            connection.close()
            raise
        return connection


def open_scanner(address: str) -> Scanner | None:
    """Return the scanner at `host:port` or at the path of a socket, None for an empty address.

    Raises `ConfigurationError` for an address that is neither.
    """
    if not address:
        return None
    if address.startswith("/"):
        return Scanner(address)
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise ConfigurationError(
            N_("REGISTRY_CLAMD: write host:port or the path of a socket, not “%(value)s”."), value=address
        )
    return Scanner(host.strip("[]"), int(port))


def _verdict(connection: socket.socket, file: Readable) -> str:
    """Send a file; return the answer of the scanner, which may come before the end of a file that is too large."""
    try:
        connection.sendall(b"zINSTREAM\0")
        while data := file.read(CHUNK):
            connection.sendall(struct.pack("!I", len(data)) + data)
        connection.sendall(struct.pack("!I", 0))
    except (BrokenPipeError, ConnectionResetError):
        # The scanner has closed; why stands in what it has sent before.
        pass
    answer = b""
    while len(answer) < _LONGEST_ANSWER and not answer.endswith(b"\0"):
        data = connection.recv(_LONGEST_ANSWER)
        if not data:
            break
        answer += data
    return answer.rstrip(b"\0\n").decode("utf-8", "replace").strip()


def _no_verdict(reason: str) -> ScannerError:
    return ScannerError(
        N_(
            "The virus scanner could not look at this file, so it was not taken. Try again later, or tell an "
            "administrator: %(reason)s"
        ),
        reason=reason[:300],
    )
