"""Print every figure beside what it must be: `python -m benchmarks [--material DIR] [--only NAME]`.

The outside material (real terms, policies, question sets) comes from --material or from the
variable MAYI_MATERIAL; what needs it is skipped without it, in a line that says so.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from rich.console import Console

from benchmarks.table import Figure, Result, Skipped, print_table

VARIABLE = "MAYI_MATERIAL"
NAMES = (
    "exam",
    "retrieval",
    "golden",
    "presses",
    "outcomes",
    "contractnli",
    "model",
    "attacks",
    "blocks",
    "scale",
    "start",
    "outbox",
    "slack",
    "backups",
)
_MODULES = {
    "exam": "exam",
    "retrieval": "retrieval",
    "golden": "golden",
    "presses": "presses",
    "outcomes": "reading",
    "contractnli": "contractnli",
    "model": "model_server",
    "attacks": "attacks",
    "blocks": "blocks",
    "start": "start",
    "outbox": "outbox",
    "slack": "slack",
    "backups": "backups",
}
PASSAGES = 10_000
_WIDE = 120
_EVERY = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What was asked for on the command line."""

    material: Path | None
    only: tuple[str, ...]
    passages: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return 1 where something does not hold what it must."""
    run = _run(arguments)
    console = Console(width=None if sys.stdout.isatty() else _WIDE)
    results: list[Result] = []
    for name in run.only:
        _tell(f"measuring {name} ...")
        for result in _measure(name, run):
            if isinstance(result, str):
                console.print(result, markup=False, highlight=False)
            else:
                results.append(result)
    print_table(results, console)
    return int(any(isinstance(one, Figure) and one.holds is False for one in results))


def _run(arguments: Sequence[str] | None) -> Run:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--material", type=Path, default=_from_environment())
    parser.add_argument("--only", choices=NAMES, action="append", help="may be repeated")
    parser.add_argument("--passages", type=int, default=PASSAGES, help="for the figures of speed")
    chosen = parser.parse_args(arguments)
    if chosen.material is not None and not chosen.material.is_dir():
        parser.error(f"--material {chosen.material}: there is no such folder")
    only = tuple(chosen.only or NAMES)
    return Run(material=chosen.material, only=only, passages=chosen.passages)


def _from_environment() -> Path | None:
    """Return the folder that the variable names, if any."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else None


def _measure(name: str, run: Run) -> Iterator[Result | str]:
    """Return the results of one benchmark; each loads what it needs, and no more."""
    if name == "scale":
        yield from _scale(run.passages)
    else:
        yield from import_module(f"benchmarks.{_MODULES[name]}").measure(run.material)


def _scale(passages: int) -> Iterator[Result]:
    """Publish a large body of rules twice, then ask it."""
    from benchmarks import answers, latency, publication

    embedder = answers.embedder()
    if embedder is None:
        yield Skipped(name="scale", why="needs the sentence model's wheel")
        return
    with publication.published(passages, embedder, _progress) as store:
        yield from publication.figures(store)
        yield from latency.figures(store)


def _progress(what: str, done: int, of: int) -> None:
    """Say how far a publication is, now and then."""
    if done % _EVERY == 0:
        _tell(f"  {what} {done:,} of {of:,}")


def _tell(line: str) -> None:
    """Write to standard error what is no result."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    raise SystemExit(main())
