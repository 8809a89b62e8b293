"""A real server takes large files without holding them in memory, and refuses what is larger while it comes."""

from __future__ import annotations

import hashlib
import http.client
import re
import socket
import time
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest

from registry.runtime import open_registry
from tests.helpers.accounts import PASSWORD, new_user
from tests.helpers.documents import documents_in, files_below, number_of
from tests.helpers.servers import get, serving

MEGABYTE = 1024 * 1024
BOUNDARY = "a-line-that-no-file-has"


class Officer:
    """A browser of an officer, as far as a real server needs one."""

    def __init__(self, address, number):
        self.where = urlsplit(address).netloc
        self.address = f"/agreements/{number}/documents/new"
        self.cookies = {}
        page = self.ask("GET", "/account/sign-in")[1]
        given = urlencode({"csrf_token": self.token(page), "login": "officer", "password": PASSWORD})
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        assert self.ask("POST", "/account/sign-in", given.encode(), form)[0] == 303
        self.csrf = self.token(self.ask("GET", self.address)[1])

    @property
    def cookie(self):
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    @staticmethod
    def token(page):
        return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]

    def ask(self, method, address, body=None, headers=None, **options):
        connection = http.client.HTTPConnection(self.where, timeout=60)
        try:
            connection.request(method, address, body, {"Cookie": self.cookie, **(headers or {})}, **options)
            answer = connection.getresponse()
            for given in answer.headers.get_all("Set-Cookie", []):
                name, _, value = given.partition(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def parts(self, chunks, name="large.txt"):
        """Yield the body of a form with a file that consists of these chunks."""
        for field, value in {"csrf_token": self.csrf, "language": "ru", "role": "scan"}.items():
            yield f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        yield (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: text/plain\r\n\r\n"
        ).encode()
        yield from chunks
        yield f"\r\n--{BOUNDARY}--\r\n".encode()

    def send(self, chunks, length=None, **options):
        kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        if length is None:
            return self.ask("POST", self.address, self.parts(chunks), kind, encode_chunked=True, **options)
        total = length + sum(len(part) for part in self.parts([]))
        return self.ask("POST", self.address, self.parts(chunks), {**kind, "Content-Length": str(total)}, **options)


@pytest.fixture
def registry(settings):
    opened = open_registry(settings)
    new_user(opened)
    yield opened
    opened.close()


def memory_of(process):
    """Return the most memory that a process has held, in bytes, and forget it."""
    status = Path(f"/proc/{process.pid}/status").read_text("ascii")
    Path(f"/proc/{process.pid}/clear_refs").write_text("5", "ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


def chunks_of(size):
    line = "Статья 1. Стороны договорились о нижеследующем.\n".encode()
    block = (line * (MEGABYTE // len(line) + 1))[:MEGABYTE]
    return (block for _ in range(size // MEGABYTE))


@pytest.mark.long
def test_forty_megabytes_come_and_go_past_the_memory(settings, registry, tmp_path):
    size = 40 * MEGABYTE
    sent = hashlib.sha256()
    for chunk in chunks_of(size):
        sent.update(chunk)
    with serving(settings, REGISTRY_EXTRACT="false") as (address, process):
        number = number_of(registry)
        officer = Officer(address, number)
        memory_of(process)
        idle = memory_of(process)
        status, page = officer.send(chunks_of(size), size)
        assert status == 303, page
        uploaded = memory_of(process)
        (document,) = documents_in(registry)
        assert (document.sha256, document.size) == (sent.hexdigest(), size)
        got = hashlib.sha256()
        connection = http.client.HTTPConnection(officer.where, timeout=60)
        connection.request("GET", f"/agreements/{number}/documents/{document.id}/{quote(document.file_name)}")
        answer = connection.getresponse()
        while data := answer.read(MEGABYTE):
            got.update(data)
        connection.close()
        downloaded = memory_of(process)
    assert got.hexdigest() == document.sha256
    print(f"above idle: {(uploaded - idle) >> 20} MB uploading, {(downloaded - idle) >> 20} MB downloading")
    assert uploaded - idle < 64 * MEGABYTE
    assert downloaded - idle < 64 * MEGABYTE


def test_a_file_too_large_is_refused_while_it_comes_whatever_its_sender_says(settings, registry):
    with serving(settings, REGISTRY_MAX_UPLOAD="1") as (address, _):
        officer = Officer(address, number_of(registry))
        assert officer.send(chunks_of(2 * MEGABYTE))[0] == 413
        status, page = officer.send([b"x" * (MEGABYTE + 1)], MEGABYTE + 1)
        assert status == 413
        assert "larger than 1 MB" in page
        # Who announces 500 MB is answered before sending them.
        with socket.create_connection(urlsplit(address).netloc.split(":"), timeout=20) as connection:
            head = f"POST {officer.address} HTTP/1.1\r\nHost: x\r\nCookie: {officer.cookie}\r\n"
            connection.sendall(f"{head}Content-Length: {500 * MEGABYTE}\r\n\r\n".encode())
            assert connection.recv(1000).startswith(b"HTTP/1.1 413")
        # A length that is too small makes another, broken request of the rest.
        with socket.create_connection(urlsplit(address).netloc.split(":"), timeout=20) as connection:
            body = b"".join(officer.parts([b"x" * 1000]))
            head += (
                f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {len(body) - 500}\r\n\r\n"
            )
            connection.sendall(head.encode() + body)
            assert connection.recv(1000).startswith(b"HTTP/1.1 4")
        assert get(f"{address}/healthz")[0] == 200
    assert documents_in(registry) == files_below(registry.storage.root) == []


def test_an_upload_that_is_cut_off_leaves_nothing(settings, registry):
    with serving(settings) as (address, _):
        officer = Officer(address, number_of(registry))
        head = f"POST {officer.address} HTTP/1.1\r\nHost: x\r\nCookie: {officer.cookie}\r\n"
        head += f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {3 * MEGABYTE}\r\n\r\n"
        for much in (100, MEGABYTE, 2 * MEGABYTE):
            with socket.create_connection(urlsplit(address).netloc.split(":"), timeout=20) as connection:
                connection.sendall(head.encode() + b"".join(officer.parts([b"x" * (3 * MEGABYTE)]))[:much])
        time.sleep(0.5)
        assert documents_in(registry) == files_below(registry.storage.root) == []
        assert officer.send([b"Hello, agreement."], 17)[0] == 303
