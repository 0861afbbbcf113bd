"""The `mayi` command: which words of it do what. Nothing is decided here.

What a command does is in `bot.commands`, its exit code in `bot.faults`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import typer

from bot.commands import asking, measuring, operating, publishing, records
from bot.faults import guarded

COMMANDS: Mapping[str, Callable[..., None]] = {
    "ask": asking.ask,
    "demo": asking.demo,
    "publish": publishing.publish,
    "proposals": publishing.proposals,
    "approve": publishing.approve,
    "withdraw": publishing.withdraw,
    "editions": publishing.editions,
    "show": publishing.show_section,
    "diff": publishing.diff,
    "answers": records.answers,
    "asker": records.asker,
    "erase": records.erase,
    "cases": records.cases,
    "rulings": records.rulings,
    "retire": records.retire,
    "exceptions": records.exceptions,
    "revoke": records.revoke,
    "audit": records.audit,
    "check": operating.check,
    "serve": operating.serve,
    "playground": operating.playground,
    "jobs": operating.jobs,
    "migrate": operating.migrate,
    "backup": operating.backup,
    "restore": operating.restore,
}
"""Every command, in the order in which help lists them."""

MEASURES: Mapping[str, Callable[..., None]] = {
    "answers": measuring.measure_answers,
    "retrieval": measuring.measure_retrieval,
}
"""What `mayi evaluate` measures."""

app = typer.Typer(
    name="mayi",
    help="Am I allowed to\u2026? Answered in the words of your own rules.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
evaluate = typer.Typer(help="Measure answers or retrieval.", rich_markup_mode=None)
for _name, _command in COMMANDS.items():
    app.command(_name)(_command)
for _name, _command in MEASURES.items():
    evaluate.command(_name)(_command)
app.add_typer(evaluate, name="evaluate")


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the command line with these arguments; return the exit code (see bot.faults)."""
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        _survive_odd_characters(stream, "backslashreplace")
    _survive_odd_characters(sys.stdin, "replace")
    return guarded(lambda: app(arguments or ["--help"], prog_name="mayi", standalone_mode=False))


def _open_closed_streams() -> None:
    """Give streams that the caller closed (`<&-`, `>&-`) somewhere to go."""
    sys.stdin = sys.stdin or Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - to the end
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115


def _survive_odd_characters(stream: object, errors: str) -> None:
    """Let a stream show or take what its encoding cannot, rather than fail."""
    if reconfigure := getattr(stream, "reconfigure", None):
        reconfigure(errors=errors)
