"""What readers ask of the alerter and correct, in the portal's pages, and what became of it.

Revision: 0016_desk.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016_desk"
down_revision = "0013_portal_search"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "desk_requests",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("teams", JSONB()),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("base_version", sa.Integer()),
        sa.Column("asked", INSTANT, nullable=False, server_default=sa.text("now()")),
    )
    op.create_index("desk_requests_asked", "desk_requests", ["asked"])
    op.create_table(
        "desk_answers",
        sa.Column("request", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("answered", INSTANT),
    )
    op.create_table(
        "corrections",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=True),
        sa.Column("at", INSTANT, nullable=False, server_default=sa.text("now()")),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("wrong", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.String()),
        sa.Column("event", JSONB(), nullable=False),
        sa.Column("answer", JSONB(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
    )
    op.create_index("corrections_document", "corrections", ["document_id"])
    op.create_table(
        "correction_cases",
        sa.Column("correction", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
    )


def downgrade() -> None:
    for table in ("correction_cases", "corrections", "desk_answers", "desk_requests"):
        op.drop_table(table)
