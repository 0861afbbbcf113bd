"""Word files as Markdown: the numbers people cite, tables, headings, and what is refused."""

import io
import zipfile

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from hypothesis import given
from hypothesis import strategies as st

from knowledge.library.parsing import parse
from knowledge.library.sources.formats import Format, Unfit, convert, counting
from knowledge.models import Document, Kind

LEGAL = (
    ("decimal", "%1."),
    ("decimal", "%1.%2"),
    ("lowerLetter", "(%3)"),
    ("lowerRoman", "(%4)"),
)


class Paper:
    """A Word document written paragraph by paragraph."""

    def __init__(self):
        self.document = docx.Document()
        self.numbers = self.document.part.numbering_part.element

    def family(self, name, levels, *, more=""):
        """Define a numbering and a first list of it, both under the name."""
        made = "".join(
            f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{counting}"/>{more}'
            f'<w:lvlText w:val="{pattern}"/></w:lvl>'
            for at, (counting, pattern) in enumerate(levels)
        )
        family = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{name}">{made}</w:abstractNum>'
        self.numbers.insert(0, parse_xml(family))
        return self.list(name, name)

    def list(self, name, family, *, more=""):
        """Define another list of the family."""
        number = f'<w:num {nsdecls("w")} w:numId="{name}">'
        number += f'<w:abstractNumId w:val="{family}"/>{more}</w:num>'
        self.numbers.append(parse_xml(number))
        return self

    def clause(self, words, level=0, name=90, *, style=None):
        paragraph = self.document.add_paragraph(words, style=style)
        refer(paragraph._p.get_or_add_pPr(), level, name)
        return self

    def line(self, words, style=None):
        self.document.add_paragraph(words, style=style)
        return self

    def made(self):
        file = io.BytesIO()
        self.document.save(file)
        return file.getvalue()


def refer(properties, level, name):
    reference = (
        f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{name}"/></w:numPr>'
    )
    properties.append(parse_xml(reference))


def legal():
    return Paper().family(90, LEGAL)


def markdown(content):
    return convert(content, Format.DOCX).text


def blocks(paper):
    return markdown(paper.made()).strip().split("\n\n")


def refusal(content):
    with pytest.raises(Unfit) as refused:
        convert(content, Format.DOCX)
    return refused.value.what


