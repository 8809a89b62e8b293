"""Signing in and saved searches in a real Chromium: without script, by keyboard, on narrow screens, for everybody."""

from __future__ import annotations

import pytest

from registry.accounts.services import issue_password_link
from registry.http.context import EXTENSION
from tests.helpers.accounts import PASSWORD, new_user
from tests.web.test_browser import address, chromium, page  # noqa: F401  Fixtures.

pytestmark = pytest.mark.browser


@pytest.fixture
def link(app):
    """The path of a link by which a user without a password chooses one."""
    registry = app.extensions[EXTENSION]
    new_user(registry, name="Айгерим Сарсенова, Министерство юстиции Республики Казахстан", password=None)
    with registry.database.write("test") as uow:
        return f"/account/password/{issue_password_link(uow, 'officer')}"


def enter(opened, root, link):
    """Choose a password by the link and sign in with it, as a person does."""
    opened.goto(root + link)
    opened.fill("#password", PASSWORD)
    opened.fill("#again", PASSWORD)
    opened.press("#again", "Enter")
    opened.fill("#login", "Officer")
    opened.fill("#password", PASSWORD)
    opened.press("#password", "Enter")
    assert opened.url == f"{root}/account"


def save(opened, root, path, name):
    opened.goto(root + path)
    opened.click(".save-search summary")
    opened.fill("#search-name", name)
    opened.press("#search-name", "Enter")
    assert opened.url == f"{root}/account/searches"


def test_the_whole_story_without_script(address, chromium, link):  # noqa: F811
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    opened = context.new_page()
    enter(opened, address, link)
    save(opened, address, "/agreements?q=%D0%BD%D0%B0%D0%BB%D0%BE%D0%B3", "Taxes")
    opened.click("text=Taxes >> nth=0")
    opened.goto(f"{address}/account/searches")
    opened.click(".saved-search h2 a")
    assert "/agreements?q=" in opened.url
    opened.goto(f"{address}/account/searches")
    opened.click(".saved-search .actions summary")
    opened.fill(".saved-search details input[name=name]", "Renamed")
    opened.press(".saved-search details input[name=name]", "Enter")
    assert opened.inner_text(".saved-search h2") == "Renamed"
    opened.click("text=Make a private feed address")
    assert context.request.get(opened.input_value(".saved-search input.address")).ok
    opened.click(".saved-search .actions > form:last-of-type button")
    assert "no searches yet" in opened.inner_text("main")
    opened.goto(f"{address}/account")
    opened.click("text=Sign out")
    assert opened.inner_text("nav.account") == "Sign in"
    context.close()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_page_has_an_accessibility_violation(address, page, link, language):  # noqa: F811
    from axe_playwright_python.sync_playwright import Axe

    found = {}

    def check(name):
        page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
        violations = Axe().run(page).response["violations"]
        if violations:
            found[name] = [(item["id"], [node["html"][:120] for node in item["nodes"]][:3]) for item in violations]

    page.goto(f"{address}/language/{language}")
    for name, path in (("form", "/account/sign-in"), ("asked", "/account"), ("dead", "/account/password/x")):
        page.goto(address + path)
        check(name)
    page.goto(address + link)
    check("link")
    page.fill("#password", "short")
    page.fill("#again", "shorter")
    page.press("#again", "Enter")
    check("refused password")
    enter(page, address, link)
    check("account")
    save(
        page,
        address,
        "/agreements?q=%D0%BD%D0%B0%D0%BB%D0%BE%D0%B3&level=governments&in_force_on=2015-05-01",
        "x" * 120,
    )
    check("searches")
    page.goto(f"{address}/agreements?q=%D0%BD%D0%B0%D0%BB%D0%BE%D0%B3")
    check("list")
    assert found == {}
    assert page.problems == []


@pytest.mark.parametrize("width", [320, 360, 768])
def test_no_page_is_wider_than_the_screen(address, page, link, width):  # noqa: F811
    page.set_viewport_size({"width": width, "height": 900})
    over = {}

    def check(name):
        page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
        over[name] = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    page.goto(address + link)
    check("link")
    enter(page, address, link)
    check("account")
    save(page, address, "/agreements?q=%D0%BD%D0%B0%D0%BB%D0%BE%D0%B3", "x" * 120)
    check("searches")
    page.goto(f"{address}/agreements?q=%D0%BD%D0%B0%D0%BB%D0%BE%D0%B3")
    check("list")
    assert {name: by for name, by in over.items() if by > 0} == {}
