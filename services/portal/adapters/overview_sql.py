"""The statements of the overview, the pages of companies and the comparison: all over the search index.

`search_documents` is read by its key, which begins with the time, in the partitions of the period alone. Arrays of a
row are unnested with a 0 put at the end, the number that no facet has: it stands for "all", so that one pass counts
rows, columns and totals. Stories are counted in two steps, first one row a story and cell, which a hash does, since
count(distinct) would sort every row; and by a number of 64 bits made of the thread's name, which is compared four times
as fast: two of a million stories share one once in 37 million times.
"""

from sqlalchemy import text

SETTINGS = text(
    "select set_config('jit', 'off', true), set_config('work_mem', '32MB', true),"
    " set_config('plan_cache_mode', 'force_custom_plan', true),"
    " set_config('max_parallel_workers_per_gather', '0', true), set_config('statement_timeout', :slowest, true)"
)
FACETS = text("select field, value, number from search_facets where field in ('entity', 'label', 'status')")
_HITS = """
    hits as materialized (
        select width_bucket(at, cast(:starts as timestamptz[])) - 1 as week, at,
            hashtextextended(thread_id, 0) as story, entities, labels
        from search_documents
        where at >= :since and at < :until
            and (cast(:entity as smallint) is null or cast(:entity as smallint) = any(entities))
            and (cast(:label as smallint) is null or cast(:label as smallint) = any(labels))
    )
"""
_COUNTED = "count(story) as stories, cast(sum(documents) as bigint) as documents"


def _tallies(axis: str) -> str:
    return f"""
    with {_HITS},
    weekly as (
        select week, value, story, count(*) as documents
        from hits, unnest(array_append({axis}, cast(0 as smallint))) as value group by 1, 2, 3
    ),
    period as (
        select entity, label, story, count(*) as documents
        from hits, unnest(array_append(entities, cast(0 as smallint))) as entity,
            unnest(array_append(labels, cast(0 as smallint))) as label group by 1, 2, 3
    )
    select 'week' as part, week as one, value as other, {_COUNTED}, cast(null as timestamptz) as newest
    from weekly group by 2, 3
    union all
    select 'period', entity, label, {_COUNTED}, null from period group by 2, 3
    union all
    select 'newest', value, 0, 0, 0, max(at) from hits, unnest(entities) as value group by 2
    """  # noqa: S608  # made of the constants of this module; values are parameters


TALLIES = {"entity": text(_tallies("entities")), "label": text(_tallies("labels"))}
"""By what stands beside the weeks."""
