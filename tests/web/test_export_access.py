"""What pages of exports say when records were closed or opened since, who reads of closed ones, and the history."""

from __future__ import annotations

import json
import re
from datetime import datetime
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from marshmallow import ValidationError

from registry.agreements.models import Agreement
from registry.audit.models import Entry
from registry.audit.vocabulary import Act
from registry.cli import main
from registry.core.canonical import sha256_of
from registry.core.leases import LEASE
from registry.exports.runs.files import ExportFiles
from registry.exports.runs.making import make_next
from registry.exports.runs.work import take
from registry.http.csrf import FIELD
from registry.http.moments import instant_of
from registry.outbox.services import note_changes
from registry.web.export_words import pair_of
from tests.conftest import TODAY
from tests.helpers.accounts import MovableClock, browser, form_token, new_user, sign_in
from tests.helpers.servers import environment

NUMBER = "BLR-1996-003"
LIST = "/exports/list.csv?columns=registry_number,title"


@pytest.fixture
def auditor(app, registry):
    return signed_in(app, registry, "auditor", "auditor")


def signed_in(app, registry, login, role):
    new_user(registry, login=login, role=role)
    made = browser(app)
    sign_in(made, login=login)
    return made


def set_access(registry, access, number=NUMBER):
    """Close or open an agreement, as a change of the record."""
    registry.clock.pass_by(minutes=1)
    with registry.database.write("officer", "access") as uow:
        key = uow.session.scalar(sa.select(Agreement.id).where(Agreement.registry_number == number))
        uow.session.execute(
            sa.update(Agreement).where(Agreement.id == key).values(access=access, revised_at=uow.clock.now())
        )
        note_changes(uow.session, [key])
    registry.clock.pass_by(minutes=1)


def make(registry):
    files = ExportFiles(registry.settings.exports_folder)
    return make_next(registry.database, registry.index, files, registry.settings.export_keep)


def repeat(client, registry, number, when="same"):
    """Make an export again; return the page of the new one."""
    token = form_token(client.get(f"/exports/{number}").text)
    address = client.post(f"/exports/{number}/repeat", data={FIELD: token, "when": when}).location
    make(registry)
    return client.get(address).text


def entries(registry, act):
    with registry.database.read() as session:
        return session.scalars(sa.select(Entry).where(Entry.act == act).order_by(Entry.position)).all()


def plain(page):
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


def test_the_same_file_is_said_to_be_the_same_or_not(auditor, client, registry):
    client.get(LIST)  # Export 1, as the public sees it.
    assert "The same file, byte for byte, as that of export 1" in plain(repeat(auditor, registry, 1))
    set_access(registry, "internal")
    page = plain(repeat(auditor, registry, 1))
    assert "Not the same file as that of export 1" in page
    assert "1 agreement fewer: it cannot be shown to you any more" in page
    set_access(registry, "public")
    assert "byte for byte, as that of export 1" in plain(repeat(auditor, registry, 1))


def test_the_first_of_its_request_says_nothing_of_another(auditor):
    auditor.get(LIST)
    assert "byte for byte, as that" not in auditor.get("/exports/1").text


def test_a_comparison_accounts_for_all_agreements_to_who_may_see_everything(app, auditor, client, registry):
    client.get(LIST)

    with registry.database.read() as session:
        total = session.scalar(sa.select(sa.func.count(Agreement.id)))
    set_access(registry, "internal")
    client.get(LIST)
    page = plain(auditor.get("/exports/compare?before=1&after=2").text)
    same = int(re.search(r"The same: (\d+)", page)[1])
    assert same == total - 1
    assert f"The file of export 1 had {total} agreements; {total - 1} are compared." in page
    assert f"let the narrower of the two show them now (1): {NUMBER}." in page
    assert f"The file of export 2 had {total - 1} agreements; {total - 1} are compared." in page
    assert page.count(NUMBER) == 1
    assert "Access does not explain" not in page
    read = entries(registry, Act.LIST_READ)[-1]
    assert (read.actor, read.object, json.loads(read.detail)) == (
        "auditor",
        "/exports/compare",
        {"agreements": [NUMBER]},
    )
    # What was opened since is compared and was in neither file.
    set_access(registry, "public")
    page = plain(auditor.get("/exports/compare?before=2&after=2").text)
    assert f"The file of export 2 had {total - 1} agreements; {total} are compared." in page
    assert f"since their access was narrower when it was made (1): {NUMBER}." in page
    assert "Access does not explain" not in page


