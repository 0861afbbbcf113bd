"""Who holds what is in work: a process, and whether it lives.

Whoever dies leaves leases that run out. Another process of the same machine need not wait for that:
it sees that the holder is gone.
"""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass, field

_PARTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Replica:
    """A process that works: its machine, its number there, and what no other process ever has."""

    host: str = field(default_factory=socket.gethostname)
    process: int = field(default_factory=os.getpid)
    token: str = field(default_factory=lambda: secrets.token_hex(3))

    @property
    def name(self) -> str:
        """Under which it holds things."""
        return f"{self.host}/{self.process}/{self.token}"

    def survives(self, holder: str) -> bool:
        """Tell whether the holder was a process of this machine that is certainly gone."""
        parts = holder.rsplit("/", _PARTS - 1)
        if len(parts) != _PARTS or parts[0] != self.host or not parts[1].isdecimal():
            return False
        process = int(parts[1])
        if process == self.process:  # the number is ours now
            return parts[2] != self.token
        return not _lives(process)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True  # somebody else's, or no number at all: its lease will tell
    return True
