"""Texts in a real Chromium: accessible, on narrow screens, without script, copied and printed."""

from __future__ import annotations

import pytest

from registry.http.context import EXTENSION
from tests.helpers.looks import too_wide, violations
from tests.helpers.texts import attach
from tests.web.test_texts import KAZAKH, NUMBER, PROTOCOL, RUSSIAN

pytestmark = pytest.mark.browser

TEXT = f"/agreements/{NUMBER}/text/ru"
PAGES = {
    "agreement": f"/agreements/{NUMBER}",
    "text": TEXT,
    "marked": f"{TEXT}?q=%D0%BD%D0%B0%D0%BB%D0%BE%D0%B3",
    "pair": f"{TEXT}?with=kk",
    "differences": f"{TEXT}/diff",
}


@pytest.fixture(autouse=True)
def texts(app):
    """A text in two versions and two languages, and the protocol that amends it."""
    with app.extensions[EXTENSION].database.write("test") as uow:
        attach(uow, "kzby-014", RUSSIAN)
        attach(uow, "kzby-014", RUSSIAN.replace("Стипендии", "Доходы"))
        attach(uow, "kzby-014", KAZAKH, language="kk")
        attach(uow, "kzby-044", PROTOCOL)


@pytest.mark.parametrize("language", ["ru", pytest.param("en", marks=pytest.mark.long)])
@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.long)])
def test_texts_are_accessible_and_fit_the_screen(address, page, language, width):
    page.set_viewport_size({"width": width, "height": 900})
    found = {}
    for name, path in PAGES.items():
        page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
        over = too_wide(page)
        page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
        broken = violations(page)
        if broken or over > 0:
            found[name] = (
                over,
                broken,
            )
    assert found == {}
    assert page.problems == []


def test_contents_are_beside_the_text_or_folded(address, page):
    entry = page.locator(".contents a").first
    page.goto(address + TEXT)
    assert entry.is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.contents')).position") == "sticky"
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(address + TEXT)
    assert not page.locator(".contents details").get_attribute("open")
    page.click(".contents summary")
    assert entry.is_visible()


def test_a_text_is_read_cited_and_compared_without_script(address, chromium):
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900}, locale="en-GB")
    opened = context.new_page()
    opened.goto(address + TEXT)
    opened.click("#article-20 .cite-piece summary")
    assert "Статья 20." in opened.locator("#article-20-citation").inner_text()
    assert not opened.locator("#article-20 [data-copy]").is_visible()
    opened.click(".contents a[href='#article-20']", force=True)
    assert opened.url.endswith("#article-20")
    opened.click("text=side by side")
    assert "with=kk" in opened.url
    opened.goto(f"{address}{TEXT}/diff")
    before = opened.locator("#from").input_value()
    opened.select_option("#from", opened.locator("#to").input_value())
    opened.select_option("#to", before)
    opened.click(".diff-form button")
    assert opened.locator("del").nth(1).inner_text().strip() == "Доходы"
    context.close()


def test_the_citation_of_an_article_is_copied(address, page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address + TEXT)
    page.click("#article-20 .cite-piece summary")
    page.click("#article-20 [data-copy]")
    page.wait_for_function("document.querySelector('#article-20 [data-copy]').textContent.trim() === 'Copied'")
    assert page.evaluate("navigator.clipboard.readText()").endswith("/text/ru#article-20")


def test_a_printed_text_is_its_words_and_nothing_to_press(address, page):
    page.goto(address + TEXT)
    page.emulate_media(media="print")
    for hidden in (".contents", "#article-20 .cite-piece", ".text-nav", "header.site nav"):
        assert not page.locator(hidden).first.is_visible(), hidden
    assert page.locator("#article-20 .words").is_visible()
    assert page.locator(".amended-by").is_visible()
