"""The parts of a process that serves Slack, built on those of `bot.wiring` and joined.

One `Workplace` is one replica: its app, its workers, its courier and its clock. Where Slack is —
the real one or the local workspace — is a matter of an address and of tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from slack_bolt import App, BoltRequest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.app import build_app, listeners_with
from bot.directory import SlackDirectory
from bot.drawing import Drawing, links_of
from bot.inbox import Admission, Workers
from bot.metrics import Metrics
from bot.sender import SlackSender, asking_client, posting_client
from bot.services import Services
from bot.serving import Listening, Running, Sending, Socket, TakingUp, Ticking, Watch, Working
from bot.settings import SettingsRefused, split_names
from bot.web import Doorkeeper, WebServer, web_app
from bot.wiring import Wiring
from jobs.chores import Chores
from jobs.courier import Courier
from jobs.replicas import Replica
from jobs.runs import Job
from knowledge.errors import Problem

SCOPES = frozenset(
    {
        "app_mentions:read",
        "assistant:write",
        "channels:history",
        "channels:read",
        "chat:write",
        "commands",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "usergroups:read",
        "users:read",
        "users:read.email",
    }
)
"""What manifest.json asks for, and the bot token must have been granted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slack:
    """Where Slack is, and what lets us in. Without an `app_token` Slack calls us over HTTP."""

    api: str
    bot_token: str
    app_token: str | None = None
    signing_secret: str | None = None
    compliance: tuple[str, ...] = ()
    compliance_channel: str | None = None


class Workplace:
    """The parts of one replica, each built when it is first needed."""

    def __init__(self, parts: Wiring, slack: Slack, *, listen: str) -> None:
        """Take the process's other parts, where Slack is, and the HOST:PORT of our own pages."""
        self._parts = parts
        self._slack = slack
        self._listen = listen
        self._replica = Replica()

    @property
    def _clock(self) -> Callable[[], datetime]:
        return self._parts.clock

    # ------------------------------------------------------------ speaking

    @cached_property
    def client(self) -> WebClient:
        """What speaks to Slack. Raises SettingsRefused where it does not let us in."""
        client = posting_client(self._slack.bot_token, base_url=self._slack.api)
        try:
            granted = _scopes(client.auth_test().headers)
        except SlackApiError as error:
            raise _shut_out(str(error.response.get("error", "unknown"))) from None
        except OSError as error:
            raise _unreachable(self._slack.api, error) from None
        if granted and (lacking := SCOPES - granted):
            raise _lacks(lacking)
        return client

    @cached_property
    def asking(self) -> WebClient:
        """What asks Slack who is who, and opens windows."""
        return asking_client(self.client)

    @cached_property
    def directory(self) -> SlackDirectory:
        """Who is who."""
        return SlackDirectory(
            self.asking,
            compliance=self._slack.compliance,
            clock=self._clock,
            zone=self._parts.settings.timezone,
        )

    @cached_property
    def drawing(self) -> Drawing:
        """What makes messages of notices."""
        return Drawing(
            self._parts.database,
            answerer=self._parts.serving_answerer,
            directory=self.directory,
            link=links_of(self.asking),
            clock=self._clock,
            zone=self._parts.settings.timezone,
        )

    @cached_property
    def courier(self) -> Courier:
        """What carries the outbox out."""
        sender = SlackSender(self.client, self.drawing.draw)
        return Courier(self._parts.database, sender, worker=self._replica.name, clock=self._clock)

    # ------------------------------------------------------------ listening

    @cached_property
    def services(self) -> Services:
        """What listeners may use."""
        given = self._parts.settings
        return Services(
            database=self._parts.database,
            answerer=self._parts.serving_answerer,
            directory=self.directory,
            drawing=self.drawing,
            client=self.asking,
            clock=self._clock,
            zone=given.timezone,
            retention=given.retention,
            mask=self._parts.redactor.without_secrets,
            compliance_channel=self._slack.compliance_channel,
            case_days=given.case_days,
            entity=given.entity,
            issue=self._parts.issue_ruling,
        )

    @cached_property
    def workers(self) -> Workers:
        """What works the inbox off."""
        return Workers(
            database=self._parts.database,
            listeners=listeners_with(self.services),
            clock=self._clock,
            hands=self._parts.settings.workers,
            name=self._replica.name,
        )

    @cached_property
    def app(self) -> App:
        """What takes Slack's deliveries."""
        admission = Admission(
            self._parts.database,
            clock=self._clock,
            mask=self.services.mask,
            wake=self.workers.wake,
        )
        return build_app(self.services, admission)

    # ------------------------------------------------------------ running

    @cached_property
    def ticking(self) -> Ticking:
        """The clock and what it asks for."""
        return Ticking(
            self._parts.database, self._jobs(), worker=self._replica.name, clock=self._clock
        )

    def _jobs(self) -> tuple[Job, ...]:
        given = self._parts
        return (
            *Chores(
                database=given.database,
                directory=self.directory,
                zone=given.settings.timezone,
                retention=given.settings.retention,
                compliance=self._slack.compliance_channel,
            ).jobs(),
            Job(name="index the rules", every=timedelta(minutes=1), work=given.index_current),
        )

    @cached_property
    def socket(self) -> Socket | None:
        """The connection of Socket Mode, in that mode."""
        token = self._slack.app_token
        return Socket(self.app, token, self._clock) if token is not None else None

    def running(self, tell: Callable[[int], None]) -> tuple[Running, ...]:
        """Return what runs side by side, in the order in which it starts.

        `tell` is told the port of our own pages.
        """
        ours = (
            TakingUp(self._parts.database, self._replica, clock=self._clock),
            Sending(self.courier),
            Working(self.workers),
            self.ticking,
            Listening(self._web_server(), tell),
        )
        return ours if self.socket is None else (*ours, self.socket)

    def _web_server(self) -> WebServer:
        host, _, port = self._listen.rpartition(":")
        secret = self._slack.signing_secret
        by_http = self.socket is None and secret is not None
        pages = web_app(
            ready=self._watch().readiness,
            metrics=self._metrics().text,
            dispatch=self._dispatch if by_http else None,
            doorkeeper=Doorkeeper(secret) if by_http and secret is not None else None,
        )
        return WebServer(pages, host=host, port=int(port))

    def _dispatch(
        self, body: str, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], str]:
        """Hand a request of Slack's to the app."""
        given: dict[str, Any] = {name: [value] for name, value in headers.items()}
        answered = self.app.dispatch(BoltRequest(body=body, headers=given))
        return answered.status, answered.first_headers(), answered.body

    def _metrics(self) -> Metrics:
        return Metrics(
            self._parts.database,
            clock=self._clock,
            last_tick=lambda: self.ticking.clock.last_tick,
        )

    def _watch(self) -> Watch:
        return Watch(
            courier=self.courier,
            ticking=self.ticking,
            clock=self._clock,
            has_rules=self._parts.has_rules,
            socket=self.socket,
        )


