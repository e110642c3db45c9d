"""When alerts go out: deliveries that are held, bundled, or wait for a digest; silences; pauses.

Revision: 0008_rhythm, after 0007_subscription_versions.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008_rhythm"
down_revision = "0007_subscription_versions"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
_OPEN_BEFORE = "state = 'delivered' and announced is null"
_OPEN = "delivered is not null and announced is null"
_INDEXES = (
    ("deliveries_held", ["held_until"], "state = 'held'"),
    ("deliveries_digest", ["team"], "state = 'digest'"),
    ("deliveries_spent", ["team", "budget_day"], "budget_day is not null"),
    ("deliveries_bundle", ["bundle"], "bundle is not null"),
)
_COLUMNS = ("team", "budget_day", "held_until", "released", "bundle", "entities")


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("team", sa.String(), nullable=False, server_default=""))
    op.add_column("deliveries", sa.Column("budget_day", sa.Date()))
    op.add_column("deliveries", sa.Column("held_until", INSTANT))
    op.add_column("deliveries", sa.Column("released", INSTANT))
    op.add_column("deliveries", sa.Column("bundle", sa.BigInteger()))
    op.add_column("deliveries", sa.Column("entities", JSONB(), nullable=False, server_default="[]"))
    for name, columns, where in _INDEXES:
        op.create_index(name, "deliveries", columns, postgresql_where=sa.text(where))
    op.create_index("deliveries_told", "deliveries", ["subscription", "channel", "decided"])
    _unannounced(_OPEN)
    op.create_table(
        "silences",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=True),
        sa.Column("matcher", JSONB(), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        sa.Column("ended", INSTANT),
        sa.Column("ended_by", sa.String()),
    )
    op.create_index("silences_open", "silences", ["until"], postgresql_where=sa.text("ended is null"))
    op.create_table(
        "pauses",
        sa.Column("channel", sa.String(), primary_key=True),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
    )


def _unannounced(where: str) -> None:
    op.drop_index("deliveries_unannounced", table_name="deliveries")
    op.create_index("deliveries_unannounced", "deliveries", ["id"], postgresql_where=sa.text(where))


def downgrade() -> None:
    op.drop_table("pauses")
    op.drop_table("silences")
    _unannounced(_OPEN_BEFORE)
    op.drop_index("deliveries_told", table_name="deliveries")
    for name, _, _ in _INDEXES:
        op.drop_index(name, table_name="deliveries")
    for column in _COLUMNS:
        op.drop_column("deliveries", column)
