"""Choosing the embedder on the command line: what is told, what is sent, and what fails softly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.wiring import Wiring
from knowledge.answering.answerer import BY_WORDS
from knowledge.retrieval.embedders import EmbedderFailed
from tests.bot.conftest import OUTPUT, Mayi
from tests.fakes.library import write_folder
from tests.fakes.model import parts, vectors
from tests.fakes.model.server import ModelServer

QUESTION = "May I train a model on a vendor's output?"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    """A vendor that embeds, chosen in the environment."""
    with ModelServer(parts.refuses, key="sk-ours") as running:
        monkeypatch.setenv("MAYI_EMBEDDER", "openai")
        monkeypatch.setenv("OPENAI_API_KEY", "sk-ours")
        monkeypatch.setenv("OPENAI_BASE_URL", running.url)
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "rules", output=OUTPUT)


def sent(server: ModelServer) -> list[str]:
    return [text for call in server.calls for text in call.body.get("input", [])]


def hits(mayi: Mayi) -> dict[str, object]:
    asked = mayi("ask", QUESTION, "--json")
    assert asked.code == 0, asked.err
    return json.loads(asked.out)


def test_a_publication_tells_the_cost_before_and_after_and_a_question_is_embedded(
    mayi, server, folder
):
    published = mayi("publish", str(folder))

    assert published.code == 0
    told = [line for line in published.err.splitlines() if "text-embedding-3-small" in line]
    assert ["passages to embed" in line for line in told] == [True, False]
    assert "were charged" in told[1]
    assert hits(mayi)["verdict"] == "not_allowed"
    assert sent(server)[-1] == QUESTION


def test_an_unchanged_folder_is_embedded_when_the_embedder_is_another(
    mayi, server, folder, monkeypatch
):
    monkeypatch.setenv("MAYI_EMBEDDER", "none")
    mayi("publish", str(folder))
    monkeypatch.setenv("MAYI_EMBEDDER", "openai")

    mayi("publish", str(folder))

    assert any("competes with a vendor" in text for text in sent(server))


def test_a_question_is_answered_by_words_where_the_embedder_fails(mayi, server, folder):
    mayi("publish", str(folder))
    assert hits(mayi)["note"] == ""
    server.embedder = parts.down

    answer = hits(mayi)
    assert answer["verdict"] == "not_allowed"
    assert answer["note"] == BY_WORDS


def test_the_check_says_where_the_edition_was_embedded_by_another(
    mayi, server, folder, monkeypatch
):
    monkeypatch.setenv("MAYI_EMBEDDER", "none")
    mayi("publish", str(folder))
    monkeypatch.setenv("MAYI_EMBEDDER", "openai")

    assert "has no vectors" in _flat(mayi("check").out)
    mayi("publish", str(folder))
    assert "has no vectors" not in _flat(mayi("check").out)


def test_a_publication_that_cannot_be_embedded_is_refused_in_one_line(mayi, server, folder):
    server.embedder = vectors.of_size(384)

    refused = mayi("publish", str(folder))

    assert refused.code == 2
    assert "vectors of 384 numbers; text-embedding-3-small has 1,536" in refused.err
    assert "No edition" in mayi("ask", QUESTION).out


def test_what_embedding_costs_comes_out_of_the_daily_budget(mayi, server, folder, monkeypatch):
    mayi("publish", str(folder))
    mayi("ask", QUESTION)
    spent = sum(len(text) // 4 + 1 for text in sent(server))
    assert f"and {spent:,} of 5,000,000 tokens are spent" in _flat(mayi("check").out)

    monkeypatch.setenv("MAYI_OPENAI_DAILY_TOKENS", str(spent))
    before = len(server.calls)

    assert hits(mayi)["note"] == BY_WORDS
    assert len(server.calls) == before


def test_a_publication_that_the_day_cannot_pay_is_refused_in_one_line(
    mayi, server, folder, monkeypatch
):
    monkeypatch.setenv("MAYI_OPENAI_DAILY_TOKENS", "1")

    refused = mayi("publish", str(folder))

    assert refused.code == 2
    assert "what may be spent on models today is spent" in refused.err
    assert server.calls == []


def test_a_question_about_the_vendor_is_not_sent_to_its_embedder_where_that_is_asked_for(tmp_path):
    given = Settings(
        data=tmp_path,
        embedder="openai",
        judge_avoid_own_vendor=True,
        OPENAI_API_KEY="sk-never-sent",  # type: ignore[call-arg]
        OPENAI_BASE_URL="https://api.openai.com/v1",
    )
    wiring = Wiring(given, say=lambda _sentence: None)

    with pytest.raises(EmbedderFailed, match="about the vendor of that model"):
        wiring.asking_embedder.embed(["May I resell what GPT-4o writes?"])

    wiring.close()


def test_the_check_says_what_is_sent_and_without_a_key_what_is_missing(
    mayi, server, folder, monkeypatch
):
    mayi("publish", str(folder))
    assert "the text of every rule when it is published, and every question" in _flat(
        mayi("check").out
    )

    monkeypatch.delenv("OPENAI_API_KEY")
    monkeypatch.delenv("OPENAI_BASE_URL")
    assert "no key for it is set" in _flat(mayi("check").out)
    assert mayi("ask", QUESTION).code == 2


def test_no_embedder_is_a_choice(mayi, folder, monkeypatch):
    monkeypatch.setenv("MAYI_EMBEDDER", "none")

    assert mayi("publish", str(folder)).err.count("words alone") == 0
    assert hits(mayi)["verdict"] == "not_allowed"
    assert "goes by words alone" in _flat(mayi("check").out)


def _flat(text: str) -> str:
    return " ".join(text.split())
