"""How well the search finds what answers, on every public set, beside BM25 and a stock pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks import answers
from benchmarks.retrieval import bm25, exam, sets, stock
from benchmarks.retrieval.kept import kept
from benchmarks.table import Result, Skipped

SETS = {"orsharc": sets.ORSHARC, "obliqa": sets.OBLIQA}


def measure(material: Path | None, *, sample: int | None = None) -> Iterator[Result | str]:
    """Yield the figures of the exam, OR-ShARC and ObliQA; `sample` questions of each set, if given.

    The first run embeds some 17,000 passages, in four minutes or so; they are kept for the next.
    """
    embedder = answers.embedder()
    if material is None or embedder is None:
        yield Skipped(name="retrieval", why="needs --material DIR with benchmarks, and the model")
        return
    folder = material / "benchmarks"
    with kept(embedder) as vectors:
        if (folder / "exam").is_dir():
            yield from exam.measure(folder / "exam", vectors)
        for name, questions in SETS.items():
            if (folder / name).is_dir():
                yield from sets.figures(folder / name, questions, vectors, sample=sample)
    yield from _skipped(folder)


def _skipped(folder: Path) -> Iterator[Skipped]:
    for name in ("exam", *SETS):
        if not (folder / name).is_dir():
            yield Skipped(name=f"retrieval: {name}", why=f"needs benchmarks/{name}")
    if not (bm25.available() and stock.available()):
        yield Skipped(name="retrieval: BM25, stock pipeline", why="need requirements/bench.txt")
