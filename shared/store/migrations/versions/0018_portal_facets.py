"""The facets of an indexed document in one value, so that those of ten thousand hits are read and counted at once.

Revision: 0018_portal_facets. The column is made by the database itself: what is indexed already gets it now (a million
documents are written anew, which takes some minutes).
"""

from alembic import op

revision = "0018_portal_facets"
down_revision = "0017_portal_visits"
branch_labels = None
depends_on = None

PACKED = """
create function search_packed(
    entities smallint[], labels smallint[], statuses smallint[], source smallint, kind smallint, language smallint
) returns bytea language sql immutable parallel safe as $$
    select coalesce(string_agg(int4send(place * 65536 + number), '' order by place, number), '') from (
        select 0 as place, unnest(entities) as number
        union all select 1, unnest(labels)
        union all select 2, unnest(statuses)
        union all values (3, source), (4, kind), (5, language)
    ) as each
$$
"""
"""Four bytes a value, the highest first: two for the place of its field in FIELDS of services/portal/domain/codes.py,
two for its number."""


def upgrade() -> None:
    op.execute(PACKED)
    op.execute(
        "alter table search_documents add column facets bytea not null"
        " generated always as (search_packed(entities, labels, statuses, source, kind, language)) stored"
    )


def downgrade() -> None:
    op.drop_column("search_documents", "facets")
    op.execute("drop function search_packed(smallint[], smallint[], smallint[], smallint, smallint, smallint)")
