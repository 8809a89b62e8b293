"""The form of an export in a real Chromium: for everybody, on narrow screens, by keyboard and without script."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from registry.http.context import EXTENSION
from tests.helpers.accounts import PASSWORD, new_user
from tests.helpers.looks import too_wide, violations

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(app, address, page):
    """A browser in which an auditor is signed in."""
    new_user(app.extensions[EXTENSION], login="auditor", role="auditor", name="Auditor")
    page.goto(f"{address}/account/sign-in")
    page.fill("#login", "auditor")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    return page


def test_from_the_list_to_a_file_with_chosen_columns_and_a_template(address, opened):
    opened.goto(f"{address}/agreements?level=ministries")
    opened.click(".toolbar a:has-text('Export')")
    for field in opened.locator(".export-columns input").all():
        field.fill("")
    opened.fill("#place-status_label", "3")
    opened.fill("#place-title", "2")
    opened.fill("#place-registry_number", "1")
    opened.select_option("#group_by", "year")
    opened.click("button:has-text('Show what will be exported')")
    assert "28 agreements" in opened.inner_text("main")
    assert opened.input_value("#place-title") == "2"
    assert opened.input_value("#place-kind") == ""
    opened.fill("#template-name", "By year")
    opened.click("button:has-text('Save as a template')")
    assert "The template is saved." in opened.inner_text("main")
    for language in ("en", "ru"):
        opened.goto(f"{opened.url.partition('&lang')[0]}&lang={language}")
        broken = violations(opened)
        assert broken == []
    opened.goto(f"{opened.url.partition('&lang')[0]}&lang=en")
    for width in (360, 768, 1280):
        opened.set_viewport_size({"width": width, "height": 900})
        over = too_wide(opened)
        assert over <= 0, f"at {width} px"
    with opened.expect_download() as download:
        opened.locator("button:has-text('Download')").press("Enter")
    assert download.value.suggested_filename == "agreements-2026-11-24.csv"
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    assert head == ["Group", "Subtotal", "Registry number", "Title", "Status, in words"]
    assert sum(row[2].startswith("BLR-") for row in rows) == 28
