"""What is kept and who may see it: answers, names, cases, exceptions, and the audit chain."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot import desk, settings
from bot.playground.scenario import CARA
from bot.playground.server import serve_workspace
from bot.wiring import Wiring
from knowledge.answering import cases, exceptions, rulings
from knowledge.answering.exceptions import Grant
from knowledge.answering.rulings import Draft, Marker
from knowledge.library import editions
from knowledge.models import Question
from tests.bot.conftest import Mayi

RIVAL = "May we train a competing model on a vendor's output?"
ASKER = "eve-the-asker"

pytestmark = pytest.mark.usefixtures("by_words", "published")


@pytest.fixture
def parts() -> Iterator[Wiring]:
    wiring = Wiring(settings.load(), say=lambda _sentence: None)
    yield wiring
    wiring.close()


def ask(mayi: Mayi, text: str = RIVAL) -> str:
    """Ask as somebody, and return the answer's id."""
    answer: str = json.loads(mayi("ask", text, "--json", "--as", ASKER).out)["id"]
    return answer


def grant(parts: Wiring, rule: str, *, purpose: str, **whom: frozenset[str]) -> None:
    """Grant an exception from a rule of the first edition, as ada."""
    now = datetime.now(UTC)
    wanted = Grant(rule=rule, purpose=purpose, until=date(2099, 1, 1), **whom)
    with parts.records.begin() as tx:
        book = editions.load(tx, 1)
        exceptions.grant(tx, wanted, rulebook=book, by="ada", now=now, today=now.date())


# ---------------------------------------------------------------- answers


def test_an_answer_is_listed_exported_and_erased_without_a_name(mayi: Mayi, tmp_path: Path) -> None:
    answer = ask(mayi)

    listed = mayi("answers").out
    assert answer in listed
    assert RIVAL in listed
    for name in ("out.jsonl", "out.csv"):
        assert mayi("answers", "--export", str(tmp_path / name)).code == 0
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert answer in text
        assert ASKER not in listed + text

    assert mayi("erase", answer, "--as", "ada").code == 0
    assert RIVAL not in mayi("answers").out
    assert mayi("erase", answer).code == 2


def test_the_export_has_a_row_for_every_answer(mayi: Mayi, tmp_path: Path) -> None:
    mayi("ask", RIVAL)
    mayi("ask", "May we share prompts?")

    done = mayi("answers", "--export", str(tmp_path / "out.csv"))

    assert done.out.startswith("2 answers are in ")
    with (tmp_path / "out.csv").open(newline="") as stream:
        assert [row["question"] for row in csv.DictReader(stream)] == [
            RIVAL,
            "May we share prompts?",
        ]


def test_an_export_that_cannot_be_written_is_refused(mayi: Mayi) -> None:
    assert mayi("answers", "--export", "no/such/folder.csv").code == 2
    assert mayi("answers", "--export", "answers.xlsx").code == 2


