"""Records are kept in a file of their owner's, and restored from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.conftest import Mayi


@pytest.mark.usefixtures("published")
def test_a_backup_is_for_its_owner_alone_and_restores_elsewhere(
    mayi: Mayi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = mayi("ask", "May we share prompts with a partner company?", "--json")
    kept = tmp_path / "kept.db"

    ran = mayi("backup", str(kept))
    monkeypatch.setenv("MAYI_DATA", str(tmp_path / "elsewhere"))
    restored = mayi("restore", str(kept))

    assert (asked.code, ran.code, restored.code) == (0, 0, 0)
    assert kept.stat().st_mode & 0o077 == 0
    rows = ran.out.partition(" ")[0]
    assert restored.out == f"{rows} rows are restored.\n"
    assert "May we share prompts" in mayi("answers").out


def test_a_backup_that_is_not_there_is_refused(mayi: Mayi, tmp_path: Path) -> None:
    ran = mayi("restore", str(tmp_path / "nothing.db"))

    assert (ran.code, ran.out) == (2, "")
    assert "nothing.db: there is no such file" in ran.err
