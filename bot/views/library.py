"""Editions, proposals, sections and what changed between two editions, for people's eyes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.terminal import Line, Style, flat, table_lines, visible
from bot.views.answers import DOES, moment
from knowledge.models import Edition, Passage, Rulebook, Section

if TYPE_CHECKING:
    from knowledge.library.diffing import Change, DocumentChange
    from knowledge.publishing.proposals import Proposal, Proposed
    from knowledge.publishing.publication import Published


def editions_lines(
    editions: Sequence[Edition], current: Edition | None, zone: ZoneInfo
) -> tuple[Line, ...]:
    """Return every edition, the one in effect marked."""
    rows = (
        (
            edition.number,
            moment(edition.effective_at, zone),
            moment(edition.published_at, zone),
            _people(edition),
            "in effect" if edition == current else "",
            edition.note,
        )
        for edition in editions
    )
    return table_lines(("edition", "effective", "published", "by", "", "note"), rows)


def _people(edition: Edition) -> str:
    """Return who published the edition, and who approved it where a second person had to."""
    if edition.approved_by is None:
        return edition.published_by
    return f"{edition.published_by}, approved by {edition.approved_by}"


def proposals_lines(proposals: Sequence[Proposal], zone: ZoneInfo) -> tuple[Line, ...]:
    """Return the proposals that wait for a second person."""
    if not proposals:
        return (Line(text="Nothing waits for approval."),)
    rows = (
        (
            proposal.id,
            moment(proposal.proposed_at, zone),
            proposal.proposed_by,
            moment(proposal.effective_at, zone),
            proposal.note,
        )
        for proposal in proposals
    )
    return table_lines(("proposal", "proposed", "by", "effective", "note"), rows)


def publication_lines(done: Published | Proposed, zone: ZoneInfo) -> tuple[Line, ...]:
    """Return what came of a publication, or of proposing one."""
    from knowledge.publishing.proposals import Proposed

    return _proposed_lines(done) if isinstance(done, Proposed) else _published_lines(done, zone)


def _published_lines(published: Published, zone: ZoneInfo) -> tuple[Line, ...]:
    edition = published.edition
    if published.unchanged:
        says = f"Nothing has changed: edition {edition.number} says the same."
        return (Line(text=says), *warning_lines(published.warnings))
    since = moment(edition.effective_at, zone)
    says = f"Edition {edition.number} is published by {flat(_people(edition))}, effective {since}."
    return (
        Line(text=says, style=Style.HEADING),
        Line(text=f"{counted(published.changes)}."),
        *_anew_lines(published.documents),
        *warning_lines(published.warnings),
    )


def _proposed_lines(proposed: Proposed) -> tuple[Line, ...]:
    if proposed.proposal is None:
        says = "Nothing has changed: the latest edition says the same."
        return (Line(text=says), *warning_lines(proposed.warnings))
    number = proposed.proposal.id
    return (
        Line(text=f"Proposal {number} waits for another person.", style=Style.HEADING),
        Line(text=f"{counted(proposed.changes)}."),
        *_anew_lines(proposed.documents),
        Line(text=f"To publish it: mayi approve {number} --as NAME"),
        *warning_lines(proposed.warnings),
    )


def warning_lines(warnings: Iterable[str]) -> tuple[Line, ...]:
    """Return the warnings, one line each."""
    return tuple(Line(text=f"Note: {flat(each)}", style=Style.WARNING) for each in warnings)


def _anew_lines(documents: Iterable[DocumentChange]) -> Iterator[Line]:
    """Yield each document that says something else of itself than before: its plans, its owner."""
    for change in documents:
        if change.fields:
            told = ", ".join(name.replace("_", " ") for name, _, _ in change.fields)
            yield Line(text=f"{flat(change.document_id)} says anew: {told}.")


def counted(changes: Sequence[Change]) -> str:
    """Return how many sections were added, changed, removed and renamed."""
    counts = Counter(str(change.kind) for change in changes)
    parts = [f"{count} {kind}" for kind, count in sorted(counts.items())]
    return f"Sections: {', '.join(parts)}" if parts else "No section has changed"


# ---------------------------------------------------------------- a section


def section_lines(section: Section, rulebook: Rulebook, zone: ZoneInfo) -> tuple[Line, ...]:
    """Return a section's words, and what each of its passages does."""
    document = rulebook.documents[section.document_id]
    since = f", effective {document.effective}" if document.effective else ""
    plans = f", on plans {', '.join(sorted(document.plans))}" if document.plans else ""
    edition = rulebook.edition
    in_effect = f"edition {edition.number} of {moment(edition.effective_at, zone)}"
    ruling = [each for each in rulebook.passages if each.section_id == section.id]
    return (
        Line(text=flat(section.id), style=Style.HEADING),
        Line(text=f"{flat(document.title)}{since}{flat(plans)} · {in_effect}", style=Style.SOURCE),
        Line(text=""),
        Line(text=visible(section.text.strip("\n"))),
        *_readings(ruling),
    )


def _readings(passages: Sequence[Passage]) -> tuple[Line, ...]:
    """Return what each passage that rules on something does, and who says so."""
    lines = tuple(
        Line(text=f"{DOES[each.outcome]} ({each.basis}): {flat(each.text)}", depth=1)
        for each in passages
        if each.outcome != "none"
    )
    if not lines:
        return ()
    return (Line(text=""), Line(text="Read as", style=Style.HEADING), *lines)


def contents_lines(rulebook: Rulebook, document_id: str) -> tuple[Line, ...]:
    """Return the sections of a document as a table of contents, below the plans it is for."""
    plans = ", ".join(sorted(rulebook.documents[document_id].plans))
    limited = [Line(text=f"Only on plans {flat(plans)}.", style=Style.SOURCE)] if plans else []
    rows = (
        (section.id, " / ".join(section.headings))
        for section in rulebook.sections.values()
        if section.document_id == document_id
    )
    return (*limited, *table_lines(("section", "headings"), rows))
