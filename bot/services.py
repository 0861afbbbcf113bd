"""The parts that listeners may use, joined once by `bot.wiring`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from slack_sdk import WebClient

from bot.directory import SlackDirectory
from bot.drawing import Drawing
from knowledge.answering.answerer import Answerer
from knowledge.answering.rulings import CaseRuling
from knowledge.database import Database
from knowledge.library import editions
from knowledge.models import Rulebook

Mask = Callable[[str], tuple[str, bool]]
"""Takes secrets out of a text: what is left, and whether there were any."""


@dataclass(frozen=True, kw_only=True)
class Services:
    """Parts and settings that listeners work with.

    `client` is for what cannot wait or is not kept: forms, Home, what we are doing just now; every
    message goes through the outbox. `zone` is the company's. `case_days` are working days. `issue`
    publishes or proposes a ruling in somebody's name.
    """

    database: Database
    answerer: Answerer
    directory: SlackDirectory
    drawing: Drawing
    client: WebClient
    clock: Callable[[], datetime]
    zone: ZoneInfo
    retention: timedelta
    mask: Mask
    compliance_channel: str | None = None
    case_days: int = 2
    entity: str | None = None
    issue: Callable[[CaseRuling, str], object]

    def today(self) -> date:
        """Return the day it is where the company is."""
        return self.clock().astimezone(self.zone).date()

    def rulebook(self) -> Rulebook | None:
        """Return what the edition in force says, or None where there is none."""
        with self.database.read() as tx:
            edition = editions.current(tx, self.clock())
        return None if edition is None else self.answerer.desk(edition).rulebook