def test_an_answer_whose_time_is_over_is_forgotten(
    mayi: Mayi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAYI_RETENTION_DAYS", "1")
    mayi("ask", RIVAL)
    later = Wiring(
        settings.load(),
        say=lambda _sentence: None,
        clock=lambda: datetime.now(UTC) + timedelta(days=2),
    )
    desk.answer(later, Question(text="May we share prompts?"), asker=None)
    later.close()

    listed = mayi("answers").out
    assert RIVAL not in listed
    assert "(erased)" in listed


# ---------------------------------------------------------------- names


def test_who_asked_is_told_for_a_reason_that_is_kept(mayi: Mayi) -> None:
    answer = ask(mayi)

    told = mayi("asker", answer, "--reason", "a complaint of theirs", "--as", "ada")

    assert told.out == f"{ASKER}\n"
    kept = mayi("audit").out
    assert "ada" in kept
    assert "a complaint of theirs" in kept
    assert ASKER not in kept


def test_without_a_reason_no_name_is_told_and_nothing_entered(mayi: Mayi) -> None:
    answer = ask(mayi)
    before = mayi("audit").out

    assert mayi("asker", answer).code == 2
    refused = mayi("asker", answer, "--reason", " .")

    assert (refused.code, ASKER in refused.out + refused.err) == (2, False)
    assert mayi("audit").out == before


def test_all_that_a_person_asked_is_erased_at_once(mayi: Mayi) -> None:
    mine = [ask(mayi), ask(mayi, "May we share prompts?")]
    mayi("ask", "May we test software on output?", "--as", "ben")

    assert mayi("erase", "--asker", ASKER, "--as", "ada").out == "2 answers are erased.\n"

    listed = mayi("answers").out
    assert listed.count("(erased)") == len(mine)
    assert "May we test software" in listed
    assert mayi("asker", mine[0], "--reason", "to see").out == "Who asked was not kept.\n"
    assert mayi("erase").code == 2
    assert mayi("erase", mine[0], "--asker", ASKER).code == 2


# ---------------------------------------------------------------- who is compliance


@pytest.mark.logs_errors
def test_who_belongs_to_a_group_of_slacks_acts_by_their_id_or_address(
    mayi: Mayi, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = ask(mayi)
    monkeypatch.setenv("MAYI_COMPLIANCE", "compliance")
    outside = mayi("erase", answer, "--as", "cara@acme.example")
    with serve_workspace() as workspace:
        monkeypatch.setenv("SLACK_BOT_TOKEN", workspace.keys.bot)
        monkeypatch.setenv("SLACK_API_URL", workspace.api)
        refused = [
            mayi("erase", answer, "--as", name)
            for name in ("maya@acme.example", "nobody@acme.example", "U0MAYA", "cara", "")
        ]
        done = mayi("erase", answer, "--as", "cara@acme.example")
        again = mayi("erase", answer, "--as", CARA)
    silent = mayi("erase", answer, "--as", CARA)

    assert "SLACK_BOT_TOKEN" in outside.err
    assert all("does not belong to MAYI_COMPLIANCE" in each.err for each in refused)
    assert done.code == 0
    assert "erased already" in again.err
    assert "could not be asked" in silent.err
    assert CARA in mayi("audit").out


# ---------------------------------------------------------------- cases and exceptions


def test_the_cases_that_wait_are_listed_without_who_asked(mayi: Mayi, parts: Wiring) -> None:
    assert mayi("cases").out == "Nobody is waiting.\n"
    answer = ask(mayi)
    now = datetime.now(UTC)
    with parts.records.begin() as tx:
        cases.open(tx, answer, by=ASKER, due_at=now, now=now)

    listed = mayi("cases").out
    assert answer in listed
    assert "nobody yet" in listed
    assert ASKER not in listed


def test_a_ruling_is_listed_until_it_is_retired(mayi: Mayi, parts: Wiring) -> None:
    assert mayi("rulings").out == "The edition in effect holds no ruling.\n"
    draft = Draft(
        title="Llamas",
        marker=Marker.ALLOWED,
        text="Bringing a llama to the office.",
        expires=date(2099, 1, 1),
    )
    now = datetime.now(UTC)
    with parts.records.begin() as tx:
        ruling = rulings.write(tx, draft, by="ada", now=now, today=now.date())
    parts.issue_ruling(ruling, "ada")
    assert "Llamas" in mayi("rulings").out
    assert mayi("ask", "May I bring a llama to the office?").out.startswith("Allowed")

    assert mayi("retire", "ruling-1", "--as", "ada").code == 0

    assert "2099" not in mayi("rulings").out
    assert not mayi("ask", "May I bring a llama to the office?").out.startswith("Allowed")


def test_an_exception_is_listed_until_it_is_revoked(mayi: Mayi, parts: Wiring) -> None:
    assert mayi("exceptions").out == "No exception counts now.\n"
    grant(parts, "vendor-output#training", purpose="the spring demo", people=frozenset({"ben"}))

    listed = mayi("exceptions").out
    assert all(told in listed for told in ("vendor-output#training", "the spring demo", "ben"))

    assert mayi("revoke", "1", "--as", "ada").code == 0
    assert mayi("exceptions").out == "No exception counts now.\n"
    assert mayi("revoke", "1", "--as", "ada").code == 2


def test_an_exception_whose_rule_was_reworded_is_pointed_out(
    mayi: Mayi, parts: Wiring, guidelines: Path
) -> None:
    grant(parts, "vendor-output#sharing", purpose="a pilot", groups=frozenset({"research"}))
    page = guidelines / "vendor-output.md"
    page.write_text(page.read_text("utf-8").replace("in writing", "on paper"), "utf-8")
    mayi("publish", str(guidelines), "--as", "ada")

    assert "reworded" in mayi("exceptions").out
    assert "@research" in mayi("exceptions").out


# ---------------------------------------------------------------- the audit chain


def test_a_chain_that_was_tampered_with_is_told(mayi: Mayi, published: Path) -> None:
    assert "is unbroken" in mayi("audit").out
    with sqlite3.connect(published) as tampering:
        tampering.execute("UPDATE audit_chain SET who = 'mallory' WHERE number = 1")

    told = mayi("audit")
    assert told.code == 2
    assert "broken at entry 1" in told.out
