from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.bot.conftest import Mayi


def test_a_fresh_installation_is_told_the_next_step(mayi: Mayi, tmp_path: Path) -> None:
    checked = mayi("check")

    assert checked.code == 2
    assert "mayi publish FOLDER" in checked.out
    assert not (tmp_path / "data").exists()


@pytest.mark.usefixtures("published")
def test_all_that_is_well_is_said(mayi: Mayi) -> None:
    checked = mayi("check")

    assert checked.code == 0
    for words in (
        "data folder: ",
        "records: ",
        "edition: 1 is in effect since ",
        "2 documents",
        "sentence model: all-MiniLM-L6-v2",
        "glossary: ours, version ",
        "index: ",
        "settings: from the environment: MAYI_DATA",
    ):
        assert f"ok      {words}" in checked.out or words in checked.out


@pytest.mark.usefixtures("published")
def test_a_document_due_for_review_is_named_with_its_owner(mayi: Mayi) -> None:
    assert "vendor-output was to be reviewed by ada by 2026-06-30" in mayi("check").out


def test_a_misspelt_variable_is_noted(mayi: Mayi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAYI_APROVALS", "2")

    assert "note    settings: MAYI_APROVALS is set, but there is no" in mayi("check").out


def test_a_bad_setting_is_missing_and_the_rest_is_not_looked_at(
    mayi: Mayi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAYI_TIMEZONE", "Mars/Phobos")

    checked = mayi("check")

    assert checked.code == 2
    assert "missing settings: MAYI_TIMEZONE" in checked.out
    assert "records" not in checked.out


def test_two_approvals_with_one_person_are_noted(
    mayi: Mayi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAYI_APPROVALS", "2")
    monkeypatch.setenv("MAYI_COMPLIANCE", "ada")

    assert "MAYI_COMPLIANCE names one" in mayi("check").out


def test_a_data_folder_in_the_way_is_missing(mayi: Mayi, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")

    checked = mayi("check")

    assert checked.code == 2
    assert f"missing data folder: {tmp_path / 'data'} cannot be written to" in checked.out


def test_a_damaged_database_is_missing(mayi: Mayi, published: Path) -> None:
    published.write_bytes(b"not a database, for certain" * 400)

    checked = mayi("check")

    assert checked.code == 2
    assert "missing records: " in checked.out


def test_a_deleted_index_is_worth_a_note_and_no_more(mayi: Mayi, published: Path) -> None:
    shutil.rmtree(published.parent / "index", ignore_errors=True)

    checked = mayi("check")

    assert checked.code == 0
    assert "note    index: " in checked.out
