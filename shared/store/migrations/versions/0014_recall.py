"""The neutral index: its headlines, its polls, and what was measured by it.

Revision: 0014_recall, after 0010_refreshes.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014_recall"
down_revision = "0010_refreshes"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "recall_headlines",
        sa.Column("source", sa.String(), primary_key=True),
        sa.Column("address", sa.String(), primary_key=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("outlet", sa.String(), nullable=False),
        sa.Column("listed", INSTANT, nullable=False),
        sa.Column("dated", INSTANT, nullable=False),
    )
    op.create_index("recall_headlines_dated", "recall_headlines", ["dated"])
    op.create_table(
        "recall_polls",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("listed", sa.Integer()),
        sa.Column("fault", sa.String(), nullable=False),
    )
    op.create_index("recall_polls_at", "recall_polls", ["at"])
    op.create_table(
        "recall_days",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("ratio", sa.Float()),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("counts", JSONB(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
    )


def downgrade() -> None:
    for table in ("recall_days", "recall_polls", "recall_headlines"):
        op.drop_table(table)
