"""A day's budget holds, whoever spends it and however often one begins again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from knowledge.database import Database
from knowledge.spending import Budget, Prices, Spent

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)


def budget(database: Database, *, tokens=1000, dollars=1.0, day=MONDAY) -> Budget:
    prices = Prices(read=100.0, written=1000.0)
    return Budget(database, prices=prices, tokens=tokens, dollars=dollars, today=lambda: day)


def test_what_a_call_cost_takes_the_place_of_what_was_set_aside(database: Database):
    ours = budget(database)
    reserved = ours.reserve(400, 500)
    assert reserved is not None
    held = ours.spent()

    ours.settle(reserved, 100, 20)

    assert held == Spent(calls=1, tokens=900, dollars=0.54)
    assert ours.spent() == Spent(calls=1, tokens=120, dollars=0.03)


@pytest.mark.parametrize(("tokens", "dollars"), [(899, 1.0), (1000, 0.53), (0, 1.0), (1000, 0.0)])
def test_what_is_more_than_is_left_is_not_spent(database: Database, tokens, dollars):
    ours = budget(database, tokens=tokens, dollars=dollars)

    assert ours.reserve(400, 500) is None
    assert ours.spent().tokens == 0


def test_a_restart_forgets_nothing(database_url: str):
    first = Database.open(database_url)
    budget(first).reserve(400, 500)
    first.close()

    second = Database.open(database_url)
    try:
        assert budget(second).reserve(400, 500) is None
    finally:
        second.close()


def test_every_day_has_its_own(database: Database):
    budget(database).reserve(400, 500)

    assert budget(database, day=TUESDAY).reserve(400, 500) is not None
    assert budget(database, day=TUESDAY).spent().tokens == 900


def test_many_at_once_do_not_spend_more_than_there_is(database: Database):
    ours = budget(database, tokens=1000, dollars=100.0)

    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(lambda _: ours.reserve(50, 50), range(24)))

    assert sum(one is not None for one in given) == 10
    assert ours.spent().tokens == 1000


def test_nothing_is_spent_before_the_first_call(database: Database):
    assert budget(database).spent() == Spent()
