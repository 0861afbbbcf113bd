"""What counts as a heading, and the stable name it gives its section."""

from __future__ import annotations

import re
import unicodedata

from knowledge.library.sentences import words as count

_LINK = re.compile(
    r"!?\[([^\[\]]{0,2000})\]\([^()\s]{0,2000}(?:\([^()\s]{0,500}\)[^()\s]{0,500})?[^()]{0,200}\)"
)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,500}>|<!--.{0,2000}?-->|<%.{0,500}?%>", re.DOTALL)
_MARKS = re.compile(r"\*+|`+|(?<!\w)_+|_+(?!\w)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_ANCHOR = re.compile(r"\s*\{#([\w:.-]{1,120})\}\s*$")
_CLOSING = re.compile(r"\s+#+\s*$")

_NUMBER = r"(?:\d{1,3}(?:\.\d{1,3})*|[IVXLC]{1,6}|[ivxlc]{1,6}|[A-Za-z])"
_NUMBERING = re.compile(
    rf"""\s*(?:
        (?:section|article|clause|chapter|part|schedule|annex|appendix|exhibit)\s+{_NUMBER}
            (?:\s*[.):–—-]+\s*|\s+)(?=\S)
      | [(]{_NUMBER}[)]\s*
      | {_NUMBER}[.)]+\s*(?=\D)
      | \d{{1,3}}(?:\.\d{{1,3}})+\s+
      | \d{{1,2}}\s+(?=[A-Z])
      | §+\s*\d[\d.]*\s*
    )""",  # noqa: RUF001
    re.VERBOSE | re.IGNORECASE,
)
_NOT_WORD = re.compile(r"[^\w]+")
_LONGEST_SLUG = 64


def plain(text: str) -> str:
    """Return the words a reader sees: without emphasis, links' targets, tags and escapes."""
    text = _TAG.sub("", _LINK.sub(r"\1", text))
    return " ".join(_ESCAPE.sub(r"\1", _MARKS.sub("", text)).split())


def heading_words(raw: str) -> str:
    """Return the heading's words without its marks, closing hashes and explicit anchor."""
    words = plain(_ANCHOR.sub("", _CLOSING.sub("", raw)))
    return words.rstrip(".:") if any(c.isalnum() for c in words) else ""


def anchor(raw: str) -> str | None:
    """Return the explicit anchor of a heading "… {#anchor}", or None."""
    found = _ANCHOR.search(_CLOSING.sub("", raw))
    return found[1] if found else None


def without_numbering(words: str) -> str:
    """Return the heading without its number ("1. ", "Section 4.", "IV)", "(a)", "2.3 ")."""
    for _ in range(2):
        rest = _NUMBERING.sub("", words, count=1) if _NUMBERING.match(words) else words
        if rest == words or not any(c.isalnum() for c in rest):
            break
        words = rest
    return words


def slug(words: str) -> str:
    """Return the heading as it stands in an id: lower case, hyphens, without leading number."""
    folded = unicodedata.normalize("NFKC", without_numbering(words)).casefold()
    parts = _NOT_WORD.sub("-", folded.replace("'", "").replace("’", "")).strip("-_")  # noqa: RUF001
    if len(parts) > _LONGEST_SLUG:
        parts = parts[: _LONGEST_SLUG + 1].rpartition("-")[0] or parts[:_LONGEST_SLUG]
    return parts or "section"


# ---------------------------------------------------------------- headings without a hash

_ITALIC_LINE = re.compile(r"(?:_(?!_)[^_\n]{3,120}_|\*(?!\*)[^*\n]{3,120}\*)")
_BOLD_LINE = re.compile(r"(?:\*\*|__)[^\n]{1,200}(?:\*\*|__):?")
_DATED = re.compile(
    r"\W*(?:last\s+|date\s+)?(?:updated?|effective|revised|modified|version|published|posted)\b",
    re.IGNORECASE,
)
_MARKERS = re.compile(r"\W*(?:not\s+allowed|allowed|ask\s+first)\b", re.IGNORECASE)
_MOST_WORDS = 10
_OPEN_ENDS = (":", ";", ",", "?", "!", "：", "；", "，", "。", "？", "！")  # noqa: RUF001
_MOST_CAPITALS = 8


def is_dated(words: str) -> bool:
    """Tell whether the line states when the document was updated or takes effect."""
    return bool(_DATED.match(words)) and any(c.isdigit() for c in words)


def is_pseudo_heading(raw: str) -> bool:
    """Tell whether a paragraph stands for a heading: one short line in bold, or in capitals.

    A line that ends in a colon leads into what follows, a date or an author's marker is none.
    """
    raw = raw.strip()
    if "\n" in raw or len(raw) > 200:  # noqa: PLR2004 - a line, not a paragraph
        return False
    words = plain(raw)
    title = without_numbering(words)
    if not any(c.isalpha() for c in title) or words.endswith(_OPEN_ENDS):
        return False
    if is_dated(words) or _MARKERS.match(words) or _is_rule(title):
        return False
    return _is_bold_title(raw, title) or _is_italic_title(raw, title) or _is_capitals(title)


def is_italic(raw: str) -> bool:
    """Tell whether the whole line is in italics."""
    return bool(_ITALIC_LINE.fullmatch(raw.strip()))


def _is_italic_title(raw: str, title: str) -> bool:
    fits = count(title) <= _MOST_WORDS and title[-1].isalnum() and title[0].isupper()
    return fits and is_italic(raw)


_RULING = re.compile(
    r"\b(?:must|may|shall|will|should|can|cannot|do|does|not|never|don.t|can.t|agrees?)\b",
    re.IGNORECASE,
)
_ASKING = re.compile(r"(?:what|how|when|who|where|why|your|our|things)\b", re.IGNORECASE)
_MOST_WORDS_WITH_STOP = 6


def _is_rule(title: str) -> bool:
    """Tell whether the line rules by itself ("Do not share keys"), so that nothing is below it."""
    if title.endswith(".") and count(title) > _MOST_WORDS_WITH_STOP:
        return True
    return bool(_RULING.search(title)) and not _ASKING.match(title)


def _is_bold_title(raw: str, title: str) -> bool:
    opening = raw.lstrip("0123456789.\\) ")
    whole = bool(_BOLD_LINE.fullmatch(opening)) and _outside_bold(opening) == ""
    return whole and count(title) <= _MOST_WORDS and not re.search(r"\.\s+\w", title)


def _outside_bold(raw: str) -> str:
    """Return what of the line is not bold, without punctuation."""
    rest = re.sub(r"\*\*[^*]+\*\*|__[^_]+__", "", raw)
    return "".join(c for c in rest if c.isalnum())


def _is_capitals(title: str) -> bool:
    letters = [c for c in title if c.isalpha()]
    cased = sum(c.isupper() for c in letters)
    return (
        cased == len(letters) >= 4  # noqa: PLR2004 - an acronym alone is no heading
        and count(title) <= _MOST_CAPITALS
        and not title.endswith(".")
    )


def is_title(raw: str) -> bool:
    """Tell whether a list item's own line is a title for what it holds, not a rule."""
    words = plain(raw)
    if "\n" in raw.strip() or not words or count(words) > _MOST_WORDS:
        return False
    title = without_numbering(words)
    ends = words[-1].isalnum() or (title != words and words[-1] == "." and not _is_rule(title))
    return ends and not title[:1].islower()


_RUN_IN = re.compile(
    r"\s*(?:[(]?[\w]{1,4}(?:\.\w{1,3})*\\?[.)]+\s+)?(?:\*\*|__)"
    r"(?P<title>[^*_\n]{2,80})(?:(?P<inside>[.:])(?:\*\*|__)|(?:\*\*|__)(?P<outside>[.:]))\s+(?=\S)"
)


def run_in(text: str, start: int, end: int) -> tuple[str, int] | None:
    """Return the title that opens a paragraph and the offset behind it, or None.

    It is bold ("**Registration.** You must…"), or a first sentence of hardly any words
    ("What you cannot do. You may not…").
    """
    found = _RUN_IN.match(text, start, min(end, start + 200))
    if found is None:
        return _plain_run_in(text, start, end)
    if found["title"].lstrip().startswith(("“", '"', "'")):
        return None
    title = plain(text[start : found.end()]).rstrip(".: ")
    return (title, found.end()) if _can_be_run_in(title) else None


_FIRST_SENTENCE = re.compile(r"[A-Z][^.:;!?\n]{2,60}\.\s+(?=[A-Z“(])")
_MOST_PLAIN_WORDS = 6


def _plain_run_in(text: str, start: int, end: int) -> tuple[str, int] | None:
    found = _FIRST_SENTENCE.match(text, start, min(end, start + 80))
    if found is None:
        return None
    title = plain(found.group()).rstrip(". ")
    rules = _is_rule(title) or not _can_be_run_in(title)
    return None if rules or count(title) > _MOST_PLAIN_WORDS else (title, found.end())


def _can_be_run_in(title: str) -> bool:
    if count(title) > _MOST_WORDS or _MARKERS.match(title) or is_dated(title):
        return False
    return any(c.isalpha() for c in title)
