"""What /metrics says, read from the records at each scrape: the same on every replica."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from jobs import inbox, outbox
from knowledge.answering import answers, cases
from knowledge.database import Database


class Metrics(Collector):
    """Measures the records when it is asked. Labels are states and rulings, never people."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], datetime],
        last_tick: Callable[[], datetime | None],
    ) -> None:
        """Take the records, the clock, and when this replica's clock last ticked."""
        self._database = database
        self._clock = clock
        self._last_tick = last_tick
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def text(self) -> tuple[bytes, str]:
        """Return the metrics as Prometheus reads them, and their content type."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST

    def describe(self) -> Iterator[Metric]:
        """Return nothing: registering must not read the records."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Return what the records say now."""
        now = self._clock()
        with self._database.read() as tx:
            waiting = inbox.oldest_waiting(tx)
            unsent = outbox.oldest_unsent(tx, now=now)
            deliveries = inbox.counts(tx)
            messages = outbox.counts(tx)
            rulings = answers.count_by_ruling(tx)
            open_cases = len(cases.open_cases(tx))
        yield _gauge(
            "mayi_oldest_unanswered_seconds",
            "Age of the oldest question or click that is not worked off.",
            _age(waiting, now),
        )
        yield _gauge(
            "mayi_oldest_unsent_seconds",
            "For how long the oldest message has been due and is not sent.",
            _age(unsent, now),
        )
        tick = self._last_tick()
        if tick is not None:
            yield _gauge(
                "mayi_last_tick_timestamp_seconds",
                "When this replica's clock last ticked.",
                tick.timestamp(),
            )
        yield _by(
            "mayi_deliveries",
            "What Slack brought, by state.",
            "state",
            {"waiting": deliveries.waiting, "given_up": deliveries.given_up},
        )
        yield _by(
            "mayi_messages",
            "Messages, by state.",
            "state",
            {state.value: count for state, count in messages.items()},
        )
        yield _by(
            "mayi_answers",
            "Answers kept, by verdict.",
            "verdict",
            {ruling.value: count for ruling, count in rulings.items()},
        )
        yield _gauge("mayi_open_cases", "Cases that wait for compliance.", open_cases)


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=value)


def _by(name: str, what: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, what, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
