"""The store: opening, migrating, locking, and what it refuses."""

from __future__ import annotations

from knowledge.database import Database


def test_a_store_opens_twice(database: Database, database_url: str):
    again = Database.open(database_url, create=False)
    again.close()
