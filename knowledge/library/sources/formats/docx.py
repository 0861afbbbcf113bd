"""A Word document as Markdown: automatic numbers written out, then by way of HTML.

    bytes → parts of the archive → numbers and headings in words (numbering.py) → mammoth → html.py

Only the parts that hold words are unpacked, and no document type is taken: pictures, macros and
what is linked from elsewhere are never read. Headers, footers and comments are not part of the
text; inserted text counts as accepted, deleted text as gone.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import Final
from xml.etree import ElementTree

import mammoth

from knowledge.library.sources.formats import html, numbering
from knowledge.library.sources.formats.kinds import Unfit

LARGEST_PART = 30 * 1024 * 1024
"""Bytes of one part when unpacked; a thousand pages have some ten million."""

_MOST_ENTRIES = 5000
_DOCUMENT = "word/document.xml"
_PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|word/(?:document|styles|numbering|footnotes|endnotes)\.xml"
    r"|word/_rels/(?:document|footnotes|endnotes)\.xml\.rels"
)
_DOCTYPE = b"<!DOCTYPE"
_DAMAGED = ("the Word document is damaged", "Open it in Word and save it again as .docx")
_STYLES: Final = """
p[style-name^='toc'] => !
p[style-name^='TOC'] => !
p[style-name='table of figures'] => !
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
strike => s
"""


def read(content: bytes, in_time: Callable[[], None]) -> tuple[str, list[str]]:
    """Return the document as Markdown, and what was left out that one should know."""
    try:
        parts = _parts(content)
        in_time()
        styles = _with_numbers(parts)
        in_time()
        page = mammoth.convert_to_html(
            _packed(parts),
            style_map="\n".join([*styles, _STYLES]),
            convert_image=mammoth.images.img_element(lambda _: {}),
        ).value
    except (
        zipfile.BadZipFile,
        zlib.error,
        ElementTree.ParseError,
        RecursionError,
        NotImplementedError,
        EOFError,
        KeyError,
        ValueError,
        AttributeError,
        TypeError,
        IndexError,
        OSError,
    ) as error:
        raise Unfit(*_DAMAGED) from error
    in_time()
    return html.read(f"<body>{page}</body>".encode(), in_time)


def _parts(content: bytes) -> dict[str, bytes]:
    """Return the parts that hold words, by name; refuses what unpacks to more than it may."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        if len(entries) > _MOST_ENTRIES:
            raise Unfit(f"it holds more than {_MOST_ENTRIES} parts", "Save it again in Word")
        taken = [x for x in entries if _PARTS.fullmatch(x.filename)]
        if any(entry.flag_bits & 1 for entry in taken):
            raise Unfit("the file is encrypted", "Save it without a password")
        if sum(entry.file_size for entry in taken) > LARGEST_PART:
            what = f"it unpacks to more than {LARGEST_PART // 1024 // 1024} MB of text"
            raise Unfit(what, "Split it into several documents")
        parts = {entry.filename: archive.read(entry) for entry in taken}
    if any(_DOCTYPE in part[:4096].replace(b"\0", b"").upper() for part in parts.values()):
        raise Unfit("it declares a document type, which Word never does", "Save it again in Word")
    return parts


def _with_numbers(parts: dict[str, bytes]) -> list[str]:
    """Write the automatic numbers into the document; return how its styles map to headings."""
    body = ElementTree.fromstring(parts[_DOCUMENT])  # noqa: S314 - no document type, see _parts
    trees = {
        name: ElementTree.fromstring(parts[f"word/{name}.xml"])  # noqa: S314 - as above
        for name in ("styles", "numbering")
        if f"word/{name}.xml" in parts
    }
    styles = numbering.Styles.of(trees.get("styles"))
    numbering.write_out(body, styles, numbering.Numberings.of(trees.get("numbering"), styles))
    parts[_DOCUMENT] = ElementTree.tostring(body, encoding="utf-8", xml_declaration=True)
    if "styles" in trees:
        parts["word/styles.xml"] = ElementTree.tostring(numbering.names_alone(trees["styles"]))
    return [f"p[style-name='{_quoted(name)}'] => h{level}:fresh" for name, level in styles.headings]


def _quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace("'", "\\'")


def _packed(parts: Mapping[str, bytes]) -> io.BytesIO:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    packed.seek(0)
    return packed
