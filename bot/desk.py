"""What each command does with the parts: asked in words, answered with values for the views."""

from __future__ import annotations

import logging
import os
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, time
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.wiring import Wiring
from jobs import erasure
from knowledge.answering import answers, exceptions
from knowledge.errors import Problem, PublicationRefused, Refused
from knowledge.library import editions
from knowledge.models import Answer, Document, Outcome, Question, Rulebook, Section, Waiver

if TYPE_CHECKING:
    from knowledge.library.diffing import Change, DocumentChange
    from knowledge.publishing.proposals import Proposed
    from knowledge.publishing.publication import Published

log = logging.getLogger("mayi")

SAMPLE_QUESTIONS = (
    "Am I allowed to fine-tune our chat model on GPT-4o output?",
    "May I train a spam filter on labels from Claude?",
    "May we compare GPT-4o and Claude in an internal bake-off?",
)
"""What `make run` asks; the first is answered where a person watches, all of them elsewhere."""


class NotFound(Refused):
    """There is no edition, section, answer or exception of that name."""


class ReasonMissing(Refused):
    """Somebody wants to know a name without saying why."""


# ---------------------------------------------------------------- answering


def answer(parts: Wiring, question: Question, *, asker: str | None) -> Answer:
    """Answer a question and record the answer; answers whose time is over are forgotten."""
    given = parts.answerer.answer(question, asker=asker, person=asker)
    with parts.records.begin() as tx:
        answers.forget_expired(tx, given.asked_at)
        keep_until = given.asked_at + parts.settings.retention
        answers.record(tx, given, keep_until=keep_until, asker=asker)
    log.info("answered %s: %s in %.3f s", given.id, given.verdict.ruling, given.took)
    return given


def follow_up(template: Question, text: str, thread: tuple[str, ...]) -> Question:
    """Return the question with the asker and day of the conversation it stands in."""
    return replace(template, text=text, thread=thread)


# ---------------------------------------------------------------- what is kept


def look_up(parts: Wiring, answer_id: str, *, reason: str, by: str | None) -> str | None:
    """Return who asked, where that was kept; the audit chain keeps who looked, and why.

    Raises NotFound, and ReasonMissing.
    """
    person = parts.acting(by)
    if not any(character.isalnum() for character in reason):
        what, mend = "a look-up without a reason", "Say why the name is needed; it is kept"
        raise ReasonMissing(Problem(place="--reason", what=what, mend=mend))
    with parts.records.begin() as tx:
        if answers.get(tx, answer_id) is None:
            raise _no_answer(answer_id)
        return answers.asker(tx, answer_id, by=person, reason=reason, now=parts.clock())


def erase(parts: Wiring, answer_id: str, *, by: str | None) -> None:
    """Erase what was asked in an answer and by whom, and take it from view. Raises NotFound."""
    person = parts.acting(by)
    with parts.records.begin() as tx:
        if not erasure.erase(tx, answer_id, now=parts.clock(), by=person):
            raise _no_answer(answer_id)


def erase_person(parts: Wiring, name: str, *, by: str | None) -> int:
    """Erase all that somebody asked, take it from view, and return how many answers that was."""
    person = parts.acting(by)
    with parts.records.begin() as tx:
        return erasure.erase_person(tx, name, now=parts.clock(), by=person)


def _no_answer(answer_id: str) -> NotFound:
    return NotFound(
        Problem(
            place=f"answer {answer_id}",
            what="there is no such answer, or it is erased already",
            mend="`mayi answers` lists what there is",
        )
    )


def living_exceptions(parts: Wiring) -> tuple[tuple[Waiver, ...], frozenset[int]]:
    """Return the exceptions that count now, and the ids of those that have lost their rule."""
    with parts.records.read() as tx:
        now = parts.clock()
        day = now.astimezone(parts.settings.timezone).date()
        living = exceptions.all_living(tx, at=now, day=day)
        edition = editions.current(tx, now)
        book = None if edition is None else editions.load(tx, edition.number)
    lost = living if book is None else exceptions.unmoored(living, book)
    return living, frozenset(each.id for each in lost)


def revoke(parts: Wiring, exception_id: int, *, by: str | None) -> None:
    """End an exception at once. Raises NotFound."""
    person = parts.acting(by)
    with parts.records.begin() as tx:
        if not exceptions.revoke(tx, exception_id, by=person, now=parts.clock()):
            raise NotFound(
                Problem(
                    place=f"exception {exception_id}",
                    what="there is no such exception, or it is revoked already",
                    mend="`mayi exceptions` lists those that count",
                )
            )


# ---------------------------------------------------------------- publishing


def publish(
    parts: Wiring,
    folder: Path,
    *,
    by: str | None,
    effective: str | None = None,
    note: str = "",
    allow_removals: bool = False,
) -> Published | Proposed:
    """Publish the folder as the next edition; with two approvals, propose it."""
    from knowledge.library.sources.folder import read_folder
    from knowledge.publishing import proposals, publication

    person = parts.acting(by)
    since = None if effective is None else instant(effective, parts.settings.timezone)
    source = read_folder(folder, plans=parts.glossary.channels)
    if parts.settings.approvals > 1:
        return proposals.propose(
            parts.database,
            source,
            by=person,
            now=parts.clock(),
            effective=since,
            allow_removals=allow_removals,
            note=note,
            tools=parts.tools,
        )
    return publication.publish(
        parts.database,
        source,
        by=person,
        now=parts.clock(),
        effective=since,
        allow_removals=allow_removals,
        note=note,
        embedder=parts.embedder,
        index=parts.index,
        progress=parts.progress,
        tell=parts.say,
    )


