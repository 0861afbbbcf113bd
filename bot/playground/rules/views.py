"""A whole modal or Home tab."""

from __future__ import annotations

import json
from collections.abc import Mapping

from bot.playground.records import Json
from bot.playground.refusals import Refusal, refusal_of
from bot.playground.rules.blocks import IN_HOME, IN_MODALS, complaints_of, plain
from bot.playground.rules.messages import parsed
from bot.playground.rules.shapes import (
    Complaints,
    anything,
    complaint,
    fields,
    flag,
    kinds,
    string,
)

BLOCKS_LIMIT = 100
SIZE_LIMIT = 250_000  # bytes, Slack's `view_too_large`

_SHARED = {
    "callback_id": string(most=255),
    "external_id": string(most=255),
    "private_metadata": string(most=3000),
}


def _submittable(view: object, at: str) -> Complaints:
    """Complain of a form that nobody can send."""
    blocks = view.get("blocks") if isinstance(view, Mapping) else None
    asks = isinstance(blocks, list) and any(
        isinstance(block, Mapping) and block.get("type") == "input" for block in blocks
    )
    if asks and isinstance(view, Mapping) and not view.get("submit"):
        yield complaint("a modal with an input block must have submit", f"{at}/submit")


_VIEW = kinds(
    {
        "modal": fields(
            {"title": plain(24), "blocks": anything},
            {
                **_SHARED,
                "submit": plain(24),
                "close": plain(24),
                "clear_on_close": flag,
                "notify_on_close": flag,
                "submit_disabled": flag,
            },
            also=_submittable,
        ),
        "home": fields({"blocks": anything}, _SHARED),
    }
)


def checked_view(value: object, *, kind: str) -> Json:
    """Return a view; `kind` is what it has to be, `modal` or `home`."""
    view = parsed(value, "invalid_arguments")
    complaints = list(_VIEW(view, "/view"))
    if not complaints:
        complaints = [
            *_other_kind(view, kind),
            *complaints_of(
                view["blocks"],
                IN_MODALS if kind == "modal" else IN_HOME,
                most=BLOCKS_LIMIT,
                at="/view/blocks",
            ),
        ]
    if complaints:
        raise refusal_of("invalid_arguments", complaints)
    if len(json.dumps(view).encode()) > SIZE_LIMIT:
        raise Refusal("view_too_large")
    return dict(view)


def _other_kind(view: Json, kind: str) -> Complaints:
    """Complain of a modal where a Home tab belongs, and the other way round."""
    if view["type"] != kind:
        yield complaint(f"must be a view of type {kind}", "/view/type")
