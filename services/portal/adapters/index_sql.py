"""The statements of the indexer."""

from sqlalchemy import text

TAKE_CHANGED = text(
    "with taken as (delete from search_changed where id in (select id from search_changed order by id limit :most)"
    " returning document_id) select distinct document_id from taken"
)
MARK = text("select number, at from search_marks where name = :name")
NEW = text("select document_id, number from documents where number > :number order by number limit :most")
MOVE = text(
    "insert into search_marks (name, number, at) values (:name, :number, :at)"
    " on conflict (name) do update set number = excluded.number, at = excluded.at"
)
CLASSIFIED = text(
    """
    select c.document_id, max(c.received) as received
    from classifications c join search_places p using (document_id)
    where c.received > :since and (p.classified is null or p.classified < c.received)
    group by c.document_id order by 2, 1 limit :most
    """
)
"""Only of what is in the index: of what is not yet, `NEW` brings the classification along."""
RECEIVED = text("select max(received) from classifications")
TAKE_OUT = text(
    """
    with gone as (delete from search_places where document_id = any(:documents) returning document_id, at),
    taken as (
        delete from search_documents s using gone
        where s.at = gone.at and s.document_id = gone.document_id
            and s.at between (select min(at) from gone) and (select max(at) from gone)
    )
    select at from gone
    """
)
MAKE_QUARTER = text(
    "select search_make_quarter(:quarter) where to_regclass("
    "'search_parts.q' || to_char(cast(:quarter as date), 'YYYY\"q\"Q')) is null"
)
"""Looked up first: to make a table, even one that is there, waits for all searches."""
PUT = text(
    """
    insert into search_documents (at, document_id, number, codes, title_codes, words, entities, labels, statuses,
        source, kind, language, importance, thread_id, repeats)
    values (:at, :document, :number, cast(:codes as integer[]), cast(:title_codes as integer[]), :words,
        cast(:entities as smallint[]), cast(:labels as smallint[]), cast(:statuses as smallint[]),
        :source, :kind, :language, :importance, :thread, :repeats)
    """
)
PLACE = text(
    "insert into search_places (document_id, at, revision, revisions, classified, thread_id, names)"
    " values (:document, :at, :revision, :revisions, :classified, :thread, :names)"
)
COUNT = text(
    "insert into search_quarters (quarter, documents) values (:quarter, greatest(0, :documents))"
    " on conflict (quarter) do update set documents = greatest(0, search_quarters.documents + :documents)"
)
FACETS = text("select field, value, number from search_facets")
NEW_FACET = text("insert into search_facets (field, value, number) values (:field, :value, :number)")
COMPARE = text(
    """
    insert into search_changed (document_id)
    select coalesce(d.document_id, p.document_id)
    from (select document_id, max(revision) as revision, count(*) as revisions, max(number) as number
        from documents group by document_id) d
    full join search_places p on p.document_id = d.document_id
    left join (select document_id, max(received) as received from classifications group by document_id) c
        on c.document_id = d.document_id
    left join thread_documents t on t.document_id = d.document_id
    where coalesce(d.number, 0) <= coalesce((select number from search_marks where name = 'documents'), 0) and (
        (p.revision, p.revisions) is distinct from (d.revision, d.revisions::integer)
        or c.received > p.classified or (c.received is null) <> (p.classified is null)
        or t.thread_id is distinct from p.thread_id
    )
    """
)
"""What is newer than the mark is no difference: it is taken in anyway."""
NAMES = text("select value, number from search_facets where field = :field")
LEAST = text("select min(names) from search_places")
UNTOLD = text(
    "select p.document_id from search_documents s join search_places p using (document_id)"
    " where s.codes @> cast(:needed as integer[]) and p.names < :number"
)
"""Documents with the codes of a name's parts that do not tell yet whether they hold it."""
CHANGED = text("insert into search_changed (document_id) select unnest(cast(:documents as text[]))")
TOLD = text(
    "update search_places p set names = :last where names < :last"
    " and not exists (select from search_changed c where c.document_id = p.document_id)"
)
"""What is not changed has no such codes: it holds none of the new names, and so it tells of them already."""
RECOUNT = text(
    """
    with now as (select cast(date_trunc('quarter', at at time zone 'UTC') as date) as quarter, count(*) as documents
        from search_places group by 1),
    gone as (delete from search_quarters where quarter not in (select quarter from now))
    insert into search_quarters (quarter, documents) select quarter, documents from now
    on conflict (quarter) do update set documents = excluded.documents
    """
)
JOIN_VERSIONS = text(
    """
    with gone as (delete from search_versions where (select count(*) from search_versions) > :most
        returning quarter, times)
    insert into search_versions (quarter, writer, began, times)
    select quarter, 0, timestamptz 'epoch', sum(times) from gone group by quarter
    """
)
"""The sums stay: every search reads them, and each transaction that changed the index left a row for each quarter."""
