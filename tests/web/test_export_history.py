"""`/exports`: own and others' exports, manifests by hash, cancelling, repeating, comparing, verifying."""

from __future__ import annotations

import json
import re
from pathlib import Path

import orjson
import pytest
import sqlalchemy as sa

from registry.agreements.models import Agreement, Side, Title
from registry.audit.models import Entry
from registry.audit.vocabulary import Act
from registry.core.canonical import sha256_of
from registry.exports.runs.files import ExportFiles
from registry.exports.runs.making import make_next, tidy_expired
from registry.exports.runs.models import ExportRun
from registry.exports.runs.verifying import public_key
from registry.exports.verifier import GENUINE, check
from registry.http.csrf import FIELD
from registry.outbox.services import note_changes
from tests.helpers.accounts import browser, form_token, new_user, send, sign_in

CSV = "/agreements.csv?level=ministries"


@pytest.fixture
def officer(app, registry):
    return signed_in(app, registry, "officer", "legal_officer")


@pytest.fixture
def auditor(app, registry):
    return signed_in(app, registry, "auditor", "auditor")


def signed_in(app, registry, login, role):
    new_user(registry, login=login, role=role)
    made = browser(app)
    sign_in(made, login=login)
    return made


def last(registry):
    """Return the last entry of the log."""
    with registry.database.read() as session:
        return session.scalars(sa.select(Entry).order_by(Entry.position.desc()).limit(1)).one()


def status(client, path):
    """Return the status of a page, whatever it sends."""
    with client.get(path) as answer:
        return answer.status_code


def make(registry):
    """Make the export that waits, as the server does beside its requests."""
    files = ExportFiles(registry.settings.exports_folder)
    return make_next(registry.database, registry.index, files, registry.settings.export_keep)


def close(registry, number="BLR-1996-003"):
    """Make an agreement internal, as a change of the record."""
    registry.clock.pass_by(minutes=1)
    with registry.database.write("officer", "closed") as uow:
        key = uow.session.scalar(sa.select(Agreement.id).where(Agreement.registry_number == number))
        uow.session.execute(
            sa.update(Agreement).where(Agreement.id == key).values(access="internal", revised_at=uow.clock.now())
        )
        note_changes(uow.session, [key])
    return number


def queued(client, query="level=ministries"):
    """Ask for an export in the background; return its address."""
    answer = send(client, "/exports", page=f"/exports/background?{query}", **dict(re.findall(r"(\w+)=([^&]+)", query)))
    assert answer.status_code == 303, answer.text
    return answer.location


def test_a_download_has_a_manifest_by_its_hash_when_it_has_ended(client, registry):
    data = client.get(CSV).data
    entry = last(registry)
    detail = json.loads(entry.detail)
    assert (entry.act, entry.actor, detail["sha256"]) == (Act.LIST_EXPORTED, "anybody", sha256_of(data))
    answer = client.get(f"/exports/manifest/{sha256_of(data)}")
    assert "agreements-2026-11-24.csv.manifest.json" in answer.headers["Content-Disposition"]
    with registry.database.read() as session:
        key = public_key(session, registry.log_key)
    assert check(answer.data, sha256_of(data), key).verdict == GENUINE
    assert client.get(f"/exports/manifest/{'0' * 64}").status_code == 404
    assert client.get("/exports/manifest/nonsense").status_code == 404


def test_a_download_that_is_broken_off_is_in_the_log_and_has_no_manifest(client, registry, monkeypatch):
    monkeypatch.setattr("registry.exports.formats.csv._CHUNK", 1000)
    answer = client.get(CSV, buffered=False)
    pieces = iter(answer.response)
    first = next(pieces)
    answer.close()
    entry = last(registry)
    assert (entry.act, entry.actor, entry.object) == (Act.EXPORT_FAILED, "anybody", "csv")
    assert json.loads(entry.detail)["bytes"] >= len(first)
    with registry.database.read() as session:
        assert session.scalar(sa.select(sa.func.count(ExportRun.id))) == 0