def test_others_are_told_that_the_sums_differ_without_numbers(app, registry):
    user = signed_in(app, registry, "user", "submitter")
    user.get(LIST)
    set_access(registry, "internal")
    user.get(LIST)
    page = plain(user.get("/exports/compare?before=1&after=2").text)
    assert "The file of export 1 had another number of agreements than are compared here" in page
    assert "The file of export 2 had another" not in page
    assert NUMBER not in page


def test_who_reads_a_manifest_that_names_closed_records_is_in_the_log(app, auditor, client, registry):
    set_access(registry, "internal")
    data = auditor.get(LIST).data
    sha256 = sha256_of(data)
    before = len(entries(registry, Act.LIST_READ))
    paths = ["/exports/1", "/exports/1/manifest.json", f"/exports/manifest/{sha256}"]
    for path in paths:
        assert auditor.get(path).status_code == 200
    assert client.get(paths[-1]).status_code == 404
    noted = entries(registry, Act.LIST_READ)[before:]
    assert [(entry.actor, entry.object) for entry in noted] == [("auditor", path) for path in paths]
    assert {entry.detail for entry in noted} == {json.dumps({"agreements": [NUMBER]}, separators=(",", ":"))}
    public = client.get(LIST).data
    client.get(f"/exports/manifest/{sha256_of(public)}")
    auditor.get("/exports/2")
    assert len(entries(registry, Act.LIST_READ)) == before + 3, "what is public leaves nothing"


def test_the_history_says_format_language_columns_and_who_in_the_readers_language(auditor, client, registry):
    client.get("/exports/list.jsonl?columns=registry_number,title&lang=ru")
    auditor.get(LIST)
    page = auditor.get("/exports")
    text = plain(page.text)
    assert "Format JSONL Language Russian" in text.replace(
        "FormatJSONLLanguageRussian", "Format JSONL Language Russian"
    )
    assert "Registry number, Title" in text
    assert "UTC+" in text, "the zone is named"
    russian = auditor.get("/exports", headers={"Accept-Language": "ru"})
    assert "<td>без входа</td>" in russian.text
    assert "<td>anybody</td>" not in russian.text
    for given, language, count in (("без входа", "ru", 1), ("Anybody", "en", 1), ("anybody", "ru", 1), ("x", "ru", 0)):
        found = auditor.get(f"/exports?actor={given}", headers={"Accept-Language": language}).text
        assert found.count('name="before"') == count, given


def test_two_of_the_same_list_are_chosen_for_comparison_and_else_none(auditor, registry):
    auditor.get(LIST)
    auditor.get("/exports/list.csv?level=ministries")
    assert " checked" not in auditor.get("/exports").text
    set_access(registry, "internal", "BLR-1992-001")
    auditor.get(LIST)
    page = auditor.get("/exports").text
    assert re.findall(r'name="(\w+)" value="(\d+)" checked', page) == [("after", "3"), ("before", "1")]


def run(number, recorded_at, *, search=None, clearance="public", sha256="0"):
    request = {"search": search or {}, "recorded_at": recorded_at}
    return SimpleNamespace(id=number, request=json.dumps(request), clearance=clearance, sha256=sha256)


