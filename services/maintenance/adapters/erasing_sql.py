"""The statements of erasing."""

from sqlalchemy import text

OF_ADDRESS = text(
    """
    select document_id from documents where document_id = :asked or url = :asked
    union select document_id from crawl_decisions where address = :asked and document_id is not null
    union select document_id from classifications where document_id = :asked or message->>'url' = :asked
    """
)
NAMING = text(
    """
    select document_id from documents
    where concat_ws(' ', title, author, paragraphs::text) ~ :name
    union select document_id from classifications where message::text ~ :name
    """
)
"""`name` here and below: the pattern of a name (domain/spellings.py)."""
BURIED = text(
    """
    select t.document_id from tombstones t
    where starts_with(t.key, 'document:')
      and (exists (select 1 from documents d where d.document_id = t.document_id)
        or exists (select 1 from classifications c where c.document_id = t.document_id)
        or exists (select 1 from thread_documents d where d.document_id = t.document_id))
    """
)
DESCRIBED = text(
    """
    select document_id, max(title) as title, max(url) as url, sum(revisions)::int as revisions from (
        select document_id, max(title) as title, max(url) as url, count(*) as revisions from documents
        where document_id = any(:ids) group by 1
        union all
        select document_id, max(message->>'title'), max(message->>'url'), 0 from classifications
        where document_id = any(:ids) group by 1
    ) found group by 1
    """
)
ADDRESSES = text(
    """
    select url from documents where document_id = :document
    union select address from crawl_decisions where document_id = :document and not starts_with(address, 'address:')
    union select message->>'url' from classifications where document_id = :document
    """
)
SOURCE = text("select source from documents where document_id = :document order by revision limit 1")
BURY = text(
    "insert into tombstones (key, document_id, erased, who, reason)"
    " select key, :document, now(), :who, :reason from unnest(cast(:keys as text[])) as key on conflict do nothing"
)
DELETIONS = (
    ("bands", "delete from bands where number in (select number from documents where document_id = :document)"),
    ("documents", "delete from documents where document_id = :document"),
    ("outbox", "delete from outbox where key = :document"),
    ("listed_pages", "delete from listed_pages where address = any(:addresses)"),
    (
        "crawl_decisions",
        "delete from crawl_decisions where outcome <> 'erased'"
        " and (document_id = :document or address = any(:addresses))",
    ),
    ("recall_headlines", "delete from recall_headlines where address = any(:addresses)"),
    ("classifications", "delete from classifications where document_id = :document"),
    ("thread_documents", "delete from thread_documents where document_id = :document"),
    (
        "alert_decisions",
        "update alert_decisions set reason = 'erased', detail = '{}'"
        " where document_id = :document and reason <> 'erased'",
    ),
    (
        "alerter_dead_letters",
        "delete from alerter_dead_letters where key = convert_to(:document, 'UTF8')"
        " or position(convert_to(:document, 'UTF8') in value) > 0",
    ),
)
"""What goes with a document, by table, in this order. That something was decided stays, what was decided does not."""
KEPT = {"tombstones", "deliveries", "search_changed"}
"""Tables with a document_id whose rows stay: the ledger's keys keep an alert from being told a second time; what the
search index is to look at anew is a note without words (its triggers take the document out at once)."""
WITH_DOCUMENT = text(
    """
    select c.table_name from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = current_schema() and c.column_name = 'document_id' and t.table_type = 'BASE TABLE'
    """
)
DECIDE = text(
    "insert into crawl_decisions (address, source, outcome, reason, document_id, first_seen, at)"
    " select :address, :source, 'erased', 'erased: ' || reason, document_id, now(), now() from tombstones"
    " where key = 'document:' || cast(:document as text)"
    " and not exists (select 1 from crawl_decisions d"
    " where d.outcome = 'erased' and d.document_id = tombstones.document_id)"
)
LISTED_NAMING = text(
    """
    select address from listed_pages where hints::text ~ :name
    union select address from recall_headlines where title ~ :name
    """
)
LISTINGS = (
    ("listed_pages", "delete from listed_pages where address = any(:addresses)"),
    ("recall_headlines", "delete from recall_headlines where address = any(:addresses)"),
    ("crawl_decisions", "delete from crawl_decisions where address = any(:addresses) or reason ~ :name"),
)
FORGET_RAW = text("delete from source_pages where source = :source and kept_as = :kept_as")
