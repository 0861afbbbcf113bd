"""When a question was edited last, so that an edit told late does not undo a later one."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Keep the moment of the latest edit instead of whether there was one."""
    op.add_column("asked", sa.Column("edited_ts", sa.Text(), nullable=True))
    op.execute("UPDATE asked SET edited_ts = '0' WHERE edited")
    op.drop_column("asked", "edited")
