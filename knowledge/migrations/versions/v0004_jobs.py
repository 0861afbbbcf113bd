"""What is to be done and to be told: the inbox, the outbox and what ran."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables."""
