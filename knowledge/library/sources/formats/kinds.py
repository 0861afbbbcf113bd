"""What a file is, told from its first bytes and not from its name."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final


class Format(StrEnum):
    """A kind of file that becomes Markdown; the value is what people call it."""

    HTML = "an HTML page"
    PDF = "a PDF"
    DOCX = "a Word document"


class Other(StrEnum):
    """A kind of file that is told apart only to say what to do about it."""

    ENCRYPTED = "an encrypted Office file"
    OLD = "a file of an old Office (.doc or the like)"
    ZIP = "a zip archive, but no Word document"
    BINARY = "a binary file"


FORMATS: Final = {
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".pdf": Format.PDF,
    ".docx": Format.DOCX,
}
"""The kinds by the ending of the file's name, in lower case."""

_ENDINGS: Final = {Format.HTML: ".html", Format.PDF: ".pdf", Format.DOCX: ".docx"}
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_SEARCHED = 1024
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MOST_CONTROLS = 8


class Unfit(Exception):  # noqa: N818 - what the file is
    """The file cannot become Markdown: what is wrong with it, and the mend."""

    def __init__(self, what: str, mend: str) -> None:
        """Keep the two."""
        super().__init__(what)
        self.what, self.mend = what, mend


def format_of(content: bytes) -> Format | Other:
    """Return what the file is; text of any sort can be read as HTML."""
    if b"%PDF-" in content[:_SEARCHED]:
        return Format.PDF
    if content.startswith(b"PK\x03\x04"):
        return Format.DOCX if b"word/document" in content else Other.ZIP
    if content.startswith(_COMPOUND):
        return Other.ENCRYPTED if _ENCRYPTED in content else Other.OLD
    if content.startswith(_WIDE):
        return Format.HTML
    controls = len(_CONTROL.findall(content[: 64 * _SEARCHED]))
    return Other.BINARY if controls > _MOST_CONTROLS else Format.HTML


def named(found: Format | Other, kind: Format) -> tuple[str, str]:
    """Return what is wrong with a file that is not of its kind, and the mend."""
    match found:
        case Other.ENCRYPTED:
            return "the file is encrypted", "Save it without a password"
        case Other.OLD:
            return f"this is {found}", "Save it as .docx"
        case Format.HTML:
            return f"this is not {kind}, or its beginning is damaged", "Save it again"
        case Format():
            ending = _ENDINGS[found]
            return f"this is {found}, not {kind}", f"Rename it so that it ends in {ending}"
        case _:
            return f"this is {found}, not {kind}", f"Save it as {kind}, or delete it"
