"""What a call came with, from a form, JSON or the query alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from bot.playground.records import Json
from bot.playground.refusals import Refusal, refusal_of
from bot.playground.rules.messages import parsed

T = TypeVar("T")
_TRUE = frozenset({True, "true", "1", "True"})


@dataclass(frozen=True, slots=True)
class Arguments:
    """A call's arguments by name; forms bring everything as strings."""

    values: Json

    def raw(self, name: str) -> Any:  # noqa: ANN401 - JSON is anything
        """Return an argument as it came, or None."""
        return self.values.get(name)

    def text(self, name: str) -> str | None:
        """Return an argument as a string, or None where it is missing or empty."""
        value = self.values.get(name)
        return None if value in (None, "") else str(value)

    def required(self, name: str) -> str:
        """Return an argument as a string; refuses a call without it."""
        value = self.text(name)
        if value is None:
            raise refusal_of("invalid_arguments", [f"missing required field: {name}"])
        return value

    def flag(self, name: str) -> bool:
        """Return whether an argument says true."""
        return self.values.get(name) in _TRUE

    def count(self, name: str, *, default: int, most: int) -> int:
        """Return an argument as a number from 1 to `most`."""
        value = self.values.get(name)
        if value in (None, ""):
            return default
        try:
            number = int(value)
        except (TypeError, ValueError):
            raise Refusal("invalid_limit") from None
        if not 1 <= number <= most:
            raise Refusal("invalid_limit")
        return number

    def words(self, name: str) -> tuple[str, ...]:
        """Return an argument that is a list, or words between commas."""
        value = self.values.get(name)
        if isinstance(value, str) and not value.startswith("["):
            return tuple(one.strip() for one in value.split(",") if one.strip())
        found = parsed(value, "invalid_arguments") or ()
        return tuple(str(one) for one in found)


def page_of(found: list[T], arguments: Arguments, *, default: int) -> tuple[list[T], Json]:
    """Return one page of what was found, and the metadata that leads to the next.

    A cursor is where the next page begins.
    """
    limit = arguments.count("limit", default=default, most=1000)
    cursor = arguments.text("cursor") or "0"
    if not cursor.isdigit():
        raise Refusal("invalid_cursor")
    start = int(cursor)
    following = start + limit if start + limit < len(found) else None
    cursor_after = "" if following is None else str(following)
    return found[start : start + limit], {"next_cursor": cursor_after}
