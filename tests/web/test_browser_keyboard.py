"""A memorandum is submitted from the sign-in to the receipt with nothing but the keyboard."""

from __future__ import annotations

import pytest

from registry.http.context import EXTENSION
from tests.helpers.accounts import PASSWORD, new_user
from tests.helpers.keyboard import Keyboard
from tests.helpers.submitting import TITLE

pytestmark = pytest.mark.browser

FORWARD = ".form-end button:not(.second)"


def test_from_the_sign_in_to_the_receipt_no_hand_leaves_the_keyboard(address, page, app):
    new_user(app.extensions[EXTENSION], "author", "submitter", "A. Author", body="kaz-ministry-of-finance")
    hands = Keyboard(page)
    page.goto(f"{address}/language/en")
    page.goto(f"{address}/submissions/new")
    hands.type("#login", "author")
    hands.type("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("[name=kind]")
    hands.press("[name=kind][value=new_agreement]", "Space")
    hands.press(".form-end button")
    page.wait_for_url("**/what")
    hands.choose("[name=kind]", "memorandum_of_understanding")
    hands.type("[name='titles.0.text']", TITLE)
    hands.press(FORWARD)
    page.wait_for_url("**/who")
    hands.press("[name='sides.0.level']", "Space")
    hands.choose("[name='sides.0.level']", "ministries")
    hands.choose("[name='sides.1.level']", "ministries")
    hands.choose("[name='sides.1.members.0.party']", "BLR")
    hands.type("[name='sides.1.members.0.body']", "Ministry of Health of the Republic of Belarus")
    page.keyboard.press("Escape")
    hands.type("[name='signatures.0.person.en']", "A. Asanov")
    hands.press(FORWARD)
    page.wait_for_url("**/dates")
    hands.type("#signed_on", "5 October 2026")
    hands.choose("[name='final_clauses.entry_into_force.rule']", "on_last_notification")
    hands.press(FORWARD)
    page.wait_for_url("**/relations")
    hands.press("[name=subjects][value=agriculture]", "Space")
    hands.press(FORWARD)
    page.wait_for_url("**/documents")
    hands.type("[name='sources.0.locator']", "Archive of the Ministry of Finance, file 7")
    hands.press(FORWARD)
    page.wait_for_url("**/check")
    hands.press("#hand-in .form-end button")
    page.wait_for_url("**/receipts/1")
    assert "IN-2026-0001" in page.inner_text("main")
