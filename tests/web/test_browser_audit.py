"""The history, a past state and the log in a real Chromium: readable for everybody, on narrow screens, without script."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from registry.agreements.models import Agreement, Title
from registry.http.context import EXTENSION
from registry.outbox.services import note_changes
from tests.helpers.accounts import PASSWORD, new_user
from tests.helpers.looks import too_wide, violations

pytestmark = pytest.mark.browser

NUMBER = "BLR-1996-003"


@pytest.fixture
def opened(app, address, page):
    """A browser in which an auditor is signed in, and an agreement that was changed once."""
    registry = app.extensions[EXTENSION]
    new_user(registry, login="auditor", role="auditor", name="Auditor")
    with registry.database.write("officer", "a misprint") as uow:
        key = uow.session.scalar(sa.select(Agreement.id).where(Agreement.registry_number == NUMBER))
        uow.session.execute(sa.update(Title).where(Title.agreement_id == key).values(text="A" * 60))
        uow.session.execute(sa.update(Agreement).where(Agreement.id == key).values(access="internal"))
        note_changes(uow.session, [key])
    page.goto(f"{address}/account/sign-in")
    page.fill("#login", "auditor")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    return page


def paths(opened, root):
    opened.goto(f"{root}/agreements/{NUMBER}/history")
    past = opened.get_attribute(".revisions li:last-child h2 a", "href")
    return {"history": f"/agreements/{NUMBER}/history", "past": past, "log": "/audit", "entry": "/audit/5"}


@pytest.mark.parametrize("language", ["ru", pytest.param("en", marks=pytest.mark.long)])
def test_no_page_has_an_accessibility_violation(address, opened, language):
    found = {}
    for name, path in paths(opened, address).items():
        opened.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
        broken = violations(opened)
        if broken:
            found[name] = broken
    assert found == {}


@pytest.mark.parametrize("width", [360, *(pytest.param(wide, marks=pytest.mark.long) for wide in (768, 1280))])
def test_no_page_is_wider_than_the_screen(address, opened, width):
    opened.set_viewport_size({"width": width, "height": 900})
    for name, path in paths(opened, address).items():
        opened.goto(address + path)
        over = too_wide(opened)
        assert over <= 0, f"{name} at {width} px"


def test_from_the_history_to_a_past_state_and_back(address, opened):
    opened.goto(f"{address}/agreements/{NUMBER}")
    opened.click("text=revision 2")
    assert "a misprint" in opened.inner_text("main")
    opened.click(".revisions li:last-child h2 a")
    assert "A past state" in opened.inner_text(".past-state")
    opened.fill("#on", "2000-01-01")
    opened.press("#on", "Enter")
    assert "A past state" in opened.inner_text(".past-state"), "another day keeps the record of then"
    opened.click(".past-state a >> nth=0")
    assert opened.url == f"{address}/agreements/{NUMBER}"


def test_the_log_is_filtered_by_its_form(address, opened):
    opened.goto(f"{address}/account")
    opened.click("text=Audit log")
    opened.select_option("#act", "agreement.revised")
    opened.fill("#object", NUMBER)
    opened.press("#object", "Enter")
    assert "2 entries" in opened.inner_text("main")
