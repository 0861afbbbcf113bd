from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.faults import REFUSED, STOPPED, UNEXPECTED, guarded
from knowledge.errors import Problem, Refused
from tests.bot.conftest import Mayi


def fail() -> None:
    raise RuntimeError("the secret detail")


@pytest.mark.logs_errors
def test_an_unexpected_error_shows_a_reference_and_logs_the_rest(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert guarded(fail) == UNEXPECTED

    shown = capsys.readouterr().err
    reference = re.search(r"Details: (\w{8}) in (.*)\n", shown)
    assert reference
    assert len(shown.splitlines()) == 1
    assert "secret" not in shown
    assert Path(reference[2]) == tmp_path / "data" / "mayi.log"
    logged = Path(reference[2]).read_text()
    assert reference[1] in logged
    assert "the secret detail" in logged


@pytest.mark.logs_errors
def test_where_the_data_folder_cannot_be_written_the_details_go_elsewhere(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "data").write_text("in the way")

    assert guarded(fail) == UNEXPECTED

    place = Path(capsys.readouterr().err.strip().rpartition(" in ")[2])
    assert "the secret detail" in place.read_text()
    place.unlink()
    place.parent.rmdir()


@pytest.mark.logs_errors
def test_with_settings_that_cannot_be_taken_an_error_is_still_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAYI_APPROVALS", "3")

    assert guarded(fail) == UNEXPECTED

    assert len(capsys.readouterr().err.splitlines()) == 1


def test_every_problem_of_a_refusal_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    def refuse() -> None:
        raise Refused(
            Problem(place="a.md:3", what="two\nlines \x1b[31m", mend="Mend it"),
            Problem(place="b.md", what="empty", mend="Fill it"),
        )

    assert guarded(refuse) == REFUSED

    assert capsys.readouterr().err.splitlines() == [
        "mayi: a.md:3: two lines \\x1b[31m. Mend it.",
        "mayi: b.md: empty. Fill it.",
    ]


def test_ctrl_c_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    assert guarded(stop) == STOPPED
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(("level", "logged"), [("INFO", True), ("WARNING", False)])
def test_the_log_level_decides_what_is_logged_and_never_the_question(
    level: str, logged: bool, mayi: Mayi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAYI_LOG_LEVEL", level)

    mayi("ask", "May we share prompts?")

    log = tmp_path / "data" / "mayi.log"
    assert log.exists() == logged
    assert not logged or " answered " in log.read_text()
    assert not logged or "prompts" not in log.read_text()
