"""Question sets that nobody here wrote: rules of governments, rules of a regulator."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.retrieval.contenders import BM25, OURS, Find, contenders
from benchmarks.retrieval.kept import Kept
from benchmarks.table import Figure
from knowledge.publishing.evaluation.material import CorpusLine, QueryLine, read_lines
from knowledge.publishing.evaluation.retrieval import Found, measure, rulebook_of

DEPTH = 20
"""How many texts are looked at: chunks of one passage count once, at the place of the first."""

_SEED = 1  # which questions are the fixed sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a measure of ours must be and should be; `lead` bounds what it is over BM25's."""

    must: float | None = None
    aim: float | None = None
    lead: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """A file of questions, and what is asked of each measure over them."""

    name: str
    file: str
    bounds: Mapping[str, Bounds] = field(default_factory=dict)


# The measures' names are those of ir-measures; AP@10's mean is what the sets call MAP@10.
ORSHARC = (
    Questions(
        name="OR-ShARC",
        file="queries.dev.jsonl",
        bounds={"R@1": Bounds(must=0.75, aim=0.78), "R@5": Bounds(must=0.94, aim=0.955)},
    ),
)
OBLIQA = (
    Questions(
        name="ObliQA",
        file="queries.dev.jsonl",
        bounds={"R@10": Bounds(must=0.806, aim=0.835), "AP@10": Bounds(must=0.678, aim=0.705)},
    ),
    Questions(
        name="ObliQA, several passages",
        file="queries.multipassage_val.jsonl",
        bounds={"R@10": Bounds(lead=(0.03, 0.06)), "AP@10": Bounds(lead=(0.015, 0.04))},
    ),
)


def figures(
    folder: Path, every: Sequence[Questions], kept: Kept, *, sample: int | None = None
) -> Iterator[Figure]:
    """Yield each contender's figures over the folder's corpus, for every file of questions."""
    corpus = read_lines(folder / "corpus.jsonl", CorpusLine)
    asked = {one.name: _sampled(folder / one.file, sample) for one in every}
    measured: dict[tuple[str, str], Mapping[str, float]] = {}
    book, texts = rulebook_of(corpus), {line.id: line.text for line in corpus}
    for who, find in contenders(book, texts, kept, lambda passage: passage.id):
        for one in every:
            found = list(found_by(find, asked[one.name]))
            relevant = {line.id: line.relevant for line in asked[one.name] if line.relevant}
            measured[one.name, who] = measure(relevant, found)
            yield from _figures(one, who, measured[one.name, who])
            if who == OURS:
                yield _speed(one, found)
    for one in every:
        if (one.name, BM25) in measured:
            yield from _leads(one, measured[one.name, OURS], measured[one.name, BM25])


def _sampled(path: Path, sample: int | None) -> Sequence[QueryLine]:
    """Return the questions, or a fixed sample of them."""
    lines = read_lines(path, QueryLine)
    if sample is None or sample >= len(lines):
        return lines
    return random.Random(_SEED).sample(lines, sample)  # noqa: S311


def found_by(find: Find, asked: Sequence[QueryLine]) -> Iterator[Found]:
    """Yield what each question finds: the passages of the texts, each once, and the seconds."""
    for line in asked:
        began = time.perf_counter()
        texts = find(line.asked, DEPTH)
        took = time.perf_counter() - began
        passages = tuple(dict.fromkeys(text.source for text in texts))
        yield Found(query=line.id, passages=passages, took=took)


def _figures(one: Questions, who: str, measured: Mapping[str, float]) -> Iterator[Figure]:
    for name, bounds in one.bounds.items():
        asked = bounds if who == OURS else Bounds()
        yield Figure(
            name=f"{one.name}, {who}: {name}",
            value=measured[name],
            must=asked.must,
            aim=asked.aim,
        )


def _speed(one: Questions, found: Sequence[Found]) -> Figure:
    took = statistics.median(each.took for each in found)
    return Figure(name=f"{one.name}, {OURS}: a question, p50", value=took, style="milliseconds")


def _leads(
    one: Questions, ours: Mapping[str, float], words: Mapping[str, float]
) -> Iterator[Figure]:
    for name, bounds in one.bounds.items():
        must, aim = bounds.lead or (None, None)
        lead = ours[name] - words[name]
        yield Figure(name=f"{one.name}: {name}, lead over BM25", value=lead, must=must, aim=aim)
