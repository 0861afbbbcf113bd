"""An update: the next edition whole, or the last one answering."""

from __future__ import annotations

import random

from knowledge.database import Database
from knowledge.library import editions
from tests.fakes import killed

KILLS = 10


def test_a_publication_killed_at_any_point_leaves_the_old_edition_whole(
    database: Database, database_url: str
):
    """Full counts: benchmarks/kills.py."""
    killed.publish(database, 1)
    last = killed.points(database_url, 2)
    states = {1: 1, 2: 2}

    seeded = random.Random(20260331)  # noqa: S311 - the same points each time, no secret

    for state, point in enumerate(seeded.sample(range(1, last), KILLS), start=3):
        before = killed.latest(database_url)
        states[before + 1] = state
        assert killed.publish_and_die(database_url, state, point)
        assert killed.wrongs(database_url, states) == []
        assert killed.latest(database_url) in {before, before + 1}


def test_a_publication_killed_on_its_way_is_simply_done_again(
    database: Database, database_url: str
):
    killed.publish(database, 1)
    assert killed.publish_and_die(database_url, 2, 12)

    published = killed.publish(database, 2)

    assert published.edition.number == 2
    assert killed.wrongs(database_url, {1: 1, 2: 2}) == []


def test_the_old_edition_answers_while_the_new_one_is_written(database: Database):
    killed.publish(database, 1)
    seen: dict[str, int | None] = {}

    def look(step: str, _done: int, _of: int) -> None:
        with database.read() as tx:
            found = editions.latest(tx)
            seen[step] = found and editions.load(tx, found.number).edition.number

    killed.publish(database, 2, progress=look)

    assert seen == {
        "reading": 1,
        "embedding": 1,
        "writing": 1,
        "numbering": 1,
        "noting": 1,
        "committing": 1,
        "published": 2,
    }
