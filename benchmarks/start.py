"""How long one waits: for the first answer on a fresh machine, and for one from the cold."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median

from benchmarks.table import Figure, Result, Skipped

NAME = "start"
REPOSITORY = Path(__file__).parents[1]
QUESTION = "Am I allowed to fine-tune our chat model on GPT-4o output?"
_RUNS = 5


def measure(_material: Path | None) -> Iterator[Result | str]:
    """Time `mayi ask` in a new process, then `make run` in a bare clone."""
    yield cold_question()
    yield bare_clone()


def cold_question() -> Result:
    """Return the median seconds of `mayi ask` over the published sample guidelines."""
    with tempfile.TemporaryDirectory(prefix="mayi-bench-") as folder:
        environment = {**os.environ, "MAYI_DATA": folder, "NO_COLOR": "1"}
        command = (sys.executable, "-m", "bot")
        guidelines = str(REPOSITORY / "examples" / "guidelines")
        _seconds((*command, "publish", guidelines, "--as", "bench"), environment, REPOSITORY)
        took = [
            _seconds((*command, "ask", QUESTION), environment, REPOSITORY) for _ in range(_RUNS)
        ]
    return Figure(
        name="mayi ask, cold", value=median(took), style="seconds", must=2.5, aim=1.0, at_most=True
    )


def bare_clone() -> Result:
    """Return the seconds from a bare clone to the end of `make run` without a terminal.

    That is three answers, not one; the first is a little earlier. The package downloads come from
    the cache of the one who runs it.
    """
    name = "make run, bare clone"
    if shutil.which("make") is None or shutil.which("git") is None:
        return Skipped(name=name, why="needs make and git")
    with tempfile.TemporaryDirectory(prefix="mayi-bench-") as folder:
        clone = Path(folder) / "clone"
        _seconds(("git", "clone", "--quiet", str(REPOSITORY), str(clone)), os.environ, REPOSITORY)
        inherited = {k: v for k, v in os.environ.items() if k not in {"VIRTUAL_ENV", "MAYI_DATA"}}
        took = _seconds(("make", "run"), inherited, clone)
    return Figure(name=name, value=took, style="seconds", must=60, aim=30, at_most=True)


def _seconds(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> float:
    """Run the command to its end; raises CalledProcessError where it fails."""
    began = time.perf_counter()
    subprocess.run(  # noqa: S603 - our own commands
        command,
        cwd=folder,
        env=dict(environment),
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    return time.perf_counter() - began
