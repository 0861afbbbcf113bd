"""Question sets that nobody here wrote: rules of governments, rules of a regulator."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import answers
from benchmarks.table import Figure, Result, Skipped
from knowledge.publishing.evaluation.retrieval import RetrievalFigures, evaluate_retrieval
from knowledge.retrieval.embedders import Embedder
from knowledge.retrieval.glossary import Glossary

_SEED = 1  # which questions are the fixed sample


def orsharc(material: Path | None) -> Iterator[Result]:
    """Yield the figures on OR-ShARC: "can I …" against 651 government rules."""
    figures = _measured("orsharc", material, "queries.dev.jsonl", None)
    if isinstance(figures, Skipped):
        yield figures
        return
    yield Figure(
        name="OR-ShARC: recall@1", value=figures.recall[1], baseline=0.748, must=0.75, aim=0.78
    )
    yield Figure(
        name="OR-ShARC: recall@5", value=figures.recall[5], baseline=0.935, must=0.94, aim=0.955
    )
    yield Figure(name="OR-ShARC: a query, p50", value=figures.took_p50, style="milliseconds")


def obliqa(material: Path | None, queries: int | None) -> Iterator[Result]:
    """Yield the figures on ObliQA, whole or on a fixed sample of its questions."""
    figures = _measured("obliqa", material, "queries.dev.jsonl", queries)
    if isinstance(figures, Skipped):
        yield figures
        return
    asked = f"{figures.judged:,} questions"
    yield Figure(
        name=f"ObliQA: recall@10, {asked}",
        value=figures.recall[10],
        baseline=0.806,
        must=0.806,
        aim=0.835,
    )
    yield Figure(
        name=f"ObliQA: MAP@10, {asked}",
        value=figures.map_10,
        baseline=0.678,
        must=0.678,
        aim=0.705,
    )
    yield Figure(name="ObliQA: a query, p50", value=figures.took_p50, style="milliseconds")


def _measured(
    name: str, material: Path | None, queries: str, sample: int | None
) -> RetrievalFigures | Skipped:
    folder = None if material is None else material / "benchmarks" / name
    embedder = answers.embedder()
    if folder is None or not folder.is_dir() or embedder is None:
        why = f"needs --material DIR with benchmarks/{name}, and the model"
        return Skipped(name=f"retrieval: {name}", why=why)
    with tempfile.TemporaryDirectory(prefix="mayi-bench-") as scratch:
        return _evaluated(folder, folder / queries, Path(scratch), embedder, sample)


def _evaluated(
    folder: Path, queries: Path, scratch: Path, embedder: Embedder, sample: int | None
) -> RetrievalFigures:
    if sample is not None:
        lines = queries.read_text("utf-8").splitlines()
        chosen = random.Random(_SEED).sample(lines, min(sample, len(lines)))  # noqa: S311
        queries = scratch / "queries.jsonl"
        queries.write_text("\n".join(chosen) + "\n", "utf-8")
    return evaluate_retrieval(
        folder / "corpus.jsonl",
        queries,
        scratch / "run.trec",
        embedder=embedder,
        glossary=Glossary.load(),
    )
