"""Kill publications at seeded points and count what was left half-done.

    python -m benchmarks.kills [--kills 200] [--seed 1] [--database sqlite|postgresql|both]

Every round publishes a different folder in a process of its own, killed (SIGKILL) at a point
counted in steps, statements and commits. After each kill the store is opened anew and every edition
is held against the words it was published with. Exits 1 if anything was wrong.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from knowledge.database import Database, file_url
from tests.conftest import Server
from tests.fakes import killed


@dataclass
class Toll:
    """What a run of kills came to. `left` counts which edition answered after each."""

    points: int
    left: Counter[str] = field(default_factory=Counter)
    wrongs: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Return the one line that people read."""
        return (
            f"{self.left.total()} kills over {self.points} points: {self.left['old']} left the old "
            f"edition, {self.left['new']} the new one, {len(self.wrongs)} anything else"
        )


def kill_publications(url: str, kills: int, seed: int) -> Toll:
    """Kill that many publications into the store and return what was found afterwards."""
    chance = random.Random(seed)  # noqa: S311 - the same points each time, no secret
    database = Database.open(url)
    killed.publish(database, 1)
    database.close()
    toll = Toll(points=killed.points(url, 2))
    states = {1: 1, 2: 2}
    for state in range(3, kills + 3):
        _kill_one(url, state, chance.randint(1, toll.points - 1), states, toll)
    return toll


def _kill_one(url: str, state: int, point: int, states: dict[int, int], toll: Toll) -> None:
    before = killed.latest(url)
    states[before + 1] = state
    if not killed.publish_and_die(url, state, point):
        toll.wrongs.append(f"state {state} was done before point {point}")
    toll.wrongs += [f"point {point}: {wrong}" for wrong in killed.wrongs(url, states)]
    toll.left["new" if killed.latest(url) > before else "old"] += 1


@contextmanager
def stores(which: str) -> Iterator[dict[str, str]]:
    """Give the addresses of new stores by the name of their database."""
    with tempfile.TemporaryDirectory(prefix="mayi-", ignore_cleanup_errors=True) as directory:
        made: dict[str, str] = {}
        if which != "postgresql":
            made["SQLite"] = file_url(Path(directory) / "mayi.db")
        server = Server(Path(directory) / "postgres") if which != "sqlite" else None
        if server is not None:
            made["PostgreSQL"] = server.ready()
        yield made
        if server is not None:
            server.stop()


def main(arguments: list[str] | None = None) -> int:
    """Run the kills, print a line for each database, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kills")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    given = parser.parse_args(arguments)
    console = Console(soft_wrap=True)
    wrong = 0
    with stores(given.database) as made:
        for name, url in made.items():
            toll = kill_publications(url, given.kills, given.seed)
            console.print(f"{name}: {toll}", highlight=False)
            for line in toll.wrongs[:20]:
                console.print(f"  {line}", highlight=False, markup=False)
            wrong += len(toll.wrongs)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
