"""`mayi check`: what is configured, reachable and missing, each in a sentence."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot import network, settings
from bot.settings import Settings
from bot.views.answers import moment
from bot.views.checks import Finding, State
from bot.wiring import OPENAI_SERVER, Wiring
from knowledge.errors import Refused
from knowledge.library import editions
from knowledge.models import Document, Rulebook

if TYPE_CHECKING:
    from bot.directory import Conversation, SlackDirectory


def is_well(findings: Iterable[Finding]) -> bool:
    """Tell whether nothing needs mending."""
    return all(finding.state is not State.MISSING for finding in findings)


def examine() -> Iterator[Finding]:
    """Look at everything that the command needs; nothing is made or changed."""
    yield from _examine_variables()
    try:
        current = settings.load()
        network.settle()
    except Refused as refusal:
        yield from _missing("settings", refusal)
        return
    yield from _examine_settings(current)
    parts = Wiring(current, say=lambda _sentence: None)
    try:
        for about, look in _LOOKS.items():
            yield from _looked(about, look, parts)
    finally:
        parts.close()


def _looked(
    about: str, look: Callable[[Wiring], Iterator[Finding]], parts: Wiring
) -> Iterator[Finding]:
    """Give what a look finds; a refusal is a finding too."""
    try:
        yield from look(parts)
    except Refused as refusal:
        yield from _missing(about, refusal)


def _missing(about: str, refusal: Refused) -> Iterator[Finding]:
    for problem in refusal.problems:
        yield Finding(about=about, state=State.MISSING, says=str(problem))


def _ok(about: str, says: str) -> Finding:
    return Finding(about=about, state=State.OK, says=says)


def _note(about: str, says: str) -> Finding:
    return Finding(about=about, state=State.NOTE, says=says)


# ---------------------------------------------------------------- settings


def _examine_variables() -> Iterator[Finding]:
    for name in settings.unknown_variables():
        yield _note("settings", f"{name} is set, but there is no such setting")


def _examine_settings(current: Settings) -> Iterator[Finding]:
    where = (
        f"{settings.ENV_FILE} and the environment"
        if settings.ENV_FILE.is_file()
        else "the environment"
    )
    given = sorted(settings.variable(name) for name in current.model_fields_set)
    yield _ok("settings", f"from {where}: {', '.join(given) or 'all as they come'}")
    in_slack = current.slack_bot_token is not None  # where one name may be a group's
    if current.approvals > 1 and len(current.compliance) == 1 and not in_slack:
        yield _note("settings", "two people must approve, but MAYI_COMPLIANCE names one")


# ---------------------------------------------------------------- parts


def _look_at_data(parts: Wiring) -> Iterator[Finding]:
    folder = parts.settings.data
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        yield _ok(
            "data folder", f"{folder} {'can be written to' if there == folder else 'will be made'}"
        )
    else:
        says = f"{folder} cannot be written to. Give this account the right, or set MAYI_DATA"
        yield Finding(about="data folder", state=State.MISSING, says=says)


def _look_at_records(parts: Wiring) -> Iterator[Finding]:
    yield _ok("records", f"{parts.records.place} opens, and its schema is the one we know")
    yield from _look_at_edition(parts)


def _look_at_edition(parts: Wiring) -> Iterator[Finding]:
    with parts.records.read() as tx:
        current = editions.current(tx, parts.clock())
        book = editions.load(tx, current.number) if current else None
    if book is None:
        says = "none is in effect. Publish one with `mayi publish FOLDER`"
        yield Finding(about="edition", state=State.MISSING, says=says)
        return
    since = moment(book.edition.effective_at, parts.settings.timezone)
    size = f"{len(book.documents)} documents, {len(book.passages)} passages"
    yield _ok("edition", f"{book.edition.number} is in effect since {since}: {size}")
    yield _index_of(parts, book.edition.number)
    yield from _unembedded(parts, book)
    yield from _overdue(book, parts.clock().astimezone(parts.settings.timezone).date())


def _unembedded(parts: Wiring, book: Rulebook) -> Iterator[Finding]:
    """Say where the embedder has not embedded what the edition says: it finds nothing there."""
    from knowledge.retrieval import vectors

    embedder = parts.embedder
    if embedder is None:
        return
    keys = {vectors.key(each, book.documents[each.document_id]) for each in book.passages}
    with parts.records.read() as tx:
        if vectors.missing(tx, embedder.name, keys):
            number = book.edition.number
            yield _note(
                "embedder",
                f"edition {number} has no vectors of {embedder.name}, or not all. "
                "Publish the same folder again to make them",
            )


def _index_of(parts: Wiring, number: int) -> Finding:
    """Say whether the edition is indexed on this disk; opening the index tells if it is sound."""
    folder = parts.settings.index
    if any(folder.glob(f"edition-{number}-*")):
        return _ok("index", f"{folder} holds edition {number}")
    return _note("index", f"{folder} lacks edition {number}; answers come from the records alone")


def _overdue(book: Rulebook, today: date) -> Iterator[Finding]:
    """Give the documents whose review is due: `review_every` days after they took effect."""
    for document in book.documents.values():
        if (due := _review_due(document, book)) is not None and due <= today:
            owner = f" by {document.owner}" if document.owner else ""
            yield _note("review", f"{document.id} was to be reviewed{owner} by {due}")


def _review_due(document: Document, book: Rulebook) -> date | None:
    if document.review_every is None:
        return None
    since = document.effective or book.edition.effective_at.date()
    return since + timedelta(days=document.review_every)


def _look_at_embedder(parts: Wiring) -> Iterator[Finding]:
    match parts.settings.embedder:
        case "openai":
            yield from _look_at_remote(parts)
        case "none":
            yield _ok("embedder", "none, as MAYI_EMBEDDER says; searching goes by words alone")
        case "minilm":
            yield from _look_at_sentence_model()


def _look_at_remote(parts: Wiring) -> Iterator[Finding]:
    """Say what is sent to embed; nothing is."""
    from knowledge.retrieval.embedders.openai import MODEL

    where = parts.settings.openai_base_url or OPENAI_SERVER
    yield _ok("embedder", f"{MODEL} at {_without_password(where)}")
    yield _note(
        "what is sent",
        f"to {MODEL}: the text of every rule when it is published, and every question and what it "
        "is searched by, masked as for a judge",
    )
    if parts.settings.judge == "reader":
        yield _note("what stays there", _KEPT_EMBEDDED)
        yield _spent(parts)


def _look_at_sentence_model() -> Iterator[Finding]:
    from knowledge.retrieval.embedders.minilm import MiniLM

    try:
        model = MiniLM.load()
    except Refused as refusal:
        yield _note("sentence model", f"searching goes by words alone. {refusal}")
        return
    yield _ok("sentence model", f"{model.name}, its files are the published ones")


def _look_at_glossary(parts: Wiring) -> Iterator[Finding]:
    own = f"ours and {parts.settings.glossary}" if parts.settings.glossary else "ours"
    yield _ok("glossary", f"{own}, version {parts.glossary.fingerprint}")


def _look_at_judge(parts: Wiring) -> Iterator[Finding]:
    """Say in plain words who judges, what is sent to whom, and what stays there."""
    if parts.settings.judge == "reader":
        yield _ok("judge", "the offline reader; it sends no question anywhere")
        if parts.settings.openai_api_key is not None and parts.settings.embedder != "openai":
            yield _note(
                "judge", "OPENAI_API_KEY is set; without MAYI_JUDGE=openai it sends nothing"
            )
        return
    where = parts.settings.openai_base_url or OPENAI_SERVER
    name = parts.settings.openai_model
    yield _ok("judge", f"{name} at {_without_password(where)}, over the offline reader")
    yield from _reached(parts)
    yield _note("what is sent", _SENT)
    yield _note("what stays there", _KEPT_OPENAI if where == OPENAI_SERVER else _KEPT_ELSEWHERE)
    yield _spared(parts)
    yield _spent(parts)


def _spent(parts: Wiring) -> Finding:
    """Say what is left of today's budget. Raises StoreRefused where there are no records."""
    _ = parts.records  # the budget would make them, and looking makes nothing
    spent, given = parts.budget.spent(), parts.settings
    money = f"{spent.dollars:.2f} of {given.openai_daily_dollars:.2f} dollars"
    tokens = f"{spent.tokens:,} of {given.openai_daily_tokens:,} tokens"
    return _ok("budget", f"{money} and {tokens} are spent or set aside today")


