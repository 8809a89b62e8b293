"""Each format gives the text as a reader sees it."""

from __future__ import annotations

import pytest

from registry.documents.extraction import Limits, MediaType, Method, detect, extract
from registry.documents.splitting import split
from tests.helpers import hostile
from tests.helpers.rendering import to_docx, to_html, to_odt, to_pdf, to_rtf

TEXT = """СОГЛАШЕНИЕ
между Правительством Республики Казахстан и Правительством Республики Беларусь
Правительства, именуемые Сторонами, согласились о нижеследующем:
Статья 1
Стороны развивают научно-техническое сотрудничество («наука»), в том числе ғылым, ў і ё.
Статья 2
1. Настоящее Соглашение вступает в силу со дня подписания.
2. Оно действует пять лет."""


def plain(encoding):
    def write(text, path):
        path.write_bytes(text.encode(encoding, errors="replace"))
        return path

    return write


FILES = {
    "a.pdf": (to_pdf, MediaType.PDF),
    "a.docx": (to_docx, MediaType.DOCX),
    "a.odt": (to_odt, MediaType.ODT),
    "a.rtf": (to_rtf, MediaType.RTF),
    "a.html": (to_html, MediaType.HTML),
    "b.html": (lambda text, path: to_html(text, path, "windows-1251"), MediaType.HTML),
    "a.txt": (plain("utf-8"), MediaType.PLAIN),
    "b.txt": (plain("utf-8-sig"), MediaType.PLAIN),
    "c.txt": (plain("utf-16"), MediaType.PLAIN),
}


def read(path, **options):
    return extract(path, file_name=path.name, languages=["ru"], limits=Limits(), **options)


def lines(found):
    return [line for line in found.text.splitlines() if line.strip()]


@pytest.mark.parametrize("name", FILES)
def test_every_format_keeps_words_and_paragraphs(name, tmp_path):
    write, media_type = FILES[name]
    path = write(TEXT, tmp_path / name)
    found = read(path)
    assert detect(path, name) == found.media_type == media_type
    assert lines(found) == TEXT.splitlines()
    assert [piece.number for piece in split(found.text) if piece.kind == "article"] == ["1", "2"]
    assert (found.method, found.confidence, found.notes) == (Method.TEXT, None, ())
    assert found.page_starts == ((0,) if media_type is MediaType.PDF else ())


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866"])
def test_the_encoding_of_a_russian_text_is_found_by_its_letters(encoding, tmp_path):
    russian = TEXT.replace("ғылым, ў і ё", "наука").replace("«наука»", "наука")
    assert read(plain(encoding)(russian, tmp_path / "a.txt")).text == russian


def test_pages_of_a_pdf_begin_where_the_page_begins_and_paragraphs_go_on_over_it(tmp_path):
    sentence = "Стороны будут содействовать развитию сотрудничества между организациями обоих государств. "
    text = "\n".join(f"Статья {number}\n{sentence * 9}" for number in range(1, 12))
    found = read(to_pdf(text, tmp_path / "a.pdf", header="СБОРНИК ДОГОВОРОВ", numbers=True))
    assert len(found.page_starts) == 4
    assert [len(line) > 100 for line in lines(found)] == [False, True] * 11
    assert "СБОРНИК" not in found.text
    middle = found.page_starts[1]
    assert found.text[middle - 1] == " "
    assert found.text[middle:].split()[0] in sentence


def test_columns_are_read_one_after_another_and_divided_words_are_joined(tmp_path):
    text = "\n".join(TEXT.splitlines()[2:]) + "\n" + "\n".join(f"Статья {number}\n{TEXT}" for number in range(3, 9))
    found = read(to_pdf(text, tmp_path / "a.pdf", columns=2))
    assert found.text.split() == text.split()


