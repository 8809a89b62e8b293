"""From an account to the registered agreement found in search, in a real Chromium: with script and without."""

from __future__ import annotations

import re

import pytest

from registry.accounts.services import issue_password_link
from registry.http.context import EXTENSION
from tests.helpers.accounts import PASSWORD, new_user
from tests.helpers.documents import TEXT
from tests.helpers.keyboard import Keyboard
from tests.helpers.looks import too_wide, violations
from tests.helpers.submitting import STEPS, TITLE, WHAT

pytestmark = pytest.mark.browser


@pytest.fixture
def link(app):
    """The path of the link by which the ministry's new user chooses a password; the others have one."""
    registry = app.extensions[EXTENSION]
    new_user(registry, "officer", "legal_officer", "O. Officer")
    new_user(registry, "auditor", "auditor", "U. Auditor")
    new_user(registry, "author", "submitter", "A. Author", password=None, body="kaz-ministry-of-finance")
    with registry.database.write("test") as uow:
        return f"/account/password/{issue_password_link(uow, 'author')}"


def enter(opened, root, login, link=None):
    if link:
        opened.goto(root + link)
        opened.fill("#password", PASSWORD)
        opened.fill("#again", PASSWORD)
        opened.press("#again", "Enter")
    else:
        opened.goto(f"{root}/account/sign-in")
    opened.fill("#login", login)
    opened.fill("#password", PASSWORD)
    opened.press("#password", "Enter")
    opened.wait_for_url(f"{root}/account")


def leave(opened, root):
    opened.goto(f"{root}/account")
    opened.click("#sign-out button")


def fill(opened, typed):
    for name, value in typed.items():
        field = opened.locator(f'[name="{name}"]')
        kind = field.first.evaluate("node => node.type")
        if kind in ("radio", "checkbox"):
            for one in value if isinstance(value, list) else [value]:
                opened.check(f'[name="{name}"][value="{one}"]')
        elif kind == "select-one":
            field.select_option(value)
        else:
            # What is folded away is opened first, as a person does.
            field.evaluate("node => node.closest('details')?.setAttribute('open', '')")
            field.fill(value)


def test_the_whole_story_without_script(address, chromium, link, tmp_path):
    (tmp_path / "Меморандум.txt").write_text(TEXT, "utf-8")
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    opened = context.new_page()
    enter(opened, address, "author", link)
    opened.click("nav >> text=Submissions")
    opened.click("text=Submit something")
    opened.check("[name=kind][value=new_agreement]")
    opened.click("text=Begin")
    for step, typed in STEPS.items():
        opened.wait_for_url(f"**/{step}")
        fill(opened, typed)
        if step == "who":
            opened.click("text=Add a signature")
            assert opened.input_value('[name="signatures.1.person.en"]') == "I. Ivanov"
        if step == "documents":
            opened.click("text=Add a file")
            opened.select_option("#language", "ru")
            opened.select_option("#role", "authentic_text")
            opened.set_input_files("#file", tmp_path / "Меморандум.txt")
            opened.click("text=Add this file")
            assert "Archive of the Ministry of Finance" in opened.input_value('[name="sources.0.locator"]')
        opened.click(".form-end >> text=Save and continue")
    opened.wait_for_url("**/check")
    opened.click("#hand-in >> text=Submit")
    opened.wait_for_url("**/receipts/1")
    assert "IN-2026-0001" in opened.inner_text("main")
    with opened.expect_download() as download:
        opened.click("text=Receipt as PDF")
    assert download.value.suggested_filename == "IN-2026-0001-1.pdf"
    leave(opened, address)
    enter(opened, address, "officer")
    opened.click("nav >> text=Submissions")
    opened.click("text=IN-2026-0001")
    opened.click("main >> text=Review")
    opened.click("#review-form >> text=Register")
    number = re.search(r"registered as (\S+-\d+)", opened.inner_text("main"))[1]
    leave(opened, address)
    enter(opened, address, "auditor")
    opened.goto(address)
    opened.fill("#q", "меморандум дельфинариев")
    opened.press("#q", "Enter")
    opened.click("article.entry h3 a")
    assert opened.url.endswith(f"/agreements/{number}")
    opened.goto(f"{address}/agreements/{number}/history")
    assert "O. Officer" in opened.inner_text("main") or "officer" in opened.inner_text("main")
    opened.goto(f"{address}/submissions?closed=yes")
    assert "IN-2026-0001" in opened.inner_text("main")
    opened.goto(f"{address}/audit")
    assert "Registration of a submission" in opened.inner_text("main")
    context.close()


