"""What every table of the jobs needs: a row that is added once, whoever adds it first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection


def add_new(tx: Connection, table: sa.Table, row: Mapping[str, Any]) -> bool:
    """Add the row; False, and nothing added, where any of its unique values is there already.

    Another transaction that is adding the same row is waited for.
    """
    insert = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    keys = table.primary_key.columns.values()
    added = insert(table).values(**row).on_conflict_do_nothing().returning(*keys)
    return tx.execute(added).first() is not None