_SENT = (
    "each question with those before it that it goes back to, and up to 30 passages of the rules "
    "found for it, which may be internal. Keys, passwords, e-mail addresses, telephone, card, "
    "account and national numbers, addresses of machines and introduced names are masked as far as "
    "we recognise them. Whoever asks goes as a hash"
)
_KEPT_OPENAI = (
    "sent with store=False, so OpenAI keeps no response for later use. By its published terms it "
    "keeps requests for up to 30 days to look for abuse, unless it granted you zero retention, and "
    "does not train on them unless you opted in. Your own contract counts"
)
_KEPT_EMBEDDED = (
    "what its server keeps. OpenAI, by its published terms, keeps requests for up to 30 days to "
    "look for abuse, and does not train on them unless you opted in. Your own contract counts"
)
_KEPT_ELSEWHERE = "sent with store=False; what the server keeps is for whoever runs it to say"


def _without_password(address: str) -> str:
    """Return an address as it may be shown."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _reached(parts: Wiring) -> Iterator[Finding]:
    """Ask the server which models it has: no question is sent."""
    from knowledge.judging.language_model import ModelFailed

    try:
        listed = parts.model.is_listed(seconds=5.0)
    except ModelFailed as failed:
        says = f"the model cannot be asked: {failed}. Until it can, the offline reader answers"
        yield Finding(about="judge", state=State.MISSING, says=says)
        return
    if not listed:
        yield _note("judge", f"its server does not list {parts.settings.openai_model}")


def _spared(parts: Wiring) -> Finding:
    vendors = ", ".join(sorted(parts.own_vendors)) or "no vendor that we know"
    if parts.settings.judge_avoid_own_vendor:
        return _ok("own vendor", f"questions about {vendors} are not sent; the reader answers them")
    return _note(
        "own vendor",
        f"questions about {vendors} go there too, whatever they admit; "
        "MAYI_JUDGE_AVOID_OWN_VENDOR=true keeps them here",
    )


# ---------------------------------------------------------------- Slack


def _look_at_slack(parts: Wiring) -> Iterator[Finding]:
    """Say whether Slack lets us in, and whether whoever answers cases can be found there."""
    from slack_sdk.errors import SlackClientError

    from bot.workplace import Workplace, slack_of

    given = parts.settings
    if given.slack_bot_token is None:
        yield _note("slack", "no bot token is set; `mayi serve` needs one, the terminal none")
        return
    place = Workplace(parts, slack_of(parts), listen=given.listen)
    us = place.client.auth_test()
    yield _ok("slack", f"lets us in as {us['user']} of {us['team']}; {given.slack_mode} mode")
    try:
        yield from _look_at_compliance(place.directory, given)
    except (SlackClientError, OSError) as error:
        says = f"Slack does not say who it is ({type(error).__name__})"
        yield Finding(about="compliance", state=State.MISSING, says=says)


def _look_at_compliance(directory: SlackDirectory, given: Settings) -> Iterator[Finding]:
    if given.compliance_channel is None:
        yield _note("compliance", "MAYI_COMPLIANCE_CHANNEL is not set: nobody can open a case")
        return
    yield _channel_of_cases(directory.conversation(given.compliance_channel))
    for name in given.compliance:
        people = directory.members_of(name)
        if people is not None:
            count = "1 member" if len(people) == 1 else f"{len(people)} members"
            yield _ok("compliance", f"@{name.lstrip('@')} has {count} in Slack")
        elif directory.is_compliance(name):
            yield _ok("compliance", f"{name} is {directory.person(name).name}")
        else:
            says = f"Slack knows no group or person {name}: the name counts in the terminal alone"
            yield _note("compliance", says)


def _channel_of_cases(channel: Conversation) -> Finding:
    """Say whether cases may be posted there, and who else reads them."""
    if not channel.joined:
        says = f"{channel.id} is no channel that the bot is in. Invite it, or name another"
        return Finding(about="compliance", state=State.MISSING, says=says)
    if channel.shared:
        says = f"{channel.id} is shared with another company, which would read every case"
        return Finding(about="compliance", state=State.MISSING, says=says)
    if channel.public:
        return _note("compliance", f"{channel.id} is public: everybody may read the cases in it")
    return _ok("compliance", f"cases go to {channel.id}, which is private")


def _look_at_python(_parts: Wiring) -> Iterator[Finding]:
    yield _ok("python", sys.version.split()[0])


_LOOKS: dict[str, Callable[[Wiring], Iterator[Finding]]] = {
    "data folder": _look_at_data,
    "records": _look_at_records,
    "embedder": _look_at_embedder,
    "glossary": _look_at_glossary,
    "judge": _look_at_judge,
    "slack": _look_at_slack,
    "python": _look_at_python,
}
