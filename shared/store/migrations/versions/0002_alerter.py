"""The alerter's tables: positions, classifications, threads, deliveries, decisions, dead letters.

Revision: 0002_alerter, after 0001_crawler.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002_alerter"
down_revision = "0001_crawler"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def _document(name: str) -> sa.Column[object]:
    return sa.Column(name, postgresql.JSONB(), nullable=False)


def _text(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "consumer_positions",
        sa.Column("consumer_group", sa.String(), primary_key=True),
        sa.Column("topic", sa.String(), primary_key=True),
        sa.Column("partition", sa.Integer(), primary_key=True),
        sa.Column("next_offset", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "classifications",
        sa.Column("document_id", sa.String(), primary_key=True),
        sa.Column("revision", sa.Integer(), primary_key=True),
        _document("message"),
        sa.Column("received", INSTANT, nullable=False),
    )
    _threads()
    _deliveries()
    op.create_table(
        "alert_decisions",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=True),
        _text("document_id"),
        sa.Column("revision", sa.Integer(), nullable=False),
        _text("outcome"),
        _text("reason"),
        _text("thread_id", nullable=True),
        _document("detail"),
        sa.Column("at", INSTANT, nullable=False),
        sa.UniqueConstraint("document_id", "revision", name="alert_decisions_once"),
    )
    op.create_table(
        "alerter_dead_letters",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=True),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        sa.Column("sent", INSTANT, nullable=True),
    )
    op.create_index(
        "alerter_dead_letters_unsent", "alerter_dead_letters", ["id"], postgresql_where=sa.text("sent is null")
    )


def _threads() -> None:
    op.create_table(
        "threads",
        sa.Column("thread_id", sa.String(), primary_key=True),
        sa.Column("opened", INSTANT, nullable=False),
        sa.Column("latest", INSTANT, nullable=False),
        _text("title"),
        sa.Column("fact_version", sa.Integer(), nullable=False),
        _document("state"),
        _document("keys"),
        sa.Column("changes", sa.Integer(), nullable=False),
    )
    op.create_index("threads_latest", "threads", ["latest"])
    op.create_index("threads_keys", "threads", ["keys"], postgresql_using="gin")
    op.create_table(
        "thread_documents",
        sa.Column("document_id", sa.String(), primary_key=True),
        _text("thread_id"),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("joined", INSTANT, nullable=False),
        sa.Column("fact_version", sa.Integer(), nullable=False),
        _text("reason"),
    )
    op.create_index("ix_thread_documents_thread_id", "thread_documents", ["thread_id"])


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=True),
        _text("thread_id"),
        sa.Column("fact_version", sa.Integer(), nullable=False),
        _text("subscription"),
        _text("channel"),
        _text("channel_kind"),
        _text("document_id"),
        sa.Column("revision", sa.Integer(), nullable=False),
        _text("kind"),
        _text("state"),
        _document("content"),
        sa.Column("due", INSTANT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", INSTANT, nullable=True),
        _text("lease_by", nullable=True),
        sa.Column("lost_senders", sa.Integer(), nullable=False),
        _text("reference", nullable=True),
        _text("reason"),
        sa.Column("decided", INSTANT, nullable=False),
        sa.Column("delivered", INSTANT, nullable=True),
        sa.Column("repeated_on_the_wire", sa.Boolean(), nullable=False),
        sa.Column("announced", INSTANT, nullable=True),
        sa.UniqueConstraint("thread_id", "fact_version", "subscription", "channel", name="deliveries_once"),
    )
    op.create_index(
        "deliveries_due", "deliveries", ["channel_kind", "due"], postgresql_where=sa.text("due is not null")
    )
    op.create_index(
        "deliveries_unannounced",
        "deliveries",
        ["id"],
        postgresql_where=sa.text("state = 'delivered' and announced is null"),
    )
    op.create_index("deliveries_document", "deliveries", ["document_id"])


def downgrade() -> None:
    for table in (
        "alerter_dead_letters",
        "alert_decisions",
        "deliveries",
        "thread_documents",
        "threads",
        "classifications",
        "consumer_positions",
    ):
        op.drop_table(table)
