"""A real server that breaks in the middle: no draft, file or number is lost or made twice."""

from __future__ import annotations

import http.client
import re
import socket
from urllib.parse import urlencode, urlsplit

import pytest
from lxml import html
from sqlalchemy import func, select

from registry.accounts.models import User
from registry.documents.models import HeldFile
from registry.runtime import open_registry
from registry.submissions.models import Round, Submission, SubmissionFile
from registry.submissions.rules import Person
from tests.helpers.accounts import PASSWORD, new_user
from tests.helpers.documents import files_below
from tests.helpers.servers import serving
from tests.helpers.submissions import begin, memorandum

MEGABYTE = 1024 * 1024
BOUNDARY = "a-line-that-no-file-has"


class Author:
    """A browser of a ministry's officer, as far as a real server needs one; it outlives the server."""

    def __init__(self):
        self.cookies = {}

    @property
    def cookie(self):
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def ask(self, address, path, fields=None, body=None, kind="application/x-www-form-urlencoded"):
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        sent = urlencode(fields).encode() if fields is not None else body
        headers = {"Cookie": self.cookie, "Origin": address, "Accept-Language": "en"}
        if sent is not None:
            headers["Content-Type"] = kind
        connection.request("GET" if sent is None else "POST", path, sent, headers)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        for given in answer.headers.get_all("Set-Cookie", []):
            name, _, value = given.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        return answer.status, answer.headers.get("Location", ""), text

    def sign_in(self, address):
        page = self.ask(address, "/account/sign-in")[2]
        fields = {"csrf_token": token(page), "login": "author", "password": PASSWORD}
        assert self.ask(address, "/account/sign-in", fields)[0] == 303

    def form(self, address, path, name):
        (found,) = html.fromstring(self.ask(address, path)[2]).xpath("//form[@id=$name]", name=name)
        return [(field, value or "") for field, value in found.form_values()]


def token(page):
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def parts(fields, size):
    """Yield the body of a form with a file of this many megabytes."""
    for field, value in fields:
        yield f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
    yield (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="large.txt"\r\n'
        "Content-Type: text/plain\r\n\r\n"
    ).encode()
    line = "Статья 1. Стороны договорились о нижеследующем.\n".encode()
    for _ in range(size):
        yield (line * (MEGABYTE // len(line) + 1))[:MEGABYTE]
    yield f"\r\n--{BOUNDARY}--\r\n".encode()


@pytest.fixture
def registry(settings):
    opened = open_registry(settings)
    new_user(opened, "author", "submitter", "A. Author", body="kaz-ministry-of-finance")
    yield opened
    opened.close()


def person_named(registry, login):
    with registry.database.read() as session:
        user = session.scalar(select(User).where(User.login == login))
        return Person(user.id, user.login, user.role, user.body_id)


def count(registry, table):
    with registry.database.read() as session:
        return session.scalar(select(func.count(table.id)))


def test_an_upload_of_fifty_megabytes_that_breaks_leaves_the_draft_and_can_be_sent_again(settings, registry):
    key = begin(registry, person_named(registry, "author"), memorandum())
    author = Author()
    with serving(settings, REGISTRY_EXTRACT="false") as (address, _):
        author.sign_in(address)
        path = f"/submissions/{key}/files/new"
        fields = [
            (name, {"language": "ru", "role": "scan"}.get(name, value))
            for name, value in author.form(address, path, "file-form")
            if name != "file"
        ]
        whole = sum(len(part) for part in parts(fields, 49))
        head = f"POST {path} HTTP/1.1\r\nHost: {urlsplit(address).netloc}\r\nCookie: {author.cookie}\r\n"
        head += f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {whole}\r\n\r\n"
        with socket.create_connection(urlsplit(address).netloc.split(":"), timeout=20) as connection:
            connection.sendall(head.encode())
            for number, part in enumerate(parts(fields, 49)):
                if number > 30:
                    break
                connection.sendall(part)
        assert (count(registry, SubmissionFile), count(registry, HeldFile)) == (0, 0)
        body = b"".join(parts(fields, 49))
        for _ in range(2):
            # Sent again, and once more by somebody who is impatient: one file.
            status, where, text = author.ask(address, path, body=body, kind=f"multipart/form-data; boundary={BOUNDARY}")
            assert (status, where) == (303, f"/submissions/{key}/documents#files"), text
    assert (count(registry, SubmissionFile), count(registry, HeldFile)) == (1, 1)
    assert len(files_below(registry.storage.root)) == 1


def test_a_server_that_is_killed_between_two_steps_loses_nothing(settings, registry):
    key = begin(registry, person_named(registry, "author"), memorandum(signed_at=None))
    author = Author()
    with serving(settings) as (address, process):
        author.sign_in(address)
        typed = [*author.form(address, f"/submissions/{key}/dates", "step-form"), ("signed_at.en", "Minsk")]
        typed = [pair for pair in typed if pair != ("signed_at.en", "")]
        status, where, text = author.ask(address, f"/submissions/{key}/dates", typed)
        assert (status, where) == (303, f"/submissions/{key}/relations"), text
        process.kill()
        process.wait()
    with serving(settings) as (address, process):
        # The sign-in goes on, the step is there; sent again by a reload it changes nothing.
        assert ("signed_at.en", "Minsk") in author.form(address, f"/submissions/{key}/dates", "step-form")
        assert author.ask(address, f"/submissions/{key}/dates", typed)[0] == 303
        fields = author.form(address, f"/submissions/{key}/check", "hand-in")
        status, where, _ = author.ask(address, f"/submissions/{key}/check", fields)
        assert (status, where) == (303, f"/submissions/{key}/receipts/1")
        process.kill()
        process.wait()
    with serving(settings) as (address, _):
        # Whoever saw no answer presses again and gets the same receipt.
        assert author.ask(address, f"/submissions/{key}/check", fields)[:2] == (303, where)
        assert "IN-" in author.ask(address, where)[2]
    assert (count(registry, Submission), count(registry, Round)) == (1, 1)
