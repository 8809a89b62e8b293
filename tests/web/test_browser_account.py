"""Signing in and saved searches in a real Chromium: without script, by keyboard, on narrow screens, for everybody."""

from __future__ import annotations

import pytest

from registry.accounts.codes import code_at, step_of
from registry.accounts.services import issue_password_link
from registry.http.context import EXTENSION
from tests.conftest import TODAY
from tests.helpers.accounts import PASSWORD, new_user
from tests.helpers.looks import too_wide, violations

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


def test_the_whole_story_without_script(address, chromium, link):
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


@pytest.mark.parametrize("language", ["ru", pytest.param("en", marks=pytest.mark.long)])
def test_no_page_has_an_accessibility_violation(address, page, link, language):
    found = {}

    def check(name):
        page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
        broken = violations(page)
        if broken:
            found[name] = broken

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


@pytest.mark.parametrize("width", [320, *(pytest.param(wide, marks=pytest.mark.long) for wide in (360, 768))])
def test_no_page_is_wider_than_the_screen(address, page, link, width):
    page.set_viewport_size({"width": width, "height": 900})
    over = {}

    def check(name):
        page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
        over[name] = too_wide(page)

    page.goto(address + link)
    check("link")
    enter(page, address, link)
    check("account")
    save(page, address, "/agreements?q=%D0%BD%D0%B0%D0%BB%D0%BE%D0%B3", "x" * 120)
    check("searches")
    page.goto(f"{address}/agreements?q=%D0%BD%D0%B0%D0%BB%D0%BE%D0%B3")
    check("list")
    assert {name: by for name, by in over.items() if by > 0} == {}


def secret_of(opened):
    return opened.input_value("#secret")


def code_of(secret):
    # The server of these tests has a clock that stands still.
    return code_at(secret, step_of(TODAY))


def checker(page):
    """Return a function that looks at the page as it stands, and what that has found: violations, or too wide."""
    page.set_viewport_size({"width": 360, "height": 800})
    found = {}

    def check(name):
        broken = violations(page)
        wider = too_wide(page)
        if broken or wider > 0:
            found[name] = wider, broken

    return check, found


def enter_by_password(page, root, language, onward=""):
    page.goto(f"{root}/language/{language}")
    page.goto(f"{root}/account/sign-in?next={onward}")
    page.fill("#login", "chief")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")


@pytest.mark.parametrize("language", ["ru", pytest.param("en", marks=pytest.mark.long)])
def test_the_pages_of_users_have_no_violation_and_fit_a_telephone(address, page, app, language):
    registry = app.extensions[EXTENSION]
    new_user(registry, login="chief", role="administrator")
    key = new_user(registry, login="submitter", role="submitter", body="kaz-government", name="x" * 60)
    check, found = checker(page)
    page.goto(f"{address}/account/forgotten")
    check("forgotten")
    enter_by_password(page, address, language, "/account/users")
    check("users")
    page.goto(f"{address}/account/users/{key}")
    check("user")
    page.click("form[action$='/link'] button")
    assert page.input_value("#link").startswith(f"{address}/account/password/")
    check("link")
    page.fill("#name", " ")
    page.press("#name", "Enter")
    check("refused")
    assert found == {}
    assert page.problems == []


@pytest.mark.parametrize("language", ["ru", pytest.param("en", marks=pytest.mark.long)])
def test_the_pages_of_second_factors_have_no_violation_and_fit_a_telephone(address, page, app, language):
    new_user(app.extensions[EXTENSION], login="chief", role="administrator")
    check, found = checker(page)
    enter_by_password(page, address, language, "/account/password")
    check("change of the password")
    page.goto(f"{address}/account/second-factor")
    check("before enrolment")
    page.fill("#present", PASSWORD)
    page.press("#present", "Enter")
    check("enrolment")
    page.fill("#code", code_of(secret_of(page)))
    page.press("#code", "Enter")
    assert page.locator(".recovery-codes li").count() == 8
    check("recovery codes")
    for path in ("/account/second-factor", "/account"):
        page.goto(address + path)
        check(path)
    page.context.clear_cookies()
    enter_by_password(page, address, language)
    check("code")
    page.fill("#code", "000000")
    page.press("#code", "Enter")
    check("wrong code")
    assert found == {}
    assert page.problems == []


def test_a_second_factor_is_set_up_and_used_by_keyboard_without_script(address, chromium, app):
    registry = app.extensions[EXTENSION]
    new_user(registry)
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    opened = context.new_page()

    def type_at(selector, text, name):
        """Go to a field by the tabulator alone, as who has no mouse does, and type."""
        for _ in range(60):
            opened.keyboard.press("Tab")
            if opened.locator(f"{selector}:focus").count():
                opened.keyboard.type(text)
                return
        raise AssertionError(name)

    opened.goto(f"{address}/account/sign-in?next=/account/second-factor")
    type_at("#login", "officer", "login")
    type_at("#password", PASSWORD, "password")
    opened.keyboard.press("Enter")
    opened.wait_for_selector("#present")
    type_at("#present", PASSWORD, "present password")
    opened.keyboard.press("Enter")
    opened.wait_for_selector("#secret")
    secret = secret_of(opened)
    box = opened.locator(".qr-code svg").bounding_box()
    assert box["width"] > 150
    type_at("#code", code_of(secret), "code")
    opened.keyboard.press("Enter")
    opened.wait_for_selector(".recovery-codes")
    recovery = opened.inner_text(".recovery-codes li >> nth=0")
    context.clear_cookies()
    opened.goto(f"{address}/account/sign-in")
    type_at("#login", "officer", "login")
    type_at("#password", PASSWORD, "password")
    opened.keyboard.press("Enter")
    opened.wait_for_selector("#code")
    type_at("#code", recovery, "recovery code")
    opened.keyboard.press("Enter")
    opened.wait_for_url(f"{address}/account")
    context.close()
