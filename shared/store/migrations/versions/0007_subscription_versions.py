"""Every version of the subscriptions: the newest is in force, in all alerters.

Revision: 0007_subscription_versions, after 0006_crawler_hosts.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007_subscription_versions"
down_revision = "0006_crawler_hosts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "subscription_versions",
        sa.Column("version", sa.BigInteger(), primary_key=True, autoincrement=True),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("subscription_versions")
