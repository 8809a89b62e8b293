"""A document is attached and corrected in a real Chromium: without script, on a narrow screen, for everybody."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from registry.documents.models import Document
from registry.documents.reading import read_file, read_next
from registry.http.context import EXTENSION
from registry.outbox.services import note_changes
from tests.helpers.accounts import PASSWORD, new_user
from tests.helpers.documents import TEXT, number_of, put_in
from tests.helpers.looks import too_wide, violations

pytestmark = pytest.mark.browser


@pytest.fixture
def registry(app):
    made = app.extensions[EXTENSION]
    new_user(made)
    return made


def enter(opened, root):
    opened.goto(f"{root}/account/sign-in")
    opened.fill("#login", "officer")
    opened.fill("#password", PASSWORD)
    opened.press("#password", "Enter")
    assert opened.url == f"{root}/account"


def read_all(registry):
    while read_next(registry.database, registry.storage, read_file) is not None:
        pass


def test_an_officer_attaches_a_file_and_corrects_its_articles_without_script(address, chromium, registry, tmp_path):
    (tmp_path / "Соглашение.txt").write_text(TEXT, "utf-8")
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    opened = context.new_page()
    enter(opened, address)
    opened.goto(f"{address}/agreements/{number_of(registry)}")
    opened.click("text=Attach a document")
    opened.select_option("#language", "ru")
    opened.select_option("#role", "certified_copy")
    opened.set_input_files("#file", tmp_path / "Соглашение.txt")
    opened.click("main button")
    assert opened.locator("progress").count() == 1
    read_all(registry)
    # The page asks anew by itself.
    opened.wait_for_selector("text=Read the text", timeout=15_000)
    assert opened.locator("progress").count() == 0
    opened.click("text=Correct the articles")
    borders = opened.input_value("#borders")
    opened.fill("#borders", borders.replace("article; 2", "article; 3"))
    opened.click("main button")
    opened.click("text=Read the text")
    assert opened.locator("#article-3").count() == 1
    with opened.expect_download() as download:
        opened.goto(f"{address}/agreements/{number_of(registry)}")
        opened.click("[aria-labelledby=documents] a[download]")
    assert download.value.suggested_filename == "Соглашение.txt"
    context.close()


@pytest.mark.parametrize("language", ["ru", pytest.param("en", marks=pytest.mark.long)])
def test_the_pages_are_for_everybody_and_fit_a_narrow_screen(address, page, registry, language):
    number = number_of(registry)
    waiting = put_in(registry, TEXT, file_name="я" * 100 + ".txt", read=False).document_id
    enter(page, address)
    page.goto(f"{address}/language/{language}")
    page.set_viewport_size({"width": 360, "height": 900})
    found = {}

    def check(name, path):
        page.goto(f"{address}/agreements/{number}{path}")
        page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true; })")
        over = too_wide(page)
        broken = violations(page)
        if broken or over > 0:
            found[name] = (over, broken)

    check("waiting", f"/documents/{waiting}")
    read_all(registry)
    check("read", f"/documents/{waiting}")
    check("articles", f"/documents/{waiting}/articles")
    check("new", f"/documents/new?replaces={waiting}")
    check("question", f"/documents/{waiting}/withdraw")
    check("agreement", "")
    for role in ("scan", "unofficial_text"):
        put_in(
            registry, TEXT + role, role=role, title="Соглашение о дельфинариях " * 3, source="https://a.example/" * 9
        )
    with registry.database.write("test") as uow:
        uow.session.execute(update(Document).where(Document.role == "scan").values(method="ocr", confidence=87.4))
        note_changes(uow.session, set(uow.session.scalars(select(Document.agreement_id))))
    check("list", "")
    # Nothing of the list has to be pushed aside to be read.
    box = page.locator("[aria-labelledby=documents] .scroll")
    assert box.evaluate("box => box.scrollWidth - box.clientWidth") <= 0
    page.goto(f"{address}/agreements/{number}/documents/{waiting}/withdraw")
    page.fill("#reason", "Я" * 300)
    page.click("main button")
    check("withdrawn", f"/documents/{waiting}")
    check("list of the withdrawn", "")
    assert found == {}
    assert page.problems == []
