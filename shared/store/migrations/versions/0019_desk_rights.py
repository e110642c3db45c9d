"""Who asks, beside the name: a request is answered with the rights that its asker has then.

Revision: 0019_desk_rights. The view shows the alerter nothing of the portal's users but role and teams of those who
asked it for something; users who are disabled or gone are not in it. Requests of an older portal say nobody, and are
refused.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019_desk_rights"
down_revision = "0018_portal_facets"
branch_labels = None
depends_on = None

RIGHTS = """
create view desk_rights with (security_barrier) as
select r.id as request, u.role, u.teams
from desk_requests r join portal_users u on u.id = r.asker
where u.disabled is null
"""


def upgrade() -> None:
    op.add_column("desk_requests", sa.Column("asker", sa.String()))
    op.execute(RIGHTS)


def downgrade() -> None:
    op.execute("drop view desk_rights")
    op.drop_column("desk_requests", "asker")