WORD = {
    "tracked changes": (
        (
            "<w:p><w:r><w:t>Статья </w:t></w:r><w:del><w:r><w:delText>1</w:delText></w:r></w:del><w:ins><w:r><w:t>2</w:t></w:r>"
            "</w:ins><w:moveFrom><w:r><w:t> прочь</w:t></w:r></w:moveFrom></w:p>"
        ),
        ["Статья 2"],
    ),
    "a paragraph whose end was deleted": (
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>одно </w:t></w:r></w:p><w:p><w:r><w:t>целое</w:t></w:r></w:p>",
        ["одно целое"],
    ),
    "hidden text, tabs and hyphens": (
        (
            "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>тайна</w:t></w:r><w:r><w:t>науч</w:t><w:softHyphen/><w:t>но</w:t>"
            "<w:noBreakHyphen/><w:t>техн</w:t><w:tab/><w:t>х</w:t></w:r></w:p>"
        ),
        ["научно-техн\tх"],
    ),
    "a table of short cells": (
        (
            "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>а</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>б</w:t></w:r></w:p></w:tc></w:tr>"
            "</w:tbl>"
        ),
        ["а\tб"],
    ),
    "two languages side by side": (
        (
            "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Статья 1</w:t></w:r></w:p><w:p><w:r><w:t>Да</w:t></w:r></w:p></w:tc>"
            "<w:tc><w:p><w:r><w:t>1-бап</w:t></w:r></w:p><w:p><w:r><w:t>Иә</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
        ),
        ["Статья 1", "Да", "1-бап", "Иә"],
    ),
    "a text box": (
        (
            '<w:p><w:r><w:t>вне</w:t></w:r><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/'
            'markup-compatibility/2006"><mc:Choice><w:txbxContent><w:p><w:r><w:t>рамка</w:t></w:r></w:p></w:txbxContent>'
            "</mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r><w:t>рамка</w:t></w:r></w:p></w:txbxContent></mc:Fallback>"
            "</mc:AlternateContent></w:r></w:p>"
        ),
        ["вне", "рамка"],
    ),
}


@pytest.mark.parametrize("case", WORD)
def test_word_is_read_as_a_reader_sees_it(case, tmp_path):
    body, wanted = WORD[case]
    assert lines(read(hostile.word(tmp_path / "a.docx", body))) == wanted


def test_numbers_that_word_makes_itself_are_part_of_the_text(tmp_path):
    namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (form, text) in enumerate(
            [("decimal", "Статья %1."), ("decimal", "%1.%2."), ("russianLower", "%3)")]
        )
    )
    numbering = (
        f'<w:numbering {namespace}><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    styles = (
        f'<w:styles {namespace}><w:style w:styleId="article"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
        "</w:style></w:styles>"
    )

    def paragraph(text, depth=None):
        own = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="1"/></w:numPr>' if depth else ""
        style = "" if depth else '<w:pStyle w:val="article"/>'
        return f"<w:p><w:pPr>{style}{own}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"

    body = "".join(
        [
            paragraph("Цели"),
            paragraph("мир", 1),
            paragraph("труд", 1),
            paragraph("май", 2),
            paragraph("Силы"),
            paragraph("да", 1),
        ]
    )
    path = hostile.word(tmp_path / "a.docx", body, ("word/numbering.xml", numbering), ("word/styles.xml", styles))
    assert lines(read(path)) == ["Статья 1. Цели", "1.1. мир", "1.2. труд", "а) май", "Статья 2. Силы", "2.1. да"]


def test_footnotes_stand_at_the_end(tmp_path):
    namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    notes = f'<w:footnotes {namespace}><w:footnote w:id="7"><w:p><w:r><w:t>Примечание.</w:t></w:r></w:p></w:footnote></w:footnotes>'
    body = '<w:p><w:r><w:t>Слово</w:t><w:footnoteReference w:id="7"/><w:t>.</w:t></w:r></w:p><w:p><w:r><w:t>Ещё.</w:t></w:r></w:p>'
    path = hostile.word(tmp_path / "a.docx", body, ("word/footnotes.xml", notes))
    assert lines(read(path)) == ["Слово[1].", "Ещё.", "[1] Примечание."]
    body = (
        "<text:p>Слово<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Примечание.</text:p>"
        "</text:note-body></text:note>.</text:p><text:tracked-changes><text:changed-region><text:deletion>"
        "<text:p>удалено</text:p></text:deletion></text:changed-region></text:tracked-changes>"
        "<text:list><text:list-item><text:p><text:number>2)</text:number>пункт</text:p></text:list-item></text:list>"
    )
    assert lines(read(hostile.open_document(tmp_path / "a.odt", body))) == ["Слово[1].", "2) пункт", "[1] Примечание."]


def test_a_page_that_declares_another_encoding_than_it_has_is_read_by_its_letters(tmp_path):
    path = tmp_path / "a.html"
    page = "<html><head><meta http-equiv='Content-Type' content='text/html; charset=utf-8'></head><body>Статья 1</body></html>"
    path.write_bytes((page + "<!-- Договор о дружбе и сотрудничестве -->").encode("cp1251"))
    assert read(path).text == "Статья 1"
