"""Print the figures of the search alone: `python -m benchmarks.retrieval --material DIR`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from benchmarks.retrieval import measure
from benchmarks.table import Figure, Skipped, print_table


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return 1 where something does not hold what it must."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.retrieval", description=__doc__)
    parser.add_argument("--material", type=Path)
    parser.add_argument(
        "--queries", type=int, help="a fixed sample of so many of a set's questions"
    )
    chosen = parser.parse_args(arguments)
    found = list(measure(chosen.material, sample=chosen.queries))
    results = [one for one in found if isinstance(one, Figure | Skipped)]
    print_table(results, Console())
    return int(any(isinstance(one, Figure) and one.holds is False for one in results))


if __name__ == "__main__":
    raise SystemExit(main())
