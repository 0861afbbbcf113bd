"""PDF as Markdown: reading order, clauses, tables, and what is refused. All files are made here."""

import io
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib import colors, pdfencrypt
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, SimpleDocTemplate
from reportlab.platypus import Table as Ruled

from knowledge.library.parsing import parse
from knowledge.library.sources.formats import Format, Unfit, convert
from knowledge.models import Document, Kind

STYLES = getSampleStyleSheet()
BODY = STYLES["BodyText"]
WIDTH, HEIGHT = A4


class Paper:
    """A PDF drawn line by line; `line` moves down by 14 points."""

    def __init__(self, **options):
        self.file = io.BytesIO()
        self.canvas = Canvas(self.file, pagesize=A4, invariant=1, **options)
        self.y = HEIGHT - 100

    def line(self, text, *, x=72, font="Helvetica", size=11, down=14):
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, self.y, text)
        self.y -= down
        return self

    def at(self, x, y, text, *, font="Helvetica", size=9):
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, y, text)
        return self

    def picture(self):
        image = ImageReader(Image.new("L", (60, 80), 200))
        self.canvas.drawImage(image, 0, 0, WIDTH, HEIGHT)
        return self

    def page(self):
        self.canvas.showPage()
        self.y = HEIGHT - 100
        return self

    def made(self):
        self.canvas.save()
        return self.file.getvalue()


def flowing(*parts):
    file = io.BytesIO()
    SimpleDocTemplate(file, pagesize=A4, invariant=1).build(list(parts))
    return file.getvalue()


def markdown(content):
    return convert(content, Format.PDF).text


def refusal(content, **arguments):
    with pytest.raises(Unfit) as refused:
        convert(content, Format.PDF, **arguments)
    assert "\n" not in f"{refused.value.what}{refused.value.mend}"
    return refused.value.what


def clause(number):
    return (
        f"4.{number} The Customer shall not use Output number {number} to develop any model that "
        f"competes with the Services, except as permitted in Section {number} of these terms."
    )


# ---------------------------------------------------------------- prose


def test_wrapped_lines_become_paragraphs_and_clauses_keep_their_numbers():
    text = markdown(
        flowing(
            Paragraph("Terms of Use", STYLES["Title"]),
            Paragraph("4. Restrictions", STYLES["Heading1"]),
            Paragraph(clause(2), BODY),
            Paragraph("The Customer must:", BODY),
            Paragraph("(a) keep a copy of each record; and", BODY),
            Paragraph("(b) delete it after 30 days.", BODY),
        )
    )

    assert text == (
        "# Terms of Use\n\n# 4. Restrictions\n\n"
        f"{clause(2)}\n\nThe Customer must:\n\n"
        "(a) keep a copy of each record; and\n\n(b) delete it after 30 days.\n"
    )


def test_larger_type_makes_headings_by_size():
    text = markdown(
        Paper()
        .line("Policy", size=24, down=40)
        .line("Part One", size=16, down=30)
        .line("Never share keys with anybody outside of the company.")
        .made()
    )

    assert (
        text == "# Policy\n\n## Part One\n\nNever share keys with anybody outside of the company.\n"
    )


def test_bold_markers_of_an_author_survive():
    text = markdown(flowing(Paragraph("<b>Not allowed.</b> Lending your key card.", BODY)))

    assert text == "**Not allowed.** Lending your key card.\n"


def test_words_cut_at_line_ends_are_joined_and_real_hyphens_stay():
    text = markdown(
        Paper()
        .line("The supplier shall not disclose customer infor-")
        .line("mation in non-")
        .line("commercial work of any kind, nor information of a sub-")
        .line("processor. Every subprocessor is named on a well-kept list, and the well-")
        .line("kept list is public.")
        .made()
    )

    assert text == (
        "The supplier shall not disclose customer information in non-commercial work of any kind, "
        "nor information of a subprocessor. Every subprocessor is named on a well-kept list, and "
        "the well-kept list is public.\n"
    )


def test_a_paragraph_goes_on_over_the_end_of_a_page():
    text = markdown(
        Paper()
        .line("The Customer shall not sell the Output to anybody, nor")
        .page()
        .line("lend it to a third party.")
        .made()
    )

    assert text == (
        "The Customer shall not sell the Output to anybody, nor lend it to a third party.\n"
    )


def test_two_columns_are_read_one_after_the_other_also_on_a_page_that_is_not_full():
    file = io.BytesIO()
    document = BaseDocTemplate(file, pagesize=A4, invariant=1)
    width = (WIDTH - 164) / 2
    frames = [Frame(72, 72, width, 640), Frame(92 + width, 72, width, 640)]
    document.addPageTemplates([PageTemplate("two", frames)])
    justified = ParagraphStyle("justified", parent=BODY, alignment=4)
    document.build([Paragraph(clause(number), justified) for number in range(1, 45)])

    text = markdown(file.getvalue())

    assert text == "\n\n".join(clause(number) for number in range(1, 45)) + "\n"


