"""Files of all kinds in a folder of guidelines: taken, described, told apart, refused."""

import io
import subprocess
import sys

import docx
import pytest
from reportlab.pdfgen.canvas import Canvas

from knowledge.errors import SourceRefused
from knowledge.library.sources.folder import read_folder
from knowledge.library.sources.formats import LARGEST, Format, Unfit, convert
from knowledge.models import Kind

PAGE = b"<h1>Keys</h1><p>Never share keys.</p>"


def pdf():
    file = io.BytesIO()
    canvas = Canvas(file, invariant=1)
    canvas.drawString(72, 700, "Never share keys.")
    canvas.save()
    return file.getvalue()


def word():
    file = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("Never share keys.")
    document.save(file)
    return file.getvalue()


MADE = {Format.HTML: PAGE, Format.PDF: pdf(), Format.DOCX: word()}


def test_all_kinds_stand_beside_markdown_and_are_described_in_sources_yaml(tmp_path):
    (tmp_path / "a.md").write_text("# Doors\n\nNever share doors.\n")
    (tmp_path / "b.HTML").write_bytes(PAGE)
    (tmp_path / "c.htm").write_bytes(PAGE)
    (tmp_path / "d.pdf").write_bytes(MADE[Format.PDF])
    (tmp_path / "e.docx").write_bytes(MADE[Format.DOCX])
    (tmp_path / "sources.yaml").write_text(
        "documents:\n  - {path: d.pdf, id: lark, title: Lark, kind: terms, vendor: Lark AI}\n"
    )

    source = read_folder(tmp_path)

    assert [document.id for document in source.documents] == ["a", "b", "c", "e", "lark"]
    titles = [document.title for document in source.documents]
    assert titles == ["Doors", "Keys", "Keys", "e", "Lark"]
    assert source.documents[-1].kind is Kind.TERMS
    assert source.documents[-1].path == "d.pdf"
    assert all("Never share" in document.text for document in source.documents)
    assert source.warnings == ()


def test_what_looks_like_front_matter_in_a_page_says_nothing_of_it(tmp_path):
    page = "<p>---<br>audience: [nobody]<br>id: x<br>---</p><p>Never share keys.</p>"
    (tmp_path / "keys.html").write_text(page)

    (document,) = read_folder(tmp_path).documents

    assert document.id == "keys"
    assert document.audience == frozenset()


def test_refusals_name_the_file_what_is_wrong_and_the_mend_in_one_line(tmp_path):
    (tmp_path / "a.pdf").write_bytes(PAGE)
    (tmp_path / "b.docx").write_bytes(MADE[Format.PDF])
    (tmp_path / "c.html").write_bytes(b"\x89PNG" + b"\x01" * 90)
    (tmp_path / "d.html").write_bytes(b"<p hidden>Never share keys.</p>")

    with pytest.raises(SourceRefused) as refused:
        read_folder(tmp_path)

    assert str(refused.value).split("\n") == [
        "a.pdf: this is not a PDF, or its beginning is damaged. Save it again.",
        "b.docx: this is a PDF, not a Word document. Rename it so that it ends in .pdf.",
        "c.html: this is a binary file, not an HTML page. Save it as an HTML page, or delete it.",
        "d.html: it holds no words. Write its rules, or delete the file.",
    ]


def test_warnings_name_the_file(tmp_path):
    (tmp_path / "a.html").write_bytes(PAGE + b"<p hidden>Or do.</p>")

    assert read_folder(tmp_path).warnings == ("a.html: 2 words left out: hidden on the page",)


@pytest.mark.parametrize("named", Format)
@pytest.mark.parametrize("true", Format)
def test_a_wrong_ending_is_told(named, true):
    if named is true:
        assert "Never share keys." in convert(MADE[true], named).text
        return
    with pytest.raises(Unfit) as refused:
        convert(MADE[true], named)
    assert refused.value.what.startswith("this is ")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "the file is empty"),
        (b" \n", "the file is empty"),
        (b"PK\x03\x04" + b"xl/workbook.xml", "this is a zip archive, but no Word document"),
        (bytes.fromhex("d0cf11e0a1b11ae1"), "this is a file of an old Office (.doc or the like)"),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
            "the file is encrypted",
        ),
    ],
)
def test_other_files_are_told_by_what_they_are(content, what):
    with pytest.raises(Unfit) as refused:
        convert(content, Format.DOCX)

    assert refused.value.what.startswith(what)


@pytest.mark.parametrize("kind", Format)
def test_files_beyond_the_limit_are_refused(kind, tmp_path):
    with pytest.raises(Unfit) as refused:
        convert(MADE[kind] + b" " * LARGEST[kind], kind)

    assert refused.value.what == f"the file is larger than {LARGEST[kind] // 1024 // 1024} MB"


def test_the_libraries_are_imported_only_when_such_a_file_is_read():
    code = (
        "import sys, knowledge.library.sources.folder\n"
        "print(sorted({'mammoth', 'pypdfium2', 'selectolax'} & sys.modules.keys()))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603

    assert done.stdout == "[]\n"
