"""Which addresses become links: those of the web and of mail, nothing that runs."""

from __future__ import annotations

from urllib.parse import urlsplit

from markupsafe import Markup

WEB = frozenset({"http", "https"})
LINK = Markup('<a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>')


def safe_url(url: str) -> str | None:
    """Return the address if it may be a link, else None."""
    if not url.isprintable() or any(character.isspace() for character in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme in WEB:
        return url if parts.netloc else None
    return url if parts.scheme == "mailto" and parts.path else None


def link(url: str, words: str | Markup) -> Markup:
    """Return the words, linked to the address if it may be a link."""
    safe = safe_url(url)
    return LINK.format(safe, words) if safe else Markup("{}").format(words)
