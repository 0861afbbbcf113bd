"""Nobody reads, through us, what they may not read: not in replies, prompts, logs, counts.

Every kind of asker in every kind of place, about a rule for everybody in the company and about one
that only a group may read.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import pytest
from slack_sdk import WebClient

from bot.playground.records import Message
from bot.playground.scenario import BOT, CARA, GUS, LANTERN, MAYA, PLATFORM, SAM, SHARED, TOM
from knowledge.answering import answers
from knowledge.database import Database, file_url
from knowledge.judging.judge import Shown
from knowledge.models import Opinion, Question
from tests.fakes.judge import PlainJudge
from tests.flows.company import Company, company, publish, words

OPEN = """---
id: snacks
title: Snacks
---
# Snacks

**Not allowed.** Nobody may feed the marmot in the lobby.
"""
RESTRICTED = """---
id: quokka
title: Quokka
audience: [model-training]
---
# Quokka

**Not allowed.** Nobody may name the quokka merger to a vendor.
"""
FOR_GUESTS = """---
id: badges
title: Badges
audience: [guests]
---
# Badges

**Allowed if** you wear the visitor badge, you may enter the workshop.
"""
ABOUT_OPEN = "may I feed the marmot in the lobby?"
ABOUT_RESTRICTED = "may I name it to a vendor?"
OPEN_WORDS = ("marmot in the lobby", "Snacks")
RESTRICTED_WORDS = ("quokka", "Quokka", "merger")


@dataclass
class Watched:
    """A judge that keeps all it was shown: what a model's prompt would hold."""

    inner: PlainJudge = field(default_factory=PlainJudge)
    fingerprint: str = "watched-1"

    def opinion(self, question: Question, shown: tuple[Shown, ...]) -> Opinion:
        return self.inner.opinion(question, shown)

    def prompts(self) -> str:
        return " ".join(
            f"{one.document.title} {one.unit.clause.text}"
            for seen in self.inner.seen
            for one in seen
        )


@dataclass
class Scene:
    """The company, its judge, and all that was logged."""

    acme: Company
    judge: Watched
    logged: list[str]


class _Log(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name} {record.getMessage()}")


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, ready_file: Path) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("who")
    shutil.copy(ready_file, folder / "mayi.db")
    database = Database.open(file_url(folder / "mayi.db"))
    publish(database, folder / "rules", snacks=OPEN, quokka=RESTRICTED, badges=FOR_GUESTS)
    judge, log = Watched(), _Log()
    ours = [logging.getLogger(name) for name in ("mayi", "jobs", "bot", "knowledge")]
    for each in ours:
        each.setLevel(logging.DEBUG)
        each.addHandler(log)
    with company(database, judge) as acme:
        acme.workspace.join(GUS, LANTERN)
        acme.workspace.leave(GUS, LANTERN)
        yield Scene(acme=acme, judge=judge, logged=log.lines)
    for each in ours:
        each.removeHandler(log)
        each.setLevel(logging.NOTSET)
    database.close()


READERS = {
    # Who may read what in which place: the open rule, the restricted one.
    ("insider of the group", "direct"): (True, True),
    ("insider", "direct"): (True, False),
    ("guest", "direct"): (False, False),
    ("insider of the group", "private"): (True, False),
    ("insider", "private"): (True, False),
    ("guest", "private"): (False, False),
    ("insider of the group", "public"): (False, False),
    ("insider", "public"): (False, False),
    ("guest", "public"): (False, False),
    ("insider of the group", "shared"): (False, False),
    ("insider", "shared"): (False, False),
    ("stranger", "shared"): (False, False),
}
"""The public channel has a guest in it; the private one insiders alone, unless a guest asks."""

PEOPLE = {"insider of the group": MAYA, "insider": TOM, "guest": GUS, "stranger": SAM}


def seen_of(scene: Scene, asked: Message) -> list[str]:
    """Return what anybody at all sees of us about a message."""
    people = scene.acme.workspace.state.channels[asked.channel].members - {BOT}
    return [words(one) for each in people for one in scene.acme.heard(each, asked)]


