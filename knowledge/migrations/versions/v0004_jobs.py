"""What is to be done and to be told: the inbox, the outbox and what ran."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

INSTANT = sa.DateTime(timezone=True)
OPEN = sa.text("settled_at IS NULL")


def upgrade() -> None:
    """Create the tables."""
    _create_inbox()
    _create_outbox()
    _create_runs()


def _create_inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("also", sa.Text()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("admitted_at", INSTANT, nullable=False),
        sa.Column("free_at", INSTANT, nullable=False),
        sa.Column("worker", sa.Text()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("settled_at", INSTANT),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("key", name="uq_inbox_key"),
        sa.UniqueConstraint("also", name="uq_inbox_also"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inbox_open", "inbox", ["id"], sqlite_where=OPEN, postgresql_where=OPEN)


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text()),
        sa.Column("only_for", sa.Text()),
        sa.Column("owner", sa.Text()),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("plain", sa.Boolean(), nullable=False),
        sa.Column("planned_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("free_at", INSTANT, nullable=False),
        sa.Column("worker", sa.Text()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("unsure_since", INSTANT),
        sa.Column("settled_at", INSTANT),
        sa.Column("posted_channel", sa.Text()),
        sa.Column("posted_ts", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
        sqlite_autoincrement=True,
    )
    for name, columns in (("open", ["priority", "id"]), ("lane", ["lane", "id"])):
        op.create_index(
            f"ix_outbox_{name}", "outbox", columns, sqlite_where=OPEN, postgresql_where=OPEN
        )
    op.create_index("ix_outbox_root", "outbox", ["root"])
    op.create_table(
        "outbox_seal",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("look_from", INSTANT),
        sa.Column("look_until", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_outbox_seal"),
    )
    op.create_table(
        "outbox_paces",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("place", name="pk_outbox_paces"),
    )


def _create_runs() -> None:
    op.create_table(
        "timetable",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("job", name="pk_timetable"),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_runs_job", "runs", ["job", "started_at"])
