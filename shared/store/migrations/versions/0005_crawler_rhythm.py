"""What is learned of each source: its rhythm, its standing, what its pages lack, its last good listing; who crawls.

Revision: 0005_crawler_rhythm, after 0004_crawler_refused. Sources from before have learned nothing yet.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005_crawler_rhythm"
down_revision = "0004_crawler_refused"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for name in ("rhythm", "health"):
        op.add_column("sources", sa.Column(name, JSONB, nullable=False, server_default=sa.text("'{}'")))
    op.add_column("sources", sa.Column("last_new", INSTANT))
    op.add_column("listed_pages", sa.Column("history", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_table(
        "source_looks",
        sa.Column("source", sa.String, primary_key=True),
        sa.Column("completeness", JSONB, nullable=False),
    )
    op.create_table(
        "source_pages",
        sa.Column("source", sa.String, primary_key=True),
        sa.Column("kept_as", sa.String, primary_key=True),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("charset", sa.String),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.create_table(
        "crawlers",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("seen", INSTANT, nullable=False),
    )


def downgrade() -> None:
    for name in ("crawlers", "source_pages", "source_looks"):
        op.drop_table(name)
    op.drop_column("listed_pages", "history")
    for name in ("last_new", "health", "rhythm"):
        op.drop_column("sources", name)