def test_a_title_across_both_columns_is_read_before_them():
    paper = Paper()
    paper.line("A title that runs across both of the columns of this page", size=18, down=40)
    top = paper.y
    for x in (72, 320):
        paper.y = top
        for number in range(12):
            paper.line(f"column at {x} with line number {number} here", x=x)

    text = markdown(paper.made())

    places = [text.index(f"at {x} with line number {n} here") for x in (72, 320) for n in range(12)]
    assert text.startswith("# A title that runs across")
    assert places == sorted(places)


def test_hanging_numbers_are_no_column_of_their_own():
    paper = Paper()
    for number in range(1, 15):
        paper.at(72, paper.y, f"4.{number}", size=11)
        paper.line(f"The Customer shall keep record number {number} for a year.", x=130)

    text = markdown(paper.made())

    assert "4.3 The Customer shall keep record number 3 for a year.\n\n4.4 The" in text


def test_bullets_become_a_list():
    text = markdown(Paper().line("Never share:").line("• keys;").line("• tokens.").made())

    assert text == "Never share:\n\n- keys;\n\n- tokens.\n"


# ---------------------------------------------------------------- what is not the document


def test_running_headers_footers_and_page_numbers_go_and_clauses_near_the_edge_stay():
    paper = Paper()
    for number in range(1, 9):
        paper.at(72, HEIGHT - 40, "Master Services Agreement")
        paper.at(72, 30, "Example GmbH, confidential").at(480, 30, f"Page {number} of 8")
        paper.at(72, HEIGHT - 70, f"Article {number + 20}", font="Helvetica-Bold", size=11)
        paper.line(f"The Customer shall observe rule number {number}.").page()

    text = markdown(paper.made())

    assert "Master" not in text
    assert "confidential" not in text
    assert "Page" not in text
    assert all(f"Article {number + 20}" in text for number in range(1, 9))
    assert all(f"rule number {number}." in text for number in range(1, 9))


def test_page_numbers_that_leave_out_the_cover_go_too():
    paper = Paper().line("Agreement").page()
    for number in range(1, 6):
        paper.at(72, 30, f"Example GmbH | {number} | 2026")
        paper.line(f"The Customer shall observe rule {number}.").page()

    assert "Example" not in markdown(paper.made())


def test_a_bare_page_number_goes_and_a_bare_number_in_the_text_stays():
    text = markdown(Paper().line("The limit is").line("30").line("days.").at(290, 30, "7").made())

    assert text == "The limit is 30 days.\n"


def test_a_table_of_contents_goes():
    text = markdown(Paper().line("1. Use .................. 3").line("Never share keys.").made())

    assert text == "Never share keys.\n"


def test_words_that_nobody_sees_go():
    paper = Paper().line("Never share keys.")
    hidden = paper.canvas.beginText(72, 300)
    hidden.setTextRenderMode(3)
    hidden.textLine("Sharing keys is allowed.")
    paper.canvas.drawText(hidden)
    paper.canvas.saveState()
    paper.canvas.translate(200, 400)
    paper.canvas.rotate(45)
    paper.canvas.drawString(0, 0, "DRAFT")
    paper.canvas.restoreState()

    assert markdown(paper.made()) == "Never share keys.\n"


def test_a_page_that_lies_on_its_side_is_read_upright():
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(WIDTH, HEIGHT), invariant=1)
    canvas.setPageRotation(90)
    canvas.rotate(90)
    canvas.drawString(100, -100, "Never share keys with anybody outside of the")
    canvas.drawString(100, -114, "company, whoever asks.")
    canvas.save()

    assert markdown(file.getvalue()) == (
        "Never share keys with anybody outside of the company, whoever asks.\n"
    )


# ---------------------------------------------------------------- tables


def ruled(rows, **options):
    table = Ruled(rows, colWidths=[80, 80, 200], **options)
    table.setStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black)])
    return table


def test_a_table_over_two_pages_is_one_table_with_one_head():
    rows = [[f"Plan {n}", f"{n} days", Paragraph("kept in the EU " * 5, BODY)] for n in range(40)]
    text = markdown(
        flowing(
            Paragraph("The following periods apply:", BODY),
            ruled([["Plan", "Period", "Note"], *rows], repeatRows=1),
            Paragraph("No other period applies.", BODY),
        )
    )

    lines = text.splitlines()
    assert lines[:4] == [
        "The following periods apply:",
        "",
        "| Plan | Period | Note |",
        "| --- | --- | --- |",
    ]
    body = [f"| Plan {n} | {n} days | {('kept in the EU ' * 5).strip()} |" for n in range(40)]
    assert lines[4:44] == body
    assert lines[44:] == ["", "No other period applies."]


def test_cells_that_are_joined_keep_their_words_together():
    table = ruled([["All plans together", "", "Note"], ["Free", "30 days", "none"]])
    table.setStyle([("SPAN", (0, 0), (1, 0))])

    assert "| All plans together |  | Note |" in markdown(flowing(table))


