"""The portal's search index, parted by quarters as they come; triggers by which erased documents leave it at once.

Revision: 0013_portal_search, after 0011_audit.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0013_portal_search"
down_revision = "0011_audit"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SCHEMA = "search_parts"
"""Where the partitions lie: nobody names them, and the tables that people know stay few."""
PENDING = 512
"""Kilobytes of index entries that are kept aside before they are sorted in: a search reads them too."""

FORGET = """
create function search_forget() returns trigger language plpgsql security definer set search_path from current as $$
declare place timestamptz;
begin
    perform pg_advisory_xact_lock_shared(7215440);
    delete from search_places where document_id = old.document_id returning at into place;
    if found then
        delete from search_documents where at = place and document_id = old.document_id;
    end if;
    insert into search_changed (document_id) values (old.document_id);
    return null;
end $$
"""
"""A text that was taken away or changed is in the index no longer when that commits; what is left is indexed anew. The
lock is the one under which the indexer reads and writes, so that it cannot put back what it read before."""

NOTE = """
create function search_note() returns trigger language plpgsql security definer set search_path from current as $$
begin
    insert into search_changed (document_id) values (old.document_id);
    return null;
end $$
"""
"""A classification that was replaced or taken away, a document that changed threads: both are rare."""

QUARTER = f"""
create function search_make_quarter(first date) returns void language plpgsql security definer
set search_path from current as $$
begin
    execute format(
        'create table if not exists {SCHEMA}.%I partition of search_documents for values from (%L) to (%L)',
        'q' || to_char(first, 'YYYY"q"Q'),
        date_trunc('quarter', first)::date || ' 00:00:00+00',
        (date_trunc('quarter', first) + interval '3 months')::date || ' 00:00:00+00'
    );
end $$
"""
"""Makes the partition of a quarter (by UTC) when its first document comes. The indexer may call it without the right to
make tables. Few partitions keep planning short, and a copy of an empty database small."""


def upgrade() -> None:
    numbers, small = ARRAY(sa.Integer()), ARRAY(sa.SmallInteger())
    op.create_table(
        "search_documents",
        sa.Column("at", INSTANT, primary_key=True),
        sa.Column("document_id", sa.String(), primary_key=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("codes", numbers, nullable=False),
        sa.Column("title_codes", numbers, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        *(sa.Column(name, small, nullable=False) for name in ("entities", "labels", "statuses")),
        *(sa.Column(name, sa.SmallInteger(), nullable=False) for name in ("source", "kind", "language", "importance")),
        sa.Column("thread_id", sa.String()),
        sa.Column("repeats", sa.Boolean(), nullable=False),
        postgresql_partition_by="range (at)",
    )
    for name in ("codes", "words"):
        # Long values lie outside the row as they are: rows stay narrow, and reading one unpacks nothing.
        op.execute(f"alter table search_documents alter column {name} set storage external")
    op.execute(f"create schema {SCHEMA}")
    for column in ("codes", "title_codes"):
        index = f"search_documents_{column}"
        op.create_index(
            index, "search_documents", [column], postgresql_using="gin",
            postgresql_with={"gin_pending_list_limit": PENDING},
        )  # fmt: skip
    op.execute(QUARTER)
    _helpers()


def _helpers() -> None:
    op.create_table(
        "search_places",
        sa.Column("document_id", sa.String(), primary_key=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("revisions", sa.Integer(), nullable=False),
        sa.Column("classified", INSTANT),
        sa.Column("thread_id", sa.String()),
    )
    op.create_table(
        "search_facets",
        sa.Column("field", sa.String(), primary_key=True),
        sa.Column("value", sa.String(), primary_key=True),
        sa.Column("number", sa.SmallInteger(), nullable=False),
    )
    op.create_table(
        "search_quarters",
        sa.Column("quarter", sa.Date(), primary_key=True),
        sa.Column("documents", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "search_marks",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("number", sa.BigInteger()),
        sa.Column("at", INSTANT),
    )
    op.create_table(
        "search_changed",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=True),
        sa.Column("document_id", sa.String(), nullable=False),
    )
    op.execute(FORGET)
    op.execute(
        "create trigger documents_forgotten after delete or update of title, paragraphs on documents"
        " for each row execute function search_forget()"
    )
    op.execute(NOTE)
    op.execute(
        "create trigger classifications_changed after delete or update of message on classifications"
        " for each row execute function search_note()"
    )
    op.execute(
        "create trigger thread_documents_gone after delete on thread_documents"
        " for each row execute function search_note()"
    )
    op.execute(
        "create trigger thread_documents_moved after update of thread_id on thread_documents"
        " for each row when (old.thread_id is distinct from new.thread_id) execute function search_note()"
    )


def downgrade() -> None:
    for trigger, table in (
        ("documents_forgotten", "documents"),
        ("classifications_changed", "classifications"),
        ("thread_documents_gone", "thread_documents"),
        ("thread_documents_moved", "thread_documents"),
    ):
        op.execute(f"drop trigger {trigger} on {table}")
    op.execute("drop function search_forget")
    op.execute("drop function search_note")
    for table in ("changed", "marks", "quarters", "facets", "places", "documents"):
        op.drop_table(f"search_{table}")
    op.execute("drop function search_make_quarter")
    op.execute(f"drop schema {SCHEMA}")
