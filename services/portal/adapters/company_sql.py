"""The statements of the pages of companies: the search index finds, the other services' tables say what it is.

All ask for documents of one period that are about the entity: `at` narrows to partitions, `entities` is read in them.
"""

from sqlalchemy import text

_ABOUT = "s.at >= :since and s.at < :until and cast(:entity as smallint) = any(s.entities)"
_WHILE = "s.at >= told.first and s.at <= told.latest"
"""A story's own days: its reports are looked up by time, not among all of the period."""
LINES = text(
    f"""
    with told as (
        select distinct on (label, coalesce(s.thread_id, s.document_id)) label, s.document_id, s.at, s.thread_id
        from search_documents s, unnest(s.labels) as label where {_ABOUT}
        order by label, coalesce(s.thread_id, s.document_id), s.at desc
    ),
    ranked as (select *, row_number() over (partition by label order by at desc, document_id) as place from told),
    newest as (select * from ranked where place <= :most),
    judged as (
        select distinct on (c.document_id) c.document_id, c.message -> 'events' as events, c.message -> 'lines' as lines
        from classifications c where c.document_id in (select document_id from newest)
        order by c.document_id, c.revision desc
    ),
    stored as (
        select distinct on (d.document_id) d.document_id, d.title,
            coalesce(nullif(trim(d.outlet), ''), d.source) as outlet
        from documents d where d.document_id in (select document_id from newest)
        order by d.document_id, d.revision desc
    )
    select n.label, n.document_id, n.at, n.thread_id, d.title, d.outlet, j.events, j.lines
    from newest n join stored d using (document_id) left join judged j using (document_id)
    order by n.label, n.at desc, n.document_id
    """  # noqa: S608  # made of the constants of this module; values are parameters
)
STORIES = text(
    f"""
    with told as (
        select s.thread_id, min(s.at) as first, max(s.at) as latest, count(*) as reports,
            max(s.importance) as importance
        from search_documents s where {_ABOUT} and s.thread_id is not null
        group by s.thread_id having max(s.importance) >= :important
        order by latest desc, s.thread_id limit :most
    )
    select told.*, t.title,
        (select array_agg(distinct each) from search_documents s, unnest(s.labels) as each
            where {_ABOUT} and s.thread_id = told.thread_id and {_WHILE}) as labels,
        (select array_agg(each) from (select each from search_documents s, unnest(s.statuses) as each
            where {_ABOUT} and s.thread_id = told.thread_id and {_WHILE}
            group by each order by min(s.at), each) as in_order) as statuses
    from told join threads t using (thread_id) order by latest desc, thread_id
    """  # noqa: S608  # as above
)
TELLERS = text(
    f"""
    select s.source, count(*) as documents, count(distinct s.thread_id) as stories, max(s.at) as latest
    from search_documents s where {_ABOUT} group by s.source order by documents desc, latest desc limit :most
    """  # noqa: S608  # as above
)
OUTLETS = text("select number, value from search_facets where field = 'source' and number = any(:numbers)")
NEVER = text(
    f"""
    select name from sources where name not in (
        select d.source from search_documents s join documents d using (document_id) where {_ABOUT}
    ) order by name limit :most
    """  # noqa: S608  # as above
)
COMING = text(
    f"""
    select distinct on (day, label) fact ->> 'value' as day, event ->> 'label' as label, s.document_id, d.title,
        cast(fact -> 'evidence' ->> 'paragraph' as integer) as paragraph
    from search_documents s
    join lateral (select message from classifications c where c.document_id = s.document_id
        order by c.revision desc limit 1) as judged on true
    join lateral (select title from documents d where d.document_id = s.document_id
        order by d.revision desc limit 1) as d on true,
    jsonb_array_elements(judged.message -> 'events') as event, jsonb_array_elements(event -> 'facts') as fact
    where {_ABOUT} and event ->> 'status' <> 'background' and fact ->> 'kind' = 'effective_date'
        and fact ->> 'value' ~ '^\\d{{4}}-\\d{{2}}-\\d{{2}}$' and fact ->> 'value' >= :today
    order by day, label, s.at limit :most
    """  # noqa: S608  # as above
)
SHARED = text(
    """
    select s.thread_id, t.title, min(s.at) as first, max(s.at) as latest, count(*) as reports,
        max(s.importance) as importance, count(*) over () as stories
    from search_documents s join threads t using (thread_id)
    where s.at >= :since and s.at < :until
        and s.entities && array[cast(:one as smallint), cast(:other as smallint)]
        and (cast(:label as smallint) is null or cast(:label as smallint) = any(s.labels))
    group by s.thread_id, t.title
    having bool_or(cast(:one as smallint) = any(s.entities)) and bool_or(cast(:other as smallint) = any(s.entities))
    order by latest desc, s.thread_id limit :most
    """
)
"""Stories that reports of the period tell of both."""
