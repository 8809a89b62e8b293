"""Files that attack whoever reads them are refused or contained with a message, within the limits."""

from __future__ import annotations

import random
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.documents.extraction import Extracted, Limits, MediaType, UnreadableDocumentError, detect, extract
from registry.documents.extraction import process as extraction_process
from tests.helpers import hostile
from tests.helpers.examples import examples
from tests.helpers.rendering import page_images, save_pages

MB = 1024 * 1024
LIMITS = Limits(seconds=30, cpu_seconds=20, memory=1024 * MB)


def read(path, name=None, limits=LIMITS, **options):
    return extract(path, file_name=name or path.name, languages=["ru"], limits=limits, **options)


REFUSED = {
    "a.docx zip bomb": (hostile.zip_bomb, "unpacks to more than 200 MB"),
    "b.docx zip bomb that lies about its size": (hostile.lying_zip_bomb, "damaged or cut off|unpacks to more than"),
    "c.docx archives in archives": (hostile.archive_in_archives, "a Word file without a text"),
    "d.docx endless list": (hostile.endless_list, "more parts than any document has"),
    "e.pdf 100,000 pages": (hostile.many_pages, "has 100000 pages; at most 2000"),
    "f.pdf cyclic": (hostile.cyclic_pdf, "PDF is damaged"),
    "g.pdf password": (hostile.secret_pdf, "protected by a password"),
    "h.docx billion laughs": (hostile.laughing_word, "declares entities|not well-formed"),
    "i.odt billion laughs": (hostile.laughing_open_document, "declares entities|not well-formed"),
    "j.docx external entity": (hostile.reaching_out, "declares entities"),
    "k.rtf deep": (hostile.deep_rtf, "nested too deeply"),
    "l.png huge": (hostile.huge_png, "60000 × 60000 pixels"),
    "m.docx empty": (lambda path: path.write_bytes(b""), "is empty"),
    "n.pdf only zeros": (lambda path: path.write_bytes(b"\0" * 100), "is empty"),
    "o.exe program": (lambda path: path.write_bytes(b"MZ\x90\0" + bytes(range(256)) * 4), "none of the formats"),
    "p.doc old Word": (
        lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        "old Word file",
    ),
    "q.txt cut letter": (lambda path: path.write_bytes("Статья 1".encode()[:-3]), "in the middle of a letter"),
    "r.docx no text": (lambda path: hostile.word(path, "<w:p/>"), "No text was found"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_hostile_or_broken_file_is_refused_with_a_clear_message(case, tmp_path):
    make, message = REFUSED[case]
    path = tmp_path / case.split()[0]
    make(path)
    started = time.monotonic()
    with pytest.raises(UnreadableDocumentError, match=message):
        read(path)
    assert time.monotonic() - started < LIMITS.seconds


@pytest.mark.parametrize("ending", ["pdf", "docx", "odt", "rtf", "html", "txt", "tiff", "jpg", "png", "doc", ""])
def test_random_bytes_are_refused_whatever_their_name(ending, tmp_path):
    with pytest.raises(UnreadableDocumentError, match="none of the formats"):
        read(hostile.noise(tmp_path / f"file.{ending}"))


@pytest.mark.parametrize("ending", hostile.WHOLE)
def test_a_file_that_is_cut_off_says_so(ending, tmp_path):
    path = hostile.WHOLE[ending](hostile.TEXT, tmp_path / f"cut.{ending}")
    data = path.read_bytes()
    # After half of the file, behind an element, since a letter that is cut in two would give a page away as well.
    path.write_bytes(data[: data.index(b">", len(data) // 2) + 1] if ending == "html" else data[: len(data) // 2])
    if ending == "html":
        # A page without its end is still a page, so it is read; the reader is told.
        assert any("cut off" in note for note in read(path).notes)
        return
    with pytest.raises(UnreadableDocumentError, match=r"cut off|not well-formed"):
        read(path)


@pytest.mark.parametrize("ending", ["png", "jpg", "tiff"])
def test_an_image_that_is_cut_off_says_so(ending, tmp_path):
    path = save_pages(page_images("Статья 1"), tmp_path / f"cut.{ending}")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(UnreadableDocumentError, match="damaged or cut off"):
        read(path)


def test_a_tiff_whose_pages_go_round_in_a_circle_ends(tmp_path):
    try:
        assert len(read(hostile.cyclic_tiff(tmp_path / "round.tiff")).page_starts) <= LIMITS.pages
    except UnreadableDocumentError as error:
        assert error.template


def test_scripts_and_styles_of_a_page_are_no_text(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(
        "<html><head><title>t</title><style>p {}</style></head><body><script>alert(1)</script><p onclick='x()'>Статья 1</p>"
        "<p>a &lt;b&gt; <img src='http://127.0.0.1:1/x.png' onerror='x()'>c</p><iframe src='file:///etc/passwd'></iframe>"
        "<noscript>n</noscript></body></html>",
        encoding="utf-8",
    )
    assert read(path).text.split() == ["Статья", "1", "a", "<b>", "c"]


def test_one_element_does_not_become_a_thousand_million_spaces(tmp_path):
    assert len(read(hostile.endless_spaces(tmp_path / "a.odt")).text) < 200


def test_deep_nesting_of_a_page_is_no_danger(tmp_path):
    try:
        assert "Статья 1" in read(hostile.deep_html(tmp_path / "deep.html")).text
    except UnreadableDocumentError as error:
        assert error.template


def test_a_wrong_name_is_told_and_the_content_decides(tmp_path):
    path = hostile.WHOLE["pdf"](hostile.TEXT, tmp_path / "agreement.docx")
    found = read(path)
    assert found.media_type == MediaType.PDF == detect(path, "agreement.docx")
    assert "its content the file is PDF" in found.notes[0]
    assert read(path, name="agreement.pdf").notes == ()


def test_names_are_only_names(tmp_path):
    path = hostile.WHOLE["docx"](hostile.TEXT, tmp_path / "a.docx")
    for name in ("../../etc/passwd", "a\0b\n.docx", "ы" * 300 + ".docx", ""):
        assert read(path, name=name).text


@pytest.mark.parametrize(
    ("make", "limits", "message"),
    [
        (hostile.WHOLE["pdf"], Limits(seconds=0.01), "more than 0 seconds"),
        (hostile.WHOLE["pdf"], Limits(pages=0), "has 1 pages; at most 0"),
        (hostile.WHOLE["odt"], Limits(characters=100), "more than 100 characters"),
        (hostile.WHOLE["odt"], Limits(unpacked=1000), "unpacks to more than 0 MB"),
        (hostile.large_word, Limits(memory=120 * MB), "more than 120 MB of memory"),
        (hostile.large_word, Limits(cpu_seconds=1), "seconds; it was given up"),
    ],
)
def test_each_limit_has_its_message(make, limits, message, tmp_path):
    path = make(hostile.TEXT, tmp_path / "a.file")
    with pytest.raises(UnreadableDocumentError, match=message):
        read(path, limits=limits)


@pytest.fixture
def instead(monkeypatch, tmp_path):
    """Let another program read instead of ours, to see what is done about how it behaves."""

    def use(code):
        program = tmp_path / "reader.py"
        program.write_text(code)
        started = subprocess.Popen
        monkeypatch.setattr(
            extraction_process.subprocess,
            "Popen",
            lambda _, **options: started([sys.executable, str(program)], **options),
        )
        path = tmp_path / "a.txt"
        path.write_text("Article 1")
        return path

    return use


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import os; os.abort()", "makes the reading program fail"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "makes the reading program fail"),
        ("raise SystemExit(3)", "makes the reading program fail"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "more than 2 seconds"),
        ("while True: pass", "more than 2 seconds"),
        ("import os\nwhile True: os.write(1, b'x' * 65536)", "more than 1000 characters"),
    ],
)
def test_whatever_happens_to_the_process_the_caller_gets_a_message(code, message, instead):
    with pytest.raises(UnreadableDocumentError, match=message):
        read(instead(code), limits=Limits(seconds=2, characters=1000))


def test_the_children_of_the_process_end_with_it(instead, tmp_path):
    """Tesseract is such a child: it must not go on for minutes after its page was given up."""
    path = instead(
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen(['sleep', '600']); open({str(tmp_path / 'child')!r}, 'w').write(str(child.pid))\n"
        "time.sleep(600)"
    )
    with pytest.raises(UnreadableDocumentError, match="seconds"):
        read(path, limits=Limits(seconds=1.5))
    status = Path(f"/proc/{(tmp_path / 'child').read_text()}/stat")
    ended = time.monotonic() + 5
    while status.exists() and status.read_text().split()[2] != "Z" and time.monotonic() < ended:
        time.sleep(0.05)
    assert not status.exists() or status.read_text().split()[2] == "Z"


def test_the_process_knows_no_secret_and_its_folder_is_gone_afterwards(instead, monkeypatch, tmp_path):
    monkeypatch.setenv("REGISTRY_SECRET_KEY", "very secret")
    path = instead(f"import os; open({str(tmp_path / 'seen')!r}, 'w').write(repr(dict(os.environ)) + os.getcwd())")
    with pytest.raises(UnreadableDocumentError):
        read(path)
    seen = (tmp_path / "seen").read_text()
    assert "REGISTRY" not in seen.replace("registry-extraction", "")
    assert "very secret" not in seen
    assert not Path(seen.rpartition("}")[2]).exists()


def test_what_progress_raises_ends_the_reading(tmp_path):
    path = hostile.WHOLE["pdf"](hostile.TEXT, tmp_path / "a.pdf")

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read(path, progress=stop)


def test_the_process_gives_up_its_rights(tmp_path):
    """Asked from within: limits are in force, no core is dumped, and where namespaces exist no network is left."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = (
            "import resource, socket\n"
            "from registry.documents.extraction import isolation\n"
            "from registry.documents.extraction.results import Limits\n"
            "left = isolation._leave_network()\n"
            "isolation.give_up_rights(Limits(memory=2**30, cpu_seconds=7))\n"
            "print(*(resource.getrlimit(what)[1] for what in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_CORE)))\n"
            f"try: socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 2); print(left, 'reached')\n"
            "except OSError: print(left, 'unreachable')\n"
        )
        told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd())
    limits, network = told.stdout.splitlines()
    assert limits == f"{2**30} 7 0"
    assert network in ("True unreachable", "False reached")


@pytest.mark.parametrize("ending", [*hostile.WHOLE, "png"])
@settings(max_examples=examples(8), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_file_with_random_damage_is_read_or_refused(ending, data, tmp_path):
    path = tmp_path / f"whole.{ending}"
    if not path.exists():
        if ending == "png":
            save_pages([page.resize((620, 877)) for page in page_images("Статья 1", size=90)], path)
        else:
            hostile.WHOLE[ending](hostile.TEXT, path)
    content = bytearray(path.read_bytes())
    chance = random.Random(data.draw(st.integers(0, 2**32)))
    for _ in range(chance.randrange(30)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    damaged = tmp_path / f"damaged.{ending}"
    damaged.write_bytes(content[: chance.randrange(1, len(content) + 1)] if chance.random() < 0.5 else content)
    try:
        assert isinstance(read(damaged), Extracted)
    except UnreadableDocumentError as error:
        assert error.template
