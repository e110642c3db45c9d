"""Messages that were sent and are to be changed: what they shall say, and when to say it.

Revision: 0010_refreshes, after 0009_digests.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010_refreshes"
down_revision = "0009_digests"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "refreshes",
        sa.Column("delivery", sa.BigInteger(), sa.ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("channel_kind", sa.String(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("due", INSTANT),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
    )
    op.create_index("refreshes_due", "refreshes", ["channel_kind", "due"], postgresql_where=sa.text("due is not null"))


def downgrade() -> None:
    op.drop_table("refreshes")
