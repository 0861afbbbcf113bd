"""What is kept: answers and who asked, cases, exceptions, and who did what."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.frame import MOST, As, Number, opened, show
from bot.terminal import flat


def answers(
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="How many of the latest.")] = 20,
    export: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write all to a .jsonl or .csv file.")
    ] = None,
) -> None:
    """List the answers given, without names, or export them."""
    from bot import exports
    from bot.views.answers import answers_lines
    from knowledge.answering import answers as given

    with opened() as parts, parts.records.read() as tx:
        if export is None:
            show(answers_lines(given.recent(tx, limit), parts.settings.timezone))
        else:
            count = exports.write(given.export(tx), export)
            print(f"{count} answers are in {flat(str(export))}.")


def asker(
    answer: str,
    *,
    reason: Annotated[str, typer.Option(help="Why the name is needed; it is kept.")],
    person: As = None,
) -> None:
    """Look up who asked; that it was looked up, and why, is kept."""
    from bot import desk

    with opened() as parts:
        name = desk.look_up(parts, answer, reason=reason, by=person)
        print(flat(name) if name is not None else "Who asked was not kept.")


def erase(
    answer: Annotated[str | None, typer.Argument(metavar="[ANSWER]")] = None,
    *,
    everything_of: Annotated[
        str | None, typer.Option("--asker", metavar="NAME", help="All that this person asked.")
    ] = None,
    person: As = None,
) -> None:
    """Erase what was asked in an answer, and who asked."""
    from bot import desk

    if (answer is None) is (everything_of is None):
        raise typer.BadParameter("Name an answer, or somebody with --asker.")
    with opened() as parts:
        if answer is not None:
            desk.erase(parts, answer, by=person)
            print(f"Answer {flat(answer)} is erased.")
        else:
            count = desk.erase_person(parts, str(everything_of), by=person)
            print(f"{count} answers are erased.")


def cases() -> None:
    """List the cases that wait for compliance."""
    from bot.views.records import cases_lines
    from knowledge.answering import cases as kept

    with opened() as parts, parts.records.read() as tx:
        show(cases_lines(kept.open_cases(tx), parts.settings.timezone))


def rulings() -> None:
    """List the rulings of the edition in effect."""
    from bot import desk
    from bot.views.records import rulings_lines

    with opened() as parts:
        show(rulings_lines(desk.rulings(parts)))


def retire(ruling: str, *, person: As = None) -> None:
    """End a ruling before its day, or propose to."""
    from bot import desk
    from bot.views.library import publication_lines

    with opened() as parts:
        done = desk.retire(parts, ruling, by=person)
        show(publication_lines(done, parts.settings.timezone))


def exceptions() -> None:
    """List the exceptions that count now."""
    from bot import desk
    from bot.views.records import exceptions_lines

    with opened() as parts:
        show(exceptions_lines(*desk.living_exceptions(parts)))


def revoke(exception: Number, *, person: As = None) -> None:
    """End an exception at once."""
    from bot import desk

    with opened() as parts:
        desk.revoke(parts, exception, by=person)
        print(f"Exception {exception} is revoked.")


def audit() -> None:
    """List who did what, and say whether the list was tampered with."""
    from bot.views.records import audit_lines
    from knowledge import chain

    with opened() as parts, parts.records.read() as tx:
        broken_at = chain.broken_at(tx)
        show(audit_lines(chain.entries(tx), broken_at, parts.settings.timezone))
    if broken_at is not None:
        raise typer.Exit(2)
