"""Who says nothing about who may see a document opens nothing; a scan in another language is read again."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from registry.core.leases import State
from registry.documents.models import Document
from registry.outbox.services import note_changes
from tests.helpers.accounts import browser, new_user, send, sign_in
from tests.helpers.documents import TEXT, documents_in, number_of, put_in, upload


@pytest.fixture
def number(registry):
    return number_of(registry)


@pytest.fixture
def officer(app, registry):
    new_user(registry)
    made = browser(app)
    sign_in(made)
    return made


@pytest.mark.parametrize(
    ("before", "after"), [("restricted", "restricted"), ("internal", "internal"), (None, "public")]
)
def test_the_plain_form_opens_nothing_that_was_closed(officer, registry, number, before, after):
    if before is not None:
        put_in(registry, TEXT, access=before)
    form = officer.get(f"/agreements/{number}/documents/new").text
    select = re.search(r'<select id="access".*?</select>', form, re.DOTALL)[0]
    assert "selected" not in select
    assert select.index('<option value="">') < select.index('value="public"')
    assert upload(officer, number, TEXT + " ", access="").status_code == 303
    assert documents_in(registry)[-1].access == after


def test_a_scan_whose_language_is_corrected_is_recognised_again(officer, registry, number):
    key = put_in(registry, TEXT).document_id
    with registry.database.write("test") as uow:
        uow.session.execute(update(Document).where(Document.id == key).values(method="ocr", confidence=70))
        note_changes(uow.session, [uow.session.get(Document, key).agreement_id])
    given = {"role": "certified_copy", "access": "public", "title": "Скан"}
    address = f"/agreements/{number}/documents/{key}"
    send(officer, address, language="ru", **given)
    assert documents_in(registry)[0].extraction.state == State.DONE
    send(officer, address, language="kk", **given)
    assert documents_in(registry)[0].extraction.state == State.QUEUED
