"""What of a web page is not the document: banners, navigation, controls, hidden and struck parts.

Dropping a rule is worse than keeping a menu. So a part goes only for what it says of itself (its
element, its role, a product's name, a style that hides it), and what hides words is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from selectolax.lexbor import LexborNode

_NEVER_WORDS: Final = (
    "script,style,noscript,template,svg,canvas,iframe,object,embed,audio,video,map,math,head,"
    "input,select,textarea,datalist,progress,meter,dialog:not([open])"
)
_NAVIGATION: Final = (
    "nav,[role=navigation],[role=banner],[role=search],[role=menu],[role=menubar],[role=toolbar],"
    "[role=contentinfo],[role=dialog],[role=alertdialog],.skip-link,.skip-to-content,.breadcrumb,"
    ".breadcrumbs,.sr-only,.visually-hidden,.screen-reader-text"
)
_CONSENT_PRODUCTS: Final = (
    "[id^=onetrust],[class^=onetrust],[id^=CybotCookiebot],[id^=usercentrics],[id^=didomi],"
    "[id^=truste-],[class^=osano-cm],.cc-window,.qc-cmp2-container,#cookie-law-info-bar,"
    "#cookie-banner,#cookie-notice,#cookiebanner,.cookie-banner,.cookie-notice,.cookie-consent,"
    ".cookiebanner,.gdpr-banner,#gdpr-banner,#consent-banner,.consent-banner"
)
_BUTTONS: Final = "button,[role=button],a[class*=btn],a[class*=button]"
_CONSENTS = re.compile(
    r"\b(?:accept|agree|allow|reject|decline|got it|ok|understood|akzeptieren|zustimmen|ablehnen|"
    r"accepter|refuser|aceptar|accetta)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_COOKIE = re.compile(r"cookie", re.IGNORECASE)
_HIDES = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$|!)|"
    r"font-size\s*:\s*0(?:px|pt|em|rem|%)?\s*(?:;|$|!)",
    re.IGNORECASE,
)
_LONGEST_BANNER = 150
_BANNER_LEVELS = 5
_FEWEST_OF_CONTENTS = 3
_SECTIONS = frozenset({"main", "article", "section"})


def pruned(root: LexborNode) -> tuple[LexborNode, list[str]]:
    """Return the element that holds the document, pruned, and what one should know."""
    for node in root.css(_NEVER_WORDS):
        _remove(node)
    hidden = sum(_removed(node) for node in list(_hidden(root)))
    struck = sum(_removed(node) for node in root.css("del,s,strike"))
    for node in [*root.css(_CONSENT_PRODUCTS), *_banners(root), *root.css(_BUTTONS)]:
        _remove(node)
    _remove_navigation(root)
    left_out = [*_left_out(hidden, "hidden on the page"), *_left_out(struck, "struck out")]
    return _main(root), left_out


def _left_out(words: int, why: str) -> Iterator[str]:
    if words:
        yield f"{'1 word' if words == 1 else f'{words} words'} left out: {why}"


def _remove(node: LexborNode) -> None:
    """Take the node off the page; what it holds goes with it."""
    if node.parent is not None:
        node.remove(recursive=True)


def _removed(node: LexborNode) -> int:
    """Take the node off the page and return how many words went with it."""
    if node.parent is None:
        return 0
    words = _count(node)
    _remove(node)
    return words


def _count(node: LexborNode) -> int:
    return len(_WORD.findall(node.text(separator=" ")))


def _hidden(root: LexborNode) -> Iterator[LexborNode]:
    for node in root.css("[hidden]"):
        if (node.attributes.get("hidden") or "").lower() != "until-found":
            yield node
    for node in root.css("[style]"):
        if _HIDES.search(node.attributes.get("style") or ""):
            yield node


def _banners(root: LexborNode) -> Iterator[LexborNode]:
    """Yield the short parts that speak of cookies and have a button to accept or reject."""
    for button in root.css(_BUTTONS):
        above = button.parent
        if not _CONSENTS.search(button.text()):
            continue
        for _ in range(_BANNER_LEVELS):
            if above is None or above.tag in {"body", "main"} or _count(above) > _LONGEST_BANNER:
                break
            if _COOKIE.search(above.text()):
                yield above
                break
            above = above.parent


def _remove_navigation(root: LexborNode) -> None:
    for node in root.css("header,footer"):
        if not _stands_in_section(node) and 2 * _count(node) < _count(root):
            _remove_but_title(node, root)
    for node in root.css(_NAVIGATION):
        _remove_but_title(node, root)
    for node in root.css("ul,ol"):
        if _lists_contents(node):
            _remove(node)


def _remove_but_title(node: LexborNode, root: LexborNode) -> None:
    """Take the node off the page, unless the only title of the page stands in it."""
    if len(root.css("h1")) != 1 or node.css_first("h1") is None:
        _remove(node)


def _stands_in_section(node: LexborNode) -> bool:
    above = node.parent
    while above is not None and above.tag not in _SECTIONS:
        above = above.parent
    return above is not None


def _lists_contents(node: LexborNode) -> bool:
    """Tell whether the list is a table of contents: nothing but links to places of the page."""
    links = [x for x in node.css("a") if (x.attributes.get("href") or "").startswith("#")]
    if len(links) < _FEWEST_OF_CONTENTS:
        return False
    linked = sum(_letters(x) for x in links)
    return linked == _letters(node)


def _letters(node: LexborNode) -> int:
    return sum(c.isalpha() for c in node.text())


def _main(root: LexborNode) -> LexborNode:
    """Return the page's main part where there is one that holds most of its words."""
    found = root.css("main,[role=main]")
    if len(found) == 1 and 2 * _count(found[0]) >= _count(root):
        return found[0]
    return root
