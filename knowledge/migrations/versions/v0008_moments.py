"""When a question was edited last and a case withdrawn, instead of whether they were."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Keep both moments; until now a case was closed in no other way than by withdrawing it."""
    op.add_column("asked", sa.Column("edited_ts", sa.Text(), nullable=True))
    op.execute("UPDATE asked SET edited_ts = '0' WHERE edited")
    op.drop_column("asked", "edited")
    op.add_column("cases", sa.Column("withdrawn_at", INSTANT, nullable=True))
    op.execute("UPDATE cases SET state = 'withdrawn', withdrawn_at = closed_at WHERE withdrawn")
    op.drop_column("cases", "withdrawn")
    op.drop_column("cases", "closed_at")