def repacked(content, **parts):
    """Return the document with other parts, named without folder and ending."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", 8) as new:
        for name in old.namelist():
            key = name.rpartition("/")[2].partition(".")[0]
            new.writestr(name, parts.get(key, old.read(name)))
    return file.getvalue()


# ---------------------------------------------------------------- automatic numbers


def test_clauses_have_the_numbers_that_word_shows():
    paper = legal()
    for title in ("Definitions", "Use"):
        paper.clause(title, 0, style="Heading 1")
        paper.clause("The Customer must:", 1).clause("keep records; and", 2)
        paper.clause("in both cases:", 2).clause("store them; and", 3).clause("delete them.", 3)
        paper.clause("The Customer may leave.", 1)

    assert blocks(paper)[7:] == [
        "# 2. Use",
        "2.1 The Customer must:",
        "(a) keep records; and",
        "(b) in both cases:",
        "(i) store them; and",
        "(ii) delete them.",
        "2.2 The Customer may leave.",
    ]


def test_lettered_clauses_are_read_with_the_words_that_lead_into_them():
    text = markdown(
        legal().clause("The Customer must:").clause("keep records; and", 2).clause("pay.", 2).made()
    )
    document = Document(id="t", title="T", kind=Kind.GUIDELINE, path="t.docx", text=text)

    passages = parse(document).passages

    assert [(x.text, x.lead_ins) for x in passages][-2:] == [
        ("(a) keep records; and", ("The Customer must:",)),
        ("(b) pay.", ("The Customer must:",)),
    ]
    assert all(passage.text in text for passage in passages)


def test_a_numbering_goes_on_after_other_paragraphs():
    paper = legal().clause("one", 1).line("Between.").clause("two", 1)

    assert blocks(paper) == ["1.1 one", "Between.", "1.2 two"]


def test_another_list_of_a_family_goes_on_unless_it_starts_over():
    over = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    paper = legal().list(91, 90).list(92, 90, more=over)
    for name in (90, 91, 92, 92):
        paper.clause(f"of {name}", 0, name)

    assert blocks(paper) == ["1. of 90", "2. of 91", "1. of 92", "2. of 92"]


def test_numbers_come_from_styles_too():
    paper = legal()
    style = paper.document.styles.add_style("Clause", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    refer(style.element.get_or_add_pPr(), 1, 90)
    paper.line("by style", "Clause").clause("by itself", 2).line("again", "Clause")
    paper.clause("without", 0, 0, style="Clause")

    assert blocks(paper) == ["1.1 by style", "(a) by itself", "1.2 again", "without"]


def test_empty_paragraphs_count_and_show_nothing():
    assert blocks(legal().clause("one").clause("").clause("three")) == ["1. one", "3. three"]


def test_legal_numbering_counts_in_figures():
    levels = (("upperRoman", "Article %1"), ("decimal", "%1.%2"))
    paper = Paper().family(90, levels, more="<w:isLgl/>").clause("Use").clause("Never.", 1)

    assert blocks(paper) == ["Article 1 Use", "1.1 Never."]


@pytest.mark.parametrize(
    ("way", "number", "written"),
    [
        ("lowerLetter", 27, "aa"),
        ("upperLetter", 28, "BB"),
        ("lowerRoman", 49, "xlix"),
        ("upperRoman", 1994, "MCMXCIV"),
        ("ordinal", 112, "112th"),
        ("ordinal", 23, "23rd"),
        ("decimalZero", 7, "07"),
        ("none", 7, ""),
    ],
)
def test_numbers_are_written_as_word_writes_them(way, number, written):
    assert counting.OF_WORD[way](number) == written


@given(st.integers(1, 4999))
def test_no_two_numbers_are_written_alike(number):
    for count in (counting.letter, counting.doubled_letter, counting.roman):
        assert count(number) != count(number + 1)


def test_bullets_become_nested_lists():
    bullets = (("bullet", "•"), ("bullet", "o"), ("bullet", "▪"))
    paper = Paper().family(90, bullets)
    paper.clause("keys", 1).clause("of ours", 2).clause("tokens", 1)

    assert blocks(paper) == ["- keys", "  - of ours\n- tokens"]


# ---------------------------------------------------------------- what is kept and what is not


def test_headings_tables_and_bold_markers_are_kept():
    paper = Paper()
    paper.document.add_heading("Plans", 2)
    paragraph = paper.document.add_paragraph()
    paragraph.add_run("Not allowed.").bold = True
    paragraph.add_run(" Lending keys.")
    table = paper.document.add_table(2, 2)
    for cell, words in zip(table._cells, ("Plan", "Days", "Free", "30"), strict=True):
        cell.text = words

    assert blocks(paper) == [
        "## Plans",
        "**Not allowed.** Lending keys.",
        "| Plan | Days |\n| --- | --- |\n| Free | 30 |",
    ]


def test_a_style_of_ones_own_is_a_heading_by_its_outline():
    paper = Paper()
    style = paper.document.styles.add_style("Kapitel", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    outline = OxmlElement("w:outlineLvl")
    outline.set(qn("w:val"), "1")
    style.element.get_or_add_pPr().append(outline)
    paper.line("Schlüssel", "Kapitel")
    paper.line("Der Kunde darf die Schlüssel niemals an Dritte geben.", "Kapitel")

    assert blocks(paper) == [
        "## Schlüssel",
        "Der Kunde darf die Schlüssel niemals an Dritte geben.",
    ]


def test_headers_footers_contents_and_hidden_words_go():
    paper = Paper()
    section = paper.document.sections[0]
    section.header.paragraphs[0].text = "Confidential"
    section.footer.paragraphs[0].text = "Page 1"
    paper.document.styles.add_style("toc 1", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    paper.line("1. Use 3", "toc 1").line("Never share keys.")
    paper.document.paragraphs[-1].add_run(" Sharing is allowed.").font.hidden = True

    assert blocks(paper) == ["Never share keys."]


def test_inserted_words_count_and_deleted_words_do_not():
    paper = Paper().line("Never ")
    change = "<w:ins {}><w:r><w:t>share keys.</w:t></w:r></w:ins>".format(nsdecls("w"))
    gone = "<w:del {}><w:r><w:delText>lend</w:delText></w:r></w:del>".format(nsdecls("w"))
    for part in (gone, change):
        paper.document.paragraphs[0]._p.append(parse_xml(part))

    assert blocks(paper) == ["Never share keys."]


def test_words_that_are_struck_out_go_with_a_warning():
    paper = Paper().line("Never share keys.")
    paper.document.paragraphs[0].add_run(" Or do.").font.strike = True

    found = convert(paper.made(), Format.DOCX)

    assert found.text == "Never share keys.\n"
    assert found.warnings == ("2 words left out: struck out",)


def test_two_hundred_pages_are_read_whole():
    paper = legal()
    for number in range(200):
        paper.clause(f"Subject {number}", 0, style="Heading 1")
        for case in range(5):
            paper.clause(f"The Customer shall not do {case} of {number}.", 1)
        paper.document.add_page_break()

    found = [block for block in blocks(paper) if block]

    assert len(found) == 200 * 6
    assert found[-6:-4] == ["# 200. Subject 199", "200.1 The Customer shall not do 0 of 199."]


def test_the_same_file_gives_the_same_text():
    content = legal().clause("one").clause("two", 1).made()

    assert markdown(content) == markdown(content)


# ---------------------------------------------------------------- refusals


def test_a_bomb_is_refused_before_it_unpacks():
    bomb = repacked(Paper().line("Share no keys.").made(), document=b" " * 31 * 1024 * 1024)

    assert len(bomb) < 200_000
    assert refusal(bomb) == "it unpacks to more than 30 MB of text"


def test_pictures_are_never_unpacked():
    content = Paper().line("Share no keys.").made()
    file = io.BytesIO(content)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/image1.png", b"\0" * 40 * 1024 * 1024)

    assert markdown(file.getvalue()) == "Share no keys.\n"


def test_entities_are_refused():
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'

    assert refusal(repacked(Paper().made(), document=bomb)) == (
        "it declares a document type, which Word never does"
    )


def test_endless_styles_end():
    paper = Paper().line("Share no keys.", "List Bullet")
    for style in ("List Bullet", "Normal"):
        based = OxmlElement("w:basedOn")
        based.set(qn("w:val"), "ListBullet")
        paper.document.styles[style].element.append(based)

    assert "Share no keys." in markdown(paper.made())


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_file_that_is_cut_off_is_refused(share):
    content = legal().clause("one").made()

    assert refusal(content[: int(share * len(content))]) == "the Word document is damaged"


@pytest.mark.parametrize(
    "part", [b"<w:document", b"", b"<a/>", b"<a>" * 20_000 + b"</a>" * 20_000, b"\xff\xfe\x00"]
)
def test_a_document_of_other_xml_is_refused(part):
    assert refusal(repacked(Paper().line("Share no keys.").made(), document=part)) in {
        "the Word document is damaged",
        "it holds no words",
    }


def test_what_is_wrong_with_numbers_alone_is_survived():
    content = repacked(
        legal().clause("one").made(), numbering=b"<numbering><num/><abstractNum/></numbering>"
    )

    assert markdown(content) == "one\n"


@given(st.data())
def test_whatever_is_broken_in_a_document_it_is_read_or_refused(data):
    whole = _SMALL
    at = data.draw(st.integers(0, len(whole) - 1))
    broken = whole[:at] + data.draw(st.binary(max_size=4)) + whole[at + 1 :]

    try:
        assert convert(broken, Format.DOCX).text.strip()
    except Unfit:
        return


_SMALL = legal().clause("one").clause("two", 1).made()
