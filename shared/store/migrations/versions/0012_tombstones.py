"""What was erased and is not to come back.

Revision: 0012_tombstones, after 0014_recall.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012_tombstones"
down_revision = "0014_recall"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tombstones",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("erased", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
    )
    op.create_index("ix_tombstones_document_id", "tombstones", ["document_id"])


def downgrade() -> None:
    op.drop_table("tombstones")
