"""Up to which watched name the codes of an indexed document tell which of them it holds.

Revision: 0021_search_names, after 0020_search_versions. An indexer of an earlier version writes 0, and so searches
verify names on the texts again until the next comparison has put the document right.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021_search_names"
down_revision = "0020_search_versions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("search_places", sa.Column("names", sa.SmallInteger(), nullable=False, server_default="0"))
    # Every search asks for the least of them.
    op.create_index("search_places_names", "search_places", ["names"])


def downgrade() -> None:
    op.drop_column("search_places", "names")
