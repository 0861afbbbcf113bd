"""How well the search finds what answers: our passages beside a stock pipeline, and other sets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.retrieval import exam, sets
from benchmarks.table import Result


def measure(material: Path | None) -> Iterator[Result | str]:
    """Yield the figures of the search: the exam with the stock pipeline, then OR-ShARC.

    ObliQA takes minutes to embed: `python -m benchmarks.retrieval --obliqa` measures it too.
    """
    yield from exam.measure(material)
    yield from sets.orsharc(material)
