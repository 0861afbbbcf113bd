"""Publishing rules, with one person or two, and reading what was published."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.frame import MOST, As, Number, opened, show


def publish(
    folder: Path,
    *,
    person: As = None,
    effective: Annotated[
        str | None, typer.Option(metavar="DAY", help="From when it counts: a day or an instant.")
    ] = None,
    note: Annotated[str, typer.Option(help="What people read beside the edition.")] = "",
    allow_removals: Annotated[
        bool, typer.Option("--allow-removals", help="Let documents and many sections go.")
    ] = False,
) -> None:
    """Publish a folder as the next edition, or propose it."""
    from bot import desk
    from bot.views.library import publication_lines

    with opened() as parts:
        done = desk.publish(
            parts,
            folder,
            by=person,
            effective=effective,
            note=note,
            allow_removals=allow_removals,
        )
        show(publication_lines(done, parts.settings.timezone))


def proposals() -> None:
    """List what waits for a second person."""
    from bot.views.library import proposals_lines
    from knowledge.publishing import proposals as waiting

    with opened() as parts, parts.records.read() as tx:
        show(proposals_lines(waiting.open_proposals(tx), parts.settings.timezone))


def approve(proposal: Number, *, person: As = None) -> None:
    """Publish what another person proposed."""
    from bot import desk
    from bot.views.library import publication_lines

    with opened() as parts:
        done = desk.approve(parts, proposal, by=person)
        show(publication_lines(done, parts.settings.timezone))


def withdraw(proposal: Number, *, person: As = None) -> None:
    """Take a proposal back."""
    from bot import desk

    with opened() as parts:
        desk.withdraw(parts, proposal, by=person)
        print(f"Proposal {proposal} is withdrawn.")


# ---------------------------------------------------------------- reading


def editions() -> None:
    """List the editions, the one in effect marked."""
    from bot.views.library import editions_lines
    from knowledge.library import editions as published

    with opened() as parts, parts.records.read() as tx:
        current = published.current(tx, parts.clock())
        every = published.all_editions(tx)
        show(editions_lines(every, current, parts.settings.timezone))


def show_section(
    section: Annotated[str, typer.Argument(help="A section's id, or a document's.")],
    edition: Annotated[
        int | None, typer.Option(min=1, max=MOST, help="Its words in this edition.")
    ] = None,
) -> None:
    """Print a section with what it does, or a document's list."""
    from bot import desk
    from bot.views.library import contents_lines, section_lines

    with opened() as parts:
        book = desk.rulebook(parts, edition)
        if section in book.documents:
            show(contents_lines(book, section))
        else:
            show(section_lines(desk.section(book, section), book, parts.settings.timezone))


def diff(before: Number, after: Number) -> None:
    """Show what changed between two editions, word by word."""
    from bot import desk
    from bot.views.changes import changes_lines

    with opened() as parts:
        old, new = desk.rulebook(parts, before), desk.rulebook(parts, after)
        show(changes_lines(*desk.differences(old, new)))
