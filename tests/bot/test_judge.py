"""Who judges is a setting: nothing is sent without it, and what is sent is said beforehand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.conftest import Mayi
from tests.fakes.model import parts
from tests.fakes.model.server import ModelServer

pytestmark = pytest.mark.usefixtures("by_words")

ASKED = "May I train a model on a vendor's output that competes with the vendor?"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(parts.thinking(parts.forbidding), key="sk-right") as running:
        yield running


@pytest.fixture
def switched_on(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> ModelServer:
    monkeypatch.setenv("MAYI_JUDGE", "openai")
    monkeypatch.setenv("MAYI_OPENAI_MODEL", "gpt-scripted")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-right")
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    return server


@pytest.mark.usefixtures("published")
def test_a_key_alone_sends_nothing(
    mayi: Mayi, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-right")
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)

    asked = mayi("ask", ASKED)
    checked = mayi("check")

    assert asked.code == 0
    assert server.calls == []
    assert "it sends no question anywhere" in checked.out
    assert "without MAYI_JUDGE=openai it sends nothing" in checked.out


@pytest.mark.usefixtures("published")
def test_switched_on_the_model_is_asked(mayi: Mayi, switched_on: ModelServer) -> None:
    told = json.loads(mayi("ask", "--json", "--as", "ada", ASKED).out)

    assert told["verdict"] == "not_allowed"
    assert told["judge"].startswith("model gpt-scripted")
    assert [call.body["store"] for call in switched_on.calls] == [False, False]


@pytest.mark.usefixtures("published")
def test_the_asker_goes_as_the_same_hash_each_time(
    mayi: Mayi, switched_on: ModelServer, tmp_path: Path
) -> None:
    for _ in range(2):
        mayi("ask", "--as", "ada", ASKED)

    hashes = {call.body["safety_identifier"] for call in switched_on.calls}
    assert len(hashes) == 1
    assert re.fullmatch("[0-9a-f]{64}", hashes.pop())
    assert (tmp_path / "data" / "asker.salt").stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("published")
def test_a_wrong_key_is_told_and_the_reader_answers(
    mayi: Mayi, switched_on: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong")

    asked = mayi("ask", ASKED)
    checked = mayi("check")

    assert asked.code == 0
    assert (
        "The offline reader answered, not the model: its server does not take our key" in asked.out
    )
    assert (
        "missing judge: the model cannot be asked: its server does not take our key" in checked.out
    )


@pytest.mark.usefixtures("published", "switched_on")
def test_check_says_what_is_sent_and_what_stays_there(mayi: Mayi) -> None:
    checked = mayi("check").out

    assert "judge: gpt-scripted at http://127.0.0.1" in checked
    assert "what is sent: each question" in checked
    assert "what stays there: sent with store=False" in checked
    assert "budget: today 0.00 of 5.00 dollars" in checked or "0.00 of 5.00 dollars" in checked


def test_check_makes_no_records_to_look_into(
    mayi: Mayi, switched_on: ModelServer, tmp_path: Path
) -> None:
    mayi("check")

    assert not (tmp_path / "data").exists()


@pytest.mark.usefixtures("published")
def test_without_a_key_a_vendor_is_not_asked(mayi: Mayi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setenv("MAYI_JUDGE", "openai")

    asked = mayi("ask", ASKED)

    assert asked.code == 2
    assert "OPENAI_API_KEY" in asked.err


@pytest.mark.usefixtures("published")
def test_what_was_spent_is_remembered_by_the_next_process(
    mayi: Mayi, switched_on: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mayi("ask", ASKED)
    spent = mayi("check").out
    monkeypatch.setenv("MAYI_OPENAI_DAILY_TOKENS", "100")

    asked = mayi("ask", ASKED)

    assert "0 of 5,000,000 tokens" not in spent.replace("(0 ", "")
    assert "what may be spent on it today is spent" in asked.out
    assert len(switched_on.calls) - 2 == sum(
        call.path.endswith("models") for call in switched_on.calls
    )


@pytest.mark.usefixtures("published")
def test_no_log_holds_the_question(
    mayi: Mayi, switched_on: ModelServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAYI_LOG_LEVEL", "DEBUG")

    mayi("ask", ASKED)

    log = (tmp_path / "data" / "mayi.log").read_text(encoding="utf-8")
    assert "competes" not in log
    assert "sk-right" not in log


@pytest.mark.usefixtures("switched_on")
def test_an_evaluation_says_how_many_answers_were_the_readers(
    mayi: Mayi, guidelines: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong")
    questions = tmp_path / "questions.jsonl"
    questions.write_text(json.dumps({"id": "q1", "question": ASKED}) + "\n", encoding="utf-8")

    measured = mayi(
        *("evaluate", "answers", "--guidelines", str(guidelines), "--questions", str(questions)),
        *("--out", str(tmp_path / "out.jsonl"), "--judge", "openai"),
    )

    assert measured.code == 0
    assert "1 answers: The offline reader answered, not the model" in measured.out


@pytest.mark.usefixtures("published")
def test_questions_about_the_models_vendor_are_kept_from_it_by_a_setting(
    mayi: Mayi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAYI_JUDGE", "openai")
    monkeypatch.setenv("MAYI_JUDGE_AVOID_OWN_VENDOR", "true")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-any")
    monkeypatch.setenv("OPENAI_BASE_URL", "https://api.openai.com.invalid/v1")

    asked = mayi("ask", "May I train a rival model on GPT-4o output?")

    assert (
        "the question is about the vendor of that model, and such questions stay here" in asked.out
    )
