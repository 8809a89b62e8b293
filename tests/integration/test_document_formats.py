"""Real files go the whole way: attached, read in their own process, divided, found, and never harmful."""

from __future__ import annotations

import pytest

from registry.documents.extraction import UnreadableDocumentError
from registry.documents.queries import articles_of
from registry.search.query_language.grammar import parse
from tests.helpers.documents import TEXT, documents_in, files_below, put_in
from tests.helpers.rendering import to_docx, to_html, to_odt, to_pdf, to_rtf

LONG = TEXT.replace(
    "Стороны строят дельфинарии.", "\n".join(f"{number}) Стороны строят дельфинарии." for number in range(1, 120))
)


@pytest.mark.parametrize(
    ("write", "media_type"),
    [
        (to_pdf, "application/pdf"),
        (to_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (to_odt, "application/vnd.oasis.opendocument.text"),
        (to_rtf, "application/rtf"),
        (to_html, "text/html"),
    ],
)
def test_a_file_is_read_and_its_articles_are_found(registry, tmp_path, write, media_type):
    path = tmp_path / "file"
    write(LONG, path)
    # A wrong ending changes nothing: the content decides.
    key = put_in(registry, path.read_bytes(), file_name="scan.png").document_id
    (document,) = documents_in(registry)
    assert document.extraction.state == "done", document.extraction.message
    assert (document.media_type, document.method) == (media_type, "text")
    with registry.database.read() as session:
        articles = [article for article in articles_of(session, key) if article.kind == "article"]
    assert [article.number for article in articles] == ["1", "2"]
    assert [article.page is not None for article in articles] == [media_type == "application/pdf"] * 2
    if document.page_count:
        assert articles[1].page == document.page_count > 1
    assert len(registry.index.search(parse("дельфинарии")).keys) == 1


def test_a_file_cut_off_in_the_middle_is_kept_and_says_why_it_has_no_text(registry, tmp_path):
    to_pdf(LONG, tmp_path / "whole.pdf")
    whole = (tmp_path / "whole.pdf").read_bytes()
    put_in(registry, whole[: len(whole) // 2], file_name="half.pdf")
    (document,) = documents_in(registry)
    assert document.extraction.state == "failed"
    assert "damaged or cut off" in document.extraction.message
    assert b"".join(registry.storage.read(document.sha256)) == whole[: len(whole) // 2]


@pytest.mark.parametrize(
    "data", [b"MZ\x90\0" + bytes(range(256)) * 9, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600]
)
def test_a_file_of_no_known_format_is_refused_and_nothing_is_kept(registry, data):
    with pytest.raises(UnreadableDocumentError):
        put_in(registry, data, file_name="agreement.pdf")
    assert documents_in(registry) == files_below(registry.storage.root) == []
