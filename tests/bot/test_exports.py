from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from bot.exports import COLUMNS, ExportRefused, write


def an_answer(question: str = "May I?", **said: Any) -> dict[str, Any]:
    return {
        "id": "a1",
        "asked_at": "2026-03-31T12:00:00Z",
        "verdict": {"ruling": "not_allowed", "deciding": "a rival model"},
        "edition": {"number": 3},
        "question": {"text": question},
        "cited": [{"section_id": "x#a"}, {"section_id": "x#b"}, {"section_id": "x#a"}],
        "fingerprint": "reader 1",
        **said,
    }


def test_json_lines_hold_everything(tmp_path: Path) -> None:
    answers = [an_answer("One?"), an_answer("Two?\u2028\x1b")]

    assert write(answers, tmp_path / "out.jsonl") == 2

    lines = (tmp_path / "out.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == answers


def test_the_table_has_a_row_for_each_answer(tmp_path: Path) -> None:
    write([an_answer("One,\ntwo?"), an_answer(edition=None)], tmp_path / "out.csv")

    with (tmp_path / "out.csv").open(newline="") as stream:
        head, first, second = csv.reader(stream)
    assert tuple(head) == COLUMNS
    assert first[4:7] == ["3", "One,\ntwo?", "x#a x#b"]
    assert second[4] == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_no_cell_is_a_formula(start: str, tmp_path: Path) -> None:
    write([an_answer(f"{start}HYPERLINK(1)")], tmp_path / "out.csv")

    with (tmp_path / "out.csv").open(newline="") as stream:
        _, row = csv.reader(stream)
    assert row[5] == f"'{start}HYPERLINK(1)"


def test_a_name_without_a_known_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportRefused, match=r"\.jsonl"):
        write([], tmp_path / "out.xlsx")


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportRefused, match="cannot be written"):
        write([], tmp_path / "nowhere" / "out.csv")


def test_a_failed_export_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("old")

    with pytest.raises(KeyError):
        write([{"id": "broken"}], tmp_path / "out.csv")

    assert {path.name for path in tmp_path.glob("*out*")} == {"out.csv"}
    assert (tmp_path / "out.csv").read_text() == "old"
