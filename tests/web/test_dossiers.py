"""`dossier.zip`: whole, the same again, verified by other people's tools, and never more than the reader may see."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from base64 import b64decode

import bagit
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from registry.agreements.models import Agreement
from registry.audit.heads import read_checkpoint
from registry.audit.merkle import is_included, leaf_hash
from registry.audit.models import Entry
from registry.core.canonical import sha256_of
from registry.documents.models import Document
from registry.documents.schemas import WithdrawDocument
from registry.documents.services import withdraw_document
from registry.http.context import EXTENSION
from registry.outbox.services import note_changes
from tests.helpers.accounts import browser, new_user, sign_in
from tests.helpers.documents import TEXT, number_of, put_in


@pytest.fixture
def number(registry):
    """An agreement with an open text and a closed one."""
    put_in(registry, TEXT, file_name="Соглашение.txt")
    put_in(registry, "Статья 1\nТайна", role="translation", access="internal", file_name="secret.txt")
    return number_of(registry)


def signed_in(app, role):
    new_user(app.extensions[EXTENSION], login=role, role=role)
    made = browser(app)
    sign_in(made, login=role)
    return made


def dossier(client, number, **arguments):
    answer = client.get(f"/agreements/{number}/dossier.zip", query_string=arguments, follow_redirects=True)
    assert answer.status_code == 200
    return answer


def files_of(answer):
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()}


def retitle(registry, number, **values):
    with registry.database.write("officer", "a reason") as uow:
        key = uow.session.scalar(sa.select(Agreement.id).where(Agreement.registry_number == number))
        uow.session.execute(sa.update(Agreement).where(Agreement.id == key).values(**values))
        note_changes(uow.session, [key])


def test_it_is_a_bag_for_the_tools_of_others(client, number, tmp_path):
    (tmp_path / "dossier.zip").write_bytes(dossier(client, number).data)
    subprocess.run(["unzip", "-q", "dossier.zip"], cwd=tmp_path, check=True)
    found = bagit.Bag(str(tmp_path / number))
    assert found.validate()
    assert found.info["External-Identifier"] == number
    folder = tmp_path / number
    assert (
        subprocess.run(["sha256sum", "--check", "--quiet", "manifest-sha256.txt"], cwd=folder, check=False).returncode
        == 0
    )


def test_it_holds_record_revisions_documents_and_texts(client, number):
    files = files_of(dossier(client, number))
    record = json.loads(files["data/record.json"])
    assert record["registry_number"] == number
    assert record["past_state"]["revision"] == record["revision"]
    revisions = json.loads(files["data/revisions.json"])
    assert [item["path"] for item in revisions] == [f"revisions/000{place}.json" for place in (1, 2, 3)]
    for item in revisions:
        assert sha256_of(files[f"data/{item['path']}"]) == item["sha256"]
    (document,) = json.loads(files["data/documents.json"])
    assert files[f"data/{document['path']}"].decode() == TEXT
    assert document["sha256"] == sha256_of(TEXT.encode())
    assert files[f"data/{document['text']}"].decode().strip() == TEXT.strip()
    assert f'<a href="{document["path"]}">Соглашение.txt</a>' in files["data/summary.html"].decode()


def test_the_same_record_time_gives_the_same_bytes(app, registry, client, clock, number):
    clock.pass_by(days=1)
    first = dossier(client, number)
    again = first.headers["Content-Location"]
    clock.pass_by(days=100)
    retitle(registry, number, signed_at={"en": "Elsewhere"})
    put_in(registry, "Another text", role="annex")
    new_user(registry)
    assert client.get(again).data == first.data
    assert dossier(client, number).data != first.data
    recorded = client.get(again).headers["Content-Location"]
    assert recorded == again


def test_without_an_instant_it_is_judged_today_and_says_how_to_have_it_again(client, clock, number):
    clock.pass_by(days=400)
    made = dossier(client, number)
    today = clock.today().isoformat()
    assert f"on={today}" in made.headers["Content-Location"]
    assert json.loads(files_of(made)["data/record.json"])["status"]["on"] == today


def test_a_past_state_is_a_dossier_too(registry, client, clock, number):
    clock.pass_by(days=1)
    before = clock.now()
    clock.pass_by(days=3)
    retitle(registry, number, signed_at={"en": "Elsewhere"})
    then = files_of(dossier(client, number, recorded_at=before.isoformat()))
    now = files_of(dossier(client, number))
    assert "Elsewhere" not in then["data/record.json"].decode()
    assert "Elsewhere" in now["data/record.json"].decode()
    assert len(json.loads(now["data/revisions.json"])) == len(json.loads(then["data/revisions.json"])) + 1


def test_everybody_gets_what_they_may_see(app, client, number):
    public = files_of(dossier(client, number))
    assert "Тайна" not in b"".join(public.values()).decode()
    assert not [name for name in public if name.startswith("data/log/")]
    assert "officer" not in b"".join(public.values()).decode(), "who acted is shown to those who are signed in"
    officer = files_of(dossier(signed_in(app, "legal_officer"), number))
    assert "Тайна" in b"".join(officer.values()).decode()
    assert {item["actor"] for item in json.loads(officer["data/revisions.json"])} == {
        "registry init",
        "officer",
        "reading of files",
    }
    assert not [name for name in officer if name.startswith("data/log/")]


def proven(files):
    """Check every proof without the registry; return the entries."""
    head, signature = read_checkpoint(files["data/log/head.txt"].decode())
    raw = b64decode(files["data/log/public-key.txt"].decode().strip().split("+", 2)[2])
    Ed25519PublicKey.from_public_bytes(raw[1:]).verify(signature, head.text.encode())
    found = []
    for line in files["data/log/proofs.jsonl"].splitlines():
        proof = json.loads(line)
        path = [b64decode(item) for item in proof["path"]]
        leaf = leaf_hash(proof["leaf"].encode())
        assert is_included(leaf, proof["entry"]["entry"], head.size, path, head.root)
        found.append(proof["entry"])
    return found


def test_an_auditor_gets_the_log_with_its_proofs(app, registry, clock, number):
    auditor = signed_in(app, "auditor")
    made = dossier(auditor, number)
    files = files_of(made)
    found = proven(files)
    assert {entry["act"] for entry in found} >= {"agreement.revised"}
    assert {entry["object"] for entry in found} == {number}
    said = [entry["detail"]["sha256"] for entry in found if entry["act"] == "agreement.revised"]
    assert [item["sha256"] for item in json.loads(files["data/revisions.json"])] == said
    clock.pass_by(minutes=5)
    again = auditor.get(made.headers["Content-Location"])
    assert files_of(again) == files
    assert again.data == made.data, "the log of the state, not of today"
    newer = proven(files_of(dossier(auditor, number, log_size="now")))
    assert "dossier.downloaded" in {entry["act"] for entry in newer}
    assert len(newer) > len(found)


def test_a_dossier_with_what_is_closed_leaves_an_entry_and_an_open_one_none(app, registry, client, number):
    def acts():
        with registry.database.read() as session:
            return [(entry.act, entry.actor) for entry in session.scalars(sa.select(Entry).order_by(Entry.position))]

    before = len(acts())
    dossier(client, number)
    assert acts()[before:] == []
    officer = signed_in(app, "legal_officer")
    before = len(acts())
    dossier(officer, number)
    assert acts()[before:] == [("dossier.downloaded", "legal_officer")]
    auditor = signed_in(app, "auditor")
    before = len(acts())
    dossier(auditor, number)
    assert acts()[before:] == [("dossier.downloaded", "auditor"), ("log.exported", "auditor")]


def test_what_was_withdrawn_is_in_no_dossier_any_more_and_past_states_know_that_it_was(registry, client, clock, number):
    clock.pass_by(days=1)
    before = clock.now()
    clock.pass_by(days=1)
    with registry.database.write("officer") as uow:
        document = uow.session.scalar(sa.select(Document).where(Document.file_name == "Соглашение.txt"))
        agreement = uow.session.get_one(Agreement, document.agreement_id)
        withdraw_document(uow, agreement, document, WithdrawDocument("attached by mistake"))
    then = files_of(dossier(client, number, recorded_at=before.isoformat()))
    assert json.loads(then["data/documents.json"]) == []
    assert TEXT not in b"".join(then.values()).decode()


def test_a_lost_file_is_said_before_anything_is_sent(registry, client, number):
    digest = sha256_of(TEXT.encode())
    registry.storage.set_aside(digest)
    answer = client.get(f"/agreements/{number}/dossier.zip")
    assert answer.status_code == 503
    assert "missing from the storage" in answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/agreements/BLR-1900-001/dossier.zip", 404),
        ("/agreements/{}/dossier.zip?recorded_at=never", 422),
        ("/agreements/{}/dossier.zip?recorded_at=1999-01-01", 404),
        ("/agreements/{}/dossier.zip?log_size=-1", 422),
    ],
)
def test_what_cannot_be_had_is_refused(client, registry, path, status):
    assert client.get(path.format(number_of(registry))).status_code == status


def test_a_closed_agreement_has_no_dossier_for_the_public(registry, client, number):
    retitle(registry, number, access="internal")
    assert client.get(f"/agreements/{number}/dossier.zip").status_code == 404


def test_the_page_leads_to_it(app, client, number):
    assert f'href="/agreements/{number}/dossier.zip"' in client.get(f"/agreements/{number}").text
    assert "log_size=now" not in client.get(f"/agreements/{number}").text
    assert "log_size=now" in signed_in(app, "auditor").get(f"/agreements/{number}").text
