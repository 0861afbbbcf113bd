from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.playground.scenario import CARA, COMPLIANCE, GENERAL, QUIET, SHARED
from bot.playground.server import serve_workspace
from bot.playground.workspace import Workspace
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


# ---------------------------------------------------------------- Slack


@pytest.fixture
def workspace(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    with serve_workspace() as running:
        monkeypatch.setenv("SLACK_BOT_TOKEN", running.keys.bot)
        monkeypatch.setenv("SLACK_APP_TOKEN", running.keys.app)
        monkeypatch.setenv("SLACK_API_URL", running.api)
        yield running


def told_of_slack(mayi: Mayi) -> list[str]:
    about = ("slack: ", "compliance: ")
    return [line for line in mayi("check").out.splitlines() if line[8:].startswith(about)]


def test_without_a_token_slack_is_not_needed(mayi: Mayi) -> None:
    (told,) = told_of_slack(mayi)
    assert told.startswith("note    slack: no bot token is set")


@pytest.mark.usefixtures("workspace")
def test_whoever_answers_cases_is_looked_for_in_slack(
    mayi: Mayi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAYI_COMPLIANCE", f"compliance, {CARA}, ada")
    monkeypatch.setenv("MAYI_COMPLIANCE_CHANNEL", COMPLIANCE)

    assert told_of_slack(mayi) == [
        "ok      slack: lets us in as mayi of Acme; socket mode",
        f"ok      compliance: cases go to {COMPLIANCE}, which is private",
        "ok      compliance: @compliance has 1 member in Slack",
        f"ok      compliance: {CARA} is cara",
        "note    compliance: Slack knows no group or person ada: the name counts in the terminal "
        "alone",
    ]


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize(
    ("channel", "told"),
    [
        (GENERAL, "note    compliance: C0GENERAL is public"),
        (QUIET, "missing compliance: C0QUIET is no channel that the bot is in"),
        (SHARED, "missing compliance: C0SHARED is shared with another company"),
        ("C0NOWHERE", "missing compliance: C0NOWHERE is no channel that the bot is in"),
    ],
)
def test_a_channel_that_is_no_place_for_cases_is_told(
    mayi: Mayi, monkeypatch: pytest.MonkeyPatch, channel: str, told: str
) -> None:
    monkeypatch.setenv("MAYI_COMPLIANCE", "compliance")
    monkeypatch.setenv("MAYI_COMPLIANCE_CHANNEL", channel)

    assert told_of_slack(mayi)[1].startswith(told)


@pytest.mark.usefixtures("workspace")
def test_cases_with_nobody_to_answer_them_are_missing_somebody(
    mayi: Mayi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAYI_COMPLIANCE_CHANNEL", COMPLIANCE)

    (told,) = told_of_slack(mayi)
    assert told.startswith("missing slack: MAYI_COMPLIANCE: cases have a channel")


def test_a_token_that_does_not_let_us_in_is_missing(
    mayi: Mayi, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", f"{workspace.keys.bot}x")

    assert "invalid_auth" in told_of_slack(mayi)[0]