def _scopes(headers: Mapping[str, str]) -> frozenset[str]:
    """Return what Slack says that the token was granted; nothing where it says nothing."""
    said = next((value for name, value in headers.items() if name.lower() == _GRANTED), "")
    return frozenset(split_names(said))


_GRANTED = "x-oauth-scopes"


def _lacks(scopes: frozenset[str]) -> SettingsRefused:
    what = f"the token lacks {', '.join(sorted(scopes))}"
    mend = "Give the app the scopes of manifest.json and install it again"
    return SettingsRefused(Problem(place="SLACK_BOT_TOKEN", what=what, mend=mend))


def _shut_out(error: str) -> SettingsRefused:
    what = f"Slack does not let us in: {error}"
    mend = "Copy the bot token (xoxb-…) anew; see that the app is installed in the workspace"
    return SettingsRefused(Problem(place="SLACK_BOT_TOKEN", what=what, mend=mend))


def _unreachable(api: str, error: OSError) -> SettingsRefused:
    mend = "Check SLACK_API_URL, and the proxy and certificates that the environment names"
    what = f"{api} cannot be reached ({getattr(error, 'reason', error)})"
    return SettingsRefused(Problem(place="SLACK_API_URL", what=what, mend=mend))


def slack_of(parts: Wiring) -> Slack:
    """Return the Slack that the settings name. Raises SettingsRefused for what is missing."""
    given = parts.settings
    if given.slack_bot_token is None:
        raise _missing("SLACK_BOT_TOKEN", "the app's bot token is not set")
    by_http = given.slack_mode == "http"
    if by_http and given.slack_signing_secret is None:
        raise _missing("SLACK_SIGNING_SECRET", "HTTP mode needs the app's signing secret")
    if not by_http and given.slack_app_token is None:
        raise _missing("SLACK_APP_TOKEN", "Socket Mode needs an app-level token")
    if given.compliance_channel is not None and not given.compliance:
        raise _missing("MAYI_COMPLIANCE", "cases have a channel, but nobody to answer them")
    app_token, secret = given.slack_app_token, given.slack_signing_secret
    return Slack(
        api=given.slack_api_url,
        bot_token=given.slack_bot_token.get_secret_value(),
        app_token=None if by_http or app_token is None else app_token.get_secret_value(),
        signing_secret=secret.get_secret_value() if secret is not None else None,
        compliance=given.compliance,
        compliance_channel=given.compliance_channel,
    )


def _missing(place: str, what: str) -> SettingsRefused:
    mend = "Set it as docs/operating.md says, or try `mayi playground` without a Slack"
    return SettingsRefused(Problem(place=place, what=what, mend=mend))