def publish_first(parts: Wiring, folder: Path) -> Published | Proposed | None:
    """Publish the folder where nothing is published yet; None where something is."""
    with parts.database.read() as tx:
        if editions.latest(tx) is not None:
            return None
    return publish(parts, folder, by=None, note="Sample guidelines")


def approve(parts: Wiring, proposal: int, *, by: str | None) -> Published:
    """Publish what another person proposed."""
    from knowledge.publishing import proposals

    person = parts.acting(by)
    return proposals.approve(
        parts.records, proposal, by=person, now=parts.clock(), tools=parts.tools
    )


def withdraw(parts: Wiring, proposal: int, *, by: str | None) -> None:
    """Take a proposal back."""
    from knowledge.publishing import proposals

    person = parts.acting(by)
    with parts.records.begin() as tx:
        proposals.withdraw(tx, proposal, by=person, now=parts.clock())


def rulings(parts: Wiring) -> tuple[Document, ...]:
    """Return the rulings of the edition in effect, the first to expire first."""
    held = [one for one in rulebook(parts, None).documents.values() if one.expires is not None]
    return tuple(sorted(held, key=lambda one: (str(one.expires), one.id)))


def retire(parts: Wiring, document_id: str, *, by: str | None) -> Published | Proposed:
    """End a ruling before its day, at once or as a proposal. Raises NotFound."""
    from knowledge.answering import rulings as written
    from knowledge.publishing import rulings as published

    person = parts.acting(by)
    number = document_id.removeprefix("ruling-")
    with parts.records.read() as tx:
        ruling = written.get(tx, int(number)) if number.isdecimal() else None
    if ruling is None:
        mend = "`mayi rulings` lists what there is"
        raise NotFound(Problem(place=document_id, what="there is no such ruling", mend=mend))
    now = parts.clock()
    return published.retire(
        parts.database,
        ruling,
        by=person,
        now=now,
        today=now.astimezone(parts.settings.timezone).date(),
        approvals=parts.settings.approvals,
        tools=parts.tools,
    )


def instant(text: str, zone: ZoneInfo) -> datetime:
    """Return the instant that a day ("2026-12-01", its beginning) or an ISO 8601 instant names.

    What names no zone is meant in the company's. Raises PublicationRefused.
    """
    try:
        named = _beginning(text)
        return (named if named.tzinfo else named.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        mend = "Write a day like 2026-12-01 or an instant like 2026-12-01T09:00+01:00"
        what = f"{text!r} is no day and no instant"
        raise PublicationRefused(Problem(place="--effective", what=what, mend=mend)) from None


def _beginning(text: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), time())
    except ValueError:
        return datetime.fromisoformat(text)


# ---------------------------------------------------------------- reading


def rulebook(parts: Wiring, number: int | None) -> Rulebook:
    """Return an edition, by default the one in effect. Raises NotFound."""
    with parts.records.read() as tx:
        if number is None:
            found = editions.current(tx, parts.clock())
        else:
            found = editions.edition(tx, number)
        if found is None:
            raise _no_edition(number)
        return editions.load(tx, found.number)


def _no_edition(number: int | None) -> NotFound:
    what = "no edition is in effect yet" if number is None else "there is no such edition"
    return NotFound(
        Problem(
            place="editions" if number is None else f"edition {number}",
            what=what,
            mend="`mayi editions` lists what there is",
        )
    )


def section(book: Rulebook, section_id: str) -> Section:
    """Return a section of the edition. Raises NotFound, naming ids that look alike."""
    if (found := book.sections.get(section_id)) is not None:
        return found
    alike = get_close_matches(section_id, [*book.documents, *book.sections], n=3, cutoff=0.5)
    meant = f"Is it {' or '.join(alike)}? " if alike else ""
    raise NotFound(
        Problem(
            place=section_id,
            what=f"edition {book.edition.number} has no such section",
            mend=f"{meant}`mayi show DOCUMENT` lists a document's sections",
        )
    )


def differences(
    old: Rulebook, new: Rulebook
) -> tuple[tuple[DocumentChange, ...], tuple[Change, ...]]:
    """Return the documents and the sections that differ between two editions."""
    from knowledge.library import diffing

    sections = diffing.differences(
        old.sections,
        new.sections,
        outcomes_before=_outcomes(old),
        outcomes_after=_outcomes(new),
    )
    return diffing.document_differences(old.documents, new.documents), sections


def _outcomes(book: Rulebook) -> dict[str, list[Outcome]]:
    found: dict[str, list[Outcome]] = defaultdict(list)
    for passage in book.passages:
        found[passage.section_id].append(passage.outcome)
    return found


# ---------------------------------------------------------------- operating


def back_up(parts: Wiring, path: Path) -> int:
    """Write all records into a new file; return how many rows that was.

    It holds what people asked and who asked: nobody but this account may read it.
    """
    from jobs import backups

    records, before = parts.records, os.umask(0o077)
    try:
        return backups.backup(records, path, parts.progress)
    finally:
        os.umask(before)


def restore(parts: Wiring, path: Path) -> int:
    """Fill the empty store that the settings name from a backup; return how many rows."""
    from jobs import backups

    if not path.exists():
        mend = "Name a file that `mayi backup` wrote"
        raise Refused(Problem(place=str(path), what="there is no such file", mend=mend))
    return backups.restore(path, parts.database, now=parts.clock(), progress=parts.progress)
