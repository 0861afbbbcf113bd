"""An answer as it stands in Slack: verdict first, then why, the rule's words, what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.blocks import elements as e
from bot.blocks import quotes, text
from bot.blocks.drawn import MOST_BLOCKS, ROOM, Block, Drawn, Part, drawn, fitting, size
from bot.blocks.quotes import Source
from bot.payloads import Action, Feedback, Likened, OfAnswer, Picked
from bot.views.answers import VERDICTS, edition_words
from knowledge.answering import asking
from knowledge.answering.deciding import DecidingFact, Option
from knowledge.models import Answer, ExceptionUsed, Quote, Ruling, Verdict

SIGNS = {
    Ruling.ALLOWED: "\u2705",
    Ruling.CONDITIONAL: "\u26a0\ufe0f",
    Ruling.NOT_ALLOWED: "\u26d4",
    Ruling.NOT_COVERED: "\u2753",
}
"""Told apart by shape (tick, triangle, barred circle, question mark), not by colour alone."""

LONGEST_DECIDING = 300
LONGEST_SENTENCE = 600
LONGEST_ITEM = 300
LONGEST_NAME = 80
MOST_ITEMS = 10
MOST_CHOICES = 8
MOST_NAMED = 2
LONGEST_CHOICE = 900
"""Characters of a chosen fact's words that a button carries; all of them escaped they still fit."""

LONGEST_ID = 600

_FIRST, _CONDITION, _ASK, _QUOTE, _NOTE, _FACT = range(6)
"""Which parts are kept first where not all of them fit."""

