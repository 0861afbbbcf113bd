"""The answers as a file: JSON lines with everything, or a table for a spreadsheet."""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from knowledge.errors import Problem, Refused

COLUMNS = ("id", "asked_at", "verdict", "deciding", "edition", "question", "sections", "judge")
"""What the table holds of each answer; `sections` are those cited, separated by blanks."""

# A cell that begins so is a formula to a spreadsheet (OWASP, "CSV injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class ExportRefused(Refused):
    """The file cannot be written, or its name says no format."""


def write(answers: Iterable[Mapping[str, Any]], path: Path) -> int:
    """Write the answers to a .jsonl or .csv file; return how many there were.

    The file is there whole or not at all. Raises ExportRefused.
    """
    formats = {".jsonl": _write_lines, ".csv": _write_table}
    if (writer := formats.get(path.suffix.lower())) is None:
        raise _refused(path, "the name ends in neither .jsonl nor .csv", "End it in one of them")
    try:
        with _whole(path) as stream:
            return writer(answers, stream)
    except OSError as error:
        what = f"cannot be written: {error.strerror}"
        raise _refused(path, what, "Name a file in a folder you may write to") from error


def _refused(path: Path, what: str, mend: str) -> ExportRefused:
    return ExportRefused(Problem(place=str(path), what=what, mend=mend))


@contextmanager
def _whole(path: Path) -> Iterator[TextIO]:
    """Give a file that takes the name only once it is complete."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(handle, "w", encoding="utf-8", newline="") as stream:  # noqa: PTH123 - a handle
            yield stream
        os.replace(name, path)  # noqa: PTH105 - both names are strings here
    except BaseException:
        Path(name).unlink()
        raise


def _write_lines(answers: Iterable[Mapping[str, Any]], stream: TextIO) -> int:
    count = 0
    for count, answer in enumerate(answers, 1):  # noqa: B007 - the last count is the result
        stream.write(f"{json.dumps(answer)}\n")
    return count


def _write_table(answers: Iterable[Mapping[str, Any]], stream: TextIO) -> int:
    table = csv.writer(stream)
    table.writerow(COLUMNS)
    count = 0
    for count, answer in enumerate(answers, 1):  # noqa: B007 - the last count is the result
        table.writerow([_harmless(cell) for cell in _row(answer)])
    return count


def _row(answer: Mapping[str, Any]) -> tuple[object, ...]:
    verdict = answer["verdict"]
    edition = answer["edition"]
    sections = dict.fromkeys(unit["section_id"] for unit in answer["cited"])
    return (
        answer["id"],
        answer["asked_at"],
        verdict["ruling"],
        verdict["deciding"],
        edition["number"] if edition else "",
        answer["question"]["text"],
        " ".join(sections),
        answer["fingerprint"],
    )


def _harmless(cell: object) -> str:
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
