"""The completeness report in a real Chromium: readable for everybody, on narrow screens, by keyboard."""

from __future__ import annotations

import pytest

from tests.helpers.looks import too_wide, violations

pytestmark = pytest.mark.browser

PATHS = ("/completeness", "/completeness?gap=sources&body=kaz-government&years=10")


@pytest.mark.parametrize("language", ["ru", pytest.param("en", marks=pytest.mark.long)])
def test_no_page_has_an_accessibility_violation_or_is_wider_than_the_screen(address, page, language):
    found = {}
    for path in PATHS:
        page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
        page.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")
        for width in (360, 768, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            over = too_wide(page)
            if over > 0:
                found[path, width] = over
        broken = violations(page)
        if broken:
            found[path] = broken
    assert found == {}
    assert page.problems == []


def test_the_form_narrows_the_report_and_a_gap_leads_to_its_agreement(address, page):
    page.goto(f"{address}/overview")
    page.click("text=the completeness report")
    page.select_option("#gap", "entry_into_force")
    page.fill("#years", "20")
    page.press("#years", "Enter")
    assert "gap=entry_into_force" in page.url
    assert "years=20" in page.url
    assert page.locator("svg.trend polyline").count() == 8
    page.click(".entry h3 a >> nth=0")
    assert "20 or more years" not in page.inner_text("#findings ~ ul"), (
        "the page of an agreement asks after three years"
    )
    assert "No entry into force is recorded, 3 or more years" in page.inner_text("#findings ~ ul")
    page.click("text=Dossier (ZIP) >> nth=0", trial=True)
