"""A real Chromium: accessibility, narrow screens, the keyboard, and the registry without script."""

from __future__ import annotations

import pytest

from tests.helpers.looks import too_wide, violations

pytestmark = pytest.mark.browser

PAGES = {
    "home": "/",
    "search": "/agreements?q=%D0%BD%D0%B0%D0%BB%D0%BE%D0%B3",
    "day": "/agreements?in_force_on=2015-05-01&level=governments",
    "agreement": "/agreements/BLR-1996-001",
    "protocol": "/agreements/BLR-2016-002?on=2020-01-01",
    "overview": "/overview",
    "refused": "/agreements?q=%22unclosed",
    "missing": "/agreements/BLR-1900-001",
}


@pytest.mark.parametrize("language", ["ru", pytest.param("en", marks=pytest.mark.long)])
def test_no_page_has_an_accessibility_violation(address, page, language):
    found = {}
    for name, path in PAGES.items():
        page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
        # Folded parts are read too.
        page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
        broken = violations(page)
        if broken:
            found[name] = broken
    assert found == {}
    assert page.problems == []


@pytest.mark.parametrize("language", ["ru", pytest.param("en", marks=pytest.mark.long)])
@pytest.mark.parametrize("width", [360, *(pytest.param(wide, marks=pytest.mark.long) for wide in (768, 1280))])
def test_no_page_is_wider_than_the_screen(address, page, width, language):
    page.set_viewport_size({"width": width, "height": 900})
    for name, path in PAGES.items():
        page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
        # What is folded is opened by readers, such as the table of periods.
        page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
        over = too_wide(page)
        assert over <= 0, f"{name} at {width} px"


def test_an_officer_finds_an_agreement_and_its_status_with_the_keyboard_alone(address, page):
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.locator("#q").focus()
    page.keyboard.type("двойного налогообложения")
    page.keyboard.press("Enter")
    page.wait_for_url("**/agreements?q=*")
    first = page.locator("article.entry h3 a").first
    first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/agreements/BLR-1997-001")
    assert "In force" in page.locator(".status-panel h2").inner_text()
    page.locator("#on").fill("1997-12-12")
    page.locator(".on-date button").press("Enter")
    page.wait_for_url("**on=1997-12-12**")
    assert "Not in force" in page.locator(".status-panel h2").inner_text()


def test_everything_works_without_script(address, chromium):
    context = chromium.new_context(java_script_enabled=False, locale="ru-RU")
    page = context.new_page()
    page.goto(address)
    page.fill("#q", "транспорт")
    page.click("form.search button")
    total = int(page.locator("[role=status] strong").inner_text().split()[0])
    assert total > 3
    link = page.locator("aside details.facet a").first
    promised = int(link.locator(".count").inner_text())
    link.click()
    assert int(page.locator("[role=status] strong").inner_text().split()[0]) == promised
    page.fill("input[name=in_force_on]", "2015-05-01")
    page.click("form.dates button")
    assert "in_force_on=2015-05-01" in page.url
    assert "q=" in page.url
    with page.expect_download() as download:
        page.click("a.download")
    assert download.value.suggested_filename == "agreements-2015-05-01.csv"
    page.click("nav.languages a[lang=en]")
    assert page.locator("html").get_attribute("lang") == "en"
    assert "in_force_on=2015-05-01" in page.url
    context.close()


def test_the_citation_is_copied(address, page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address + "/agreements/BLR-1997-001")
    page.click("[data-copy]")
    page.wait_for_function("document.querySelector('[data-copy]').textContent.trim() === 'Copied'")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "BLR-1997-001" in copied
    assert "Minsk, 11 April 1997" in copied
