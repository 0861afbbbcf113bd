"""Words from documents, threads, models and people, made fit for Slack. Pure.

They are only ever put into `plain_text` and `rich_text`, in which nothing is live: no mention, no
link, no image, no emoji code. Of a message only its fallback text is read as markup; `inert` is
for that. As in the terminal, characters that hide or turn words round are spelt out ("\\u202e").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, takewhile

from bot.terminal import visible

NOTHING = "(no words)"
"""What stands where a text has nothing that can be seen; Slack refuses an empty one."""

_WORD_END = 60
"""Characters before a cut among which a blank is looked for."""

# A host without user or control characters, then whatever has no blank and ends no markup.
_WEB = re.compile(r"https?://[^\s/?#@<>|\"\\]+(?:[/?#][^\s<>|\"\\]*)?", re.IGNORECASE)
_LONGEST_URL = 2_000
_LINKISH = re.compile(r":/|//|www\.|mailto:|tel:|\w\.[a-z]{2,6}/", re.IGNORECASE)
_MENTIONING = re.compile(r"[@\uff20\ufe6b](?=\w)")


@dataclass(frozen=True, slots=True)
class Clip:
    """The beginning of a text, and whether something of it is left out."""

    text: str
    cut: bool


def beginning(words: str, limit: int) -> Clip:
    """Return the longest beginning that is at most `limit` long once visible, cut between words.

    It is a verbatim substring (but for characters spelt out); a mark for the cut goes beside it.
    """
    end = _reach(words, limit)
    if end == len(words):
        return Clip(visible(words) if _is_seen(words) else NOTHING, cut=False)
    blank = max(words.rfind(" ", end - _WORD_END, end), words.rfind("\n", end - _WORD_END, end))
    kept = words[: blank if blank > 0 else end].rstrip()
    return Clip(visible(kept) if _is_seen(kept) else NOTHING, cut=True)


def _reach(words: str, limit: int) -> int:
    """Return how many characters fit into the limit once visible."""
    first = words[:limit]
    reached = accumulate(map(_width, first))
    return sum(1 for _ in takewhile(lambda used: used <= limit, reached))


@lru_cache(maxsize=4_096)
def _width(character: str) -> int:
    return len(visible(character))


def line(words: str, limit: int) -> str:
    """Return the words on one line, at most `limit` characters, "…" marking a cut."""
    found = beginning(" ".join(words.split()), limit - 1)
    return f"{found.text}…" if found.cut else found.text


def lines(words: str, limit: int) -> str:
    """Return the words with their line ends, at most `limit` characters, "…" marking a cut."""
    found = beginning(words.strip(), limit - 1)
    return f"{found.text}…" if found.cut else found.text


def web_address(url: str | None) -> str | None:
    """Return the address if it is one that may be linked: http or https, nothing hidden in it."""
    if url is None or len(url) > _LONGEST_URL or visible(url) != url:
        return None
    return url if _WEB.fullmatch(url) else None


def inert(words: str, limit: int) -> str:
    """Return the words for a text that Slack reads as markup: no mention, no link, one line."""
    unlinked = ("(link)" if _LINKISH.search(word) else word for word in words.split())
    plain = _MENTIONING.sub(lambda found: f"{found[0]} ", " ".join(unlinked))
    return escaped(line(plain, limit))


def escaped(words: str) -> str:
    """Return the words with the three characters escaped that begin markup.

    https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _is_seen(words: str) -> bool:
    """Tell whether a reader sees anything of the words."""
    return any(
        not character.isspace() and (character.isprintable() or _width(character) > 1)
        for character in words
    )
