"""The markers of a web page's ordered list, as a browser shows them."""

from __future__ import annotations

import re
from collections.abc import Callable

from selectolax.lexbor import LexborNode

from knowledge.library.sources.formats.counting import OF_PAGES

_STYLE = re.compile(r"list-style(?:-type)?\s*:[^;]*?\b([a-z]+-[a-z-]+)")
_WHOLE = re.compile(r"\s*(-?\d{1,8})\s*")


def of_list(node: LexborNode) -> Callable[[LexborNode], str]:
    """Return what gives each item of the list its marker, in their order."""
    counting = OF_PAGES.get(_style(node), str)
    step = -1 if "reversed" in node.attributes else 1
    items = sum(child.tag == "li" for child in node.iter())
    first = _whole(node, "start")
    following = first if first is not None else (items if step < 0 else 1)

    def marker(item: LexborNode) -> str:
        nonlocal following
        own = _whole(item, "value")
        number = following if own is None else own
        following = number + step
        return f"{counting(number)}."

    return marker


def _style(node: LexborNode) -> str:
    styled = _STYLE.search((node.attributes.get("style") or "").lower())
    return styled[1] if styled else (node.attributes.get("type") or "1").strip()


def _whole(node: LexborNode, name: str) -> int | None:
    found = _WHOLE.fullmatch(node.attributes.get(name) or "")
    return int(found[1]) if found else None
