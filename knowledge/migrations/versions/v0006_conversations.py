"""Where questions were asked, and where their answers stand."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the tables."""
