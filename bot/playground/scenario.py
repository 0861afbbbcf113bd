"""The sample workspace: a company, the people one can be there, and where they talk.

Ids tell who is who. Groups bear the handles that the sample guidelines' audiences name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.playground.records import Channel, ChannelKind, Group, Person, Team
from bot.playground.state import State

US = Team(id="T0ACME", name="Acme", domain="acme")
PARTNER = Team(id="T0GLOBEX", name="Globex", domain="globex")

BOT = "U0MAYI"
APP = "A0MAYI"
BOT_PROFILE = "B0MAYI"
SLACKBOT = "USLACKBOT"
ROBOT = "U0ROBOT"

# The people one can be.
MAYA = "U0MAYA"
TOM = "U0TOM"
CARA = "U0CARA"
GUS = "U0GUS"
SAM = "U0SAM"
PEOPLE_TO_BE = (MAYA, TOM, CARA, GUS, SAM)

GENERAL = "C0GENERAL"
MODELS = "C0MODELS"
PLATFORM = "C0PLATFORM"
LANTERN = "C0LANTERN"
COMPLIANCE = "C0COMPLIANCE"
SHARED = "C0SHARED"
QUIET = "C0QUIET"


PEOPLE = (
    Person(
        id=MAYA,
        team=US.id,
        name="maya",
        real_name="Maya Lindqvist",
        role="Engineer, Model Training",
        email="maya@acme.example",
        color="2a7f62",
    ),
    Person(
        id=TOM,
        team=US.id,
        name="tom",
        real_name="Tom Okafor",
        role="Engineer, Platform",
        email="tom@acme.example",
        zone="America/New_York",
        color="8a4baf",
    ),
    Person(
        id=CARA,
        team=US.id,
        name="cara",
        real_name="Cara Moreau",
        role="Compliance officer",
        email="cara@acme.example",
        zone="Europe/Paris",
        color="b3541e",
    ),
    Person(
        id=GUS,
        team=US.id,
        name="gus",
        real_name="Gus Petrov",
        role="Guest, contractor",
        email="gus@contractors.example",
        color="5c6b8a",
        guest=True,
    ),
    Person(
        id=SAM,
        team=PARTNER.id,
        name="sam",
        real_name="Sam Whitfield",
        role="Stranger, from Globex",
        email="sam@globex.example",
        zone="Europe/London",
        color="a03060",
    ),
    Person(id=BOT, team=US.id, name="mayi", real_name="May I", color="1f4e8c", bot=True),
    Person(id=ROBOT, team=US.id, name="deploys", real_name="Deploy bot", bot=True),
    Person(id=SLACKBOT, team=US.id, name="slackbot", real_name="Slackbot", bot=True),
)

GROUPS = (
    Group(
        id="S0COMPLIANCE",
        handle="compliance",
        name="Compliance",
        members=frozenset({CARA}),
    ),
    Group(id="S0LEGAL", handle="legal", name="Legal", members=frozenset({CARA})),
    Group(
        id="S0TRAINING",
        handle="model-training",
        name="Model Training",
        members=frozenset({MAYA}),
    ),
    Group(
        id="S0PLATFORM",
        handle="platform",
        name="Platform",
        members=frozenset({TOM}),
    ),
)

_STAFF = frozenset({MAYA, TOM, CARA, BOT})
CHANNELS = (
    Channel(
        id=GENERAL,
        name="general",
        kind=ChannelKind.PUBLIC,
        members=_STAFF,
        topic="Company-wide news",
    ),
    Channel(
        id=MODELS,
        name="model-training",
        kind=ChannelKind.PUBLIC,
        members=_STAFF - {CARA},
        topic="Data, runs and evaluations",
    ),
    Channel(
        id=PLATFORM,
        name="platform-contractors",
        kind=ChannelKind.PUBLIC,
        members=_STAFF | {GUS, ROBOT},
        topic="Platform work, with contractors",
    ),
    Channel(
        id=LANTERN,
        name="project-lantern",
        kind=ChannelKind.PRIVATE,
        members=frozenset({MAYA, CARA, BOT}),
        topic="Private",
    ),
    Channel(
        id=COMPLIANCE,
        name="compliance-desk",
        kind=ChannelKind.PRIVATE,
        members=frozenset({CARA, BOT}),
        topic="Questions that need a person",
    ),
    Channel(
        id=SHARED,
        name="acme-globex",
        kind=ChannelKind.PUBLIC,
        members=frozenset({MAYA, TOM, SAM, BOT}),
        partners=frozenset({PARTNER.id}),
        topic="Shared with Globex",
    ),
    Channel(
        id=QUIET,
        name="no-bots-here",
        kind=ChannelKind.PUBLIC,
        members=frozenset({MAYA, TOM}),
        topic="May I was not invited",
    ),
)


def sample_state(clock: Callable[[], float], *, bot_name: str = "May I") -> State:
    """Return the sample workspace, with no message in it yet."""
    state = State(team=US, bot=BOT, clock=clock)
    state.teams[PARTNER.id] = PARTNER
    for person in PEOPLE:
        named = replace(person, real_name=bot_name) if person.id == BOT else person
        state.people[person.id] = named
    for group in GROUPS:
        state.groups[group.id] = group
    for channel in CHANNELS:
        state.channels[channel.id] = channel
    for person_id in PEOPLE_TO_BE:
        state.direct(person_id, BOT)
    return state
