"""Asking in the terminal."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.frame import AsJson, calculate_in_one_thread, day, opened, print_data, say, show

if TYPE_CHECKING:
    from bot.wiring import Wiring
    from knowledge.models import Question


def ask(
    text: Annotated[list[str] | None, typer.Argument(metavar="[QUESTION]")] = None,
    *,
    as_json: AsJson = False,
    as_of: Annotated[
        date | None,
        typer.Option(parser=day, metavar="DAY", help="What the rules said on that day."),
    ] = None,
    groups: Annotated[
        str | None, typer.Option(metavar="A,B", help="Groups whose documents may be read.")
    ] = None,
    entity: Annotated[str | None, typer.Option(help="Company entity of the asker.")] = None,
    person: Annotated[
        str | None, typer.Option("--as", metavar="NAME", help="Who asks; kept apart.")
    ] = None,
) -> None:
    """Answer a question in the rules' own words, or converse."""
    calculate_in_one_thread()
    from bot.settings import split_names
    from knowledge.models import Question

    with opened() as parts:
        template = Question(
            text="",
            groups=parts.settings.groups if groups is None else frozenset(split_names(groups)),
            entity=entity if entity is not None else parts.settings.entity,
            as_of=as_of,
        )
        if text:
            _answer(parts, template, " ".join(text), (), as_json=as_json, asker=person)
        else:
            _converse(parts, template, as_json=as_json, asker=person)


def _answer(
    parts: Wiring,
    template: Question,
    text: str,
    thread: tuple[str, ...],
    *,
    as_json: bool,
    asker: str | None = None,
) -> None:
    from bot import desk
    from bot.views.answers import answer_data, answer_lines

    answer = desk.answer(parts, desk.follow_up(template, text, thread), asker=asker)
    if as_json:
        print_data(answer_data(answer))
    else:
        show(answer_lines(answer, parts.settings.timezone))


def _converse(
    parts: Wiring,
    template: Question,
    *,
    as_json: bool = False,
    asker: str | None = None,
    thread: tuple[str, ...] = (),
) -> None:
    from bot import conversation

    person_types = _person_watches() and not as_json
    if person_types:
        print(conversation.GREETING)

    def answer_next(text: str, earlier: tuple[str, ...]) -> None:
        _answer(parts, template, text, earlier, as_json=as_json, asker=asker)
        if not as_json:
            print()

    questions = conversation.typed("\n> " if person_types else "")
    conversation.converse(questions, answer_next, lambda refusal: say(str(refusal)), thread)


def _person_watches() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def demo(folder: Path) -> None:
    """Publish FOLDER if nothing is yet; ask a sample question."""
    from bot import desk
    from bot.views.library import publication_lines
    from knowledge.models import Question

    nobody = Question(text="")
    with opened() as parts:
        if (done := desk.publish_first(parts, folder)) is not None:
            show(publication_lines(done, parts.settings.timezone))
        for text in desk.SAMPLE_QUESTIONS[: 1 if _person_watches() else None]:
            print(f"\n> {text}\n")
            _answer(parts, nobody, text, (), as_json=False)
        if _person_watches():
            print()
            _converse(parts, nobody, thread=desk.SAMPLE_QUESTIONS[:1])
