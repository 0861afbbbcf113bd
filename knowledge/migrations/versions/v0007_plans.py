"""On which plans a vendor's document applies."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Let a document name the plans to which it is limited; those of before name none."""
    op.add_column("edition_documents", sa.Column("plans", sa.Text(), nullable=True))
