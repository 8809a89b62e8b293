"""Exports in a real Chromium: readable for everybody, on narrow screens, with progress, with and without script."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from registry.agreements.models import Title
from registry.core.leases import State
from registry.exports.runs.files import ExportFiles
from registry.exports.runs.making import make_next
from registry.exports.runs.models import ExportWork
from registry.exports.runs.services import request_export
from registry.outbox.services import note_changes
from registry.search.schemas import ListRequest
from tests.helpers.accounts import PASSWORD, new_user
from tests.helpers.looks import too_wide, violations
from tests.helpers.proofs import exported, request_for

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(registry, address, page):
    """A browser in which an auditor is signed in, with an export that waits, one that is made, and one of another."""
    new_user(registry, login="auditor", role="auditor", name="Auditor")
    exported(registry, ListRequest(level=("ministries",)))
    queue(registry)
    make(registry)
    queue(registry)
    sign_in(page, address)
    return page


def sign_in(page, root):
    page.goto(f"{root}/account/sign-in")
    page.fill("#login", "auditor")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(f"{root}/**")


def queue(registry):
    request = request_for(registry)
    with registry.database.write("auditor") as uow:
        return request_export(uow, request, user_id=1, file_name="list.csv", media_type="text/csv").id


def make(registry):
    return make_next(registry.database, registry.index, ExportFiles(registry.settings.exports_folder), 30)


def paths(registry):
    with registry.database.write("officer", "a misprint") as uow:
        key = uow.session.scalar(sa.select(Title.agreement_id).limit(1))
        uow.session.execute(sa.update(Title).where(Title.agreement_id == key).values(text="A" * 60))
        note_changes(uow.session, [key])
    with registry.database.read() as session:
        made = session.scalar(sa.text("select sha256 from export_run where id = 1"))
    return {
        "history": "/exports",
        "waiting": "/exports/3",
        "made": "/exports/2",
        "streamed": "/exports/1",
        "new": "/exports/background?level=ministries",
        "compared": "/exports/compare?before=1&after=2",
        "verify": "/exports/verify",
        "verified": f"/exports/verify?sha256={made}",
        "unknown": f"/exports/verify?sha256={'0' * 64}",
    }


def test_every_page_is_accessible_and_fits_narrow_screens(address, opened, registry):
    found = {}
    for name, path in paths(registry).items():
        opened.set_viewport_size({"width": 360, "height": 900})
        opened.goto(f"{address}{path}{'&' if '?' in path else '?'}lang=ru")
        broken = violations(opened)
        if broken:
            found[name] = broken
        for width in (360, 768, 1280):
            opened.set_viewport_size({"width": width, "height": 900})
            over = too_wide(opened)
            if over > 0:
                found[f"{name} at {width} px"] = over
    assert found == {}
    assert opened.problems == []


def test_on_a_narrow_screen_nothing_of_history_and_comparison_has_to_be_pushed_aside(address, opened, registry):
    found = paths(registry)
    opened.set_viewport_size({"width": 360, "height": 900})
    for name, region in (("history", ".log"), ("compared", ".changes")):
        opened.goto(f"{address}{found[name]}")
        for one in opened.query_selector_all(region):
            assert one.evaluate("place => place.scrollWidth - place.clientWidth") <= 0, name
    opened.goto(f"{address}/exports")
    reached = opened.query_selector_all(".log input, .log a[href$='manifest.json'], main button")
    assert len(reached) >= 8
    assert all(box["x"] + box["width"] <= 360 for box in (one.bounding_box() for one in reached))
    assert opened.is_visible(".stacked >> text=after")


def test_the_page_of_a_long_export_follows_it_to_its_end(address, opened, registry):
    opened.goto(f"{address}/exports/3")
    with registry.database.write("test") as uow:
        uow.session.execute(sa.update(ExportWork).where(ExportWork.export_id == 3).values(done=40, total=80))
    opened.wait_for_selector("text=40 / 80")
    assert opened.get_attribute("progress", "value") == "40"
    make(registry)
    opened.wait_for_selector("text=Download: list.csv")
    with opened.expect_download() as download:
        opened.click("text=Download: list.csv")
    opened.goto(f"{address}/exports/verify")
    opened.set_input_files("#file", download.value.path())
    opened.click("form.verify >> nth=0 >> button")
    assert opened.inner_text("#verdict") == "Genuine"
    assert opened.problems == []


def test_without_script_an_export_is_asked_for_looked_at_and_cancelled(address, chromium, registry):
    new_user(registry, login="auditor", role="auditor", name="Auditor")
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    opened = context.new_page()
    sign_in(opened, address)
    opened.goto(f"{address}/exports/background?level=ministries")
    opened.click("text=Make the export")
    assert "waits to be made" in opened.inner_text("main")
    opened.click("text=Look again")
    opened.click("text=Cancel the export")
    assert "was cancelled" in opened.inner_text("main")
    opened.click("text=Make the same file again")
    make(registry)
    opened.click("text=Look again")
    assert "Kept until" in opened.inner_text("main")
    opened.goto(f"{address}/exports")
    assert "2 exports" in opened.inner_text("main")
    with registry.database.read() as session:
        assert session.get_one(ExportWork, 1).state == State.CANCELLED
    context.close()