def test_the_last_piece_waits_until_the_entry_is_written(client, registry, monkeypatch):
    monkeypatch.setattr("registry.http.delivery.note_export", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        client.get(CSV, buffered=True)
    assert last(registry).act == Act.EXPORT_FAILED


def test_who_exports_what_is_not_public_is_named_with_it_before_the_first_byte(auditor, registry):
    number = close(registry)
    data = auditor.get("/agreements.csv").data
    assert number.encode() in data
    with registry.database.read() as session:
        found = session.execute(
            sa.select(Entry.actor, Entry.act, Entry.detail).order_by(Entry.position.desc()).limit(2)
        ).all()
    assert [(row.actor, row.act) for row in found] == [("auditor", Act.LIST_EXPORTED), ("auditor", Act.LIST_READ)]
    assert json.loads(found[0].detail)["not_public"] == [number]
    assert json.loads(found[1].detail)["agreements"] == [number]


def test_a_private_feed_notes_what_it_shows_as_read_by_its_user(app, officer, registry):
    number = close(registry)
    send(officer, "/account/searches", page="/agreements", query="", name="all")
    send(officer, "/account/searches/1/feed", page="/account/searches")
    feed = re.search(r"/feed/1/[^\"<]+\.atom", officer.get("/account/searches").text)[0]
    assert number in browser(app).get(feed).text
    entry = last(registry)
    assert (entry.actor, entry.act, entry.object) == ("officer", Act.LIST_READ, "feed of search 1")
    assert json.loads(entry.detail) == {"agreements": [number]}
    token = feed.split("/")[3].removesuffix(".atom")
    with registry.database.read() as session:
        everything = repr(session.execute(sa.select(Entry.object, Entry.detail)).all())
    assert token not in everything


def test_a_long_list_goes_to_the_background_for_those_who_are_signed_in(settings, officer, client, registry):
    object.__setattr__(registry.settings, "export_background", 5)
    try:
        assert client.get(CSV).status_code == 200, "somebody who is not signed in gets it as before"
        answer = officer.get(CSV)
        assert answer.status_code == 302
        page = officer.get(answer.location)
        assert "Make the export" in page.text
    finally:
        object.__setattr__(registry.settings, "export_background", 2000)
    assert "level=ministries" in answer.location
    assert "headings=names" in answer.location, "as the address gives them"


def test_a_long_export_from_the_request_to_the_end_of_its_time(officer, auditor, registry, app):
    address = queued(officer)
    assert last(registry).act == Act.EXPORT_REQUESTED
    page = officer.get(address).text
    assert "waits to be made" in page
    assert "<progress" in page
    assert officer.get(f"{address}/progress.json").get_json() == {
        "state": "queued",
        "done": 0,
        "total": 0,
        "is_silent": False,
    }
    assert officer.get(f"{address}/file").status_code == 404
    assert officer.get(f"{address}/manifest.json").status_code == 404
    assert make(registry)
    assert not make(registry), "there was one"
    assert last(registry).actor == "officer", "whoever asked, not whoever made it"
    page = officer.get(address).text
    assert "Kept until 24 December 2026" in page
    answer = officer.get(f"{address}/file", buffered=True)
    assert answer.headers["Content-Disposition"] == "attachment; filename=agreements-2026-11-24.csv"
    assert answer.mimetype == "text/csv"
    assert (last(registry).act, last(registry).object) == (Act.EXPORT_DOWNLOADED, "export 1")
    with registry.database.read() as session:
        key = public_key(session, registry.log_key)
    assert check(officer.get(f"{address}/manifest.json").data, sha256_of(answer.data), key).verdict == GENUINE
    folder = registry.settings.exports_folder
    assert (folder.stat().st_mode & 0o777, (folder / "1").stat().st_mode & 0o777) == (0o700, 0o600)
    # Others see nothing of it, but for those who read the log.
    other = signed_in(app, registry, "other", "legal_officer")
    for path in (address, f"{address}/file", f"{address}/manifest.json", f"{address}/progress.json"):
        assert status(other, path) == 404, path
        assert status(auditor, path) == 200, path
        assert status(browser(app), path) == 403, path
    # Its time is over.
    now = registry.clock.instant
    registry.clock.pass_by(days=30)
    assert tidy_expired(registry.database, ExportFiles(folder)) == 1
    registry.clock.instant = now
    assert list(folder.iterdir()) == []
    assert last(registry).act == Act.EXPORT_REMOVED
    assert officer.get(f"{address}/file").status_code == 410
    assert "is removed" in officer.get(address).text
    assert officer.get(f"{address}/manifest.json").status_code == 200, "the manifest stays"


def test_a_cancelled_export_leaves_no_file(officer, auditor, registry):
    address = queued(officer)
    token = form_token(officer.get(address).text)
    assert (
        auditor.post(f"{address}/cancel", data={FIELD: form_token(auditor.get("/exports/verify").text)}).status_code
        == 404
    )
    assert officer.post(f"{address}/cancel", data={FIELD: token}).status_code == 303
    assert last(registry).act == Act.EXPORT_CANCELLED
    assert not make(registry)
    assert "was cancelled" in officer.get(address).text
    assert officer.get(f"{address}/file").status_code == 404
    assert not list(registry.settings.exports_folder.glob("*"))
    assert officer.post(f"{address}/cancel", data={FIELD: token}).status_code == 409


def test_a_user_has_few_exports_at_a_time(officer):
    for _ in range(3):
        queued(officer)
    assert send(officer, "/exports", page="/exports/background").status_code == 409


def test_after_a_loss_of_rights_a_closed_export_cannot_be_opened(officer, registry):
    address = queued(officer)
    make(registry)
    with registry.database.write("test") as uow:
        uow.session.execute(sa.text("update user_account set role = 'submitter' where login = 'officer'"))
    for path in (address, f"{address}/file", f"{address}/manifest.json"):
        assert officer.get(path).status_code == 403, path


def test_the_history_says_who_exported_what(officer, auditor, client, registry):
    officer.get(CSV)
    client.get("/agreements.csv?level=governments")
    own = officer.get("/exports").text
    assert "1 export" in own
    assert "Ministries and agencies" in own
    whole = auditor.get("/exports").text
    assert "2 exports" in whole
    assert "anybody" in whole
    assert "1 export<" in auditor.get("/exports?actor=officer").text
    assert "No export fits" in auditor.get("/exports?last_day=2000-01-01").text
    assert auditor.get("/exports?sha256=zz").status_code == 422
    assert auditor.get("/exports?page=9").status_code == 302
    assert client.get("/exports").status_code == 403
    assert "1 export<" in officer.get("/exports?actor=anybody").text.replace("0 exports", "1 export"), "never others'"


def test_an_export_is_repeated_and_compared_with_the_list_of_now(officer, registry):
    before = officer.get(CSV).data
    registry.clock.pass_by(minutes=1)
    with registry.database.write("officer", "a misprint") as uow:
        key, number = uow.session.execute(
            sa.select(Agreement.id, Agreement.registry_number).where(Agreement.level == "ministries").limit(1)
        ).one()
        uow.session.execute(sa.update(Title).where(Title.agreement_id == key).values(text="Another title"))
        gone, gone_number = uow.session.execute(
            sa.select(Agreement.id, Agreement.registry_number)
            .where(Agreement.level == "ministries", Agreement.id != key)
            .limit(1)
        ).one()
        uow.session.execute(sa.update(Agreement).where(Agreement.id == gone).values(level="other"))
        uow.session.execute(sa.update(Side).where(Side.agreement_id == gone).values(level="other"))
        note_changes(uow.session, [key, gone])
    registry.index.ensure()
    page = officer.get("/exports/1").text
    token = form_token(page)
    addresses = [
        officer.post("/exports/1/repeat", data={FIELD: token, "when": when}).location for when in ("same", "now")
    ]
    while make(registry):
        pass
    same, now = (officer.get(f"{address}/file", buffered=True).data for address in addresses)
    assert same == before
    assert now != before
    compared = officer.get("/exports/compare?before=1&after=3").text
    assert "Added: 0. Removed: 1. Changed: 1." in compared
    assert f">{gone_number}</a>" in compared
    assert f">{number}</a>" in compared
    assert "<ins>Another title</ins>" in compared
    assert "Added: 0. Removed: 0. Changed: 0." in officer.get("/exports/compare?before=1&after=2").text
    assert officer.get("/exports/compare?before=1").status_code == 422
    assert officer.get("/exports/compare?before=1&after=99").status_code == 404


def test_what_was_closed_when_it_was_exported_is_noted_when_it_is_compared(officer, registry):
    def give(access, title):
        with registry.database.write("officer") as uow:
            values = {"access": access, "level": "ministries"}
            uow.session.execute(sa.update(Agreement).where(Agreement.id == 3).values(values))
            uow.session.execute(sa.update(Title).where(Title.agreement_id == 3).values(text=title))
            note_changes(uow.session, [3])
        registry.index.ensure()
        registry.clock.pass_by(minutes=1)

    give("internal", "Closed then")
    assert b"Closed then" in officer.get(CSV).data
    give("public", "Open now")
    assert b"Open now" in officer.get(CSV).data
    assert "<ins>Open now</ins>" in officer.get("/exports/compare?before=1&after=2").text
    with registry.database.read() as session:
        number = session.scalar(sa.select(Agreement.registry_number).where(Agreement.id == 3))
        last = session.scalars(sa.select(Entry).order_by(-Entry.position)).first()
    assert (last.actor, last.object) == ("officer", "/exports/compare")
    assert orjson.loads(last.detail) == {"agreements": [number]}


def upload(client, **files):
    """Send files to be verified."""
    token = form_token(client.get("/exports/verify").text)
    parts = [f'form-data; name="{FIELD}"\r\n\r\n{token}'.encode()]
    parts += [
        f'form-data; name="{name}"; filename="{name}.bin"\r\n\r\n'.encode() + content for name, content in files.items()
    ]
    body = b"".join(b"--border\r\nContent-Disposition: " + part + b"\r\n" for part in parts) + b"--border--\r\n"
    return client.post("/exports/verify", data=body, content_type="multipart/form-data; boundary=border")


def verdict(answer):
    return re.search(r'id="verdict">([^<]+)<', answer.text)[1]


def test_a_file_is_verified_by_upload_or_by_hash(client, registry):
    data = client.get(CSV).data
    manifest = client.get(f"/exports/manifest/{sha256_of(data)}").data
    other = client.get("/agreements.csv?level=governments").data
    assert verdict(client.get(f"/exports/verify?sha256={sha256_of(data).upper()}")) == "Genuine"
    assert verdict(client.get(f"/exports/verify?sha256={'1' * 64}")) == "Unknown"
    assert client.get("/exports/verify?sha256=1").status_code == 422
    shown = upload(client, file=data)
    assert verdict(shown) == "Genuine"
    assert "Ministries and agencies" in shown.text
    assert verdict(upload(client, file=data, manifest=manifest)) == "Genuine"
    assert verdict(upload(client, manifest=manifest)) == "Genuine"
    assert "of the manifest alone" in upload(client, manifest=manifest).text
    assert verdict(upload(client, file=data + b" ", manifest=manifest)) == "Altered"
    assert verdict(upload(client, file=other, manifest=manifest)) == "Altered"
    assert verdict(upload(client, file=data + b" ")) == "Unknown"
    for hostile in (b"[" * 100_000, b"", b'{"format":' + b"9" * 9999 + b"}", b"\xff"):
        answer = upload(client, file=data, manifest=hostile)
        assert (answer.status_code, verdict(answer)) == (200, "Unknown")
        assert "cannot be read" in answer.text
    assert upload(client).status_code == 422
    assert client.post("/exports/verify", data={}).status_code == 400, "no token"


def test_a_file_that_is_too_large_is_refused_and_none_is_kept(client, registry, tmp_path):
    object.__setattr__(registry.settings, "max_upload", 1)
    try:
        assert upload(client, file=b"x" * (1024 * 1024 + 1)).status_code == 413
        assert upload(client, file=b"x" * (3 * 1024 * 1024)).status_code == 413
        assert verdict(upload(client, file=b"x" * (1024 * 1024))) == "Unknown"
    finally:
        object.__setattr__(registry.settings, "max_upload", 50)
    kept = [path for path in registry.settings.instance.rglob("*") if path.is_file() and path.stat().st_size > 100_000]
    assert [path for path in kept if path.suffix not in (".sqlite", ".sqlite-wal", ".sqlite-shm")] == []


def test_what_a_closed_export_holds_is_not_shown_to_the_public(client, auditor, registry):
    close(registry)
    data = auditor.get("/agreements.csv?level=ministries").data
    page = client.get(f"/exports/verify?sha256={sha256_of(data)}")
    assert verdict(page) == "Genuine"
    assert "What it holds is not shown to you" in page.text
    assert "Ministries" not in page.text
    assert client.get(f"/exports/manifest/{sha256_of(data)}").status_code == 404
    assert auditor.get(f"/exports/manifest/{sha256_of(data)}").status_code == 200


def test_the_verifier_and_the_key_are_served_as_they_are(client, registry):
    from registry.exports import verifier

    script = client.get("/exports/verifier.py")
    assert script.data == Path(verifier.__file__).read_bytes()
    with registry.database.read() as session:
        line = client.get("/exports/key").text.strip()
        assert verifier.Key.read(line) == public_key(session, registry.log_key)
    assert line in client.get("/exports/verify").text.replace("&#39;", "'")
