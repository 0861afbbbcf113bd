"""Where questions were asked, and where their answers stand."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the table of what was asked where."""
    op.create_table(
        "asked",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("ts", sa.Text(), nullable=True),
        sa.Column("thread", sa.Text(), nullable=True),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("reach", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("shown", sa.Text(), nullable=True),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["answer"], ["answers.id"], name="fk_asked_answer"),
        sa.PrimaryKeyConstraint("id", name="pk_asked"),
        sa.UniqueConstraint("team", "channel", "ts", name="uq_asked_message"),
    )
    op.create_index("ix_asked_asked_at", "asked", ["asked_at"])
    op.create_index("ix_asked_answer", "asked", ["answer"])
    op.create_index("ix_asked_person", "asked", ["person"])
    op.create_index("ix_asked_thread", "asked", ["channel", "thread"])
