"""Users of the portal, their sessions and their keys.

Revision: 0015_accounts, after 0016_desk.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0015_accounts"
down_revision = "0016_desk"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def _user() -> sa.Column[str]:
    return sa.Column("user_id", sa.String(), sa.ForeignKey("portal_users.id", ondelete="cascade"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "portal_users",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password", sa.String()),
        sa.Column("issuer", sa.String()),
        sa.Column("subject", sa.String()),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("teams", ARRAY(sa.String()), nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        sa.Column("disabled", INSTANT),
    )
    op.create_index("portal_users_name", "portal_users", ["name"], unique=True)
    known = sa.text("issuer is not null")
    op.create_index("portal_users_subject", "portal_users", ["issuer", "subject"], unique=True, postgresql_where=known)
    op.create_table(
        "portal_sessions",
        sa.Column("id", sa.String(), primary_key=True),
        _user(),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        sa.Column("seen", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
    )
    op.create_index("portal_sessions_user", "portal_sessions", ["user_id"])
    op.create_table(
        "portal_keys",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("hash", sa.String(), nullable=False),
        _user(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scopes", ARRAY(sa.String()), nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        sa.Column("until", INSTANT),
        sa.Column("used", INSTANT),
        sa.Column("revoked", INSTANT),
    )
    op.create_index("portal_keys_hash", "portal_keys", ["hash"], unique=True)
    op.create_index("portal_keys_user", "portal_keys", ["user_id"])


def downgrade() -> None:
    for table in ("portal_keys", "portal_sessions", "portal_users"):
        op.drop_table(table)
