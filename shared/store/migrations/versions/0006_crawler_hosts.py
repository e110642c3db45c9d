"""When each host may be asked, shared by all crawlers: pace, requests under way, refusals.

Revision: 0006_crawler_hosts, after 0005_crawler_rhythm.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006_crawler_hosts"
down_revision = "0005_crawler_rhythm"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "hosts",
        sa.Column("host", sa.String, primary_key=True),
        sa.Column("next_turn", INSTANT, nullable=False),
        sa.Column("under_way", JSONB, nullable=False),
        sa.Column("open_until", INSTANT),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("refusals", sa.Integer, nullable=False),
        sa.Column("doubt", sa.String, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("hosts")
