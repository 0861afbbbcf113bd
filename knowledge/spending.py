"""What is spent on models by the day, recorded so that no restart and no other process forgets it.

Before a call as much is set aside as it may cost at most; afterwards what it did cost takes that
place. A process that dies in between leaves the larger sum standing. Nothing here knows what was
asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import sqlalchemy as sa

from knowledge.database import Database, metadata

MILLION = 1_000_000

spending = sa.Table(
    "spending",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("calls", sa.BigInteger, nullable=False),
    sa.Column("tokens", sa.BigInteger, nullable=False),
    sa.Column("micros", sa.BigInteger, nullable=False),
)

_FIRST = sa.text(
    "INSERT INTO spending (day, calls, tokens, micros) VALUES (:day, 0, 0, 0)"
    " ON CONFLICT (day) DO NOTHING"
).bindparams(sa.bindparam("day", type_=sa.Date))


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What a million tokens cost, read by the model and written by it, in US dollars."""

    read: float
    written: float

    def micros(self, tokens_in: int, tokens_out: int) -> int:
        """Return the price in millionths of a dollar."""
        return round(tokens_in * self.read + tokens_out * self.written)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a day has cost so far, in tokens and dollars, including what is set aside."""

    calls: int = 0
    tokens: int = 0
    dollars: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved:
    """What was set aside for one call."""

    day: date
    tokens: int
    micros: int


class Purse(Protocol):
    """What may be spent."""

    def reserve(self, tokens_in: int, tokens_out: int) -> Reserved | None:
        """Set aside what a call may cost at most; None where that is more than is left.

        Raises Refused.
        """
        ...

    def settle(self, reserved: Reserved, tokens_in: int, tokens_out: int) -> None:
        """Put what a call did cost in the place of what was set aside. Raises Refused."""
        ...


class Budget:
    """What may be spent in a day. One row of the records for each day; serves many processes."""

    def __init__(
        self,
        database: Database,
        *,
        prices: Prices,
        tokens: int,
        dollars: float,
        today: Callable[[], date],
    ) -> None:
        """Set the limits of a day; `today` is the company's."""
        self._database = database
        self._prices = prices
        self._tokens = tokens
        self._micros = round(dollars * MILLION)
        self._today = today

    def at(self, prices: Prices) -> Budget:
        """Return the same budget, spent at other prices: of another model."""
        return Budget(
            self._database,
            prices=prices,
            tokens=self._tokens,
            dollars=self._micros / MILLION,
            today=self._today,
        )

    def reserve(self, tokens_in: int, tokens_out: int) -> Reserved | None:
        """Set aside what a call may cost at most; None where that is more than is left.

        Raises StoreRefused.
        """
        wanted = Reserved(
            day=self._today(),
            tokens=tokens_in + tokens_out,
            micros=self._prices.micros(tokens_in, tokens_out),
        )
        enough = (
            spending.c.tokens + wanted.tokens <= self._tokens,
            spending.c.micros + wanted.micros <= self._micros,
        )
        with self._database.begin() as tx:
            tx.execute(_FIRST, {"day": wanted.day})
            taken = tx.execute(
                sa.update(spending)
                .where(spending.c.day == wanted.day, *enough)
                .values(
                    calls=spending.c.calls + 1,
                    tokens=spending.c.tokens + wanted.tokens,
                    micros=spending.c.micros + wanted.micros,
                )
            )
        return wanted if taken.rowcount == 1 else None

    def settle(self, reserved: Reserved, tokens_in: int, tokens_out: int) -> None:
        """Put what a call did cost in the place of what was set aside. Raises StoreRefused."""
        tokens = tokens_in + tokens_out - reserved.tokens
        micros = self._prices.micros(tokens_in, tokens_out) - reserved.micros
        with self._database.begin() as tx:
            tx.execute(
                sa.update(spending)
                .where(spending.c.day == reserved.day)
                .values(tokens=spending.c.tokens + tokens, micros=spending.c.micros + micros)
            )

    def spent(self) -> Spent:
        """Return what today has cost so far."""
        with self._database.read() as tx:
            row = tx.execute(sa.select(spending).where(spending.c.day == self._today())).first()
        if row is None:
            return Spent()
        return Spent(calls=row.calls, tokens=row.tokens, dollars=row.micros / MILLION)