@pytest.mark.parametrize(
    ("exports", "pair"),
    [
        ([], (None, None)),
        ([run(2, "b"), run(1, "b")], (None, None)),
        ([run(2, "b"), run(1, "a")], (1, 2)),
        ([run(2, "b", clearance="internal"), run(1, "a")], (None, None)),
        ([run(3, "b", search={"on": "2026-01-02"}), run(2, "b", search={"q": "x"}), run(1, "a")], (1, 3)),
        ([run(3, "c", sha256=None), run(2, "b"), run(1, "a")], (1, 2)),
    ],
)
def test_which_two_are_of_one_list(exports, pair):
    assert pair_of(exports) == pair


def test_an_export_whose_maker_died_says_so_and_leaves_nothing_half_written(auditor, registry):
    token = form_token(auditor.get("/exports/background?level=ministries").text)
    address = auditor.post("/exports", data={FIELD: token, "level": "ministries"}).location
    taken = take(registry.database)
    folder = registry.settings.exports_folder
    folder.mkdir(exist_ok=True)
    half = folder / f"{taken.export_id}.{taken.holder}.part"
    half.write_bytes(b"half")
    assert "has given no sign" not in auditor.get(address).text
    registry.clock.pass_by(seconds=40)
    assert "has given no sign for a while" in auditor.get(address).text
    assert auditor.get(f"{address}/progress.json").get_json()["is_silent"] is True
    assert not make(registry), "it is not free yet"
    registry.clock.pass_by(seconds=LEASE.total_seconds())
    assert make(registry)
    assert [path.name for path in folder.iterdir()] == [str(taken.export_id)]
    assert "has given no sign" not in auditor.get(address).text


def test_work_that_is_taken_again_begins_at_nothing(auditor, registry):
    token = form_token(auditor.get("/exports/background?level=ministries").text)
    address = auditor.post("/exports", data={FIELD: token, "level": "ministries"}).location
    take(registry.database)
    with registry.database.write("test") as uow:
        uow.session.execute(sa.text("update export_work set done = 7, total = 9"))
    registry.clock.pass_by(seconds=LEASE.total_seconds() + 1)
    take(registry.database)
    answer = auditor.get(f"{address}/progress.json").get_json()
    assert (answer["done"], answer["total"]) == (0, 0)


def test_the_command_line_says_what_the_page_says(settings, tmp_path):
    def command(*arguments):
        return CliRunner().invoke(main, list(arguments), env=environment(settings), catch_exceptions=False)

    path = tmp_path / "list.pdf"
    command("export", "--format", "pdf", "--output", str(path))
    said = command("verify", str(path))
    assert said.exit_code == 0
    assert "checked it against its own manifest" in said.output
    assert "that was given" not in said.output
    assert "names the public key of this registry" in said.output
    both = command("verify", str(path), f"{path}.manifest.json").output
    assert "its own manifest" not in both
    listed = command("exports", "list").output
    assert re.search(r"\d\d:\d\d UTC  command line +pdf +en done +\d+ +7 columns  [0-9a-f]{64}", listed)


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        ("2026-11-20", "2026-11-20T23:59:59.999999+05:00"),
        ("2026-11-20 08:37", "2026-11-20T08:37:00+05:00"),
        ("2026-11-20  08:37:05", "2026-11-20T08:37:05+05:00"),
        ("2026-11-20T08:37", "2026-11-20T08:37:00+05:00"),
        ("2026-11-20 08:37 03:00", "2026-11-20T08:37:00+03:00"),
        ("2026-11-20 08:37Z", "2026-11-20T08:37:00+00:00"),
    ],
)
def test_an_instant_without_a_zone_is_one_at_the_seat_of_the_registry(value, instant):
    assert instant_of(value, MovableClock(TODAY), "Asia/Almaty") == datetime.fromisoformat(instant)


@pytest.mark.parametrize("value", ["2026-11-20 8", "2026-11-20 25:00", "20 08:37", "2027-01-01 00:00", ""])
def test_what_is_no_instant_is_refused(value):
    with pytest.raises(ValidationError):
        instant_of(value, MovableClock(TODAY), "Asia/Almaty")
