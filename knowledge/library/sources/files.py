"""The files of a folder: which are taken, and their bytes as text.

Nothing outside the folder is read, whatever its links say; nothing but regular files is opened.
"""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.errors import Problem
from knowledge.library.sources.formats.kinds import FORMATS

MARKDOWN = frozenset({".md", ".markdown"})
SUFFIXES = MARKDOWN | FORMATS.keys()
"""Endings of the files that are documents."""

LARGEST_DOCUMENT = 5 * 1024 * 1024
"""Bytes of one document; the longest terms of a vendor that we know have 250,000."""

LARGEST_YAML = 1024 * 1024
"""Bytes of sources.yaml or agreements.yaml: some 10,000 entries."""

MOST_DOCUMENTS = 10_000

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY_SHARE = 0.02
_CONTROLS = [chr(code) for code in range(32) if chr(code) not in "\t\n\r\f"]
_NAMED = 5


@dataclass(slots=True)
class Notes:
    """What reading has found so far: what is wrong, and what one should know."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def refuse(self, place: str, what: str, mend: str) -> None:
        """Note that something is wrong."""
        self.problems.append(Problem(place=printable(place), what=what, mend=mend))


def printable(name: str) -> str:
    """Return a file's name fit for one line: names may hold anything."""
    return "".join(c if c.isprintable() else "·" for c in name)


def documents_in(root: Path, notes: Notes, *, besides: frozenset[str]) -> Iterator[str]:
    """Yield the paths of the folder's documents, relative to it and with "/", in order.

    Hidden files and folders are left out in silence; what is neither a document nor in
    `besides` is left out with a warning; a link that leads out of the folder is a problem.
    """
    left_out: list[str] = []
    inside = root.resolve()
    count = 0
    for name in _names(root, notes):
        if Path(name).suffix.lower() not in SUFFIXES:
            left_out.extend([] if name in besides else [name])
        elif _may_be_read(root, inside, name, notes):
            count += 1
            if count > MOST_DOCUMENTS:
                what = f"the folder holds more than {MOST_DOCUMENTS} documents"
                notes.refuse(name, what, "Give the folder of the guidelines alone")
                return
            yield name
    if left_out:
        notes.warnings.append(_left_out(left_out))


def _names(root: Path, notes: Notes) -> Iterator[str]:
    def unreadable(error: OSError) -> None:
        place = _relative(root, Path(error.filename or root))
        notes.refuse(place, f"the folder cannot be read ({_reason(error)})", "Allow reading it")

    for folder, folders, names in os.walk(root, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        here = Path(folder)
        for linked in (name for name in folders if (here / name).is_symlink()):
            place = _relative(root, here / linked)
            notes.warnings.append(f"{printable(place)}: a link to a folder, not followed")
        yield from (_relative(root, here / x) for x in sorted(names) if not x.startswith("."))


def _relative(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def _left_out(names: list[str]) -> str:
    shown = ", ".join(printable(name) for name in names[:_NAMED])
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    files = "1 file is" if len(names) == 1 else f"{len(names)} files are"
    return f"{files} of no kind that is read, and left out: {shown}{more}"


def _may_be_read(root: Path, inside: Path, name: str, notes: Notes) -> bool:
    """Tell whether the file is a regular one of the folder, and note why not."""
    path = root / name
    try:
        target = path.resolve(strict=True)
        regular = stat.S_ISREG(target.stat().st_mode)
    except (OSError, RuntimeError) as error:
        notes.refuse(name, f"the file cannot be read ({_reason(error)})", "Mend or delete it")
        return False
    if not target.is_relative_to(inside):
        notes.refuse(name, "the link leads out of the folder", "Put a copy of the file there")
        return False
    if not regular:
        notes.refuse(name, "this is not a regular file", "Delete or rename it")
    return regular


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or type(error).__name__).lower()


def read_text(root: Path, name: str, notes: Notes) -> str | None:
    """Return the file's text with line ends as "\\n"; None where it is refused, as noted."""
    largest = LARGEST_DOCUMENT if Path(name).suffix.lower() in MARKDOWN else LARGEST_YAML
    content = read_bytes(root, name, largest, notes)
    text = None if content is None else _decoded(content, name, notes)
    return None if text is None else text.replace("\r\n", "\n").replace("\r", "\n")


def read_bytes(root: Path, name: str, largest: int, notes: Notes) -> bytes | None:
    """Return what the file holds; None where it is refused, as noted."""
    try:
        with (root / name).open("rb") as file:
            content = file.read(largest + 1)
    except OSError as error:
        notes.refuse(name, f"the file cannot be read ({_reason(error)})", "Allow reading it")
        return None
    if len(content) > largest:
        what = f"the file is larger than {largest // 1024 // 1024} MB"
        notes.refuse(name, what, "Split it into several documents")
        return None
    return content


def _decoded(content: bytes, name: str, notes: Notes) -> str | None:
    encoding = next((e for mark, e in _BYTE_ORDER_MARKS if content.startswith(mark)), "utf-8")
    if encoding in {"utf-8", "utf-8-sig"} and b"\0" in content:
        _refuse_binary(name, notes)
        return None
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            what = f"the file says it is {encoding.upper()}, but is broken"
            notes.refuse(name, what, "Save it as UTF-8")
            return None
        return _western(content, name, notes, error)
    if _looks_binary(text):
        _refuse_binary(name, notes)
        return None
    return text


def _western(content: bytes, name: str, notes: Notes, error: UnicodeDecodeError) -> str | None:
    """Read what is not UTF-8 as Windows-1252, which older word processors save."""
    line = content.count(b"\n", 0, error.start) + 1
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        what = "the file is neither UTF-8 nor Windows-1252"
        notes.refuse(f"{name}:{line}", what, "Save it as UTF-8")
        return None
    if _looks_binary(text):
        _refuse_binary(name, notes)
        return None
    notes.warnings.append(
        f"{printable(name)}:{line}: not UTF-8, read as Windows-1252; save it as UTF-8"
    )
    return text


def _looks_binary(text: str) -> bool:
    """Tell whether the text holds a NUL or too many control characters for writing."""
    controls = sum(text.count(control) for control in _CONTROLS)
    return "\0" in text or controls > _BINARY_SHARE * len(text) + 8


def _refuse_binary(name: str, notes: Notes) -> None:
    notes.refuse(name, "this is a binary file, not Markdown", "Save it as plain text, or delete it")
