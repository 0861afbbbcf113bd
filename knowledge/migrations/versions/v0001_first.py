"""Editions, vectors, proposals, answers and the audit chain.

The first schema. Answers carry retention and erasure from the start; see knowledge.answering.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

HASH = sa.String(64)
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create every table."""
    _create_editions()
    _create_readings()
    _create_vectors()
    _create_proposals()
    _create_answers()
    _create_chain()


def _create_editions() -> None:
    op.create_table(
        "editions",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text()),
        sa.Column("effective_at", INSTANT, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("content_hash", HASH, nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("agreements", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_editions"),
    )
    op.create_index("ix_editions_effective_at", "editions", ["effective_at"])


def _create_readings() -> None:
    op.create_table(
        "texts",
        sa.Column("hash", HASH, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_texts"),
    )

    op.create_table(
        "readings",
        sa.Column("key", HASH, nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_readings"),
    )

    op.create_table(
        "reading_sections",
        sa.Column("reading", HASH, nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("section_id", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("headings", sa.Text(), nullable=False),
        sa.Column("text_hash", HASH, nullable=False),
        sa.ForeignKeyConstraint(["reading"], ["readings.key"], name="fk_reading_sections_reading"),
        sa.ForeignKeyConstraint(
            ["text_hash"], ["texts.hash"], name="fk_reading_sections_text_hash"
        ),
        sa.PrimaryKeyConstraint("reading", "ordinal", name="pk_reading_sections"),
    )
    op.create_index("ix_reading_sections_section_id", "reading_sections", ["section_id"])

    op.create_table(
        "reading_passages",
        sa.Column("reading", HASH, nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("passage_id", sa.Text(), nullable=False),
        sa.Column("section_id", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("stop", sa.Integer(), nullable=False),
        sa.Column("text_start", sa.Integer(), nullable=False),
        sa.Column("text_stop", sa.Integer(), nullable=False),
        sa.Column("headings", sa.Text()),
        sa.Column("lead_ins", sa.Text()),
        sa.Column("shape", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("advice", sa.Boolean(), nullable=False),
        sa.Column("promise", sa.Boolean(), nullable=False),
        sa.Column("carve_outs", sa.Text()),
        sa.Column("definitions", sa.Text()),
        sa.ForeignKeyConstraint(["reading"], ["readings.key"], name="fk_reading_passages_reading"),
        sa.PrimaryKeyConstraint("reading", "ordinal", name="pk_reading_passages"),
    )

    op.create_table(
        "edition_documents",
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("vendor", sa.Text()),
        sa.Column("entity", sa.Text()),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text()),
        sa.Column("effective", sa.Date()),
        sa.Column("review_every", sa.Integer()),
        sa.Column("url", sa.Text()),
        sa.Column("text_hash", HASH, nullable=False),
        sa.Column("reading", HASH, nullable=False),
        sa.ForeignKeyConstraint(
            ["edition"], ["editions.number"], name="fk_edition_documents_edition"
        ),
        sa.ForeignKeyConstraint(["reading"], ["readings.key"], name="fk_edition_documents_reading"),
        sa.PrimaryKeyConstraint("edition", "document_id", name="pk_edition_documents"),
    )

    op.create_table(
        "edition_renames",
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Text(), nullable=False),
        sa.Column("renamed_from", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition"], ["editions.number"], name="fk_edition_renames_edition"
        ),
        sa.PrimaryKeyConstraint("edition", "section_id", name="pk_edition_renames"),
    )


def _create_vectors() -> None:
    op.create_table(
        "vectors",
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("key", HASH, nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("tokens", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("model", "key", name="pk_vectors"),
    )


def _create_proposals() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("base", sa.Integer()),
        sa.Column("effective_at", INSTANT),
        sa.Column("allow_removals", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("content_hash", HASH, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("decided_at", INSTANT),
        sa.Column("decided_by", sa.Text()),
        sa.Column("edition", sa.Integer()),
        sa.ForeignKeyConstraint(["base"], ["editions.number"], name="fk_proposals_base"),
        sa.ForeignKeyConstraint(["edition"], ["editions.number"], name="fk_proposals_edition"),
        sa.PrimaryKeyConstraint("id", name="pk_proposals"),
    )
    op.create_index("ix_proposals_state", "proposals", ["state"])


def _create_answers() -> None:
    op.create_table(
        "answers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("edition", sa.Integer()),
        sa.Column("ruling", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("took", sa.Double(), nullable=False),
        sa.Column("question", sa.Text()),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("opinion", sa.Text()),
        sa.Column("shown", sa.Text()),
        sa.Column("keep_until", INSTANT),
        sa.Column("erased_at", INSTANT),
        sa.ForeignKeyConstraint(["edition"], ["editions.number"], name="fk_answers_edition"),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
    )
    op.create_index("ix_answers_asked_at", "answers", ["asked_at"])
    op.create_index("ix_answers_edition", "answers", ["edition"])
    op.create_index("ix_answers_keep_until", "answers", ["keep_until"])

    op.create_table(
        "answer_units",
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("section_id", sa.Text(), nullable=False),
        sa.Column("passage_id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("text_hash", HASH, nullable=False),
        sa.ForeignKeyConstraint(["answer"], ["answers.id"], name="fk_answer_units_answer"),
        sa.PrimaryKeyConstraint("answer", "ordinal", name="pk_answer_units"),
    )
    op.create_index("ix_answer_units_section_id", "answer_units", ["section_id"])
    op.create_table(
        "answer_askers",
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["answer"], ["answers.id"], name="fk_answer_askers_answer"),
        sa.PrimaryKeyConstraint("answer", name="pk_answer_askers"),
    )
    op.create_index("ix_answer_askers_person", "answer_askers", ["person"])


def _create_chain() -> None:
    op.create_table(
        "audit_chain",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("hash", HASH, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_chain"),
    )
