"""Makes the files that attack whoever reads them, and those that are merely broken."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib

from reportlab.lib.pdfencrypt import StandardEncryption

from tests.helpers.rendering import to_docx, to_html, to_odt, to_pdf, to_rtf

TEXT = "Статья 1\nСтороны сотрудничают в области науки и техники.\nСтатья 2\nСоглашение вступает в силу.\n" * 8
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)
_LAUGHS = "<!DOCTYPE lolz [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{place + 1} '{f'&a{place};' * 10}'>" for place in range(9)
)


def archive(path, parts):
    """Write an archive of (name, content) pairs."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts:
            file.writestr(name, content)
    return path


def word(path, body, *more, before="", declaration='<?xml version="1.0" encoding="UTF-8"?>'):
    """Write a Word file with `body` as the content of its body."""
    document = f"{declaration}{before}<w:document {_W}><w:body>{body}</w:body></w:document>"
    return archive(path, [("[Content_Types].xml", "<Types/>"), ("word/document.xml", document), *more])


def open_document(path, body, before=""):
    """Write an OpenDocument text with `body` as its content."""
    content = (
        f'<?xml version="1.0"?>{before}<office:document-content {_ODF}><office:body><office:text>{body}'
        "</office:text></office:body></office:document-content>"
    )
    return archive(path, [("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", content)])


def large_word(text, path):
    """Write a Word file with two hundred thousand paragraphs, each with the first line of `text`."""
    return word(path, f"<w:p><w:r><w:t>{text.splitlines()[0]}</w:t></w:r></w:p>" * 200_000)


def zip_bomb(path):
    """Write a Word file of a few kilobytes whose text unpacks to 400 MB, as the archive says itself."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        with file.open("word/document.xml", "w", force_zip64=True) as part:
            for _ in range(400):
                part.write(b" " * 1024 * 1024)
    return path


def lying_zip_bomb(path):
    """Write a Word file whose list says that its text has 1,000 bytes, though it unpacks to 400 MB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(packer.compress(b" " * 1024 * 1024) for _ in range(400)) + packer.flush()
    word(path, "")
    data = path.read_bytes()
    name, types = b"word/document.xml", data[: data.index(b"PK\x03\x04", 4)]
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 33, 0, len(packed), 1000, len(name), 0) + name + packed
    first = data[data.index(b"PK\x01\x02") : data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)]
    second = struct.pack(
        "<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 33, 0, len(packed), 1000, len(name), 0, 0, 0, 0, 0, len(types)
    )
    listing = first + second + name
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, len(listing), len(types) + len(local), 0)
    path.write_bytes(types + local + listing + end)
    return path


def archive_in_archives(path):
    """Write a Word file without a text that holds archives in archives, as the files that unpack for ever do."""
    inner = b"end"
    for _ in range(20):
        stream = io.BytesIO()
        archive(stream, [(f"{place}.zip", inner) for place in range(10)])
        inner = stream.getvalue()
    return archive(path, [("[Content_Types].xml", "<Types/>"), ("word/inner.zip", inner)])


def endless_list(path):
    """Write an archive whose list has 60,000 parts."""
    with zipfile.ZipFile(path, "w") as file:
        for place in range(60_000):
            file.writestr(f"word/{place}", "")
    return path


def pdf_of(objects, path):
    """Write a PDF of these objects, numbered from 1, the first of which is the catalogue."""
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode()
    start = len(out)
    out += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += f"trailer\n<< /Size {len(places) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    path.write_bytes(out)
    return path


def many_pages(path):
    """Write a PDF that really has 100,000 pages."""
    kids = " ".join(f"{number} 0 R" for number in range(3, 100_003))
    pages = ["<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"] * 100_000
    return pdf_of(
        ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Count 100000 /Kids [{kids}] >>", *pages], path
    )


def cyclic_pdf(path):
    """Write a PDF whose tree of pages holds itself."""
    tree = "<< /Type /Pages /Count 5 /Parent 2 0 R /Kids [2 0 R 3 0 R 2 0 R] >>"
    return pdf_of(
        ["<< /Type /Catalog /Pages 2 0 R >>", tree, "<< /Type /Pages /Count 5 /Parent 2 0 R /Kids [2 0 R] >>"], path
    )


def huge_png(path, width=60_000, height=60_000):
    """Write a PNG of a few bytes that says to have 3,600 million pixels."""

    def chunk(kind, content):
        return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))

    header = struct.pack(">2L5B", width, height, 8, 0, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )
    return path


def cyclic_tiff(path):
    """Write a TIFF whose first page says that the next page is the first."""
    fields = [(256, 4, 1), (257, 4, 1), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 200), (278, 4, 1), (279, 4, 1)]
    data = b"II*\0" + struct.pack("<L", 8) + struct.pack("<H", len(fields))
    data += b"".join(struct.pack("<HHLL", tag, kind, 1, value) for tag, kind, value in fields) + struct.pack("<L", 8)
    path.write_bytes(data.ljust(201, b"\0"))
    return path


def secret_pdf(path):
    """Write a PDF that a password protects."""
    return to_pdf(TEXT, path, password=StandardEncryption("secret", canPrint=0))


def noise(path, seed=1):
    """Write 20,000 random bytes."""
    path.write_bytes(random.Random(seed).randbytes(20_000))
    return path


WHOLE = {"pdf": to_pdf, "docx": to_docx, "odt": to_odt, "rtf": to_rtf, "html": to_html}


def laughing_word(path):
    """Write a Word file whose entities multiply."""
    return word(path, "<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>", before=_LAUGHS + "]>")


def laughing_open_document(path):
    """Write an OpenDocument text whose entities multiply."""
    return open_document(path, "<text:p>&a9;</text:p>", before=_LAUGHS + "]>")


def reaching_out(path):
    """Write a Word file that wants the contents of another file of the machine."""
    outside = '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>'
    return word(path, "<w:p><w:r><w:t>&file;</w:t></w:r></w:p>", before=outside)


def endless_spaces(path):
    """Write an OpenDocument text in which one element stands for a thousand million spaces."""
    return open_document(path, '<text:p>слово<text:s text:c="1000000000"/>слово</text:p>')


def deep_rtf(path):
    """Write an RTF with a hundred thousand groups in one another."""
    path.write_bytes(rb"{\rtf1 " + b"{" * 100_000 + b"x" + b"}" * 100_000 + b"}")
    return path


def deep_html(path):
    """Write an HTML with a hundred thousand elements in one another."""
    path.write_text("<html><body>" + "<div>" * 100_000 + "Статья 1" + "</div>" * 100_000 + "</body></html>")
    return path
