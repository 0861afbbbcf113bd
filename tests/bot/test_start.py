"""What a command imports decides how soon it starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"alembic", "chromadb", "onnxruntime", "rich", "ir_measures"}
"""What takes a third of a second or more to import, or is for terminals only."""

ROOMS = {"numpy", "pydantic_settings", "sqlalchemy", "tokenizers", "knowledge.library"}


def imported_by(*arguments: str) -> set[str]:
    """Return what is imported once the command is done."""
    script = (
        f"from bot.cli import run; run({list(arguments)!r}); import sys; print('\\n', *sys.modules)"
    )
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", script],
        capture_output=True,
        check=True,
        timeout=60,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.usefixtures("published")
def test_a_question_waits_for_nothing_it_does_not_need() -> None:
    modules = imported_by("ask", "May we share prompts?")

    assert not HEAVY & modules
    assert "sqlalchemy" in modules


def test_help_waits_for_none_of_the_rooms() -> None:
    assert not (HEAVY | ROOMS) & imported_by("--help")
