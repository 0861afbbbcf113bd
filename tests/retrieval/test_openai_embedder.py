"""The embedder behind a server: what is sent, what is taken, and what a bad server comes to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knowledge.database import Database
from knowledge.errors import Problem, StoreRefused
from knowledge.library.sources.folder import Source
from knowledge.publishing import publication
from knowledge.retrieval.embedders import EmbedderFailed, Paid
from knowledge.retrieval.embedders.openai import (
    BATCH_TEXTS,
    DIMENSION,
    MOST_BYTES,
    REST,
    OpenAIEmbedder,
)
from tests.fakes.language_model import OpenPurse
from tests.fakes.library import NOON, document
from tests.fakes.model import parts, vectors
from tests.fakes.model.replies import Reply
from tests.fakes.model.server import ModelServer, slowed


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(parts.refuses) as running:
        yield running


@pytest.fixture
def made(server: ModelServer) -> Iterator[Callable[..., OpenAIEmbedder]]:
    """Make embedders that are closed when the test is over."""
    with ExitStack() as open_ones:

        def make(**said: Any) -> OpenAIEmbedder:
            given = {
                "key": "k",
                "base_url": server.url,
                "seconds": 1.0,
                "purse": OpenPurse(),
                **said,
            }
            return open_ones.enter_context(closing(OpenAIEmbedder(**given)))

        yield make


@pytest.fixture
def embedder(made: Callable[..., OpenAIEmbedder]) -> OpenAIEmbedder:
    return made()


def refusal(embedder: OpenAIEmbedder, *texts: str) -> str:
    with pytest.raises(EmbedderFailed) as refused:
        embedder.embed(texts or ("May I?",))
    return str(refused.value)


def test_texts_become_vectors_of_length_one_in_their_order(embedder, server):
    found = embedder.embed(["one rule", "another rule", "one rule"])

    assert found.vectors.shape == (3, DIMENSION)
    assert np.allclose(np.linalg.norm(found.vectors, axis=1), 1)
    assert np.allclose(found.vectors[0], vectors.vector("one rule"))
    assert np.array_equal(found.vectors[0], found.vectors[2])
    assert [len(tokens) for tokens in found.tokens] == [0, 0, 0]
    assert server.calls[0].body["encoding_format"] == "base64"
    assert server.calls[0].body["model"] == "text-embedding-3-small"


def test_the_servers_order_is_not_relied_on(embedder, server):
    server.embedder = vectors.turned_round

    found = embedder.embed(["first", "second"])

    assert np.allclose(found.vectors[1], vectors.vector("second"))


def test_no_texts_ask_nothing(embedder, server):
    assert embedder.embed([]).vectors.shape == (0, DIMENSION)
    assert server.calls == []


def test_many_texts_go_in_batches_that_a_server_takes(embedder, server):
    texts = [f"rule {number} " + "word " * 300 for number in range(BATCH_TEXTS + 40)]

    found = embedder.embed(texts)

    sizes = [len(call.body["input"]) for call in server.calls]
    assert sum(sizes) == len(texts)
    assert max(sum(map(len, call.body["input"])) for call in server.calls) < 300_000
    assert np.allclose(found.vectors[-1], vectors.vector(texts[-1].strip()))


def test_what_is_masked_is_not_sent(made, server):
    hidden = made(mask=lambda text: text.replace("ada@example.com", "[e-mail]"))

    hidden.embed(["Ask ada@example.com first"])

    assert server.calls[0].body["input"] == ["Ask [e-mail] first"]


@pytest.mark.parametrize("text", ["", " \n", "x" * 50_000, "\u20ac" * 9_000, "half \ud800 a pair"])
def test_no_text_is_more_than_the_server_takes(embedder, server, text):
    embedder.embed([text])

    (sent,) = server.calls[0].body["input"]
    assert 0 < len(sent.encode()) <= MOST_BYTES


LATE = "did not reply in time"
BAD = {
    "size": (vectors.of_size(384), "vectors of 384 numbers; text-embedding-3-small has 1,536"),
    "short": (vectors.one_short, "no embedding"),
    "nan": (vectors.not_numbers, "no embedding"),
    "revoked key": (parts.revoked_key, "does not take our key"),
    "model": (parts.unknown_model, "does not know it"),
    "no /embeddings": (lambda _: Reply(status=404, body=b"Not Found"), "has no /embeddings"),
    "busy": (parts.rate_limited, "too much to do"),
    "quota": (parts.out_of_quota, "quota is used up"),
    "down": (parts.down, "fails (error 500)"),
    "web page": (lambda _: Reply(body=b"<html>", content_type="text/html"), "no embedding"),
    "nested": (lambda _: Reply(body=b"[" * 9000), "no embedding"),
    "another shape": (lambda _: Reply(body=b'{"data": {"a": 1}}'), "no embedding"),
    "no base64": (
        lambda _: Reply(body=b'{"data": [{"index": 0, "embedding": "not base64"}]}'),
        "no embedding",
    ),
    "huge": (lambda _: Reply(body=b" " * 50_000_000), "far too much"),
    "hangs": (parts.hangs, LATE),
    "late": (slowed(vectors.embedded, wait=5), LATE),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_server_is_told_of_in_a_sentence(made, server, case):
    server.embedder, told = BAD[case]

    said = refusal(made(seconds=0.7 if told == LATE else 20.0))

    assert told in said
    assert "\n" not in said


def test_a_server_that_drips_is_waited_for_so_long_and_no_longer(made, server):
    server.embedder = slowed(vectors.embedded, pause=0.05)
    began = time.monotonic()

    assert LATE in refusal(made(seconds=0.3))
    assert time.monotonic() - began < 10


def test_a_server_that_is_not_there_is_told_of(made):
    gone = made(base_url="http://127.0.0.1:9/v1")

    assert "cannot be reached" in refusal(gone)


def test_after_a_failure_no_question_is_sent_for_a_minute(made, server):
    now = [0.0]
    embedder = made(timer=lambda: now[0], rest=REST)
    server.embedder = parts.down
    refusal(embedder)
    server.embedder = vectors.embedded

    assert "a moment ago" in refusal(embedder)
    assert len(server.calls) == 1
    now[0] = REST + 1
    assert len(embedder.embed(["May I?"]).vectors) == 1


def test_what_a_batch_cost_takes_the_place_of_what_was_set_aside(made, server):
    purse = OpenPurse(left=100)

    made(purse=purse).embed(["May I?", "May we?"])

    charged = sum(len(text) // 4 + 1 for text in server.calls[0].body["input"])
    assert purse.settled == [(charged, 0)]
    assert purse.left == 100 - charged


def test_nothing_is_sent_that_the_day_cannot_pay(made, server):
    poor = made(purse=OpenPurse(left=2), rest=REST)

    assert "what may be spent on models today is spent" in refusal(poor, "May I keep this?")
    assert server.calls == []
    assert "today is spent" in refusal(poor, "May I keep this?"), "its server is not to blame"


def test_a_failure_costs_nothing_and_lateness_what_it_may_cost(made, server):
    purse = OpenPurse(left=100)
    embedder = made(purse=purse)
    server.embedder = parts.down
    refusal(embedder, "May I?")
    failed = purse.left
    server.embedder = parts.hangs
    refusal(embedder, "May I?")

    assert failed == 100
    assert purse.left < 100


def test_nothing_is_sent_whose_cost_cannot_be_recorded(made, server):
    class Locked(OpenPurse):
        def reserve(self, tokens_in, tokens_out):
            raise StoreRefused(Problem(place="mayi.db", what="it is locked", mend="Wait"))

    assert "cannot be recorded" in refusal(made(purse=Locked()))
    assert server.calls == []


def test_a_text_that_must_not_be_sent_is_not(made, server):
    sparing = made(spares=lambda text: "it is about its vendor" if "GPT" in text else "")

    assert "it is about its vendor" in refusal(sparing, "May I sell GPT-4o output?")
    assert server.calls == []


def test_a_publication_embeds_each_text_once_and_tells_the_cost(embedder, server, sqlite_database):
    told: list[str] = []

    for extra in ("", "\n\nYou may not sell them."):
        _publish(sqlite_database, embedder, f"You may keep notes.{extra}", told)

    sent = [text for call in server.calls for text in call.body["input"]]
    assert sent == ["Notes\nYou may keep notes.", "Notes\nYou may not sell them."]
    assert isinstance(embedder, Paid)
    assert [line.partition(":")[0] for line in told] == [embedder.model] * 4
    assert "1 passages to embed" in told[0]
    assert "$0.0000" in told[1]


def test_a_publication_that_fails_half_way_keeps_what_was_embedded(
    embedder, server, sqlite_database
):
    text = "\n\n".join(f"You may keep note {number}." for number in range(publication.BATCH + 5))
    server.embedder = lambda call: (vectors.embedded if call.number == 1 else parts.down)(call)
    with pytest.raises(EmbedderFailed):
        _publish(sqlite_database, embedder, text, [])
    server.embedder = vectors.embedded

    _publish(sqlite_database, embedder, text, [])

    assert len(server.calls[-1].body["input"]) == 5


def _publish(database: Database, embedder: OpenAIEmbedder, text: str, told: list[str]) -> None:
    publication.publish(
        database,
        Source(documents=(document("notes", f"# Notes\n\n{text}"),)),
        by="ada",
        now=NOON,
        embedder=embedder,
        tell=told.append,
    )


def test_a_question_is_waited_for_less_long_than_a_publication(embedder, server):
    server.embedder = slowed(vectors.embedded, wait=30)
    began = time.monotonic()

    with closing(embedder.for_questions()) as asking:
        assert "in time" in refusal(asking)

    assert asking.name == embedder.name
    assert time.monotonic() - began < 10


def test_the_client_is_not_imported_before_it_is_needed():
    source = Path("knowledge/retrieval/embedders/openai.py").read_text(encoding="utf-8")

    assert "\nimport openai" not in source
