"""The command line in a folder of the test's own, with no settings but the data folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli import run

OUTPUT = """---
id: vendor-output
title: Vendor output in training data
owner: ada
effective: 2026-01-01
review_every: 180
---
# Vendor output

## Training

**Not allowed.** Nobody may train a model that competes with a vendor on that vendor's output.

**Allowed.** You may use vendor output to test software that stays in the company.

## Sharing

**Allowed if** legal has agreed in writing, you may share prompts with a partner company.
"""

SECRET = """---
id: mergers
title: Mergers
audience: [board]
---
# Mergers

**Not allowed.** Nobody may name Project Zephyr to a vendor's chat assistant.
"""


@dataclass(frozen=True)
class Ran:
    """What a run of the command came to."""

    code: int
    out: str
    err: str


Mayi = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.upper().startswith("MAYI_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MAYI_DATA", str(tmp_path / "data"))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)


@pytest.fixture
def by_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Search by words alone, where it does not matter how rules are found: no model is loaded."""
    monkeypatch.setenv("MAYI_EMBEDDER", "none")


@pytest.fixture
def mayi(capfd: pytest.CaptureFixture[str]) -> Mayi:
    """Run the command in this process; as it goes to no terminal, its output is plain."""

    def run_here(*arguments: str) -> Ran:
        capfd.readouterr()
        code = run(list(arguments))
        out, err = capfd.readouterr()
        return Ran(code, out, err)

    return run_here


def mayi_apart(*arguments: str, given: bytes = b"", **environment: str) -> Ran:
    """Run the command in a process of its own, as a shell would."""
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "bot", *arguments],
        input=given,
        capture_output=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **environment},
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def write_guidelines(folder: Path) -> Path:
    """Write one guideline for everybody and one for the board."""
    folder.mkdir()
    (folder / "vendor-output.md").write_text(OUTPUT, encoding="utf-8")
    (folder / "mergers.md").write_text(SECRET, encoding="utf-8")
    return folder


@pytest.fixture
def guidelines(tmp_path: Path) -> Path:
    """A folder with one guideline for everybody and one for the board."""
    return write_guidelines(tmp_path / "guidelines")


@pytest.fixture(scope="session")
def edition_1(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The records after the guidelines were published by ada, to copy."""
    folder = tmp_path_factory.mktemp("edition-1")
    pages = str(write_guidelines(folder / "guidelines"))
    ran = mayi_apart("publish", pages, "--as", "ada", MAYI_DATA=str(folder / "data"))
    assert ran.code == 0, ran
    return folder / "data"


@pytest.fixture
def published(edition_1: Path, tmp_path: Path) -> Path:
    """The test's own records with the guidelines as edition 1; returns the database file."""
    shutil.copytree(edition_1, tmp_path / "data")
    return tmp_path / "data" / "mayi.db"


@pytest.fixture
def samples(mayi: Mayi) -> Path:
    """The sample guidelines, published; returns their folder."""
    folder = Path(__file__).parents[2] / "examples" / "guidelines"
    assert mayi("publish", str(folder), "--as", "ada").code == 0
    return folder
