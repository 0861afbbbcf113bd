"""How long one waits: for the first answer on a fresh machine, and for one from the cold."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import IO

import requests

from benchmarks.table import Figure, Result, Skipped
from bot.playground.scenario import BOT, MAYA, MODELS

NAME = "start"
REPOSITORY = Path(__file__).parents[1]
QUESTION = "Am I allowed to fine-tune our chat model on GPT-4o output?"
_RUNS = 5
_WORKSPACE = re.compile(r"The workspace is open: (http://\S+/)")


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
    """Return the seconds from a bare clone through `make run` to the first answer in its workspace.

    The package downloads come from the cache of the one who runs it.
    """
    name = "make run, bare clone, to the first answer in the workspace"
    if shutil.which("make") is None or shutil.which("git") is None:
        return Skipped(name=name, why="needs make and git")
    with tempfile.TemporaryDirectory(prefix="mayi-bench-") as folder:
        clone = Path(folder) / "clone"
        _seconds(("git", "clone", "--quiet", str(REPOSITORY), str(clone)), os.environ, REPOSITORY)
        inherited = {k: v for k, v in os.environ.items() if k not in {"VIRTUAL_ENV", "MAYI_DATA"}}
        began = time.perf_counter()
        with _running(("make", "run"), inherited, clone) as lines:
            _first_answer(_address(lines))
            took = time.perf_counter() - began
    return Figure(name=name, value=took, style="seconds", must=60, aim=30, at_most=True)


@contextmanager
def _running(
    command: Sequence[str], environment: Mapping[str, str], folder: Path
) -> Iterator[IO[str]]:
    """Run a command that does not end by itself, and give its output."""
    process = subprocess.Popen(  # noqa: S603 - our own commands
        command,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    try:
        yield process.stdout
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _address(lines: Iterable[str]) -> str:
    """Return the workspace's address from what `make run` prints."""
    said = []
    for line in lines:
        said.append(line)
        if (found := _WORKSPACE.search(line)) is not None:
            return found[1]
    raise RuntimeError("make run ended:\n" + "".join(said))


def _first_answer(workspace: str) -> None:
    """Ask in the workspace, and wait until the answer stands there."""
    asked = {"act": "post", "person": MAYA, "channel": MODELS, "text": f"@mayi {QUESTION}"}
    requests.post(f"{workspace}_playground/acts", json=asked, timeout=10).raise_for_status()
    while True:
        found = requests.get(
            f"{workspace}_playground/messages", params={"channel": MODELS}, timeout=10
        )
        if any(each["author"] == BOT for each in found.json()):
            return
        time.sleep(0.05)


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
