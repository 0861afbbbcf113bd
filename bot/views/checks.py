"""The findings of `mayi check`, for people's eyes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.terminal import Line, Style, flat


class State(StrEnum):
    """How a finding stands: fine, worth knowing, or to be mended before this works."""

    OK = "ok"
    NOTE = "note"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at, and what was found, in a sentence."""

    about: str
    state: State
    says: str


_LOOKS = {
    State.OK: ("ok      ", Style.PLAIN),
    State.NOTE: ("note    ", Style.WARNING),
    State.MISSING: ("missing ", Style.NOT_ALLOWED),
}


def check_lines(findings: Iterable[Finding]) -> tuple[Line, ...]:
    """Return one line per finding: its state, what it is about, what was found."""
    return tuple(_line(finding) for finding in findings)


def _line(finding: Finding) -> Line:
    word, style = _LOOKS[finding.state]
    return Line(text=f"{word}{finding.about}: {flat(finding.says)}", style=style)
