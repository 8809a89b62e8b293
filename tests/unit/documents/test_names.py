"""Names that senders give become names that can be shown, stored and sent."""

from __future__ import annotations

import pytest

from registry.documents.names import LONGEST_NAME, safe_file_name


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("Соглашение.pdf", "Соглашение.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\win.ini", "win.ini"),
        ("C:\\Users\\officer\\скан.tiff", "скан.tiff"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie_ x=1.pdf"),
        ("a\0b\x1b[31m.txt", "ab[31m.txt"),
        # U+202E turns what follows around: the user would see “gpj.exe” as “exe.jpg”.
        ("scan\u202egpj.exe", "scangpj.exe"),
        ('x".pdf', "x_.pdf"),
        ("  two   words .pdf ", "two words.pdf"),
        ("..", "document"),
        ("", "document"),
        (None, "document"),
        ("/", "document"),
        ("con.txt", "_con.txt"),
        (".htaccess", "htaccess"),
        ("текст", "текст"),
    ],
)
def test_a_name_is_made_safe(given, safe):
    assert safe_file_name(given) == safe


@pytest.mark.parametrize(
    "given", ["я" * 300 + ".docx", "я" * 300, "." + "x" * 500, "a" * 200 + "." + "я" * 200, "я\ud800" * 200]
)
def test_a_long_name_is_cut_between_letters_and_keeps_its_suffix(given):
    name = safe_file_name(given)
    assert 0 < len(name.encode()) <= LONGEST_NAME
    assert "\ufffd" not in name
    assert name.endswith(".docx") == given.endswith(".docx")


def test_a_safe_name_stays_as_it_is():
    for given in ("я" * 300 + ".docx", "../a b.pdf", "con.txt", "…"):
        assert safe_file_name(safe_file_name(given)) == safe_file_name(given)
