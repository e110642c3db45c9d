"""When readers of the portal were here, so that it can say what came since.

Revision: 0017_portal_visits, after 0015_accounts.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017_portal_visits"
down_revision = "0015_accounts"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "portal_visits",
        sa.Column("reader", sa.String(), primary_key=True),
        sa.Column("page", sa.String(), primary_key=True),
        sa.Column("seen", INSTANT, nullable=False),
        sa.Column("before", INSTANT),
    )


def downgrade() -> None:
    op.drop_table("portal_visits")
