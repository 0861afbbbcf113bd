"""How long a question takes over a large body of rules, beside the least it could take."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from statistics import median
from zoneinfo import ZoneInfo

from benchmarks import corpus
from benchmarks.publication import Store
from benchmarks.table import Figure, Result
from knowledge.answering.answerer import SHOWN, Answerer
from knowledge.judging.reader import Reader
from knowledge.models import Question
from knowledge.retrieval.glossary import Glossary

NAME = "latency"
_WARM = 20
_QUESTIONS = 200


def figures(store: Store) -> Iterator[Result]:
    """Time the search against the bare minimum, and the whole way from question to verdict."""
    answerer = Answerer(
        store.database,
        embedder=store.embedder,
        judge=Reader(),
        glossary=Glossary.load(),
        clock=lambda: datetime.now(UTC),
        zone=ZoneInfo("UTC"),
        index=store.index,
    )
    search = answerer.desk(store.edition).search
    asked = corpus.questions(_WARM + _QUESTIONS)
    bare, ours = _in_turns(
        asked,
        lambda text: _least(store, text),
        lambda text: search.passages_for(Question(text=text), SHOWN),
    )
    (verdict,) = _in_turns(asked, lambda text: answerer.answer(Question(text=text)))
    passages = f"{store.passages:,} passages"
    yield Figure(
        name=f"retrieval p50 / (embedding + bare Chroma query), {passages}",
        value=ours / bare,
        style="ratio",
        must=1.5,
        aim=1.15,
        at_most=True,
    )
    yield Figure(
        name=f"question to verdict, p50, warm, {passages}",
        value=verdict,
        style="milliseconds",
        must=0.080,
        aim=0.030,
        at_most=True,
    )
    yield Figure(name="retrieval p50", value=ours, style="milliseconds")
    yield Figure(name="embedding + bare Chroma query, p50", value=bare, style="milliseconds")


def _least(store: Store, text: str) -> object:
    """Embed the question and ask the collection: what any search by vectors has to do."""
    vector = store.embedder.embed([text]).vectors[0]
    return store.index.nearest(store.edition.number, vector, SHOWN)


def _in_turns(asked: Sequence[str], *ways: Callable[[str], object]) -> tuple[float, ...]:
    """Return the median seconds of each way, the ways taking turns at every question."""
    took: list[list[float]] = [[] for _ in ways]
    for number, text in enumerate(asked):
        for way, seconds in zip(ways, took, strict=True):
            began = time.perf_counter()
            way(text)
            if number >= _WARM:
                seconds.append(time.perf_counter() - began)
    return tuple(median(seconds) for seconds in took)