@pytest.mark.parametrize(("who", "where"), READERS)
def test_what_is_not_for_all_readers_is_nowhere(scene: Scene, who: str, where: str):
    person, acme = PEOPLE[who], scene.acme
    if where == "private" and person not in {MAYA, CARA}:
        acme.workspace.join(person, LANTERN)
    channel = {
        "direct": acme.direct(person),
        "private": LANTERN,
        "public": PLATFORM,
        "shared": SHARED,
    }[where]
    call = "" if where == "direct" else "@mayi "
    may_open, may_restricted = READERS[who, where]
    scene.judge.inner.seen.clear()
    scene.logged.clear()

    said = {}
    for about, text in (("open", ABOUT_OPEN), ("restricted", ABOUT_RESTRICTED)):
        asked = acme.ask(person, channel, call + text)
        said[about] = " ".join(seen_of(scene, asked))
    if where == "private" and person not in {MAYA, CARA}:
        acme.workspace.leave(person, LANTERN)

    everything = " ".join((*said.values(), scene.judge.prompts(), *scene.logged))
    assert any(each in said["open"].replace(ABOUT_OPEN, "") for each in OPEN_WORDS) is may_open
    assert any(each in everything for each in RESTRICTED_WORDS) is may_restricted
    assert ABOUT_OPEN not in " ".join(scene.logged)
    assert all(said.values()), "somebody was left without a word"


def test_another_bot_is_not_answered_wherever_it_asks(scene: Scene):
    acme = scene.acme
    for channel, text in product((LANTERN, PLATFORM, SHARED), (ABOUT_OPEN, ABOUT_RESTRICTED)):
        client: WebClient = acme.services.client
        posted = client.chat_postMessage(channel=channel, text=f"<@{BOT}> {text}")
        acme.settle()
        under = acme.workspace.state.thread(channel, posted["ts"])
        assert len(under) == 1


@pytest.mark.parametrize(
    ("person", "channel", "told"),
    [
        (GUS, "direct", "You are a guest here"),
        (SAM, SHARED, "only for its people"),
        (MAYA, SHARED, "People of other companies read along"),
    ],
)
def test_whoever_gets_less_is_told_so_politely_and_alone(scene: Scene, person, channel, told):
    acme = scene.acme
    place = acme.direct(person) if channel == "direct" else channel
    asked = acme.ask(person, place, f"@mayi {ABOUT_OPEN}")

    assert any(told in words(one) for one in acme.heard(person, asked))
    others = acme.workspace.state.channels[place].members - {BOT, person}
    assert all(told not in words(m) for each in others for m in acme.heard(each, asked))


def test_a_guest_gets_what_names_guests(scene: Scene):
    acme = scene.acme
    asked = acme.ask(GUS, acme.direct(GUS), "may I enter the workshop?")

    assert any("visitor badge" in words(one) for one in acme.said(GUS, asked.channel, asked.ts))


def test_the_number_of_clauses_searched_is_the_askers_own(scene: Scene):
    acme = scene.acme
    shown = {}
    for person in (MAYA, TOM, GUS):
        asked = acme.ask(person, acme.direct(person), "may I enter the workshop?")
        shown[person] = next(
            request.arguments["status"]
            for request in acme.workspace.requests
            if request.method == "assistant.threads.setStatus"
            and request.arguments["thread_ts"] == asked.ts
        )

    assert [shown[each] for each in (MAYA, TOM, GUS)] == [
        "is searching 3 clauses…",
        "is searching 2 clauses…",
        "is searching 1 clause…",
    ]


def test_who_asked_is_in_no_answer_that_is_listed_or_exported(scene: Scene):
    with scene.acme.database.read() as tx:
        exported = str(list(answers.export(tx)))
        listed = str(answers.recent(tx, 100))

    assert not any(each in exported + listed for each in PEOPLE.values())
