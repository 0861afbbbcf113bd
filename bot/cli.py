"""The `mayi` command: read the arguments, ask the rooms, print. Nothing is decided here.

A command's docstring is its help. Its parts come from `bot.wiring`, its words from `bot.views`,
its exit code from `bot.faults`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.faults import guarded, logging_to
from bot.terminal import Line, flat, print_lines

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.wiring import Wiring
    from knowledge.models import Question

app = typer.Typer(
    name="mayi",
    help="Am I allowed to…? Answered in the words of your own rules.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
evaluate = typer.Typer(help="Measure answers or retrieval.", rich_markup_mode=None)
app.add_typer(evaluate, name="evaluate")


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the command line with these arguments; return the exit code (see bot.faults)."""
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        _survive_odd_characters(stream, "backslashreplace")
    _survive_odd_characters(sys.stdin, "replace")
    return guarded(lambda: app(arguments or ["--help"], prog_name="mayi", standalone_mode=False))


def _open_closed_streams() -> None:
    """Give streams that the caller closed (`<&-`, `>&-`) somewhere to go."""
    sys.stdin = sys.stdin or Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - to the end
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115


def _survive_odd_characters(stream: object, errors: str) -> None:
    """Let a stream show or take what its encoding cannot, rather than fail."""
    if reconfigure := getattr(stream, "reconfigure", None):
        reconfigure(errors=errors)


def _file_log(given: Settings) -> AbstractContextManager[None]:
    return logging_to(given.log, given.log_level)


def _serving_log(given: Settings) -> AbstractContextManager[None]:
    from bot.logs import logging_lines

    return logging_lines(given.log_format, given.log_level)


@contextmanager
def _parts(
    to_log: Callable[[Settings], AbstractContextManager[None]] = _file_log,
) -> Iterator[Wiring]:
    from bot import network, settings
    from bot.wiring import Wiring

    given = settings.load()
    network.settle()
    wiring = Wiring(given, say=_say, progress=_tell_progress)
    with to_log(given):
        try:
            yield wiring
        finally:
            wiring.close()


def _say(sentence: str) -> None:
    print(f"mayi: {flat(sentence)}", file=sys.stderr)


def _tell_progress(what: str, done: int, of: int) -> None:
    """Say how far a long step is, on one line that is written over."""
    if sys.stderr.isatty():
        end = "\n" if done >= of else "\r"
        print(f"{what}: {done} of {of}", file=sys.stderr, end=end, flush=True)


def _show(lines: Iterable[Line]) -> None:
    print_lines(lines, sys.stdout)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; write it like 2026-03-31.") from None


As = Annotated[
    str | None, typer.Option("--as", metavar="NAME", help="Who acts; else the login name.")
]
MOST = 2**31 - 1
"""The largest number that both databases take."""

Number = Annotated[int, typer.Argument(min=1, max=MOST)]
AsJson = Annotated[bool, typer.Option("--json", help="Print data instead of text.")]


# ---------------------------------------------------------------- asking


