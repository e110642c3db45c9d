"""Why an outbox row cannot be sent: such rows are set aside, so that they hold up no other.

Revision: 0004_crawler_refused, after 0003_crawler_waits.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004_crawler_refused"
down_revision = "0003_crawler_waits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("refused", sa.String))


def downgrade() -> None:
    op.drop_column("outbox", "refused")
