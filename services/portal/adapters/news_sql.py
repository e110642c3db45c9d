"""The statements of what is new.

Everything that comes passes the alerter, which stores the answer and its decision in one transaction: the index on
`classifications.received` finds both, whatever became of the document.
"""

from sqlalchemy import text

_CAME = """
    came as materialized (
        select a.document_id, a.thread_id, a.at, a.detail -> 'news' as news, t.title, t.opened,
            coalesce(jsonb_array_length(a.detail -> 'news'), 0) > 0 as told,
            coalesce(a.detail -> 'news' @> '[{"kind": "status"}]', false) as moved
        from classifications c
        join alert_decisions a on a.document_id = c.document_id and a.revision = c.revision
        join threads t on t.thread_id = a.thread_id
        where c.received >= :since and a.at >= :since
    )
"""
_REVISED = """
    from classifications c join documents d on d.document_id = c.document_id and d.revision = c.revision
    where c.received >= :since and d.fetched >= :since and c.revision > 1 and c.message ->> 'relevant' = 'true'
"""
COUNTS = text(
    f"""
    with {_CAME}
    select count(distinct thread_id) filter (where opened >= :since) as stories,
        count(distinct thread_id) filter (where opened < :since and told) as moved,
        count(distinct thread_id) filter (where opened < :since and moved) as statuses,
        (select count(distinct c.document_id) {_REVISED}) as revised
    from came
    """  # noqa: S608  # made of the constants of this module; values are parameters
)
STORIES = text(
    f"""
    with {_CAME},
    first as (
        select distinct on (thread_id) thread_id, title, opened, document_id from came where opened >= :since
        order by thread_id, at, document_id
    )
    select f.thread_id, f.title, f.opened, judged.events, coalesce(judged.importance, 0) as importance,
        (select count(*) from thread_documents m where m.thread_id = f.thread_id) as reports
    from (select * from first order by opened desc, thread_id limit :most) as f
    left join lateral (
        select c.message -> 'events' as events, cast(c.message ->> 'importance' as integer) as importance
        from classifications c where c.document_id = f.document_id order by c.revision limit 1
    ) as judged on true
    order by f.opened desc, f.thread_id
    """  # noqa: S608  # as above
)
MOVED = text(
    f"""
    with {_CAME}
    select thread_id, title, at, document_id, news from came
    where opened < :since and told order by at desc, thread_id limit :most
    """  # noqa: S608  # as above
)
REVISED = text(
    f"""
    select distinct on (d.document_id) d.document_id, d.revision, d.title, d.fetched as at,
        coalesce(nullif(trim(d.outlet), ''), d.source) as outlet,
        (select e.title from documents e where e.document_id = d.document_id and e.revision < d.revision
            order by e.revision desc limit 1) as before
    {_REVISED} order by d.document_id, d.revision desc
    """  # noqa: S608  # as above
)
SEEN = text("select page, seen, before from portal_visits where reader = :reader")
VISIT = text(
    """
    insert into portal_visits as held (reader, page, seen) values (:reader, :page, :now)
    on conflict (reader, page) do update set
        before = case when held.seen < :away then held.seen else held.before end,
        seen = greatest(held.seen, excluded.seen)
    returning before
    """
)
FORGET = text("delete from portal_visits where seen < :old")
