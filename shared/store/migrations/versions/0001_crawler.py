"""The crawler's tables: sources, its queue, documents, their fingerprints, the outbox, decisions.

Revision: 0001_crawler, the first.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001_crawler"
down_revision = None
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "sources",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("state", JSONB, nullable=False),
        sa.Column("next_poll", _TIME, nullable=False),
        sa.Column("lease_until", _TIME),
        sa.Column("lease_by", sa.String),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_success", _TIME),
        sa.Column("last_error", sa.String),
        sa.Column("last_error_at", _TIME),
        sa.Column("listed", sa.Integer, nullable=False),
    )
    op.create_table(
        "listed_pages",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=True),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("address", sa.String, nullable=False, unique=True),
        sa.Column("marker", sa.String, nullable=False),
        sa.Column("host", sa.String, nullable=False),
        sa.Column("hints", JSONB, nullable=False),
        sa.Column("ordered_by", _TIME, nullable=False),
        sa.Column("first_seen", _TIME, nullable=False),
        sa.Column("due", _TIME),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("unchanged", sa.Integer, nullable=False),
        sa.Column("lease_until", _TIME),
        sa.Column("lease_by", sa.String),
    )
    op.create_index("listed_pages_due", "listed_pages", ["due"], postgresql_where=sa.text("due is not null"))
    op.create_table(
        "documents",
        sa.Column("document_id", sa.String, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("number", sa.BigInteger, sa.Identity(), nullable=False, unique=True),
        sa.Column("url", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("outlet", sa.String),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("rights", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("paragraphs", JSONB, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("author", sa.String),
        sa.Column("published", _TIME),
        sa.Column("published_precision", sa.String),
        sa.Column("content_hash", sa.String, nullable=False),
        sa.Column("duplicate_of", sa.String),
        sa.Column("first_seen", _TIME, nullable=False),
        sa.Column("fetched", _TIME, nullable=False),
    )
    op.create_table(
        "bands",
        sa.Column("key", sa.BigInteger, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=True),
        sa.Column("topic", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("sent", _TIME),
    )
    op.create_index("outbox_unsent", "outbox", ["id"], postgresql_where=sa.text("sent is null"))
    op.create_table(
        "crawl_decisions",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=True),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("document_id", sa.String),
        sa.Column("revision", sa.Integer),
        sa.Column("first_seen", _TIME, nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_index("crawl_decisions_address", "crawl_decisions", ["address"])


def downgrade() -> None:
    for table in ("crawl_decisions", "outbox", "bands", "documents", "listed_pages", "sources"):
        op.drop_table(table)
