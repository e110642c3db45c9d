"""Digests: their periods, and how sources stood.

Revision: 0009_digests, after 0008_rhythm.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009_digests"
down_revision = "0008_rhythm"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "digests",
        sa.Column("subscription", sa.String(), primary_key=True),
        sa.Column("period", sa.String(), primary_key=True),
        sa.Column("span", sa.String(), nullable=False),
        sa.Column("starts", INSTANT, nullable=False),
        sa.Column("ends", INSTANT, nullable=False),
        sa.Column("built", INSTANT),
        sa.Column("outcome", sa.String(), nullable=False),
    )
    op.create_index("digests_open", "digests", ["ends"], postgresql_where=sa.text("built is null"))
    op.create_table(
        "source_standings",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("seen", INSTANT, nullable=False),
    )
    op.create_index("source_standings_source", "source_standings", ["source", "id"])
    op.create_index("classifications_received", "classifications", ["received"])
    op.create_index("deliveries_team_decided", "deliveries", ["team", "decided"])


def downgrade() -> None:
    op.drop_index("deliveries_team_decided", table_name="deliveries")
    op.drop_index("classifications_received", table_name="classifications")
    op.drop_table("source_standings")
    op.drop_table("digests")
