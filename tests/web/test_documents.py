"""Officers attach files by a form, everybody who may downloads them, and a browser runs nothing that is in them."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import replace
from urllib.parse import quote

import pytest

from registry.core.clock import FixedClock
from registry.documents.models import Document
from registry.documents.reading import read_file, read_next
from registry.http.context import EXTENSION
from registry.http.csrf import FIELD
from registry.outbox.services import note_changes
from tests.conftest import TODAY
from tests.helpers.accounts import browser, form_token, new_user, send, sign_in
from tests.helpers.applications import application
from tests.helpers.clamd import MARKER, scanner_server
from tests.helpers.documents import TEXT, documents_in, files_below, number_of, put_in, upload

BYTES = TEXT.encode()
ETAG = f'"{hashlib.sha256(BYTES).hexdigest()}"'


@pytest.fixture
def number(registry):
    return number_of(registry)


@pytest.fixture
def officer(app, registry):
    new_user(registry)
    made = browser(app)
    sign_in(made)
    return made


def read_all(registry):
    while read_next(registry.database, registry.storage, read_file) is not None:
        pass


def test_an_officer_attaches_a_file_and_sees_how_its_reading_goes(officer, client, registry, number):
    answer = upload(officer, number, TEXT, file_name="../Соглашение.txt", title="О дельфинариях", source="Архив")
    assert answer.status_code == 303
    address = answer.headers["Location"]
    page = officer.get(address)
    assert page.headers["Refresh"] == "2"
    assert "<progress" in page.text
    assert "waits to be read" in page.text
    read_all(registry)
    page = officer.get(address)
    assert "Refresh" not in page.headers
    assert "<progress" not in page.text
    (document,) = documents_in(registry)
    assert document.sha256 in page.text
    assert (document.file_name, document.added_by) == ("Соглашение.txt", "officer")
    # Everybody sees the document and finds its text; only officers see who added it, and how to change it.
    page = client.get(address).text
    assert "Read the text" in page
    assert "<form" not in page.partition("<main")[2].partition("</main")[0]
    assert "officer" not in page
    assert client.get("/api/v1/agreements?q=дельфинарии").get_json()["total"] == 1
    page = client.get(f"/agreements/{number}").text
    assert f"/agreements/{number}/documents/{document.id}" in page
    assert "Attach a document" not in page
    assert "Attach a document" in officer.get(f"/agreements/{number}").text


def test_only_those_who_may_attach(app, client, registry, number):
    address = f"/agreements/{number}/documents/new"
    assert client.get(address).status_code == 403
    new_user(registry, "auditor", role="auditor")
    auditor = browser(app)
    sign_in(auditor, "auditor")
    assert auditor.get(address).status_code == 403
    token = form_token(auditor.get("/account").text)
    given = {FIELD: token, "language": "ru", "role": "scan", "file": (io.BytesIO(BYTES), "x.txt")}
    assert auditor.post(address, data=given).status_code == 403
    # What is larger is not even read.
    kind = "multipart/form-data; boundary=x"
    assert auditor.post(address, data=b"x" * 2_000_000, content_type=kind).status_code == 403
    assert documents_in(registry) == files_below(registry.storage.root) == []


def test_a_form_without_its_token_keeps_nothing(officer, registry, number):
    address = f"/agreements/{number}/documents/new"
    given = {FIELD: "made up", "language": "ru", "role": "scan", "file": (io.BytesIO(BYTES), "x.txt")}
    assert officer.post(address, data=given).status_code == 400
    assert documents_in(registry) == files_below(registry.storage.root) == []


@pytest.mark.parametrize(
    ("data", "fields", "message"),
    [
        (b"", {}, "The file is empty"),
        (BYTES, {"file_name": ""}, "Choose a file"),
        (BYTES, {"language": "xx"}, "Language"),
        (BYTES, {"role": ""}, "What it is"),
        (BYTES, {"title": "a\0b"}, "control character"),
        (BYTES, {"replaces": "999"}, "to be replaced"),
    ],
)
def test_what_is_wrong_is_said_and_the_fields_are_kept(officer, registry, number, data, fields, message):
    answer = upload(officer, number, data, source="Архив МИД", **fields)
    assert answer.status_code in (404, 422)
    assert message in answer.text
    if answer.status_code == 422:
        assert "Архив МИД" in answer.text
        assert 'type="file"' in answer.text
    assert documents_in(registry) == files_below(registry.storage.spool.folder) == []


@pytest.mark.parametrize(
    "name",
    [
        "../../x.txt",
        "a%0D%0AX-Evil: 1.txt",
        "a\x01\x1b[31m.txt",
        "я" * 300 + ".txt",
        "\u202etxt.exe",
        'quo"te.txt',
        "percent%20.txt",
        "?#.txt",
    ],
)
def test_hostile_names_are_made_harmless_and_files_come_back_under_them(officer, client, registry, number, name):
    assert upload(officer, number, TEXT, file_name=name).status_code == 303
    (document,) = documents_in(registry)
    address = f"/agreements/{number}/documents/{document.id}/{quote(document.file_name)}"
    answer = client.get(address)
    assert answer.data == BYTES
    assert "X-Evil" not in answer.headers
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename=")
    assert f"filename*=UTF-8''{quote(document.file_name, safe='!#$&+-.^_`|~')}" in disposition
    assert re.fullmatch(r"[\x20-\x7e]+", disposition)
    assert client.get(f"/agreements/{number}/documents/{document.id}/other.txt").status_code == 404


def test_a_file_larger_than_the_limit_is_refused_while_it_comes(settings):
    app = application(replace(settings, max_upload=1), FixedClock(TODAY))
    registry = app.extensions[EXTENSION]
    new_user(registry)
    officer = browser(app)
    sign_in(officer)
    number = number_of(registry)
    for size in (1024 * 1024 + 1, 3 * 1024 * 1024):
        answer = upload(officer, number, b"x" * size)
        assert answer.status_code == 413
        assert "larger than 1 MB" in answer.text
    assert upload(officer, number, b"x" * 1024 * 1024).status_code == 303
    assert len(files_below(registry.storage.root)) == 1
    registry.close()


def test_an_infected_file_is_refused_with_a_message(settings):
    with scanner_server() as (address, _):
        app = application(replace(settings, clamd=address), FixedClock(TODAY))
        registry = app.extensions[EXTENSION]
        new_user(registry)
        officer = browser(app)
        sign_in(officer)
        answer = upload(officer, number_of(registry), MARKER)
        assert answer.status_code == 422
        assert "Eicar-Signature" in answer.text
    answer = upload(officer, number_of(registry), TEXT)
    assert answer.status_code == 503
    assert "virus scanner could not look" in answer.text
    assert documents_in(registry) == files_below(registry.storage.root) == []
    registry.close()


@pytest.fixture
def file(registry, number):
    key = put_in(registry, TEXT, file_name="Текст.txt", read=False).document_id
    return f"/agreements/{number}/documents/{key}/{quote('Текст.txt')}"


def test_a_download_has_the_headers_that_keep_a_browser_safe(client, file, number):
    answer = client.get(file, buffered=True)
    assert (answer.status_code, answer.data) == (200, BYTES)
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.headers["Content-Length"] == str(len(BYTES))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["ETag"] == ETAG
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Disposition"] == (
        f"attachment; filename={number}-ru-certified_copy.txt; filename*=UTF-8''{quote('Текст.txt')}"
    )
    head = client.head(file)
    assert (head.status_code, head.data) == (200, b"")
    assert {k: v for k, v in head.headers if k != "Date"} == {k: v for k, v in answer.headers if k != "Date"}


@pytest.mark.parametrize(
    ("media_type", "sent", "disposition"),
    [
        ("application/pdf", "application/pdf", "attachment"),
        ("image/png", "image/png", "inline"),
        ("image/svg+xml", "application/octet-stream", "attachment"),
        ("text/html", "text/html", "attachment"),
        ("application/x-none", "application/octet-stream", "attachment"),
    ],
)
def test_only_pictures_are_shown_in_the_browser(client, registry, file, media_type, sent, disposition):
    with registry.database.write("test") as uow:
        document = uow.session.get_one(Document, 1)
        document.media_type = media_type
        note_changes(uow.session, [document.agreement_id])
    answer = client.get(file, buffered=True)
    assert answer.headers["Content-Type"] == sent
    assert answer.headers["Content-Disposition"].split(";")[0] == disposition


SIZE = len(BYTES)
RANGES = [
    ("bytes=0-0", 206, (0, 1)),
    ("bytes=10-19", 206, (10, 20)),
    ("bytes=10-", 206, (10, SIZE)),
    ("bytes=-5", 206, (SIZE - 5, SIZE)),
    (f"bytes=-{SIZE * 2}", 206, (0, SIZE)),
    (f"bytes=10-{SIZE * 2}", 206, (10, SIZE)),
    (f"bytes={SIZE - 1}-{SIZE - 1}", 206, (SIZE - 1, SIZE)),
    (f"bytes={SIZE}-", 416, None),
    (f"bytes={SIZE + 5}-{SIZE + 9}", 416, None),
    # What cannot be understood, other units and several ranges at once mean the whole (RFC 9110, 14.2).
    ("bytes=9-3", 200, (0, SIZE)),
    ("bytes=x", 200, (0, SIZE)),
    ("lines=1-2", 200, (0, SIZE)),
    ("bytes=0-1,5-6", 200, (0, SIZE)),
]


@pytest.mark.parametrize(("asked", "status", "part"), RANGES)
def test_ranges_are_sent(client, file, asked, status, part):
    answer = client.get(file, buffered=True, headers={"Range": asked})
    assert answer.status_code == status
    if part is None:
        assert answer.headers["Content-Range"] == f"bytes */{SIZE}"
        assert answer.data == b""
    else:
        assert answer.data == BYTES[slice(*part)]
        assert answer.headers["Content-Length"] == str(part[1] - part[0])
    if status == 206:
        assert answer.headers["Content-Range"] == f"bytes {part[0]}-{part[1] - 1}/{SIZE}"
    assert client.head(file, headers={"Range": asked}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-None-Match": ETAG}, 304),
        ({"If-None-Match": f"W/{ETAG}"}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"other"'}, 200),
        ({"If-None-Match": ETAG, "Range": "bytes=0-0"}, 304),
        ({"If-Match": ETAG}, 200),
        ({"If-Match": '"other"'}, 412),
        ({"If-Range": ETAG, "Range": "bytes=0-0"}, 206),
        ({"If-Range": '"other"', "Range": "bytes=0-0"}, 200),
        ({"If-Range": f"W/{ETAG}", "Range": "bytes=0-0"}, 200),
        ({"If-Range": "Wed, 21 Oct 2015 07:28:00 GMT", "Range": "bytes=0-0"}, 200),
    ],
)
def test_conditions_are_kept(client, file, headers, status):
    answer = client.get(file, buffered=True, headers=headers)
    assert answer.status_code == status
    if status in (200, 206, 304):
        assert answer.headers["ETag"] == ETAG
    if status in (304, 412):
        assert answer.data == b""


def test_a_file_that_some_may_not_see_is_not_there_for_them(officer, client, registry, number):
    key = put_in(registry, TEXT, access="restricted").document_id
    page, name = f"/agreements/{number}/documents/{key}", "text.txt"
    for address in (page, f"{page}/{name}"):
        assert client.get(address).status_code == 404
        assert officer.get(address, buffered=True).status_code == 200
    assert client.get(f"{page}/{name}", headers={"If-None-Match": ETAG}).status_code == 404
    assert "private" in officer.get(f"{page}/{name}", buffered=True).headers["Cache-Control"]
    assert number not in client.get("/api/v1/agreements?q=дельфинарии").text


def test_a_document_belongs_to_one_agreement(client, registry, file, number):
    other = number_of(registry, "kzby-012")
    assert client.get(file.replace(number, other)).status_code == 404
    assert client.get(file.replace(number, "BLR-1900-001")).status_code == 404


def test_a_missing_file_is_said(client, registry, file):
    registry.storage.set_aside(documents_in(registry)[0].sha256)
    answer = client.get(file, buffered=True)
    assert answer.status_code == 503
    assert "registry documents verify" in answer.text


def test_an_earlier_version_is_read_by_its_link(officer, client, registry, number):
    upload(officer, number, TEXT)
    answer = upload(officer, number, TEXT.replace("дельфинари", "зоопарк"))
    read_all(registry)
    page = client.get(answer.headers["Location"]).text
    (earlier, _) = documents_in(registry)
    assert f"/documents/{earlier.id}" in page
    page = client.get(f"/agreements/{number}/documents/{earlier.id}").text
    assert "taken the place of this one" in page
    address = re.search(r'href="([^"]+)"[^>]*>Read the text', page)[1].replace("&amp;", "&")
    assert "дельфинарии" in client.get(address).text
    assert "дельфинарии" not in client.get(f"/agreements/{number}/text/ru").text


def test_what_is_said_about_a_document_is_corrected_by_a_form(officer, registry, number):
    key = put_in(registry, TEXT).document_id
    address = f"/agreements/{number}/documents/{key}"
    given = {"language": "kk", "role": "translation", "access": "internal", "title": "Мәтін"}
    assert send(officer, address, **given).status_code == 303
    (document,) = documents_in(registry)
    assert (document.language, document.role, document.access) == ("kk", "translation", "internal")
    answer = send(officer, address, **{**given, "language": "?"})
    assert answer.status_code == 422
    assert "Мәтін" in answer.text


def test_borders_of_articles_are_corrected_by_a_form(officer, client, registry, number):
    key = put_in(registry, TEXT).document_id
    address = f"/agreements/{number}/documents/{key}/articles"
    page = officer.get(address).text
    assert client.get(address).status_code == 403
    shown = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[1].strip().splitlines()
    length = re.search(r'name="length" value="(\d+)"', page)[1]
    assert [line.split("; ")[1:] for line in shown if "article" in line] == [
        ["article", "1", "Предмет"],
        ["article", "2", "Споры"],
    ]
    # The same again changes nothing but who divided the text.
    with registry.database.read() as session:
        from registry.documents.queries import articles_of

        before = [(a.anchor, a.label, a.heading, a.text) for a in articles_of(session, key)]
    assert send(officer, address, borders="\n".join(shown), length=length).status_code == 303
    with registry.database.read() as session:
        assert [(a.anchor, a.label, a.heading, a.text) for a in articles_of(session, key)] == before
    line = TEXT.splitlines().index("Споры решаются переговорами.") + 1
    assert send(officer, address, borders=f"1; front\n{line}; article; 7; Споры", length=length).status_code == 303
    page = client.get(f"/agreements/{number}/text/ru").text
    assert 'id="article-7"' in page
    assert 'id="article-2"' not in page
    for wrong, message in (
        ("x; article", "begin with the number of a line"),
        ("2; article; 1", "begins with the text itself"),
        ("1; front\n1; article; 1", "cannot be followed"),
        ("1; chapter", "chapter"),
        ("", "one a line"),
    ):
        answer = send(officer, address, borders=wrong, length=length)
        assert answer.status_code == 422, wrong
        assert message in answer.text
    assert send(officer, address, borders="1; front", length=str(int(length) + 1)).status_code == 412


def test_a_file_that_cannot_be_read_says_so_and_can_be_read_again(officer, client, registry, number):
    key = put_in(registry, TEXT, read=False).document_id
    registry.storage.set_aside(documents_in(registry)[0].sha256)
    read_all(registry)
    address = f"/agreements/{number}/documents/{key}"
    assert "The text could not be read" in client.get(address).text
    put_in(registry, TEXT, read=False)
    assert send(officer, f"{address}/read", page=address).status_code == 303
    read_all(registry)
    assert "Read the text" in client.get(address).text
