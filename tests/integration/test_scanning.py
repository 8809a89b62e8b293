"""A virus scanner is asked before anything is kept; what it cannot vouch for is not taken."""

from __future__ import annotations

import socket
import threading

import pytest

from registry.core.errors import ConfigurationError
from registry.documents.scanning import InfectedError, ScannerError, open_scanner
from registry.documents.services import Attached
from tests.helpers.clamd import MARKER, scanner_server
from tests.helpers.documents import TEXT, documents_in, files_below, put_in


def nothing_is_kept(registry):
    return documents_in(registry) == files_below(registry.storage.root) == []


def test_a_clean_file_is_taken_after_the_scanner_saw_all_of_it(registry):
    data = TEXT.encode() * 1000
    with scanner_server() as (address, received):
        assert put_in(registry, data, scanner=open_scanner(address), read=False).outcome == Attached.ADDED
    assert received == [data]


@pytest.mark.parametrize("place", [0, 70_000])
def test_an_infected_file_is_refused_and_named(registry, place):
    data = b"a" * place + MARKER + b"b" * 1000
    with scanner_server() as (address, _), pytest.raises(InfectedError, match="“Eicar-Signature”"):
        put_in(registry, data, scanner=open_scanner(address), read=False)
    assert nothing_is_kept(registry)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"most": 10}, "size limit exceeded"),
        ({"answer": b""}, "no answer"),
        ({"answer": b"COMMAND READ TIMED OUT\0"}, "TIMED OUT"),
        ({"answer": b"stream: FOUNDATION\0"}, "FOUNDATION"),
        ({"answer": b"\xff\0"}, "\ufffd"),
    ],
)
def test_without_a_verdict_no_file_is_taken(registry, options, reason):
    with scanner_server(**options) as (address, _), pytest.raises(ScannerError, match=reason):
        put_in(registry, TEXT, scanner=open_scanner(address), read=False)
    assert nothing_is_kept(registry)


def test_a_scanner_that_is_away_takes_no_file(registry, tmp_path):
    for address in ("127.0.0.1:1", str(tmp_path / "none.sock")):
        with pytest.raises(ScannerError, match="could not look"):
            put_in(registry, TEXT, scanner=open_scanner(address), read=False)
    assert nothing_is_kept(registry)


def test_a_scanner_can_be_asked_by_a_socket_in_the_file_system(registry, tmp_path):
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "clamd.sock"))
        listening.listen()

        def answer():
            connection, _ = listening.accept()
            with connection:
                while not connection.recv(65536).endswith(b"\0\0\0\0"):
                    pass
                connection.sendall(b"stream: OK\0")

        thread = threading.Thread(target=answer)
        thread.start()
        scanner = open_scanner(str(tmp_path / "clamd.sock"))
        assert put_in(registry, TEXT, scanner=scanner, read=False).outcome == Attached.ADDED
        thread.join(10)


def test_no_scanner_is_asked_unless_one_is_named():
    assert open_scanner("") is None


@pytest.mark.parametrize("address", ["localhost", "localhost:", ":3310", "host:x"])
def test_an_address_that_is_none_stops_the_start(address):
    with pytest.raises(ConfigurationError, match="REGISTRY_CLAMD"):
        open_scanner(address)
