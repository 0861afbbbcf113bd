"""A case that waits is brought back to mind: in working hours, once each time, until answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from jobs import escalations, notices, outbox
from jobs.courier import Courier
from jobs.notices import CaseReminder
from jobs.ports import Person, Readers
from jobs.schedule import in_hours, reminder_due, reminders
from knowledge.answering import cases
from knowledge.database import Database
from tests.answering.kept import keep
from tests.fakes.clock import FakeClock
from tests.fakes.sender import FakeSender

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
COMPLIANCE = "C-compliance"
OPENED = datetime(2026, 3, 31, 12, tzinfo=UTC)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@dataclass
class Offices:
    """A directory that knows where people work, and what was asked of it."""

    zones: dict[str, ZoneInfo] = field(default_factory=dict)

    def person(self, person_id: str) -> Person:
        zone = self.zones.get(person_id, BERLIN)
        return Person(id=person_id, name=person_id, zone=zone, insider=True)

    def groups_of(self, person_id: str) -> frozenset[str]:
        return frozenset()

    def readers_of(self, channel: str) -> Readers:
        return Readers(groups=frozenset(), insiders=True)

    def is_compliance(self, person_id: str) -> bool:
        return True


@dataclass
class Desk:
    """A store with cases, and a clock that asks what is due."""

    database: Database
    directory: Offices = field(default_factory=Offices)

    def open(self, due: datetime, *, owner: str | None = None) -> int:
        with self.database.begin() as tx:
            keep(tx, f"a{due:%d%H%M}")
            case = cases.open(tx, f"a{due:%d%H%M}", by="ursula", due_at=due, now=OPENED)
            assert case is not None
            if owner is not None:
                assert cases.claim(tx, case.id, owner, OPENED)
        return case.id

    def tick(self, now: datetime) -> int:
        return escalations.remind(
            self.database, self.directory, compliance=COMPLIANCE, zone=BERLIN, now=now
        )

    def planned(self) -> list[tuple[str, int]]:
        with self.database.read() as tx:
            rows = tx.execute(sa.select(outbox.outbox).order_by(outbox.outbox.c.id)).all()
        return [(row.channel, row.notice["step"]) for row in rows]


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


# ------------------------------------------------------------------ when


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-04-01T14:20", "2026-04-01T14:20"),  # at work
        ("2026-04-01T07:00", "2026-04-01T09:30"),  # not before the morning
        ("2026-04-01T18:00", "2026-04-02T09:30"),  # nor in the evening
        ("2026-04-03T19:00", "2026-04-06T09:30"),  # Friday night
        ("2026-04-04T11:00", "2026-04-06T09:30"),  # Saturday
        ("2026-03-27T20:00", "2026-03-30T09:30"),  # the clocks go forward in between
    ],
)
def test_people_are_told_things_while_they_work(at: str, told: str):
    assert in_hours(berlin(at), BERLIN) == berlin(told)


def test_the_owner_hears_when_it_is_due_and_three_days_more_then_compliance_does():
    told = list(islice(reminders(berlin("2026-03-26T16:00"), zone=BERLIN), 7))

    assert [each.at.astimezone(BERLIN).strftime("%a %d %H:%M") for each in told] == [
        "Thu 26 16:00",
        "Fri 27 09:30",
        "Mon 30 09:30",
        "Tue 31 09:30",
        "Wed 01 09:30",
        "Wed 08 09:30",
        "Wed 15 09:30",
    ]
    assert [each.to_compliance for each in told] == [False] * 4 + [True] * 3
    assert [each.step for each in told] == list(range(7))


def test_nothing_is_due_before_the_case_is():
    due = berlin("2026-04-01T14:20")

    assert reminder_due(due, zone=BERLIN, now=due - timedelta(minutes=1)) is None
    now = reminder_due(due, zone=BERLIN, now=due)
    assert now is not None
    assert now.step == 0


def test_holidays_are_left_out():
    due = berlin("2026-04-02T16:00")
    easter = {berlin("2026-04-03T12:00").date(), berlin("2026-04-06T12:00").date()}

    _, second = islice(reminders(due, zone=BERLIN, holidays=easter), 2)

    assert second.at == berlin("2026-04-07T09:30")


# ------------------------------------------------------------------ whom


def test_each_reminder_is_planned_once_however_often_the_clock_asks(desk: Desk):
    case = desk.open(berlin("2026-04-01T14:00"), owner="grace")

    assert desk.tick(berlin("2026-04-01T13:59")) == 0
    assert [desk.tick(berlin(f"2026-04-01T14:0{n}")) for n in range(3)] == [1, 0, 0]
    assert desk.tick(berlin("2026-04-02T09:29")) == 0
    assert desk.tick(berlin("2026-04-02T09:30")) == 1
    assert desk.planned() == [("grace", 0), ("grace", 1)]
    with desk.database.read() as tx:
        rows = tx.execute(sa.select(outbox.outbox.c.notice)).scalars().all()
    assert [notices.read(row) for row in rows] == [
        CaseReminder(case=case, step=0),
        CaseReminder(case=case, step=1),
    ]


def test_the_clock_was_off_for_a_week_and_one_reminder_catches_up(desk: Desk):
    desk.open(berlin("2026-04-01T14:00"), owner="grace")

    assert desk.tick(berlin("2026-04-09T10:00")) == 1
    assert desk.planned() == [(COMPLIANCE, 4)]


def test_a_case_without_an_owner_is_compliances_from_the_first(desk: Desk):
    desk.open(berlin("2026-04-01T14:00"))

    desk.tick(berlin("2026-04-01T14:00"))

    assert desk.planned() == [(COMPLIANCE, 0)]


def test_reminders_move_with_the_case_to_its_new_owner(desk: Desk):
    case = desk.open(berlin("2026-04-01T14:00"), owner="grace")
    desk.tick(berlin("2026-04-01T14:00"))
    with desk.database.begin() as tx:
        assert cases.take_over(tx, case, "hedy", OPENED)

    desk.tick(berlin("2026-04-02T10:00"))

    assert desk.planned() == [("grace", 0), ("hedy", 1)]


def test_an_owner_overseas_is_reminded_in_their_own_morning(desk: Desk):
    desk.directory.zones["grace"] = NEW_YORK
    desk.open(berlin("2026-04-01T10:00"), owner="grace")  # four in the morning there

    assert desk.tick(berlin("2026-04-01T15:29")) == 0
    assert desk.tick(berlin("2026-04-01T15:30")) == 1


def test_nobody_is_reminded_of_a_case_that_is_answered_or_withdrawn(desk: Desk):
    first = desk.open(berlin("2026-04-01T14:00"), owner="grace")
    second = desk.open(berlin("2026-04-01T15:00"))
    with desk.database.begin() as tx:
        assert cases.reply(tx, first, "grace", "Yes.", OPENED)
        assert cases.withdraw(tx, second, "ursula", OPENED)

    assert desk.tick(berlin("2026-04-05T10:00")) == 0


def test_once_answered_its_reminders_are_taken_back(desk: Desk):
    clock = FakeClock(berlin("2026-04-01T14:00"))
    sender = FakeSender(clock)
    case = desk.open(berlin("2026-04-01T14:00"), owner="grace")
    courier = Courier(desk.database, sender, worker="w", clock=clock)
    desk.tick(clock())
    courier.deliver_due()
    assert len(sender.messages) == 1

    with desk.database.begin() as tx:
        kept = cases.get(tx, case)
        assert kept is not None
        cases.reply(tx, case, "grace", "Yes.", clock())
        escalations.settle(tx, kept, zone=BERLIN, now=clock.wait(60))
    courier.deliver_due()

    assert sender.messages == []
