"""Who somebody is, which groups they are in and who reads along, as Slack says.

What Slack says is remembered for a minute. Whoever Slack does not know is a stranger without
groups; where it cannot be asked, its error goes up and the delivery is tried again: nothing is
said on a guess. Rules may name two groups that no company keeps: "guests" and "external".
Everybody is in "external"; guests and members are in "guests".
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, reduce
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from jobs.ports import Person, Readers

EXTERNAL = "external"
"""The group everybody is in, people of other companies too."""
GUESTS = "guests"
"""The group of everybody in our workspace, guests too."""

REMEMBERED = timedelta(seconds=60)
"""How long what Slack said is taken to be so."""

_FEW = 20
"""Up to so many unknown people are asked for one by one; beyond, the whole list is fetched."""
_PAGE = 1000  # the most that conversations.members and users.list give
_UNKNOWN = frozenset(
    {
        "user_not_found",
        "users_not_found",
        "user_not_visible",
        "channel_not_found",
        "no_such_subteam",
        "subteam_not_found",
        "team_not_found",
    }
)
"""What Slack says of people, channels and groups that it does not know, or does not show us."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """What matters of a conversation. A `shared` one is seen by another company."""

    id: str
    direct: bool
    public: bool
    shared: bool
    joined: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """A person and the company they belong to."""

    person: Person
    guest: bool
    stranger: bool


class SlackDirectory:
    """Implements `jobs.ports.Directory`. One serves all threads."""

    def __init__(
        self,
        client: WebClient,
        *,
        compliance: Iterable[str],
        clock: Callable[[], datetime],
        zone: ZoneInfo,
        remembered: timedelta = REMEMBERED,
    ) -> None:
        """Take who compliance is (ids of people, handles of user groups) and the company's zone."""
        self._client = client
        self._compliance = frozenset(name.strip().lstrip("@") for name in compliance)
        self._zone = zone
        self._memory = _Memory(clock, remembered)

    # ------------------------------------------------------------ people

    def person(self, person_id: str) -> Person:
        """Return the person; whom Slack does not know is a stranger."""
        return self._known(person_id).person

    def groups_of(self, person_id: str) -> frozenset[str]:
        """Return the handles of the person's user groups, and the built-in ones they are in."""
        return self._groups(self._known(person_id))

    def is_guest(self, person_id: str) -> bool:
        """Tell whether the person is in our workspace without belonging to the company."""
        return self._known(person_id).guest

    def all_groups(self) -> tuple[str, ...]:
        """Return the handles of every user group, and of the built-in ones, in order."""
        return tuple(sorted({*self._members_of_groups(), EXTERNAL, GUESTS}))

    def members_of(self, group: str) -> frozenset[str] | None:
        """Return the ids of a user group's members, by its handle; None where there is none."""
        return self._members_of_groups().get(group.lstrip("@"))

    def is_compliance(self, person_id: str) -> bool:
        """Tell whether the person belongs to compliance at this moment: Slack is asked anew."""
        self._memory.forget("groups", person_id)
        known = self._known(person_id)
        if not (known.person.insider and known.person.active) or known.person.bot:
            return False
        return bool(self._compliance & {person_id, *self._user_groups(person_id)})

    def officer(self, named: str) -> str | None:
        """Return the id of somebody of compliance, named by id or e-mail address, or None.

        https://docs.slack.dev/reference/methods/users.lookupByEmail
        """
        person_id = self._by_email(named) if "@" in named else named
        return person_id if person_id and self.is_compliance(person_id) else None

    def _by_email(self, address: str) -> str | None:
        try:
            return str(self._client.users_lookupByEmail(email=address)["user"]["id"])
        except SlackApiError as error:
            _unless_unknown(error)
            return None

    def _groups(self, known: _Known) -> frozenset[str]:
        if known.stranger:
            return frozenset({EXTERNAL})
        return self._user_groups(known.person.id) | {EXTERNAL, GUESTS}

    def _user_groups(self, person_id: str) -> frozenset[str]:
        groups = self._members_of_groups().items()
        return frozenset(handle for handle, people in groups if person_id in people)

    def _members_of_groups(self) -> dict[str, frozenset[str]]:
        return self._memory.recall("groups", self._ask_for_groups)

    def _ask_for_groups(self) -> dict[str, frozenset[str]]:
        """Fetch who is in which group: https://docs.slack.dev/reference/methods/usergroups.list."""
        listed = self._client.usergroups_list(include_users=True)
        return {each["handle"]: frozenset(each.get("users") or ()) for each in listed["usergroups"]}

    def _known(self, person_id: str) -> _Known:
        return self._memory.recall(person_id, lambda: self._look_up(person_id))

    def _look_up(self, person_id: str) -> _Known:
        try:
            user = self._client.users_info(user=person_id)["user"]
        except SlackApiError as error:
            _unless_unknown(error)
            return self._nobody(person_id)
        return self._read(user)

    def _read(self, user: dict[str, Any]) -> _Known:
        """Read a person: https://docs.slack.dev/reference/objects/user-object."""
        stranger = bool(user.get("is_stranger")) or not self._is_ours(user)
        guest = bool(user.get("is_restricted") or user.get("is_ultra_restricted"))
        person = Person(
            id=user["id"],
            name=_name(user),
            zone=self._zone_of(user),
            insider=not (stranger or guest),
            bot=bool(user.get("is_bot") or user.get("is_workflow_bot")),
            active=not user.get("deleted"),
        )
        return _Known(person=person, guest=guest, stranger=stranger)

    def _is_ours(self, user: dict[str, Any]) -> bool:
        teams = {user.get("team_id"), *(user.get("teams") or ())}
        return self._us[0] in teams

    @cached_property
    def _us(self) -> tuple[str, str]:
        """Our workspace and our own id, which never change."""
        found = self._client.auth_test()
        return str(found["team_id"]), str(found["user_id"])

    def _zone_of(self, user: dict[str, Any]) -> ZoneInfo:
        try:
            return ZoneInfo(user.get("tz") or self._zone.key)
        except (ZoneInfoNotFoundError, ValueError):
            return self._zone

    def _nobody(self, person_id: str) -> _Known:
        person = Person(id=person_id, name="somebody", zone=self._zone, insider=False)
        return _Known(person=person, guest=False, stranger=True)

    # ------------------------------------------------------------ conversations

    def conversation(self, channel: str) -> Conversation:
        """Return what matters of a conversation; an unknown one counts as shared."""
        return self._memory.recall(("channel", channel), lambda: self._look_into(channel))

    def readers_of(self, channel: str) -> Readers:
        """Return what all readers of a conversation have in common; we ourselves do not count.

        Any member may read along in a public channel, so only the built-in groups are common
        there. A channel that another company sees has nothing of ours in common.
        """
        where = self.conversation(channel)
        if where.shared:
            return Readers(groups=frozenset({EXTERNAL}), insiders=False, shared=True)
        people = self._people(self._members(channel))
        insiders = bool(people) and all(known.person.insider for known in people)
        groups = reduce(frozenset.__and__, map(self._groups, people)) if people else frozenset()
        if where.public:
            groups &= {EXTERNAL, GUESTS}
        return Readers(groups=groups, insiders=insiders)

    def _look_into(self, channel: str) -> Conversation:
        """Ask for a conversation: https://docs.slack.dev/reference/methods/conversations.info."""
        try:
            found = self._client.conversations_info(channel=channel)["channel"]
        except SlackApiError as error:
            _unless_unknown(error)
            return Conversation(id=channel, direct=False, public=False, shared=True, joined=False)
        direct = bool(found.get("is_im"))
        return Conversation(
            id=channel,
            direct=direct,
            public=not (direct or found.get("is_private") or found.get("is_mpim")),
            shared=_is_shared(found),
            joined=direct or bool(found.get("is_member")),
        )

    def _members(self, channel: str) -> frozenset[str]:
        ids = self._memory.recall(("members", channel), lambda: tuple(self._all_members(channel)))
        return frozenset(ids) - {self._us[1]}

    def _all_members(self, channel: str) -> Iterator[str]:
        for page in self._client.conversations_members(channel=channel, limit=_PAGE):
            yield from page["members"]

    def _people(self, ids: frozenset[str]) -> tuple[_Known, ...]:
        unknown = [each for each in ids if not self._memory.has(each)]
        if len(unknown) > _FEW:
            self._learn_all()
        return tuple(self._known(each) for each in sorted(ids))

    def _learn_all(self) -> None:
        """Fetch everybody at once: https://docs.slack.dev/reference/methods/users.list."""
        for page in self._client.users_list(limit=_PAGE):
            for user in page["members"]:
                self._memory.keep(user["id"], self._read(user))


