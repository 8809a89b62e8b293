"""OCR of real pages, set as images: the share of wrong letters is measured, not believed.

The pages are from agreements between Kazakhstan and Belarus, in Russian and in Kazakh, as they were published.
"""

from __future__ import annotations

import os
import shutil

import pytest
from rapidfuzz.distance import Levenshtein

from registry.documents.extraction import Limits, MediaType, Method, UnreadableDocumentError, extract
from registry.documents.extraction.ocr import Tesseract
from registry.documents.splitting import split
from tests.helpers.needs import lacking
from tests.helpers.rendering import page_images, save_pages, to_pdf

RUSSIAN = """СОГЛАШЕНИЕ
между Правительством Республики Казахстан и Правительством Республики Беларусь
о сотрудничестве в области транспорта
Правительство Республики Казахстан и Правительство Республики Беларусь, именуемые в дальнейшем Сторонами,
руководствуясь стремлением развивать автомобильное, железнодорожное и воздушное сообщение между двумя
государствами, согласились о нижеследующем:
Статья 1
Стороны содействуют развитию международных перевозок пассажиров и грузов между обоими государствами, а также
транзитом по их территориям.
Статья 2
Настоящее Соглашение вступает в силу с даты получения последнего письменного уведомления о выполнении Сторонами
внутригосударственных процедур, необходимых для его вступления в силу."""
KAZAKH = """КЕЛІСІМ
Қазақстан Республикасының Үкіметі мен Беларусь Республикасының Үкіметі арасындағы көлік саласындағы
ынтымақтастық туралы
Бұдан әрі Тараптар деп аталатын Қазақстан Республикасының Үкіметі мен Беларусь Республикасының Үкіметі екі
мемлекет арасындағы қатынасты дамытуға ұмтылып, төмендегілер туралы келісті:
1-бап
Тараптар екі мемлекет арасындағы жолаушылар мен жүктерді халықаралық тасымалдауды дамытуға жәрдемдеседі.
2-бап
Осы Келісім Тараптардың оның күшіне енуі үшін қажетті мемлекетішілік рәсімдерді орындағаны туралы соңғы жазбаша
хабарлама алынған күннен бастап күшіне енеді."""
#: A page of A4 in the letters of `page_images`.
_PAGE = 1900

SCANS = {
    "clean": {},
    "noise and skew": {"noise": 0.01, "skew": 0.6},
    "sans serif, small": {"font": "DejaVuSans.ttf", "size": 40},
}


@pytest.fixture(autouse=True)
def tesseract():
    if shutil.which("tesseract") is None:
        lacking("Tesseract (packages tesseract-ocr, tesseract-ocr-rus, tesseract-ocr-kaz, tesseract-ocr-bel)")


def read(path, *languages, **options):
    return extract(path, file_name=path.name, languages=languages, limits=Limits(), **options)


def error_rate(read_text, text):
    """Return the share of letters that differ, of the whole text with one space between words."""
    wanted = " ".join(text.split())
    return Levenshtein.distance(" ".join(read_text.split()), wanted) / len(wanted)


def pages_of_agreements(folder, language):
    """Return a page's worth of each of three published agreements in a language."""
    found = []
    for path in sorted(folder.glob(f"kzby-*.{language}.txt"))[:3]:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        found.append("\n".join(lines)[:_PAGE].rpartition(" ")[0])
    return found


@pytest.mark.parametrize("scan", SCANS)
@pytest.mark.parametrize(("language", "text"), [("ru", RUSSIAN), ("kk", KAZAKH)])
def test_fewer_than_five_letters_of_a_hundred_are_wrong(language, text, scan, tmp_path):
    path = save_pages(page_images(text, **SCANS[scan])[:1], tmp_path / "page.png")
    found = read(path, language)
    assert found.method == Method.OCR
    assert found.confidence > 80
    assert any("OCR" in note for note in found.notes)
    assert error_rate(found.text, text) < 0.05
    if scan == "clean":
        assert [piece.number for piece in split(found.text) if piece.kind == "article"] == ["1", "2"]


@pytest.mark.corpora
@pytest.mark.parametrize("scan", ["clean", "noise and skew"])
@pytest.mark.parametrize("language", ["ru", "kk"])
def test_published_agreements_are_read_as_well(language, scan, texts_folder, tmp_path):
    rates = []
    for text in pages_of_agreements(texts_folder, language):
        path = save_pages(page_images(text, **SCANS[scan])[:1], tmp_path / "page.png")
        rates.append(error_rate(read(path, language).text, text))
    print(f"{language}, {scan}: {', '.join(f'{rate:.4f}' for rate in rates)}")
    assert len(rates) == 3
    assert max(rates) < 0.05


def test_a_scan_with_many_pages_keeps_their_borders_and_tells_how_far_it_is(tmp_path):
    pages = [page_images(f"Статья {number}\nСтороны сотрудничают.", size=60)[0] for number in (1, 2, 3)]
    path = save_pages(pages, tmp_path / "scan.tiff")
    seen = []
    found = read(path, "ru", progress=lambda done, total: seen.append((done, total)))
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert [found.text[start:].split("\n")[0] for start in found.page_starts] == ["Статья 1", "Статья 2", "Статья 3"]


def test_only_the_pages_without_text_go_through_ocr(tmp_path):
    image = page_images(RUSSIAN)[0]
    written = to_pdf(KAZAKH, tmp_path / "written.pdf")
    image.save(tmp_path / "scanned.pdf", resolution=300)
    import pypdfium2

    both = pypdfium2.PdfDocument.new()
    for path in (written, tmp_path / "scanned.pdf"):
        both.import_pages(pypdfium2.PdfDocument(path))
    both.save(tmp_path / "both.pdf")
    found = read(tmp_path / "both.pdf", "ru")
    assert (found.media_type, found.method) == (MediaType.PDF, Method.OCR)
    assert "OCR and may have mistakes: 2." in found.notes[0]
    first, second = found.text[: found.page_starts[1]], found.text[found.page_starts[1] :]
    assert error_rate(first, KAZAKH) == 0
    assert error_rate(second, RUSSIAN) < 0.05


def test_without_tesseract_a_scan_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    path = save_pages(page_images("Статья 1"), tmp_path / "page.png")
    with pytest.raises(UnreadableDocumentError, match=r"Install tesseract-ocr, tesseract-ocr-kaz"):
        read(path, "kk")


def test_without_the_data_of_a_language_a_scan_says_what_to_install(tmp_path, monkeypatch):
    (tmp_path / "tesseract").write_text("#!/bin/sh\necho 'List of available languages (1):'\necho osd\n")
    (tmp_path / "tesseract").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(UnreadableDocumentError, match=r"lacks the data .* tesseract-ocr-bel"):
        Tesseract.find(["be"], 1)
