"""How well outcomes are read, on the half of the hand labels kept for reporting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.outcomes import __main__ as outcomes
from benchmarks.table import Figure, Result, Skipped
from knowledge.models import Outcome

NAME = "outcomes"


def measure(material: Path | None) -> Iterator[Result | str]:
    """Read the labelled passages of the material; yield macro-F1 and the one grave mistake."""
    if material is None or not (material / "terms").is_dir():
        yield Skipped(name=NAME, why="needs --material DIR with terms/ and policies/")
        return
    labels = [one for one in outcomes.read_labels() if one.half == "reporting"]
    counts = outcomes.confusion(list(outcomes.judge(labels, material)))
    yield Figure(name="outcomes: macro-F1", value=outcomes.macro_f1(counts), must=0.80, aim=0.90)
    yield Figure(
        name="outcomes: prohibitions read as permissions",
        value=counts[Outcome.PROHIBITS, Outcome.PERMITS],
        style="count",
        must=0,
        aim=0,
        at_most=True,
    )