def wait_until(opened, is_so):
    """Wait for something without `eval`, which the policy of the pages forbids."""
    for _ in range(200):
        if is_so():
            return
        opened.wait_for_timeout(100)
    pytest.fail("waited in vain")


def test_the_whole_story_with_script_by_keyboard_on_a_narrow_screen_for_everybody(  # noqa: PLR0915  It is one story.
    address,
    page,
    link,
):
    found = {}

    def check(name):
        page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true; })")
        over = too_wide(page)
        broken = violations(page)
        if broken or over > 0:
            found[name] = (over, broken)
        page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = false; })")

    hands = Keyboard(page)
    page.goto(f"{address}/language/ru")
    page.set_viewport_size({"width": 360, "height": 900})
    enter(page, address, "author", link)
    page.goto(f"{address}/submissions")
    check("empty list")
    hands.press("a[href='/submissions/new']")
    page.wait_for_url("**/new")
    check("new")
    hands.press("[name=kind][value=new_agreement]", "Space")
    hands.press(".form-end button")
    page.wait_for_url("**/what")
    hands.press(".form-end button")
    page.wait_for_url("**/what?check=yes")
    assert page.evaluate("document.activeElement.id") == "problems"
    check("what, with problems")
    hands.press("#problems a")
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    hands.type("[name='titles.0.text']", TITLE)
    wait_until(page, lambda: page.input_value("[name=version]") != "1")
    assert "Сохранено" in page.inner_text("[data-saved]")
    hands.press(".form-end button")
    page.wait_for_url("**/who")
    check("who")
    hands.press("[name='sides.0.level']", "ArrowDown")
    page.check("[name='sides.0.level'][value=ministries]")
    fill(page, {"sides.1.level": "ministries", "sides.1.members.0.party": "BLR"})
    hands.type("[name='sides.1.members.0.body']", "здравоохр")
    page.wait_for_selector("#sides\\.1\\.members\\.0\\.body-list option", state="attached")
    page.fill("[name='sides.1.members.0.body']", "здравоохранение Беларусь")
    fill(page, {"signatures.0.person.ru": "А. Асанов", "signatures.1.person.ru": "И. Иванов"})
    hands.press("[name=add][value=signatures]")
    page.wait_for_selector("[name='signatures.2.person.ru']")
    assert page.evaluate("document.activeElement.name").startswith("signatures.2.")
    assert page.url.endswith("/who"), "it was added in place"
    page.keyboard.press("Escape")
    hands.press("[name=remove][value='signatures.2']")
    page.wait_for_selector("[name='signatures.2.person.ru']", state="detached")
    hands.press(".form-end button:not(.second)")
    page.wait_for_url("**/who?check=yes")
    check("which body")
    hands.press("[name='choose:sides.1.members.0'][value=blr-ministry-of-health]", "Space")
    hands.press(".form-end button")
    page.wait_for_url("**/dates")
    check("dates")
    hands.type("#signed_on", "05.10.2026")
    fill(page, {"final_clauses.entry_into_force.rule": "on_last_notification"})
    hands.press(".form-end button")
    page.wait_for_url("**/relations")
    check("relations")
    hands.press("[name=subjects][value=agriculture]", "Space")
    hands.press(".form-end button")
    page.wait_for_url("**/documents")
    hands.press("[name=go][value=file]")
    page.wait_for_url("**/files/new")
    check("file")
    hands.press(".form-end button")
    page.wait_for_selector("#problems")
    check("file, refused")
    page.goto(page.url.replace("files/new", "documents"))
    check("documents")
    hands.press(".form-end button")
    page.wait_for_url("**/check")
    check("answers")
    hands.press("#hand-in .form-end button")
    page.wait_for_url("**/receipts/1")
    check("receipt")
    key = page.url.split("/")[-3]
    leave(page, address)
    enter(page, address, "officer")
    page.goto(f"{address}/submissions")
    check("inbox")
    page.goto(f"{address}/submissions/{key}/review")
    check("review")
    hands.press("#review-form summary")
    hands.type("[name='remark:kind']", "Точно?")
    hands.press("[name=decision][value=return]")
    page.wait_for_url(f"**/submissions/{key}")
    check("returned")
    leave(page, address)
    enter(page, address, "author")
    page.goto(f"{address}/submissions/{key}/what")
    check("what, with remarks")
    other = page.context.new_page()
    other.goto(page.url)
    other.fill("[name='titles.0.text']", "Из другой вкладки")
    other.click(".form-end button:not(.second)")
    other.close()
    page.evaluate("document.querySelector('form[data-autosave]').removeAttribute('data-autosave')")
    page.fill("[name='titles.0.text']", TITLE + " в этой вкладке")
    page.press("[name='titles.0.text']", "Tab")
    hands.press(".form-end button")
    page.wait_for_selector("#compare-form")
    check("comparison")
    hands.press("[name='take:titles'][value=stored]", "ArrowDown")
    hands.press("#compare-form .form-end button")
    page.wait_for_url("**/who*")
    page.goto(f"{address}/submissions/{key}/check")
    hands.press("#hand-in .form-end button")
    page.wait_for_url("**/receipts/2")
    leave(page, address)
    enter(page, address, "officer")
    page.goto(f"{address}/submissions/{key}/review")
    hands.press("[name=decision][value=register]")
    page.wait_for_url(f"**/submissions/{key}")
    check("registered")
    page.goto(f"{address}/agreements?q=%D0%B4%D0%B5%D0%BB%D1%8C%D1%84%D0%B8%D0%BD%D0%B0%D1%80%D0%B8%D0%B5%D0%B2")
    assert "в этой вкладке" in page.inner_text("main")
    assert found == {}
    assert page.problems == []


