"""A PDF as Markdown: words and ruling lines of each page by pdfium, then pure steps.

    page → words, rules → tables (tables.py) → lines in reading order (columns.py)
         → without running headers (running.py) → paragraphs and headings (paragraphs.py)

A PDF says where letters stand and nothing else: reading order, paragraphs and headings are worked
out from positions, sizes and weights. Tables are seen where lines are drawn around their cells.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pypdfium2
from pypdfium2 import raw

from knowledge.library.sources.formats import columns, paragraphs, running, tables
from knowledge.library.sources.formats.kinds import Unfit
from knowledge.library.sources.formats.markdown import cleaned
from knowledge.library.sources.formats.page import Box, Page, Word

MOST_PAGES = 1000
"""Pages of one file."""

_MOST_LETTERS = 30_000
_MOST_OBJECTS = 50_000
_FEWEST_LETTERS = 20
_RULE_WIDTH = 3.0
_END_WITHIN = 4096
_BOLD = ("bold", "black", "heavy", "semibold", "demi")
_HEAVY = 600
_INVISIBLE = 3
_CUTS = "\x02\ufffe"
"""What pdfium gives for a hyphen at the end of a line."""

_MOST_SHOWN = 8


def read(content: bytes, in_time: Callable[[], None]) -> tuple[str, list[str]]:
    """Return the document as Markdown, and what was left out that one should know."""
    if b"%%EOF" not in content[-_END_WITHIN:]:
        raise Unfit("the PDF ends before its end: it is cut off", "Fetch or save it again")
    document = _opened(content)
    try:
        if len(document) > MOST_PAGES:
            raise Unfit(f"it has more than {MOST_PAGES} pages", "Split it into several files")
        pages = list(_pages(document, in_time))
    except pypdfium2.PdfiumError as error:
        raise Unfit("a page of the PDF is damaged", "Fetch or save it again") from error
    finally:
        document.close()
    warnings = list(_without_words(pages))
    read_pages = columns.of_document(_found(pages, in_time))
    in_time()
    return paragraphs.written(running.dropped(read_pages)), warnings


def _found(pages: list[Page], in_time: Callable[[], None]) -> Iterator[columns.Found]:
    for page in pages:
        in_time()
        yield tables.found(page)


def _opened(content: bytes) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(content)
        if len(document):
            return document
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unfit("the PDF is encrypted", "Save it without a password") from error
        raise Unfit("the PDF is damaged", "Fetch or save it again") from error
    raise Unfit("the PDF has no pages", "Fetch or save it again")


def _without_words(pages: list[Page]) -> Iterator[str]:
    """Yield a warning for pages that are pictures; refuses where they are most of the document."""
    empty = [page.number for page in pages if page.is_picture]
    if 2 * len(empty) > len(pages) or len(empty) == len(pages):
        what = "the PDF is a scan: its pages are pictures without text"
        raise Unfit(what, "Run text recognition (OCR) over it, or ask for the original")
    if empty:
        shown = ", ".join(str(number) for number in empty[:_MOST_SHOWN])
        more = f" and {len(empty) - _MOST_SHOWN} more" if len(empty) > _MOST_SHOWN else ""
        yield f"pages left out that are pictures without text: {shown}{more}"


def _pages(document: pypdfium2.PdfDocument, in_time: Callable[[], None]) -> Iterator[Page]:
    for number in range(len(document)):
        in_time()
        page = document[number]
        text = page.get_textpage()
        try:
            yield _page(number + 1, page, text)
        finally:
            text.close()
            page.close()


def _page(number: int, page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage) -> Page:
    if text.count_chars() > _MOST_LETTERS:
        what = f"page {number} holds more than {_MOST_LETTERS} letters"
        raise Unfit(what, "Print it to a PDF again, or copy its text")
    if raw.FPDFPage_CountObjects(page) > _MOST_OBJECTS:
        raise Unfit(f"page {number} is drawn of too many parts", "Print it to a PDF again")
    turn = _Turn(page.get_rotation() // 90 % 4, *page.get_cropbox())
    rules, has_picture = _drawn(page, turn)
    words = list(_Letters(text, turn, hides=not has_picture).words())
    letters = sum(len(word.text) for word in words)
    width, height = page.get_size()
    return Page(
        number=number,
        width=width,
        height=height,
        words=tuple(words),
        rules=tuple(rules),
        is_picture=has_picture and letters < _FEWEST_LETTERS,
    )


# ---------------------------------------------------------------- where things are


@dataclass(frozen=True, slots=True)
class _Turn:
    """How the page is turned (quarters, clockwise), and its box: pdfium measures it unturned."""

    quarters: int
    left: float
    bottom: float
    right: float
    top: float

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """Return the box as seen, measured from the top left corner downwards."""
        match self.quarters:
            case 1:
                return Box(
                    bottom - self.bottom, left - self.left, top - self.bottom, right - self.left
                )
            case 2:
                return Box(
                    self.right - right, bottom - self.bottom, self.right - left, top - self.bottom
                )
            case 3:
                return Box(self.top - top, self.right - right, self.top - bottom, self.right - left)
            case _:
                return Box(left - self.left, self.top - top, right - self.left, self.top - bottom)


def _drawn(page: pypdfium2.PdfPage, turn: _Turn) -> tuple[list[Box], bool]:
    """Return the straight lines drawn on the page as thin boxes, and whether it has a picture."""
    rules: list[Box] = []
    has_picture = False
    for drawn in page.get_objects(max_depth=3):
        if drawn.type == raw.FPDF_PAGEOBJ_IMAGE:
            has_picture = True
        elif drawn.type == raw.FPDF_PAGEOBJ_PATH:
            box = turn.box(*drawn.get_bounds())
            rules.extend(_sides(box, raw.FPDFPath_CountSegments(drawn)))
    return rules, has_picture


_SEGMENTS_OF_RECTANGLE = 5


def _sides(box: Box, segments: int) -> Iterator[Box]:
    """Yield the box if it is a line, or the four sides of a rectangle."""
    if min(box.width, box.height) <= _RULE_WIDTH:
        yield box
    elif segments <= _SEGMENTS_OF_RECTANGLE:
        yield Box(box.x0, box.y0, box.x1, box.y0)
        yield Box(box.x0, box.y1, box.x1, box.y1)
        yield Box(box.x0, box.y0, box.x0, box.y1)
        yield Box(box.x1, box.y0, box.x1, box.y1)


# ---------------------------------------------------------------- letters to words


class _Letters:
    """The letters of one page, joined to words where pdfium sees no gap between them."""

    def __init__(self, text: pypdfium2.PdfTextPage, turn: _Turn, *, hides: bool) -> None:
        self._text, self._turn, self._hides = text, turn, hides
        self._fonts: dict[bytes, bool] = {}

    def words(self) -> Iterator[Word]:
        """Yield the words that a reader sees, in the order in which the file draws them."""
        held: list[str] = []
        first = 0
        for at in range(self._text.count_chars()):
            letter = chr(raw.FPDFText_GetUnicode(self._text, at))
            if not held:
                first = at
            if letter in _CUTS:
                yield from self._word([*held, "-"], first, at)
                held = []
            elif letter.isspace() or letter == "\0":
                yield from self._word(held, first, at - 1)
                held = []
            else:
                held.append(letter)
        yield from self._word(held, first, self._text.count_chars() - 1)

    def _word(self, letters: list[str], first: int, last: int) -> Iterator[Word]:
        words = cleaned("".join(letters))
        if words and not self._is_unseen(first):
            yield Word(
                text=words,
                box=self._box(first).joined(self._box(last)),
                size=round(self._size(first), 1),
                bold=self._bold(first),
            )

    def _box(self, at: int) -> Box:
        """Return the letter's place: as high as its font, as wide as it moves the next one."""
        box = raw.FS_RECTF()
        raw.FPDFText_GetLooseCharBox(self._text, at, box)
        return self._turn.box(box.left, box.bottom, box.right, box.top)

    def _size(self, at: int) -> float:
        """Return the size as seen: some files write all text in size 1 and enlarge it."""
        size = raw.FPDFText_GetFontSize(self._text, at)
        matrix = raw.FS_MATRIX()
        if not raw.FPDFText_GetMatrix(self._text, at, matrix):
            return float(size)
        return float(size) * float((matrix.c**2 + matrix.d**2) ** 0.5 or 1.0)

    def _is_unseen(self, at: int) -> bool:
        """Tell whether the text is slanted like a watermark, or drawn invisibly on no picture."""
        turned = raw.FPDFText_GetCharAngle(self._text, at) / 1.5707963
        if abs(turned - round(turned)) > 0.05:  # noqa: PLR2004 - a few degrees
            return True
        if not self._hides:
            return False
        drawn = raw.FPDFText_GetTextObject(self._text, at)
        return bool(drawn) and raw.FPDFTextObj_GetTextRenderMode(drawn) == _INVISIBLE

    def _bold(self, at: int) -> bool:
        name = ctypes.create_string_buffer(128)
        flags = ctypes.c_int()
        raw.FPDFText_GetFontInfo(self._text, at, name, len(name), flags)
        if name.value not in self._fonts:
            called = name.value.decode("utf-8", errors="replace").lower()
            heavy = raw.FPDFText_GetFontWeight(self._text, at) >= _HEAVY
            self._fonts[name.value] = heavy or any(word in called for word in _BOLD)
        return self._fonts[name.value]
