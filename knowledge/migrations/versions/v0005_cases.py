"""Cases, rulings, exceptions and what people thought of an answer."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

INSTANT = sa.DateTime(timezone=True)
HASH = sa.String(64)


def upgrade() -> None:
    """Create the tables, and let a document of an edition expire."""
    op.add_column("edition_documents", sa.Column("expires", sa.Date()))
    _create_cases()
    _create_rulings()
    _create_exceptions()
    _create_feedback()


def _create_cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Text()),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("owner", sa.Text()),
        sa.Column("facts", sa.Text()),
        sa.Column("reply", sa.Text()),
        sa.Column("replied_by", sa.Text()),
        sa.Column("replied_at", INSTANT),
        sa.Column("closed_at", INSTANT),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["answer"], ["answers.id"], name="fk_cases_answer"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_cases_answer", "cases", ["answer"])
    op.create_index("ix_cases_state", "cases", ["state"])
    op.create_index("ix_cases_opened_by", "cases", ["opened_by"])
    waiting = sa.text("state IN ('open', 'claimed')")
    op.create_index(
        "uq_cases_waiting",
        "cases",
        ["answer", "opened_by"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def _create_rulings() -> None:
    op.create_table(
        "rulings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case", sa.Integer()),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("marker", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("expires", sa.Date(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="fk_rulings_case"),
        sa.PrimaryKeyConstraint("id", name="pk_rulings"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_rulings_case", "rulings", ["case"])


def _create_exceptions() -> None:
    op.create_table(
        "exceptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("clauses", sa.Text(), nullable=False),
        sa.Column("people", sa.Text(), nullable=False),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column("granted_at", INSTANT, nullable=False),
        sa.Column("case", sa.Integer()),
        sa.Column("revoked_at", INSTANT),
        sa.Column("revoked_by", sa.Text()),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="fk_exceptions_case"),
        sa.PrimaryKeyConstraint("id", name="pk_exceptions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_exceptions_until", "exceptions", ["until"])
    op.create_table(
        "answer_exceptions",
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("exception", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["answer"], ["answers.id"], name="fk_answer_exceptions_answer"),
        sa.ForeignKeyConstraint(
            ["exception"], ["exceptions.id"], name="fk_answer_exceptions_exception"
        ),
        sa.PrimaryKeyConstraint("answer", "exception", name="pk_answer_exceptions"),
    )
    op.create_index("ix_answer_exceptions_exception", "answer_exceptions", ["exception"])


def _create_feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["answer"], ["answers.id"], name="fk_feedback_answer"),
        sa.PrimaryKeyConstraint("answer", "person", name="pk_feedback"),
    )
    op.create_index("ix_feedback_person", "feedback", ["person"])
    op.create_table(
        "closest_said",
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("passage_id", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["answer"], ["answers.id"], name="fk_closest_said_answer"),
        sa.PrimaryKeyConstraint("answer", "passage_id", name="pk_closest_said"),
    )