def test_a_lost_session_keeps_what_was_typed_also_when_it_is_saved_by_itself(address, page, link):
    enter(page, address, "author", link)
    page.goto(f"{address}/submissions/new")
    page.check("[name=kind][value=new_agreement]")
    page.click(".form-end button")
    page.wait_for_url("**/what")
    page.context.clear_cookies()
    fill(page, WHAT)
    page.wait_for_selector("[data-saved].field-problem")
    page.click(".form-end button:not(.second)")
    page.wait_for_selector("#resume-form")
    with page.expect_popup() as popup:
        page.click("text=Sign in again")
    tab = popup.value
    tab.fill("#login", "author")
    tab.fill("#password", PASSWORD)
    tab.press("#password", "Enter")
    tab.wait_for_url("**/submissions?again=yes")
    tab.close()
    page.click("#resume-form button")
    page.wait_for_url("**/who")
    page.goto(page.url.replace("/who", "/what"))
    assert page.input_value("[name='titles.0.text']") == TITLE


def test_a_press_while_the_form_saves_by_itself_waits_for_it_and_blames_nobody(address, page, link):
    enter(page, address, "author", link)
    page.goto(f"{address}/submissions/new")
    page.check("[name=kind][value=new_agreement]")
    page.click(".form-end button")
    page.wait_for_url("**/what")
    held = []

    def slowly(route):
        if "autosave=yes" in (route.request.post_data or "") and not held:
            held.append(route)
        else:
            route.continue_()

    page.route("**/what", slowly)
    fill(page, WHAT)
    wait_until(page, lambda: held)
    page.fill("[name='titles.0.text']", TITLE + " 2")
    page.click(".form-end button:not(.second)")
    held[0].continue_()
    page.wait_for_url("**/who")
    page.fill("[name='signatures.1.person.en']", "I. Ivanov")
    page.click("[name=remove][value='signatures.0']")
    wait_until(page, lambda: page.input_value("[name='signatures.0.person.en']") == "I. Ivanov")
    page.goto(page.url.replace("/who", "/what"))
    assert page.input_value("[name='titles.0.text']") == TITLE + " 2"