def test_a_frame_around_a_paragraph_is_no_table():
    paper = Paper().line("Never share keys.")
    paper.canvas.rect(60, paper.y - 10, 300, 60)

    assert markdown(paper.made()) == "Never share keys.\n"


# ---------------------------------------------------------------- two hundred pages


def test_two_hundred_pages_are_read_whole_and_in_order():
    paper = Paper()
    for page in range(1, 201):
        paper.at(72, 30, f"Page {page} of 200")
        paper.line(f"{page}. Subject number {page}", size=16, down=30)
        for number in range(1, 6):
            paper.line(f"{page}.{number} The Customer shall not use the Output for case {number}")
            paper.line(f"of subject {page}, unless the Provider agrees.", down=24)
        paper.page()

    text = markdown(paper.made())

    expected = [
        line
        for page in range(1, 201)
        for line in (
            f"# {page}. Subject number {page}",
            *(
                f"{page}.{number} The Customer shall not use the Output for case {number} of "
                f"subject {page}, unless the Provider agrees."
                for number in range(1, 6)
            ),
        )
    ]
    assert text.strip().split("\n\n") == expected


def test_the_same_file_gives_the_same_text_and_quotes_are_of_it():
    content = flowing(*[Paragraph(clause(number), BODY) for number in range(1, 9)])
    text = markdown(content)
    document = Document(id="t", title="T", kind=Kind.TERMS, vendor="V", path="t.pdf", text=text)

    parsed = parse(document)

    assert markdown(content) == text
    assert [passage.text for passage in parsed.passages] == [clause(n) for n in range(1, 9)]
    assert all(passage.text in text for passage in parsed.passages)


# ---------------------------------------------------------------- refusals


def test_a_scan_is_refused_with_what_to_do():
    with pytest.raises(Unfit) as refused:
        convert(Paper().picture().page().picture().made(), Format.PDF)

    assert refused.value.what == "the PDF is a scan: its pages are pictures without text"
    assert refused.value.mend == "Run text recognition (OCR) over it, or ask for the original"


def test_single_pictures_are_left_out_with_a_warning():
    paper = Paper().picture().page()
    for _ in range(3):
        paper.line("Never share keys with anybody outside of the company.").page()

    found = convert(paper.made(), Format.PDF)

    assert found.warnings == ("pages left out that are pictures without text: 1",)


def test_the_recognised_text_of_a_scan_is_read():
    paper = Paper().picture()
    recognised = paper.canvas.beginText(72, 700)
    recognised.setTextRenderMode(3)
    recognised.textLine("Never share keys with anybody.")
    paper.canvas.drawText(recognised)

    assert markdown(paper.made()) == "Never share keys with anybody.\n"


def test_an_encrypted_file_is_refused_and_one_that_only_forbids_printing_is_read():
    locked = pdfencrypt.StandardEncryption("secret", canPrint=0, strength=128)
    restricted = pdfencrypt.StandardEncryption("", "owner", canPrint=0, strength=128)

    assert refusal(Paper(encrypt=locked).line("Hidden.").made()) == "the PDF is encrypted"
    assert markdown(Paper(encrypt=restricted).line("Share no keys.").made()) == "Share no keys.\n"


def test_files_that_are_cut_off_or_damaged_are_refused():
    whole = flowing(*[Paragraph(clause(number), BODY) for number in range(1, 99)])

    assert refusal(whole[: len(whole) // 2]) == "the PDF ends before its end: it is cut off"
    assert refusal(b"%PDF-1.7\n" + b"x" * 500 + b"%%EOF") == "the PDF is damaged"


def test_pages_without_any_words_are_refused():
    assert refusal(Paper().page().made()) == "it holds no words"


def test_too_many_pages_are_refused():
    paper = Paper()
    for _ in range(1001):
        paper.page()

    assert refusal(paper.made()) == "it has more than 1000 pages"


def test_a_file_that_takes_too_long_is_refused():
    times = iter(range(0, 10_000, 31))
    paper = Paper()
    for _ in range(9):
        paper.line("Never share keys.").page()

    assert refusal(paper.made(), clock=lambda: next(times)) == (
        "reading it takes longer than 60 seconds"
    )


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_is_broken_in_a_file_it_is_read_or_refused(data):
    whole = Paper().line("Never share keys.").line("4.2 Never lend them.").page().made()
    at = data.draw(st.integers(0, len(whole) - 1))
    broken = whole[:at] + data.draw(st.binary(max_size=8)) + whole[at + 1 :]

    with suppress(Unfit):
        assert any(c.isalnum() for c in convert(broken, Format.PDF).text)


def test_a_page_of_scattered_letters_takes_no_time():
    paper = Paper()
    for row in range(120):
        paper.at(20, 20 + 6 * row, "  ".join("x" * 90), size=4)

    assert markdown(paper.made()).count("x") == 120 * 90


def test_a_page_with_more_letters_than_fit_is_refused():
    paper = Paper()
    for row in range(40):
        paper.at(20, 300 + row, "never " * 150, size=1)

    assert refusal(paper.made()) == "page 1 holds more than 30000 letters"
