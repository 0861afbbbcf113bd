"""What is measured is true of the records, and every alert is about what is measured."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.metrics import Metrics
from jobs import inbox, outbox
from jobs.inbox import Delivery
from jobs.notices import Hint
from jobs.ports import Address
from knowledge.database import Database
from tests.fakes.clock import FakeClock

ALERTS = Path(__file__).parents[2] / "deploy" / "alerts.yml"


def measured(database: Database, clock: FakeClock) -> dict[tuple[str, str], float]:
    """Return every value under its metric's name and its label."""
    text, _ = Metrics(database, clock=clock, last_tick=clock).text()
    return {
        (sample.name, "".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def test_what_waits_is_as_old_as_the_oldest_of_it(database: Database):
    clock = FakeClock()
    with database.begin() as tx:
        asked = Delivery(key="1", also=None, kind="asked", body={})
        inbox.admit(tx, asked, now=clock())
        inbox.admit(tx, Delivery(key="2", also=None, kind="asked", body={}), now=clock.wait(20))
        outbox.plan(tx, Hint(name="usage"), Address(channel="C1"), key="1", now=clock.wait(10))
    clock.wait(30)

    found = measured(database, clock)

    assert found["mayi_oldest_unanswered_seconds", ""] == 60
    assert found["mayi_oldest_unsent_seconds", ""] == 30
    assert found["mayi_deliveries", "waiting"] == 2
    assert found["mayi_messages", "waiting"] == 1
    assert found["mayi_last_tick_timestamp_seconds", ""] == clock().timestamp()


def test_where_nothing_waits_nothing_is_old(sqlite_database: Database):
    found = measured(sqlite_database, FakeClock())

    assert found["mayi_oldest_unanswered_seconds", ""] == 0
    assert found["mayi_oldest_unsent_seconds", ""] == 0
    assert found["mayi_open_cases", ""] == 0


def test_every_alert_is_about_what_is_measured(sqlite_database: Database):
    found = measured(sqlite_database, FakeClock())
    (group,) = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    about = [
        (rule["alert"], re.findall(r'(mayi_\w+)(?:\{\w+="(\w+)"\})?', rule["expr"]))
        for rule in group["rules"]
    ]

    assert all(named for _, named in about)
    for alert, named in about:
        assert found.keys() >= set(named), alert
