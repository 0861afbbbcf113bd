"""The local workspace as `make run` opens it, for whoever looks at it in a browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue

from bot import trial
from bot.wiring import Wiring


@contextmanager
def opened(parts: Wiring) -> Iterator[str]:
    """Open the workspace with May I in it, and give the page's address; closes the parts too."""
    stop, told = threading.Event(), Queue[str]()
    thread = threading.Thread(
        target=trial.open_workspace,
        args=(parts,),
        kwargs={"port": 0, "stop": stop, "tell": told.put},
    )
    thread.start()
    try:
        yield told.get(timeout=60)
    finally:
        stop.set()
        thread.join(timeout=60)
        parts.close()
    assert not thread.is_alive()
