"""A case is opened by a person, answered by another, and never forgotten."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from knowledge import chain
from knowledge.answering import answers, cases
from knowledge.answering.cases import Case, CaseState, Fact
from knowledge.database import Database
from knowledge.workdays import due_after
from tests.answering.kept import HOUR, NOW, SECRET, keep

DUE = NOW + timedelta(days=2)
FACTS = (Fact(ask="Which model?", said=f"one to {SECRET}"),)


def opened(tx, by: str = "ursula", answer_id: str = "a1") -> Case:
    case = cases.open(tx, answer_id, by=by, facts=FACTS, due_at=DUE, now=NOW)
    assert case is not None
    return case


def state(tx, case: Case) -> CaseState:
    return found(tx, case).state


def found(tx, case: Case) -> Case:
    kept = cases.get(tx, case.id)
    assert kept is not None
    return kept


# ------------------------------------------------------------------ the journey


def test_a_case_goes_from_who_asked_to_compliance_and_back(database: Database):
    with database.begin() as tx:
        keep(tx)
        case = opened(tx)
        assert cases.open_cases(tx) == (case,)
        assert (case.state, case.opened_by, case.facts) == (CaseState.OPEN, "ursula", FACTS)

        assert cases.claim(tx, case.id, "grace", NOW)
        assert (state(tx, case), found(tx, case).owner) == (CaseState.CLAIMED, "grace")
        assert cases.reply(tx, case.id, "grace", "Yes, until June.", NOW + HOUR)

        answered = found(tx, case)
        assert (answered.reply, answered.replied_by) == ("Yes, until June.", "grace")
        assert answered.replied_at == NOW + HOUR
        assert cases.open_cases(tx) == ()
        assert cases.mine(tx, "ursula") == (answered,)


def test_the_audit_chain_tells_it_all_without_the_question_or_who_asked(database: Database):
    with database.begin() as tx:
        keep(tx)
        case = opened(tx)
        cases.claim(tx, case.id, "grace", NOW)
        cases.take_over(tx, case.id, "hedy", NOW)
        cases.reply(tx, case.id, "hedy", f"You may {SECRET}.", NOW)

        told = [(entry.who, entry.what) for entry in chain.entries(tx)]
        written = json.dumps([[e.who, e.what, dict(e.about)] for e in chain.entries(tx)])

    assert told == [
        (cases.ASKER, "opened a case"),
        ("grace", "claimed a case"),
        ("hedy", "took a case over"),
        ("hedy", "answered a case"),
    ]
    assert "ursula" not in written
    assert "Nightjar" not in written


# ------------------------------------------------------------------ who may do what


def test_pressed_twice_a_case_is_opened_once(database: Database):
    with database.begin() as tx:
        keep(tx)
        first, again = opened(tx), opened(tx)

        assert first.id == again.id
        assert opened(tx, by="rosalind").id != first.id
        assert [entry.what for entry in chain.entries(tx)] == ["opened a case"] * 2


def test_pressed_in_many_windows_at_once_a_case_is_opened_once(database: Database):
    with database.begin() as tx:
        keep(tx)

    def press(_: int) -> int:
        with database.begin() as tx:
            return opened(tx).id

    with ThreadPoolExecutor(4) as windows:
        ids = set(windows.map(press, range(8)))

    assert len(ids) == 1


def test_once_answered_the_same_answer_may_become_another_case(database: Database):
    with database.begin() as tx:
        keep(tx)
        first = opened(tx)
        cases.reply(tx, first.id, "grace", "Yes.", NOW)

        assert opened(tx).id != first.id
        assert len(cases.of_answer(tx, "a1")) == 2


def test_one_claims_and_the_other_is_told_no(database: Database):
    with database.begin() as tx:
        keep(tx)
        case = opened(tx)

        assert cases.claim(tx, case.id, "grace", NOW)
        assert not cases.claim(tx, case.id, "hedy", NOW)
        assert not cases.claim(tx, case.id, "grace", NOW)
        assert not cases.reply(tx, case.id, "hedy", "No.", NOW)
        assert found(tx, case).owner == "grace"


def test_nobody_decides_their_own_case(database: Database):
    with database.begin() as tx:
        keep(tx)
        case = opened(tx, by="grace")

        assert not cases.claim(tx, case.id, "grace", NOW)
        assert not cases.reply(tx, case.id, "grace", "Yes, of course.", NOW)
        assert not cases.take_over(tx, case.id, "grace", NOW)
        assert state(tx, case) is CaseState.OPEN


def test_a_case_is_taken_over_by_another_who_alone_may_answer_it_then(database: Database):
    with database.begin() as tx:
        keep(tx)
        case = opened(tx)
        cases.claim(tx, case.id, "grace", NOW)

        assert cases.take_over(tx, case.id, "hedy", NOW)
        assert not cases.take_over(tx, case.id, "hedy", NOW)
        assert not cases.reply(tx, case.id, "grace", "Yes.", NOW)
        assert cases.reply(tx, case.id, "hedy", "Yes.", NOW)
        assert not cases.take_over(tx, case.id, "grace", NOW)


def test_an_answered_case_is_not_answered_again(database: Database):
    with database.begin() as tx:
        keep(tx)
        case = opened(tx)

        assert cases.reply(tx, case.id, "grace", "Yes.", NOW)
        assert not cases.reply(tx, case.id, "grace", "No.", NOW)
        assert not cases.withdraw(tx, case.id, "ursula", NOW)
        assert found(tx, case).reply == "Yes."


def test_only_whoever_opened_a_case_takes_it_back(database: Database):
    with database.begin() as tx:
        keep(tx)
        case = opened(tx)

        assert not cases.withdraw(tx, case.id, "grace", NOW)
        assert cases.withdraw(tx, case.id, "ursula", NOW)
        assert state(tx, case) is CaseState.WITHDRAWN
        assert not cases.claim(tx, case.id, "grace", NOW)


def test_there_is_no_case_about_an_answer_that_is_erased_or_was_never_given(database: Database):
    with database.begin() as tx:
        keep(tx)
        answers.erase(tx, "a1", NOW)

        assert cases.open(tx, "a1", by="ursula", due_at=DUE, now=NOW) is None
        assert cases.open(tx, "nothing", by="ursula", due_at=DUE, now=NOW) is None


# ------------------------------------------------------------------ never forgotten


def test_what_is_due_first_is_listed_first(database: Database):
    with database.begin() as tx:
        keep(tx)
        late = cases.open(tx, "a1", by="ursula", due_at=DUE + HOUR, now=NOW)
        soon = cases.open(tx, "a1", by="rosalind", due_at=DUE, now=NOW)
        assert late is not None
        assert soon is not None

        assert cases.open_cases(tx) == (soon, late)
        assert cases.overdue(tx, DUE - HOUR) == ()
        assert cases.overdue(tx, DUE) == (soon,)
        assert cases.overdue(tx, DUE + HOUR) == (soon, late)


def test_time_alone_takes_no_answer_from_a_case_that_waits(database: Database):
    with database.begin() as tx:
        keep(tx, keep_until=NOW + HOUR)
        keep(tx, "a2", keep_until=NOW + HOUR)
        case = opened(tx)

        assert answers.forget_expired(tx, NOW + 2 * HOUR) == 1
        kept = answers.get(tx, "a1")
        assert kept is not None
        assert SECRET in kept.question.text

        cases.reply(tx, case.id, "grace", "Yes.", NOW + 3 * HOUR)
        assert answers.forget_expired(tx, NOW + 4 * HOUR) == 1


def test_whoever_has_an_answer_erased_takes_its_case_back(database: Database):
    with database.begin() as tx:
        keep(tx)
        case = opened(tx)

        answers.erase(tx, "a1", NOW + HOUR)

        assert state(tx, case) is CaseState.WITHDRAWN
        assert _traces(tx, case) == (None, (), None)
        assert chain.entries(tx)[-1].what == "withdrew a case"


def test_who_answered_is_known_when_the_words_are_gone(database: Database):
    with database.begin() as tx:
        keep(tx)
        case = opened(tx)
        cases.reply(tx, case.id, "grace", f"You may {SECRET}.", NOW)

        answers.erase(tx, "a1", NOW + HOUR)

        assert _traces(tx, case) == (None, (), None)
        assert (found(tx, case).state, found(tx, case).replied_by) == (
            CaseState.ANSWERED,
            "grace",
        )


def test_erasing_a_person_reaches_the_cases_they_opened_about_others_answers(database: Database):
    with database.begin() as tx:
        keep(tx, asker="ursula")
        case = opened(tx, by="rosalind")

        answers.erase_person(tx, "rosalind", NOW)

        assert state(tx, case) is CaseState.WITHDRAWN
        assert found(tx, case).opened_by is None
        kept = answers.get(tx, "a1")
        assert kept is not None
        assert kept.erased_at is None


def _traces(tx, case: Case) -> tuple[object, ...]:
    kept = found(tx, case)
    return kept.opened_by, kept.facts, kept.reply


# ------------------------------------------------------------------ when it is due


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("opened_at", "due"),
    [
        ("2026-03-30T10:00", "2026-04-01T10:00"),  # Monday → Wednesday
        ("2026-03-26T17:30", "2026-03-30T17:30"),  # Thursday → Monday, over the change of clocks
        ("2026-03-27T09:00", "2026-03-31T09:00"),  # Friday → Tuesday
        ("2026-03-28T23:00", "2026-03-31T23:00"),  # Saturday → Tuesday
        ("2026-12-31T09:00", "2027-01-04T09:00"),  # Thursday → Monday, over New Year
    ],
)
def test_two_working_days_are_counted_where_the_company_is(opened_at: str, due: str):
    began = datetime.fromisoformat(opened_at).replace(tzinfo=BERLIN)

    ends = due_after(began, zone=BERLIN)

    assert ends.tzinfo is UTC
    assert ends.astimezone(BERLIN).isoformat(timespec="minutes")[:16] == due


def test_a_holiday_is_no_working_day():
    began = datetime(2026, 12, 30, 9, tzinfo=BERLIN)

    ends = due_after(began, zone=BERLIN, holidays={date(2026, 12, 31), date(2027, 1, 1)})

    assert ends.astimezone(BERLIN) == datetime(2027, 1, 5, 9, tzinfo=BERLIN)
