"""How often each quarter of the search index was changed, so that what was counted once need not be counted again.

Revision: 0020_search_versions. A trigger notes it in the transaction that changes a row of the index, whoever that is.
A transaction adds rows of its own: two of them neither wait for each other nor lock one another out.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020_search_versions"
down_revision = "0019_desk_rights"
branch_labels = None
depends_on = None

CHANGED = """
create function search_version() returns trigger language plpgsql security definer set search_path from current as $$
begin
    insert into search_versions (quarter, writer, began, times)
    values (cast(date_trunc('quarter', coalesce(new.at, old.at) at time zone 'UTC') as date),
        cast(cast(pg_current_xact_id() as text) as bigint), now(), 1)
    on conflict do nothing;
    return null;
end $$
"""
"""For each row, and not for each statement: that holds for statements that name a partition, too. A row that moves to
another quarter is deleted in one and put into the other."""

EMPTIED = """
create function search_emptied() returns trigger language plpgsql security definer set search_path from current as $$
begin
    insert into search_versions (quarter, writer, began, times)
    select distinct quarter, cast(cast(pg_current_xact_id() as text) as bigint), now(), 1 from search_versions
    on conflict do nothing;
    return null;
end $$
"""


def upgrade() -> None:
    op.create_table(
        "search_versions",
        sa.Column("quarter", sa.Date(), primary_key=True),
        sa.Column("writer", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("began", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("times", sa.BigInteger(), nullable=False),
    )
    op.execute(
        "insert into search_versions (quarter, writer, began, times)"
        " select quarter, 0, timestamptz 'epoch', 1 from search_quarters"
    )
    op.execute(CHANGED)
    op.execute(
        "create trigger search_documents_changed after insert or update or delete on search_documents"
        " for each row execute function search_version()"
    )
    op.execute(EMPTIED)
    op.execute(
        "create trigger search_documents_emptied after truncate on search_documents"
        " for each statement execute function search_emptied()"
    )


def downgrade() -> None:
    for name in ("changed", "emptied"):
        op.execute(f"drop trigger search_documents_{name} on search_documents")
    op.execute("drop function search_version")
    op.execute("drop function search_emptied")
    op.drop_table("search_versions")
