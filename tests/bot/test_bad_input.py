"""Whatever is wrong with input or surroundings: one clear line each, code 2, no traceback."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import desk, settings
from bot.wiring import Wiring
from knowledge.errors import Refused
from knowledge.models import Question
from tests.bot.conftest import Mayi, Ran, mayi_apart

pytestmark = pytest.mark.usefixtures("by_words")


def refused(ran: Ran, *words: str) -> None:
    """Hold a refusal to its promise: the code, one line a problem, the words, nothing else."""
    assert ran.code == 2, ran
    assert ran.out == ""
    assert "Traceback" not in ran.err
    assert all(line.startswith("mayi: ") for line in ran.err.splitlines())
    for word in words:
        assert word in ran.err


# ---------------------------------------------------------------- the command line


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("frobnicate",), "frobnicate"),
        (("ask", "--frobnicate"), "--frobnicate"),
        (("ask", "May I?", "--as-of", "yesterday"), "2026-03-31"),
        (("diff", "1"), "after"),
        (("diff", "1", "two"), "integer"),
        (("show", "x", "--edition", "99999999999999999999"), "edition"),
        (("answers", "--limit", "0"), "limit"),
        (("answers", "--limit", str(2**70)), "limit"),
        (("evaluate", "answers"), "--guidelines"),
    ],
)
def test_a_wrong_argument_is_named(arguments: tuple[str, ...], word: str, mayi: Mayi) -> None:
    ran = mayi(*arguments)

    refused(ran, word)
    assert len(ran.err.splitlines()) == 1


def test_help_is_no_mistake(mayi: Mayi) -> None:
    assert mayi("--help").code == 0
    assert mayi("evaluate", "answers", "--help").code == 0


# ---------------------------------------------------------------- nothing there yet


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", "May I?"),
        ("editions",),
        ("show", "vendor-output"),
        ("diff", "1", "2"),
        ("answers",),
        ("proposals",),
        ("approve", "1"),
        ("withdraw", "1"),
        ("erase", "a1"),
        ("asker", "a1", "--reason", "a complaint"),
        ("cases",),
        ("exceptions",),
        ("rulings",),
        ("retire", "ruling-1"),
        ("revoke", "1"),
        ("audit",),
    ],
)
def test_without_records_the_first_step_is_named(
    arguments: tuple[str, ...], mayi: Mayi, tmp_path: Path
) -> None:
    refused(mayi(*arguments), "mayi publish FOLDER")
    assert not (tmp_path / "data" / "mayi.db").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "vendor-output", "--edition", "7"),
        ("show", "no-such#section"),
        ("diff", "1", "7"),
        ("approve", "7"),
        ("withdraw", "7"),
        ("erase", "no-such-answer"),
        ("asker", "no-such-answer", "--reason", "a complaint"),
        ("revoke", "7"),
        ("retire", "ruling-7"),
        ("retire", "vendor-output"),
    ],
)
@pytest.mark.usefixtures("published")
def test_what_does_not_exist_is_refused(arguments: tuple[str, ...], mayi: Mayi) -> None:
    refused(mayi(*arguments))


# ---------------------------------------------------------------- folders


def test_a_folder_that_is_not_there_is_refused(mayi: Mayi) -> None:
    refused(mayi("publish", "no-such-folder"), "no-such-folder")


def test_an_empty_folder_is_refused(mayi: Mayi, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    refused(mayi("publish", str(tmp_path / "empty")))


def test_broken_yaml_is_refused_with_file_and_line(mayi: Mayi, guidelines: Path) -> None:
    (guidelines / "broken.md").write_text("---\ntitle: [open\n---\n# X\n", encoding="utf-8")

    refused(mayi("publish", str(guidelines)), "broken.md:")


def test_every_problem_of_a_folder_is_named_at_once(mayi: Mayi, guidelines: Path) -> None:
    (guidelines / "broken.md").write_text("---\ntitle: [open\n---\n# X\n", encoding="utf-8")
    (guidelines / "binary.md").write_bytes(bytes(range(256)) * 4)

    refused(mayi("publish", str(guidelines)), "broken.md", "binary.md")


@pytest.mark.usefixtures("published")
def test_a_refused_folder_leaves_the_old_edition_answering(mayi: Mayi, guidelines: Path) -> None:
    (guidelines / "broken.md").write_text("---\ntitle: [open\n---\n# X\n", encoding="utf-8")

    refused(mayi("publish", str(guidelines)))

    assert "in effect" in mayi("editions").out
    assert len(mayi("editions").out.splitlines()) == 2


@pytest.mark.parametrize("when", ["soon", "2026-13-01", "", "9999-12-31T23:59-23:59"])
def test_an_instant_nobody_can_read_is_refused(when: str, mayi: Mayi, guidelines: Path) -> None:
    refused(mayi("publish", str(guidelines), "--effective", when), "--effective")


# ---------------------------------------------------------------- settings


def test_each_bad_setting_is_named(mayi: Mayi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAYI_APPROVALS", "3")
    monkeypatch.setenv("MAYI_TIMEZONE", "Mars/Phobos")

    ran = mayi("editions")

    refused(ran, "MAYI_APPROVALS", "MAYI_TIMEZONE=Europe/Berlin")
    assert len(ran.err.splitlines()) == 2


@pytest.mark.usefixtures("published")
def test_a_glossary_that_is_not_there_is_refused(
    mayi: Mayi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAYI_GLOSSARY", "no-such.yaml")

    refused(mayi("ask", "May I?"), "no-such.yaml")


def test_a_database_server_out_of_reach_is_refused_without_its_password(
    mayi: Mayi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAYI_DATABASE_URL", "postgresql://ada:secret@127.0.0.1:9/mayi")

    ran = mayi("editions")

    refused(ran, "127.0.0.1")
    assert "secret" not in ran.err


# ---------------------------------------------------------------- the data folder


def test_a_data_folder_that_is_a_file_is_refused(
    mayi: Mayi, guidelines: Path, tmp_path: Path
) -> None:
    (tmp_path / "data").write_text("in the way")

    refused(mayi("publish", str(guidelines)), str(tmp_path / "data"))


def test_a_data_folder_where_nothing_can_be_made_is_refused(
    mayi: Mayi, guidelines: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAYI_DATA", "/proc/mayi")

    refused(mayi("publish", str(guidelines)), "/proc/mayi")


def test_a_file_that_is_no_database_is_refused(mayi: Mayi, published: Path) -> None:
    published.write_bytes(b"not a database, for certain" * 400)

    refused(mayi("editions"), str(published))


def test_records_of_a_newer_version_are_refused_and_left_alone(mayi: Mayi, published: Path) -> None:
    with sqlite3.connect(published) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()

    refused(mayi("editions"), "newer version")


@pytest.fixture
def locked(published: Path) -> Iterator[None]:
    """Another process in the middle of writing."""
    connection = sqlite3.connect(published, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.close()


@pytest.mark.usefixtures("locked")
def test_reading_goes_on_while_another_writes(mayi: Mayi) -> None:
    assert mayi("editions").code == 0


@pytest.mark.usefixtures("locked")
def test_an_answer_that_cannot_be_recorded_is_refused_after_some_patience() -> None:
    parts = Wiring(settings.load(), say=lambda _sentence: None, patience=0.1)

    with pytest.raises(Refused) as caught:
        desk.answer(parts, Question(text="May we share prompts?"), asker=None)
    parts.close()

    assert "another process is writing" in str(caught.value)


def test_a_damaged_index_is_no_obstacle(mayi: Mayi, published: Path, guidelines: Path) -> None:
    index = published.parent / "index"
    shutil.rmtree(index, ignore_errors=True)
    index.mkdir()
    (index / "chroma.sqlite3").write_bytes(b"\x00garbage" * 100)
    page = guidelines / "vendor-output.md"
    page.write_text(page.read_text("utf-8").replace("competes", "vies"), encoding="utf-8")

    assert mayi("publish", str(guidelines)).code == 0


# ---------------------------------------------------------------- streams


@pytest.mark.usefixtures("published")
def test_an_output_nobody_reads_is_silent() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        [sys.executable, "-m", "bot", "show", "vendor-output"],
        stdout=write_end,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    os.close(write_end)

    assert done.stderr == b""


@pytest.mark.usefixtures("published")
def test_an_output_that_knows_no_unicode_gets_the_words_spelt() -> None:
    ran = mayi_apart("show", "vendor-output#nö", PYTHONIOENCODING="ascii")

    assert ran.code == 2
    assert "vendor-output#n\\xf6" in ran.err