class _Memory:
    """What was found out lately, by key. What could not be found out is not kept."""

    def __init__(self, clock: Callable[[], datetime], kept: timedelta) -> None:
        self._clock = clock
        self._kept = kept
        self._values: dict[object, tuple[datetime, Any]] = {}
        self._lock = threading.Lock()

    def recall(self, key: object, find: Callable[[], _T]) -> _T:
        """Return the value of the key, found anew where it is old or unknown."""
        held = self._held(key)
        if held is not None:
            value: _T = held[1]
            return value
        return self.keep(key, find())

    def keep(self, key: object, value: _T) -> _T:
        """Keep the value from now on, and return it."""
        with self._lock:
            self._values[key] = (self._clock(), value)
        return value

    def has(self, key: object) -> bool:
        """Tell whether the key's value is known."""
        return self._held(key) is not None

    def forget(self, *keys: object) -> None:
        """Forget the values of these keys."""
        with self._lock:
            for key in keys:
                self._values.pop(key, None)

    def _held(self, key: object) -> tuple[datetime, Any] | None:
        with self._lock:
            held = self._values.get(key)
            if held is not None and self._clock() - held[0] >= self._kept:
                del self._values[key]
                return None
            return held


def _name(user: dict[str, Any]) -> str:
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), user.get("real_name"), user.get("name"), user["id"])
    return str(next(name for name in names if name))


def _is_shared(channel: dict[str, Any]) -> bool:
    """Tell whether another company sees the channel, or is about to."""
    signs = ("is_ext_shared", "is_pending_ext_shared", "is_stranger", "is_global_shared")
    return any(channel.get(sign) for sign in (*signs, "pending_shared"))


def _unless_unknown(error: SlackApiError) -> None:
    """Raise the error unless it says that Slack knows no such person or place."""
    if error.response.get("error") not in _UNKNOWN:
        raise error
