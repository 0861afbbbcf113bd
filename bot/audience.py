"""Who will read an answer, and so what it may be made of.

Whatever others can read too rests on what all of them may read, the asker included; what the asker
alone sees, on what they may read. In a channel that another company sees even that says nothing
of ours: it is answered from what is meant for everybody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.directory import Conversation, SlackDirectory
from jobs.conversations import Place, Reach
from jobs.ports import Person
from knowledge.models import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """What those have in common who will read an answer. `shared`: another company reads along."""

    groups: frozenset[str]
    insider: bool
    shared: bool = False

    def ask(
        self, text: str, *, thread: tuple[str, ...] = (), entity: str | None = None
    ) -> Question:
        """Return the question as it is answered before this audience."""
        return Question(
            text=text, groups=self.groups, insider=self.insider, entity=entity, thread=thread
        )


def audience_of(place: Place, directory: SlackDirectory) -> Audience:
    """Return who will read the answer that is given there."""
    own = own_audience(directory.person(place.person), directory)
    if place.reach is Reach.DIRECT:
        return own
    if place.reach is Reach.ASKER and not directory.conversation(place.channel).shared:
        return own
    readers = directory.readers_of(place.channel)
    return Audience(
        groups=own.groups & readers.groups,
        insider=own.insider and readers.insiders,
        shared=readers.shared,
    )


def own_audience(person: Person, directory: SlackDirectory) -> Audience:
    """Return the person alone."""
    return Audience(groups=directory.groups_of(person.id), insider=person.insider)


def within_reach(place: Place, directory: SlackDirectory) -> Place:
    """Return where the asker alone can be answered: there if we are in the conversation.

    A command or a shortcut may come from where we are not, and from the direct messages with us.
    """
    if place.reach is not Reach.ASKER:
        return place
    where: Conversation = directory.conversation(place.channel)
    if where.direct and where.joined:
        return replace(place, reach=Reach.DIRECT)
    if not where.joined:
        return direct(place)
    return place


def direct(place: Place) -> Place:
    """Return the direct messages of whoever asks there."""
    return Place(
        team=place.team, channel=place.person, person=place.person, reach=Reach.DIRECT, ts=None
    )