_NOTE_ON_REST = 700
"""Characters kept for the line that says what did not fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """The asker's case on the answer: its number, until when, who has it, what was answered."""

    number: int
    due_at: datetime
    owner: str | None = None
    replied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What an answer looks like where it stands, besides what it says.

    `question` repeats what was asked: where no message above does. `can_share` is for an answer
    that only its asker sees; `shared_by` is the name of whoever showed it to all. `edited` says
    that the question was, `withdrawn` that it is gone. `sources` tells documents by id. `asks`
    are facts to ask with buttons. `different` are ids of passages the asker found not to be their
    case. `names` are people's, by id: of whoever granted an exception. `feedback` is whether it
    helped, once the asker said so.
    """

    question: bool = False
    can_share: bool = False
    shared_by: str | None = None
    edited: bool = False
    withdrawn: bool = False
    sources: Mapping[str, Source] = field(default_factory=dict)
    asks: tuple[DecidingFact, ...] = ()
    different: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    case: OpenCase | None = None
    feedback: bool | None = None


PLAIN = Look()
"""An answer under the message that asked for it."""


def answer_message(answer: Answer, *, zone: ZoneInfo, look: Look = PLAIN) -> Drawn:
    """Return the answer as a message within Slack's limits, whatever its rules say.

    What does not fit is named, with the command that shows it.
    """
    if look.withdrawn:
        return withdrawn_message(answer)
    head = _head(answer, look)
    tail = _tail(answer, zone, look)
    room = ROOM - size(head) - size(tail) - _NOTE_ON_REST
    most = MOST_BLOCKS - len(head) - len(tail) - 1
    kept, left = fitting(_parts(answer, look), room=room, most=most)
    middle = [block for part in kept for block in part.blocks]
    return drawn(headline(answer.verdict), [*head, *middle, *quotes.rest(left), *tail])


def withdrawn_message(answer: Answer) -> Drawn:
    """Return what stands in place of an answer whose question was deleted."""
    said = "The question was deleted, so its answer is withdrawn from view."
    return drawn(said, [e.small(f"{said} Answer {answer.id} stays on record.")])


def headline(verdict: Verdict) -> str:
    """Return sign, verdict and the deciding condition."""
    said = f"{SIGNS[verdict.ruling]} {VERDICTS[verdict.ruling]}"
    return f"{said}: {verdict.deciding}" if verdict.deciding else said


# ---------------------------------------------------------------- what is always there


def _head(answer: Answer, look: Look) -> list[Block]:
    verdict = answer.verdict
    return [
        *_asked(answer, look),
        _first_line(verdict),
        *(e.sentence(said, LONGEST_SENTENCE) for said in _sentences(verdict)),
        *(_exception(used, look) for used in verdict.exceptions[:MOST_NAMED]),
        *([e.small(f"\u2139\ufe0f {verdict.note}", LONGEST_SENTENCE)] if verdict.note else []),
    ]


def _first_line(verdict: Verdict) -> Block:
    """Return the first line as a headline, or in bold where a headline would cut it."""
    said = headline(verdict)
    if len(said) <= e.LONGEST_HEADER:
        return e.header(said)
    return e.rich(e.run(e.words(said, LONGEST_DECIDING, bold=True)))


def _sentences(verdict: Verdict) -> list[str]:
    conflict = f"\u2696\ufe0f {verdict.conflict}" if verdict.conflict else ""
    return [said for said in (verdict.reason, conflict) if said]


def _exception(used: ExceptionUsed, look: Look) -> Block:
    """Return the line that names an exception: by whom, from which rule, for what, until when."""
    by = look.names.get(used.by, "compliance")
    said = (
        f"\U0001f511 Exception {used.id}, granted by {text.line(by, LONGEST_NAME)} until "
        f"{used.until.day} {used.until:%B %Y}, lifts {text.line(used.section_id, LONGEST_NAME)} "
        f"for {text.line(used.purpose, LONGEST_ITEM)}"
    )
    return e.sentence(said)


def asked_in(answer: Answer) -> str:
    """Return what was asked as it reads with what its conversation said; "" where it is erased."""
    return asking.in_full(answer.question).text


def _asked(answer: Answer, look: Look) -> list[Block]:
    blocks = []
    if look.shared_by:
        blocks.append(e.small(f"Shared by {look.shared_by}", LONGEST_ITEM))
    if look.question and answer.question.text:
        asked = e.words(asked_in(answer), LONGEST_SENTENCE)
        blocks.append(e.rich(e.run(e.own("Question: ", bold=True), asked)))
    if look.edited:
        edited = "The question was edited; this is the answer to what it says now."
        blocks.append(e.small(edited))
    return blocks


def _tail(answer: Answer, zone: ZoneInfo, look: Look) -> list[Block]:
    return [
        *_case(look.case, zone),
        *_feedback(answer, look),
        *_buttons(answer, look),
        e.small(_standing(answer, zone)),
    ]


def _case(case: OpenCase | None, zone: ZoneInfo) -> list[Block]:
    if case is None:
        return []
    if case.replied:
        return [e.sentence(f"Compliance has answered case {case.number}.")]
    owner = f", with {case.owner}" if case.owner else ""
    said = f"Compliance has this: case {case.number}{owner}, due {when(case.due_at, zone)}."
    return [e.sentence(said, LONGEST_SENTENCE)]


def when(instant: datetime, zone: ZoneInfo) -> str:
    """Return a day and time near to now, where the company is: "Friday 3 April, 14:00"."""
    local = instant.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B, %H:%M}"


def _feedback(answer: Answer, look: Look) -> list[Block]:
    if look.feedback is not None:
        said = "You found this helpful." if look.feedback else "You found this wrong. Noted."
        return [e.small(said)]
    good, bad = (Feedback(answer=answer.id, helpful=helpful) for helpful in (True, False))
    return [e.thumbs(Action.GIVE_FEEDBACK, ("Helpful", good), ("Wrong", bad))]


def _buttons(answer: Answer, look: Look) -> list[Block]:
    this = OfAnswer(answer=answer.id)
    uncovered = answer.verdict.ruling is Ruling.NOT_COVERED
    ask = (
        ("Tell compliance the facts", Action.TELL_FACTS)
        if uncovered and not _still_close(answer.verdict, look)
        else ("Ask compliance", Action.ASK_COMPLIANCE)
    )
    buttons = [e.button(*ask, this)] if look.case is None else []
    if look.can_share:
        buttons.append(e.button("Share in channel", Action.SHARE, this))
    return [e.row(buttons)] if buttons else []


def _standing(answer: Answer, zone: ZoneInfo) -> str:
    asked = f" \u00b7 as of {answer.question.as_of}" if answer.question.as_of else ""
    edition = edition_words(answer.edition, zone) if answer.edition else "No edition was in force"
    return f"{edition}{asked} \u00b7 Answer {answer.id}"


# ---------------------------------------------------------------- what is there as room allows


def _parts(answer: Answer, look: Look) -> list[Part]:
    verdict = answer.verdict
    asked = {fact.ask for fact in look.asks}
    unasked = [fact for fact in verdict.missing if fact not in {*asked, *verdict.conditions}]
    return [
        *_list("Conditions", _conditions(verdict), _CONDITION),
        *_asks(answer, look.asks),
        *_list("It would help to know", () if asked else unasked, _FACT),
        *_ruling(verdict, look),
        *_quoted("Also required", verdict.notes, look, _NOTE),
        *_list("Taken from what you said", verdict.met, _FACT),
        *_closest(answer, look),
    ]


def _conditions(verdict: Verdict) -> tuple[str, ...]:
    """Return the conditions, where the first line does not say it all."""
    return () if verdict.conditions == (verdict.deciding,) else verdict.conditions


def _list(heading: str, items: Sequence[str], rank: int) -> list[Part]:
    if not items:
        return []
    shown = list(items[:MOST_ITEMS])
    if len(items) > MOST_ITEMS:
        shown.append(f"\u2026 and {len(items) - MOST_ITEMS} more")
    title = e.run(e.own(heading, bold=True))
    return [Part(blocks=(e.rich(title, e.bullets(shown, LONGEST_ITEM)),), rank=rank)]


def _asks(answer: Answer, facts: Iterable[DecidingFact]) -> list[Part]:
    parts = []
    place = 0
    for fact in facts:
        choices = fact.options[:MOST_CHOICES]
        buttons = [_choice(answer, choice, place + n) for n, choice in enumerate(choices)]
        place += len(choices)
        asked = e.sentence(fact.ask, LONGEST_ITEM)
        blocks = (asked, e.row(buttons)) if buttons else (asked,)
        parts.append(Part(blocks=blocks, rank=_ASK))
    return parts


def _choice(answer: Answer, choice: Option, place: int) -> Block:
    value = Picked(answer=answer.id, words=text.line(choice.words, LONGEST_CHOICE))
    return e.button(choice.label, Action.PICK_FACT, value, place=place)


def _quoted(heading: str, cited: Sequence[Quote], look: Look, rank: int) -> list[Part]:
    return _cited(
        e.rich(e.run(e.own(heading, bold=True))),
        [(quote, (quotes.block(quote, look.sources),)) for quote in cited],
        rank,
    )


def _cited(title: Block, cited: Iterable[tuple[Quote, tuple[Block, ...]]], rank: int) -> list[Part]:
    """Return a part for each quote, the first of them under the title."""
    parts: list[Part] = []
    for quote, blocks in cited:
        under = blocks if parts else (title, *blocks)
        parts.append(Part(blocks=under, rank=rank, name=quote.section_id))
    return parts


def _ruling(verdict: Verdict, look: Look) -> list[Part]:
    """Return the quotes that the verdict rests on; the first is kept before anything else."""
    first, *more = _quoted("The rule's words", verdict.quotes, look, _QUOTE) or (None,)
    return [replace(first, rank=_FIRST), *more] if first else []


def _still_close(verdict: Verdict, look: Look) -> list[Quote]:
    return [quote for quote in verdict.closest if quote.passage_id not in look.different]


def _closest(answer: Answer, look: Look) -> list[Part]:
    close = enumerate(_still_close(answer.verdict, look))
    return _cited(
        e.sentence("These rules come closest. Is one of them about your situation?"),
        [
            (quote, (quotes.block(quote, look.sources), *_likening(answer, quote, place)))
            for place, quote in close
        ],
        _QUOTE,
    )


def _likening(answer: Answer, quote: Quote, place: int) -> tuple[Block, ...]:
    if len(quote.passage_id) > LONGEST_ID:  # more than a button can carry
        return ()
    value = Likened(answer=answer.id, passage=quote.passage_id)
    same = e.button("Same situation", Action.SAME_SITUATION, value, place=place)
    different = e.button("Different", Action.DIFFERENT, value, place=place)
    return (e.row([same, different]),)