@app.command()
def ask(
    text: Annotated[list[str] | None, typer.Argument(metavar="[QUESTION]")] = None,
    *,
    as_json: AsJson = False,
    as_of: Annotated[
        date | None,
        typer.Option(parser=_day, metavar="DAY", help="What the rules said on that day."),
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
    _calculate_in_one_thread()
    from bot.settings import split_names
    from knowledge.models import Question

    with _parts() as parts:
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


def _calculate_in_one_thread() -> None:
    """Keep NumPy, once it is imported, from sharing out a question's few small products.

    It saves a third of the time of a cold start, and more where the machine is busy.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


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
        _print_data(answer_data(answer))
    else:
        _show(answer_lines(answer, parts.settings.timezone))


def _print_data(data: dict[str, object]) -> None:
    """Print data as one line of JSON, in ASCII: nothing in it can act on a terminal."""
    print(json.dumps(data))


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
    conversation.converse(questions, answer_next, lambda refusal: _say(str(refusal)), thread)


def _person_watches() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


@app.command()
def demo(folder: Path) -> None:
    """Publish FOLDER if nothing is yet; ask a sample question."""
    from bot import desk
    from bot.views.library import publication_lines
    from knowledge.models import Question

    nobody = Question(text="")
    with _parts() as parts:
        if (done := desk.publish_first(parts, folder)) is not None:
            _show(publication_lines(done, parts.settings.timezone))
        for text in desk.SAMPLE_QUESTIONS[: 1 if _person_watches() else None]:
            print(f"\n> {text}\n")
            _answer(parts, nobody, text, (), as_json=False)
        if _person_watches():
            print()
            _converse(parts, nobody, thread=desk.SAMPLE_QUESTIONS[:1])


# ---------------------------------------------------------------- publishing


@app.command()
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

    with _parts() as parts:
        done = desk.publish(
            parts,
            folder,
            by=person,
            effective=effective,
            note=note,
            allow_removals=allow_removals,
        )
        _show(publication_lines(done, parts.settings.timezone))


@app.command()
def proposals() -> None:
    """List what waits for a second person."""
    from bot.views.library import proposals_lines
    from knowledge.publishing import proposals as waiting

    with _parts() as parts, parts.records.read() as tx:
        _show(proposals_lines(waiting.open_proposals(tx), parts.settings.timezone))


@app.command()
def approve(proposal: Number, *, person: As = None) -> None:
    """Publish what another person proposed."""
    from bot import desk
    from bot.views.library import publication_lines

    with _parts() as parts:
        done = desk.approve(parts, proposal, by=person)
        _show(publication_lines(done, parts.settings.timezone))


@app.command()
def withdraw(proposal: Number, *, person: As = None) -> None:
    """Take a proposal back."""
    from bot import desk

    with _parts() as parts:
        desk.withdraw(parts, proposal, by=person)
        print(f"Proposal {proposal} is withdrawn.")


# ---------------------------------------------------------------- reading


@app.command()
def editions() -> None:
    """List the editions, the one in effect marked."""
    from bot.views.library import editions_lines
    from knowledge.library import editions as published

    with _parts() as parts, parts.records.read() as tx:
        current = published.current(tx, parts.clock())
        every = published.all_editions(tx)
        _show(editions_lines(every, current, parts.settings.timezone))


@app.command()
def show(
    section: Annotated[str, typer.Argument(help="A section's id, or a document's.")],
    edition: Annotated[
        int | None, typer.Option(min=1, max=MOST, help="Its words in this edition.")
    ] = None,
) -> None:
    """Print a section with what it does, or a document's list."""
    from bot import desk
    from bot.views.library import contents_lines, section_lines

    with _parts() as parts:
        book = desk.rulebook(parts, edition)
        if section in book.documents:
            _show(contents_lines(book, section))
        else:
            _show(section_lines(desk.section(book, section), book, parts.settings.timezone))


@app.command()
def diff(before: Number, after: Number) -> None:
    """Show what changed between two editions, word by word."""
    from bot import desk
    from bot.views.changes import changes_lines

    with _parts() as parts:
        old, new = desk.rulebook(parts, before), desk.rulebook(parts, after)
        _show(changes_lines(*desk.differences(old, new)))


# ---------------------------------------------------------------- answers


@app.command()
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

    with _parts() as parts, parts.records.read() as tx:
        if export is None:
            _show(answers_lines(given.recent(tx, limit), parts.settings.timezone))
        else:
            count = exports.write(given.export(tx), export)
            print(f"{count} answers are in {flat(str(export))}.")


@app.command()
def erase(answer: str, *, person: As = None) -> None:
    """Erase what was asked in an answer, and who asked."""
    from bot import desk

    with _parts() as parts:
        desk.erase(parts, answer, by=person)
        print(f"Answer {flat(answer)} is erased.")


@app.command()
def check() -> None:
    """Say what is configured, reachable and missing."""
    from bot.check import examine, is_well
    from bot.views.checks import check_lines

    results = tuple(examine())
    _show(check_lines(results))
    if not is_well(results):
        raise typer.Exit(2)


# ---------------------------------------------------------------- operating


@app.command()
def serve() -> None:
    """Answer in Slack until told to stop."""
    _calculate_in_one_thread()
    from bot import serving, workplace

    with _parts(to_log=_serving_log) as parts:
        slack = workplace.slack_of(parts)
        place = workplace.Workplace(parts, slack, listen=parts.settings.listen)
        serving.serve(
            place.running(lambda port: _say(f"Health and metrics are at port {port}.")),
            _told_to_stop(),
            ready=lambda: _say("Serving; stop with Ctrl-C or SIGTERM."),
        )


@app.command()
def playground(
    folder: Path,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where the page is served.")] = 8765,
) -> None:
    """Open a local Slack workspace in the browser, with FOLDER as the rules if none are yet."""
    _calculate_in_one_thread()
    from bot import desk, trial
    from bot.views.library import publication_lines

    with _parts() as parts:
        if (done := desk.publish_first(parts, folder)) is not None:
            _show(publication_lines(done, parts.settings.timezone))
        trial.open_workspace(parts, port=port, stop=_told_to_stop(), tell=_invite)


def _invite(address: str) -> None:
    """Tell where the page is, at once even in a pipe."""
    print(f"\nThe workspace is open: {address}", flush=True)
    print("Ask May I there, as whoever you like. Ctrl-C closes it.", flush=True)


def _told_to_stop() -> threading.Event:
    """Return what is set by Ctrl-C and by SIGTERM."""
    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda _sign, _frame: stop.set())
    return stop


@app.command()
def jobs() -> None:
    """List what ran, what is due, what failed and why."""
    from bot.views.jobs import jobs_lines
    from jobs import inbox, outbox, runs

    with _parts() as parts, parts.records.read() as tx:
        tables = runs.standings(tx), inbox.troubles(tx), outbox.unsent(tx)
        _show(jobs_lines(*tables, parts.settings.timezone))


@app.command()
def migrate() -> None:
    """Bring the records up to date, under a lock."""
    with _parts() as parts:
        print(f"{flat(parts.database.place)} is up to date.")


@app.command()
def backup(file: Path) -> None:
    """Write all records into a new FILE, while everything runs."""
    from bot import desk

    with _parts() as parts:
        print(f"{desk.back_up(parts, file):,} rows are in {flat(str(file))}.")


@app.command()
def restore(file: Path) -> None:
    """Fill an empty database from a backup."""
    from bot import desk

    with _parts() as parts:
        print(f"{desk.restore(parts, file):,} rows are restored.")


# ---------------------------------------------------------------- measuring

GoldFile = Annotated[Path, typer.Option(metavar="FILE")]


@evaluate.command("answers")
def evaluate_answers(
    *,
    guidelines: Annotated[Path, typer.Option(metavar="FOLDER")],
    questions: GoldFile,
    out: GoldFile,
    judge: Annotated[str, typer.Option(help="Who judges: reader or openai.")] = "reader",
    as_json: AsJson = False,
) -> None:
    """Publish FOLDER apart, answer every question, print the figures."""
    from bot.views.figures import answer_figures_data, answer_figures_lines
    from knowledge.publishing.evaluation.questions import evaluate_answers as measure

    with _parts() as parts:
        figures = measure(
            guidelines,
            questions,
            out,
            judge=parts.judge(judge),
            embedder=parts.embedder,
            glossary=parts.glossary,
            clock=parts.clock,
            zone=parts.settings.timezone,
            progress=parts.progress,
        )
    if as_json:
        _print_data(answer_figures_data(figures))
    else:
        _show(answer_figures_lines(figures))


@evaluate.command("retrieval")
def evaluate_retrieval(
    *,
    corpus: GoldFile,
    queries: GoldFile,
    run: GoldFile,
    as_json: AsJson = False,
) -> None:
    """Search the corpus for every query, print the figures."""
    from bot.views.figures import retrieval_figures_data, retrieval_figures_lines
    from knowledge.publishing.evaluation.retrieval import evaluate_retrieval as measure

    with _parts() as parts:
        figures = measure(
            corpus,
            queries,
            run,
            embedder=parts.embedder,
            glossary=parts.glossary,
            progress=parts.progress,
        )
    if as_json:
        _print_data(retrieval_figures_data(figures))
    else:
        _show(retrieval_figures_lines(figures))
