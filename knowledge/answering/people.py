"""How people are written down beside the records that they may ask to have erased."""

from __future__ import annotations


def storable(person: str) -> str:
    """Return the name as both databases can keep it: bytes that are no text are written out."""
    return person.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
