"""What /metrics says, read from the records at each scrape: the same on every replica."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from jobs import inbox, outbox
from knowledge.answering import answers, cases
from knowledge.database import Database, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measure:
    """One metric: its name, what it tells, and how it is read from the records at an instant."""

    name: str
    tells: str
    read: Callable[[Transaction, datetime], float]

    def metric(self, tx: Transaction, now: datetime) -> Metric:
        return GaugeMetricFamily(self.name, self.tells, value=self.read(tx, now))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counts:
    """One metric with a value for each value of its label."""

    name: str
    tells: str
    label: str
    read: Callable[[Transaction], Mapping[Any, int]]

    def metric(self, tx: Transaction, _now: datetime) -> Metric:
        family = GaugeMetricFamily(self.name, self.tells, labels=[self.label])
        for value, count in self.read(tx).items():
            family.add_metric([value], count)
        return family


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


_MEASURES: tuple[_Measure | _Counts, ...] = (
    _Measure(
        name="mayi_oldest_unanswered_seconds",
        tells="Age of the oldest question or click that is not worked off.",
        read=lambda tx, now: _age(inbox.oldest_waiting(tx), now),
    ),
    _Measure(
        name="mayi_oldest_unsent_seconds",
        tells="For how long the oldest message has been due and is not sent.",
        read=lambda tx, now: _age(outbox.oldest_unsent(tx, now=now), now),
    ),
    _Measure(
        name="mayi_open_cases",
        tells="Cases that wait for compliance.",
        read=lambda tx, _now: len(cases.open_cases(tx)),
    ),
    _Counts(
        name="mayi_deliveries",
        tells="What Slack brought, by state.",
        label="state",
        read=lambda tx: asdict(inbox.counts(tx)),
    ),
    _Counts(
        name="mayi_messages",
        tells="Messages, by state.",
        label="state",
        read=outbox.counts,
    ),
    _Counts(
        name="mayi_answers",
        tells="Answers kept, by verdict.",
        label="verdict",
        read=answers.count_by_ruling,
    ),
)


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
        """Return what the records say now, and this replica's clock."""
        now = self._clock()
        with self._database.read() as tx:
            read = [measure.metric(tx, now) for measure in _MEASURES]
        yield from read
        if (tick := self._last_tick()) is not None:
            yield GaugeMetricFamily(
                "mayi_last_tick_timestamp_seconds",
                "When this replica's clock last ticked.",
                value=tick.timestamp(),
            )
