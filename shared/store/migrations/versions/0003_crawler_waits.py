"""Since when a page's host is not reached; which watched identifiers a document names.

Revision: 0003_crawler_waits, after 0002_alerter. Documents from before name none: a reprint of one is told again once.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003_crawler_waits"
down_revision = "0002_alerter"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("listed_pages", sa.Column("unreached_since", sa.DateTime(timezone=True)))
    op.add_column("documents", sa.Column("matched", JSONB, nullable=False, server_default=sa.text("'[]'")))


def downgrade() -> None:
    op.drop_column("documents", "matched")
    op.drop_column("listed_pages", "unreached_since")
