"""Block Kit in our words: each function returns one block or element as data.

Limits are Slack's (https://docs.slack.dev/reference/block-kit); texts are cut to them here, so
that no caller can exceed them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.blocks import text
from bot.blocks.drawn import Block
from bot.payloads import Action, Value, encode

LONGEST_TEXT = 3_000
LONGEST_HEADER = 150
LONGEST_LABEL = 75
LONGEST_OPTION_VALUE = 150
MOST_OPTIONS = 100
MOST_BUTTONS = 25


def plain(words: str, limit: int = LONGEST_TEXT) -> Block:
    """Return a text in which nothing is live, not even ":emoji:" codes."""
    return {"type": "plain_text", "text": text.lines(words, limit), "emoji": False}


# ---------------------------------------------------------------- blocks to read


def header(words: str) -> Block:
    """Return a headline."""
    short = text.line(words, LONGEST_HEADER)
    return {"type": "header", "text": {"type": "plain_text", "text": short, "emoji": False}}


def paragraph(words: str, limit: int = LONGEST_TEXT) -> Block:
    """Return what somebody wrote, with the line ends they wrote."""
    return {"type": "section", "text": plain(words, limit)}


def sentence(words: str, limit: int = LONGEST_TEXT) -> Block:
    """Return a sentence of ours: whatever is in it begins no line of its own."""
    return {"type": "section", "text": plain(" ".join(words.split()), limit)}


def small(words: str, limit: int = LONGEST_TEXT) -> Block:
    """Return a small grey line."""
    return {"type": "context", "elements": [plain(" ".join(words.split()), limit)]}


def divider() -> Block:
    """Return a line across."""
    return {"type": "divider"}


def rich(*elements: Block) -> Block:
    """Return a block of rich text made of runs, lists and quotes."""
    return {"type": "rich_text", "elements": list(elements)}


def run(*pieces: Block) -> Block:
    """Return a run of text pieces within rich text."""
    return {"type": "rich_text_section", "elements": list(pieces)}


def words(said: str, limit: int = LONGEST_TEXT, *, bold: bool = False, code: bool = False) -> Block:
    """Return a piece of text on one line."""
    return _styled(text.line(said, limit), bold=bold, code=code)


def own(said: str, *, bold: bool = False) -> Block:
    """Return a piece of our own text, kept as it is: blanks at its ends join other pieces."""
    return _styled(said, bold=bold)


def _styled(said: str, *, bold: bool = False, code: bool = False) -> Block:
    style = {name: True for name, on in (("bold", bold), ("code", code)) if on}
    piece: Block = {"type": "text", "text": said}
    return piece | {"style": style} if style else piece


def link(said: str, url: str | None, limit: int = LONGEST_HEADER) -> Block:
    """Return a link of a record; where its address may not be linked, the words alone."""
    address = text.web_address(url)
    if address is None:
        return words(said, limit)
    return {"type": "link", "url": address, "text": text.line(said, limit)}


def bullets(items: Iterable[str], limit: int) -> Block:
    """Return a list for rich text."""
    entries = [run(words(item, limit)) for item in items]
    return {"type": "rich_text_list", "style": "bullet", "elements": entries}


def quotation(verbatim: str) -> Block:
    """Return a quote for rich text; the words are taken as they are."""
    return {"type": "rich_text_quote", "elements": [{"type": "text", "text": verbatim}]}


# ---------------------------------------------------------------- blocks to press


def button(
    label: str, action: Action, value: Value, *, place: int | None = None, style: str | None = None
) -> Block:
    """Return a button. `place` tells it from others of the same action in the message."""
    made: Block = {
        "type": "button",
        "text": {"type": "plain_text", "text": text.line(label, LONGEST_LABEL), "emoji": False},
        "action_id": action.at(place),
        "value": encode(value),
    }
    return made | {"style": style} if style else made


def row(buttons: Sequence[Block]) -> Block:
    """Return buttons in a row."""
    return {"type": "actions", "elements": list(buttons[:MOST_BUTTONS])}


def thumbs(action: Action, good: tuple[str, Value], bad: tuple[str, Value]) -> Block:
    """Return the two buttons for an opinion on a message."""
    made = {
        "type": "feedback_buttons",
        "action_id": action.at(None),
        "positive_button": _thumb(*good),
        "negative_button": _thumb(*bad),
    }
    return {"type": "context_actions", "elements": [made]}


def _thumb(label: str, value: Value) -> Block:
    return {
        "text": plain(label, LONGEST_LABEL),
        "accessibility_label": label,
        "value": encode(value),
    }
