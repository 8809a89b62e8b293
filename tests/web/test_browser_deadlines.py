"""The deadlines in a real Chromium: readable for everybody, on narrow screens, without script."""

from __future__ import annotations

import pytest

from registry.http.context import EXTENSION
from tests.helpers.accounts import PASSWORD, new_user
from tests.helpers.looks import too_wide, violations

pytestmark = pytest.mark.browser

PATHS = ("/deadlines", "/deadlines?days=1825", "/deadlines?not_known=status_not_known", "/deadlines?days=1&kind=expiry")


@pytest.fixture
def opened(app, address, page):
    """A browser in which an officer is signed in."""
    new_user(app.extensions[EXTENSION])
    page.goto(f"{address}/account/sign-in")
    page.fill("#login", "officer")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    return page


@pytest.mark.parametrize("language", ["ru", pytest.param("en", marks=pytest.mark.long)])
def test_the_pages_are_accessible_and_no_wider_than_the_screen(address, opened, language):
    complaints, found = [], {}
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for path in PATHS:
        opened.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
        broken = violations(opened)
        if broken:
            found[path] = broken
        for width in (360, 1280):
            opened.set_viewport_size({"width": width, "height": 900})
            over = too_wide(opened)
            assert over <= 0, f"{path} at {width} px"
    assert found == {}
    assert complaints == [], "nothing is refused by the content security policy"


def test_a_list_is_narrowed_and_a_private_calendar_made_by_the_keyboard(address, opened):
    opened.goto(f"{address}/deadlines")
    opened.select_option("#days", "1825")
    opened.select_option("#kind", "notice")
    opened.focus(".deadline-filters button")
    opened.keyboard.press("Enter")
    opened.wait_for_url("**/deadlines?days=1825&kind=notice**")
    assert opened.locator(".due rect.due-notice").count() > 1
    assert opened.locator(".due svg[role=img] rect.due-expiry").count() == 0
    opened.focus("text=Make a private calendar address")
    opened.keyboard.press("Enter")
    calendar = opened.input_value("#new-calendar")
    answer = opened.request.get(calendar)
    assert answer.headers["content-type"].startswith("text/calendar")
