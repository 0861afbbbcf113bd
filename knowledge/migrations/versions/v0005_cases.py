"""Cases, rulings, exceptions and what people thought of an answer."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables."""
