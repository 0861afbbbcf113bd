"""The parts that rules are put together from: checks that yield what is wrong, and where.

A check takes a value and its JSON pointer, and yields one complaint for each thing wrong, in
Slack's form: "must be a string [json-pointer:/blocks/0/text]".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

Complaints = Iterator[str]
Check = Callable[[object, str], Complaints]


def complaint(what: str, at: str) -> str:
    """Return a complaint in Slack's form."""
    return f"{what} [json-pointer:{at or '/'}]"


def string(*, least: int = 0, most: int) -> Check:
    """Return a check for a string of so many characters."""

    def check(value: object, at: str) -> Complaints:
        if not isinstance(value, str):
            yield complaint("must be a string", at)
        elif len(value) < least:
            yield complaint(f"must be at least {least} characters", at)
        elif len(value) > most:
            yield complaint(f"must be no more than {most} characters", at)

    return check


def matching(pattern: str, what: str) -> Check:
    """Return a check for a string that looks like something."""
    regex = re.compile(pattern)

    def check(value: object, at: str) -> Complaints:
        if not isinstance(value, str) or not regex.fullmatch(value):
            yield complaint(f"must be {what}", at)

    return check


def flag(value: object, at: str) -> Complaints:
    """Check for true or false."""
    if not isinstance(value, bool):
        yield complaint("must be a boolean", at)


def whole(least: int, most: int) -> Check:
    """Return a check for a whole number within bounds."""

    def check(value: object, at: str) -> Complaints:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            yield complaint(f"must be an integer from {least} to {most}", at)

    return check


def anything(_value: object, _at: str) -> Complaints:
    """Find nothing wrong."""
    return iter(())


def among(*values: str) -> Check:
    """Return a check for one of several words."""

    def check(value: object, at: str) -> Complaints:
        if value not in values:
            yield complaint(f"must be one of: {', '.join(values)}", at)

    return check


def items(each: Check, *, least: int = 0, most: int) -> Check:
    """Return a check for an array of so many items."""

    def check(value: object, at: str) -> Complaints:
        if not isinstance(value, list | tuple):
            yield complaint("must be an array", at)
            return
        if len(value) < least:
            yield complaint(f"must have at least {least} items", at)
        if len(value) > most:
            yield complaint(f"no more than {most} items allowed", at)
        for index, item in enumerate(value):
            yield from each(item, f"{at}/{index}")

    return check


def fields(
    required: Mapping[str, Check] | None = None,
    optional: Mapping[str, Check] | None = None,
    *,
    also: Check = anything,
) -> Check:
    """Return a check for an object with these fields and no others; `also` looks at all of it."""
    needed = dict(required or {})
    known = {"type": anything, **needed, **(optional or {})}

    def check(value: object, at: str) -> Complaints:
        if not isinstance(value, Mapping):
            yield complaint("must be an object", at)
            return
        yield from (
            complaint(f"missing required field: {name}", at) for name in needed if name not in value
        )
        for name, field in value.items():
            inside = f"{at}/{name}"
            if name in known:
                yield from known[name](field, inside)
            else:
                yield complaint(f"additional property: {name}", inside)
        yield from also(value, at)

    return check


def kinds(table: Mapping[str, Check]) -> Check:
    """Return a check for an object of one of several types; its `type` picks the check."""

    def check(value: object, at: str) -> Complaints:
        if not isinstance(value, Mapping):
            yield complaint("must be an object", at)
            return
        kind = value.get("type")
        if isinstance(kind, str) and kind in table:
            yield from table[kind](value, at)
        else:
            yield complaint(f"unsupported type: {kind}", f"{at}/type")

    return check


def one_of_fields(*names: str) -> Check:
    """Return a check that an object has one of several fields, and only one."""

    def check(value: object, at: str) -> Complaints:
        present = [name for name in names if isinstance(value, Mapping) and name in value]
        if len(present) != 1:
            yield complaint(f"must have exactly one of: {', '.join(names)}", at)

    return check


def some_of_fields(*names: str) -> Check:
    """Return a check that an object has at least one of several fields."""

    def check(value: object, at: str) -> Complaints:
        if not isinstance(value, Mapping) or not any(name in value for name in names):
            yield complaint(f"must have at least one of: {', '.join(names)}", at)

    return check
