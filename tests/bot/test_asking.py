"""The command's side of questions: ask, converse, look back, export, erase, demo."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.conftest import OUTPUT, Mayi, mayi_apart

RIVAL = "May we train a competing model on a vendor's output?"
VERDICTS = {"allowed", "conditional", "not_allowed", "not_covered"}
FIRST_WORDS = ("Allowed", "Not allowed", "Not covered")


pytestmark = pytest.mark.usefixtures("by_words", "published")


def test_an_answer_begins_with_its_verdict_and_names_its_edition(mayi: Mayi) -> None:
    asked = mayi("ask", RIVAL)

    assert asked.code == 0
    assert asked.out.startswith(FIRST_WORDS)
    assert asked.out.splitlines()[-1].startswith("Edition 1, in effect since ")


def test_the_answer_as_data_quotes_the_rule_to_the_character(mayi: Mayi) -> None:
    answer = json.loads(mayi("ask", RIVAL, "--json").out)

    assert answer["verdict"] in VERDICTS
    quotes = answer["quotes"] + answer["closest"]
    assert quotes
    assert all(quote["text"] in OUTPUT for quote in quotes)


def test_a_plain_answer_has_no_colour_and_its_quotes_are_not_wrapped(mayi: Mayi) -> None:
    data = json.loads(mayi("ask", RIVAL, "--json").out)
    plain = mayi("ask", RIVAL).out

    assert "\x1b" not in plain
    for quote in data["quotes"] + data["closest"]:
        assert quote["text"] in plain


def test_the_words_of_a_question_need_no_quotation_marks(mayi: Mayi) -> None:
    answer = json.loads(mayi("ask", "--json", "May", "we", "share", "prompts?").out)

    assert answer["question"] == "May we share prompts?"


def test_only_the_audience_of_a_document_is_answered_from_it(mayi: Mayi) -> None:
    question = "May I name Project Zephyr to a vendor's chat assistant?"

    outside = mayi("ask", question, "--json")
    inside = mayi("ask", question, "--json", "--groups", "board,legal")

    assert "mergers" not in outside.out
    assert "mergers#" in inside.out
    assert (outside.code, inside.code) == (0, 0)


def test_the_groups_of_the_settings_count_where_none_are_named(
    mayi: Mayi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAYI_GROUPS", "board")
    question = "May I name Project Zephyr to a vendor's chat assistant?"

    outside = mayi("ask", question, "--json", "--groups", "")

    assert "mergers#" in mayi("ask", question, "--json").out
    assert "mergers#" not in outside.out
    assert outside.code == 0


def test_before_the_first_edition_no_rules_were_in_force(mayi: Mayi) -> None:
    asked = mayi("ask", RIVAL, "--as-of", "2001-01-01")

    assert asked.code == 0
    assert asked.out.startswith("Not covered")
    assert "as of 2001-01-01" in asked.out


def test_nothing_hostile_in_a_question_comes_back_to_the_terminal(mayi: Mayi) -> None:
    asked = mayi("ask", "May I \x1b[31m\x1b]0;owned\x07 share\u202e prompts?\x9b2J")
    listed = mayi("answers")

    for ran in (asked, listed):
        assert ran.code == 0
        assert not set("\x1b\x07\x9b\u202e") & set(ran.out + ran.err)


@pytest.mark.parametrize(
    "text", ["", "   ", "\x1b[0m\x07", "?" * 50, "may i " * 9000], ids=lambda text: text[:5]
)
def test_a_question_nobody_could_answer_is_refused_in_one_line(text: str, mayi: Mayi) -> None:
    asked = mayi("ask", text)

    assert asked.code == 2
    assert asked.out == ""
    assert asked.err.startswith("mayi: question: ")
    assert len(asked.err.splitlines()) == 1


def test_a_question_in_bytes_of_no_encoding_is_answered_or_refused() -> None:
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable.encode(), b"-m", b"bot", b"ask", b"May I share \xff\xfe prompts?"],
        capture_output=True,
        timeout=60,
        check=False,
        env=_environment(),
    )

    assert done.returncode in (0, 2)
    assert b"Traceback" not in done.stderr


# ---------------------------------------------------------------- conversation


def test_piped_lines_are_answered_one_by_one() -> None:
    ran = mayi_apart("ask", "--json", given=f"{RIVAL}\nAnd if we share it?\nexit\nNo?\n".encode())

    answers = [json.loads(line) for line in ran.out.splitlines()]
    assert [answer["question"] for answer in answers] == [RIVAL, "And if we share it?"]
    assert ran.code == 0


def test_a_refused_line_does_not_end_the_conversation() -> None:
    ran = mayi_apart("ask", "--json", given=b"???\n\xff\xfe\n" + RIVAL.encode())

    assert ran.code == 0
    assert len(ran.out.splitlines()) == 1
    assert ran.err.startswith("mayi: question: ")


def test_ctrl_c_ends_a_conversation_quietly() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "ask", "--json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**_environment(), "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdin
        process.stdin.write(f"{RIVAL}\n".encode())
        process.stdin.flush()
        assert process.stdout
        assert process.stdout.readline()  # it has answered and waits for the next line
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate()

    assert process.returncode == 130
    assert errors == b""


def test_the_demo_without_a_terminal_answers_three_questions(mayi: Mayi, guidelines: Path) -> None:
    shown = mayi_apart("demo", str(guidelines))

    assert shown.code == 0
    assert shown.out.count("\n> ") == 3
    assert "Am I allowed to fine-tune our chat model on GPT-4o output?" in shown.out
    assert len(mayi("editions").out.splitlines()) == 2


def test_the_demo_publishes_where_nothing_is_published(guidelines: Path, tmp_path: Path) -> None:
    shown = mayi_apart("demo", str(guidelines), MAYI_DATA=str(tmp_path / "new"))

    assert shown.out.startswith("Edition 1 is published by ")
    assert (tmp_path / "new" / "mayi.db").exists()


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
