"""Web pages, PDF and Word files as Markdown, which is then cut and quoted like any other.

    html    what a reader of the page sees, without navigation, banners and hidden parts
    docx    automatic numbers written out, then by way of HTML
    pdf     lines in reading order, without running headers and page numbers; ruled tables

The same file always gives the same text. Nothing is fetched, and the libraries are imported only
once such a file is read.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from knowledge.library.sources.formats.kinds import Format, Unfit, format_of, named

_MEGABYTE = 1024 * 1024
LARGEST: Final = {
    Format.HTML: 10 * _MEGABYTE,
    Format.PDF: 25 * _MEGABYTE,
    Format.DOCX: 25 * _MEGABYTE,
}
"""Bytes of one file that are taken."""

LARGEST_TEXT = 5 * _MEGABYTE
"""Characters of Markdown that one file may give: as many as a Markdown file may have."""

SECONDS = 60.0
"""How long one file may take; 200 pages of a PDF take about five."""

_MODULES: Final = {Format.HTML: "html", Format.PDF: "pdf", Format.DOCX: "docx"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """A file as Markdown, and what was left out of it that one should know."""

    text: str
    warnings: tuple[str, ...] = ()


def convert(content: bytes, kind: Format, clock: Callable[[], float] = time.monotonic) -> Converted:
    """Return the file's words as Markdown.

    Raises Unfit with what is wrong and the mend: another kind of file than its name says,
    encrypted, damaged, without words, or beyond a limit.
    """
    _refuse_other(content, kind)
    module = import_module(f"{__name__}.{_MODULES[kind]}")
    stop = clock() + SECONDS

    def in_time() -> None:
        if clock() > stop:
            what = f"reading it takes longer than {SECONDS:.0f} seconds"
            raise Unfit(what, "Split it into several files")

    text, warnings = module.read(content, in_time)
    if len(text) > LARGEST_TEXT:
        raise Unfit("it holds more than 5 million characters", "Split it into several files")
    if not any(c.isalnum() for c in text):
        raise Unfit("it holds no words", "Write its rules, or delete the file")
    return Converted(text=text, warnings=tuple(warnings))


def _refuse_other(content: bytes, kind: Format) -> None:
    """Refuse a file that is empty, too large, or of another kind than its name says."""
    if len(content) > LARGEST[kind]:
        what = f"the file is larger than {LARGEST[kind] // _MEGABYTE} MB"
        raise Unfit(what, "Split it, or save it without its pictures")
    if not content.strip():
        raise Unfit("the file is empty", "Save it again from where it came, or delete it")
    found = format_of(content)
    if found is not kind:
        what, mend = named(found, kind)
        raise Unfit(what, mend)
